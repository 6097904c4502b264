import Account
import ArgumentParser
import Derivation
import Foundation
import Judgement
import Ledger
import LedgerSQLite
import Surroundings

/// `assay explain`: one session, line by line.
struct ExplainCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Show one session turn by turn: its tokens, what came of it, and why Assay thinks so.",
    discussion: """
      EXAMPLES
        assay explain 32a20fe6                    the beginning of a session's name is enough
        assay explain latest                      the session that began last
        assay explain 32a20fe6 --json
        assay explain 32a20fe6 --this-was "load test of the new gateway"
      """)

  @OptionGroup(title: "What to read") var sources: SourceOptions

  @Argument(help: ArgumentHelp("A session's name or the beginning of it, or `latest`.", valueName: "session"))
  var name: String

  @Option(
    help: ArgumentHelp("The time zone to show times in. Default: this machine's.", valueName: "zone"))
  var timezone: String?
  @Option(
    name: .customLong("this-was"),
    help: ArgumentHelp(
      "Say what the session was. It is then no finding; only you see what you said. Nothing between the quotes takes it back.",
      valueName: "words"))
  var thisWas: String?
  @Flag(help: "Print JSON (docs/report.md).") var json = false
  @Flag(name: .shortAndLong, help: "No progress line.") var quiet = false

  func run() async throws {
    try sources.requireOwn("a session is explained")
    let now = Instant(Date())
    guard let zone = timezone.map({ TimeZone(identifier: $0) }) ?? .current else {
      throw ValidationError("\(timezone ?? "") is not a time zone. Use a name such as Europe/Berlin, or UTC.")
    }
    let workbench = try await Workbench(sources, now: now, progress: ProgressLine(isQuiet: quiet))
    if let thisWas { try workbench.note(thisWas, of: name, at: now) }
    let explanation = try await workbench.explanation(of: name, now: now, timeZone: zone)
    if json {
      try StandardOutput.write(explanation.json(generatedAt: now))
    } else {
      let terminal = Terminal.current
      try StandardOutput.write(
        explanation.text(
          TextOptions(columns: terminal.width, usesColour: terminal.usesColour), timeZone: zone))
    }
  }
}

extension Workbench {
  /// - Parameter name: A session's name or the beginning of it, or `latest`.
  func explanation(of name: String, now: Instant, timeZone: TimeZone = .current) async throws
    -> SessionExplanation
  {
    let account = try account(period: ReportPeriod(), timeZone: timeZone)
    let session = try find(name, in: account)
    guard let attribution = try await derivation.explain(session.session.id, now: now) else {
      throw CommandFailure("The session \(name) has no turns or usage to explain.")
    }
    var explanation = SessionReading(
      account: session, attribution: attribution, facts: try ledger.facts(),
      records: try ledger.usage(of: [session.session.id]).records, prices: prices
    ).explanation()
    explanation.howOftenWrong = judge.policy.errorSentence
    return explanation
  }

  /// Stores what the person says that the session was.
  func note(_ words: String, of name: String, at now: Instant) throws {
    let session = try find(name, in: account(period: ReportPeriod(), timeZone: .gmt)).session.id
    let owner = try ledger.sessions().first { $0.id == session }?.account ?? .local
    let said = words.trimmingCharacters(in: .whitespacesAndNewlines)
    if said.isEmpty {
      try ledger.removeContest(of: session, by: owner)
    } else {
      try ledger.store(SessionContest(session: session, account: owner, at: now, said: said))
    }
  }

  private func find(_ name: String, in account: Account) throws -> SessionAccount {
    if name == "latest" {
      guard let last = account.sessions.last else {
        throw CommandFailure("No session was found. \(Invocation.command) doctor says where Assay looked.")
      }
      return last
    }
    let exact = account.sessions.filter { $0.session.name == name }
    let found = exact.isEmpty ? account.sessions.filter { $0.session.name.hasPrefix(name) } : exact
    guard let first = found.first else {
      throw CommandFailure(
        "No session is called \(name). \(Invocation.command) report --by session lists them; the beginning of a name is enough."
      )
    }
    guard found.count == 1 else {
      let names = found.prefix(5).map {
        "\($0.session.name) (\($0.session.tool?.rawValue ?? "unknown tool"))"
      }
      throw CommandFailure(
        "\(found.count) sessions begin with \(name): \(names.joined(separator: ", ")). Give more of the name."
      )
    }
    return first
  }
}
