import Account
import ArgumentParser
import Charts
import ControlSQLite
import Directory
import Foundation
import Ledger
import Surroundings

/// `assay limit`: how much may be spent.
struct LimitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "limit",
    abstract: "How much a key, person, team, project or agent may spend.",
    discussion: """
      A call counts against every limit that it is under, and the tightest decides. What is over a limit is refused \
      before it is sent, with a message that says which limit, what is left and when it resets. Days, weeks and \
      months are UTC’s; a minute slides.

      EXAMPLES
        assay limit set --organisation --money 500usd --per day
        assay limit set --person ana@example.com --tokens 2M --per week
        assay limit set --agent triage --concurrency 4
        assay limit list
        assay limit remove 2
      """,
    subcommands: [Set.self, List.self, Remove.self])

  struct Set: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Set a limit; one for the same thing, measure and window is replaced.",
      discussion: """
        EXAMPLES
          assay limit set --organisation --money 500usd --per day
          assay limit set --person ana@example.com --tokens 2M --per week
          assay limit set --key ci --requests 60 --per minute
          assay limit set --agent triage --concurrency 4
        """)

    @Flag(help: "Limit all that is spent.") var organisation = false
    @Option(help: ArgumentHelp("Limit one key.", valueName: "name")) var key: String?
    @Option(help: ArgumentHelp("Limit a person, agents included.", valueName: "mail")) var person: String?
    @Option(help: ArgumentHelp("Limit a team.", valueName: "name")) var team: String?
    @Option(help: ArgumentHelp("Limit a project.", valueName: "name")) var project: String?
    @Option(help: ArgumentHelp("Limit an agent.", valueName: "name")) var agent: String?

    @Option(help: ArgumentHelp("At list price: 50usd, 0.25usd, 2.5k.", valueName: "amount")) var money:
      String?
    @Option(help: ArgumentHelp("Of all classes together: 500k, 2M.", valueName: "count")) var tokens: String?
    @Option(help: ArgumentHelp("Calls.", valueName: "count")) var requests: String?
    @Option(help: ArgumentHelp("Calls under way at once; needs no --per.", valueName: "count"))
    var concurrency: String?

    @Option(help: ArgumentHelp("The window: minute, day, week or month.", valueName: "window")) var per:
      String?
    @OptionGroup var control: ControlOptions

    func validate() throws {
      let scopes = [key, person, team, project, agent].count { $0 != nil } + (organisation ? 1 : 0)
      guard scopes == 1 else {
        throw ValidationError(
          "Say what to limit: one of --organisation, --key, --person, --team, --project and --agent.")
      }
      _ = try limit()
    }

    private func limit() throws -> (measure: Limit.Measure, window: Limit.Window) {
      guard [money, tokens, requests, concurrency].count(where: { $0 != nil }) == 1 else {
        throw ValidationError("Say how much: one of --money, --tokens, --requests and --concurrency.")
      }
      let measure: Limit.Measure =
        if let money {
          .money(try Amount.money(money, option: "--money"))
        } else if let tokens {
          .tokens(try Amount.count(tokens, option: "--tokens"))
        } else if let requests {
          .requests(try Amount.count(requests, option: "--requests"))
        } else {
          .concurrency(try Amount.count(concurrency ?? "", option: "--concurrency"))
        }
      if case .concurrency = measure {
        guard per == nil else {
          throw ValidationError("--concurrency counts calls at once, and takes no --per.")
        }
        return (measure, .minute)
      }
      let windows = Limit.Window.allCases.map(\.rawValue).joined(separator: ", ")
      guard let per else { throw ValidationError("Say in what time, with --per: \(windows).") }
      guard let window = Limit.Window(rawValue: per) else {
        throw ValidationError("--per \(Display.safe(per)): not a window. It is one of \(windows).")
      }
      return (measure, window)
    }

    func run() throws {
      let (measure, window) = try limit()
      let store = try control.open()
      let directory = try NamedDirectory(store.snapshot())
      let snapshot = directory.snapshot
      let scope: Limit.Scope =
        if let key {
          .key(try snapshot.key(key).id)
        } else if let person {
          .person(try snapshot.person(mail: person).id)
        } else if let team {
          .team(try snapshot.team(named: team).id)
        } else if let project {
          .project(try snapshot.project(named: project).id)
        } else if let agent {
          .agent(try snapshot.agent(named: agent).id)
        } else {
          .organisation
        }
      let limit = try store.setLimit(measure, per: window, on: scope, at: Instant(Date()))
      let (kind, name) = directory.scope(scope)
      try StandardOutput.write(
        "Limit \(limit.id): \(name.map { "\(kind) \($0)" } ?? "the \(kind)"), \(limit.sentence).\n")
    }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List the limits in force.",
      discussion: """
        EXAMPLES
          assay limit list
          assay limit list --json
        """)

    @Flag(help: "Print JSON.") var json = false
    @OptionGroup var control: ControlOptions

    func run() throws {
      let directory = try NamedDirectory(control.open().snapshot())
      let limits = directory.contents.limits
      guard !json else {
        let items = limits.map { JSONValue.object(directory.members(of: $0)) }
        return try StandardOutput.write(JSONValue.object([("limits", .array(items))]).document)
      }
      var table = ListTable(headings: ["LIMIT", "OF", "NAME", "AT MOST"])
      table.rows = limits.map { limit in
        let (kind, name) = directory.scope(limit.scope)
        return [String(limit.id), kind, name ?? "", limit.sentence]
      }
      try StandardOutput.write(
        table.text(empty: "No limits. Set one with assay limit set."))
    }
  }

  struct Remove: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Lift a limit.",
      discussion: """
        EXAMPLES
          assay limit remove 2
        """)

    @Argument(help: "The limit’s number, as assay limit list has it.") var limit: Int64
    @OptionGroup var control: ControlOptions

    func run() throws {
      try control.open().removeLimit(limit, at: Instant(Date()))
      try StandardOutput.write("Lifted limit \(limit).\n")
    }
  }
}

extension Limit {
  /// `2,000,000 tokens per week`
  var sentence: String {
    switch measure {
    case .money(let amount): "$\(Figures.decimal(amount)) per \(window.rawValue)"
    case .tokens(let count): "\(Figures.counted(count, "token")) per \(window.rawValue)"
    case .requests(let count): "\(Figures.counted(count, "request")) per \(window.rawValue)"
    case .concurrency(let count): "\(Figures.counted(count, "call")) at once"
    }
  }
}

extension NamedDirectory {
  func members(of limit: Limit) -> [(String, JSONValue)] {
    let (kind, name) = scope(limit.scope)
    let (measure, amount): (String, Int64) =
      switch limit.measure {
      case .money(let amount): ("money_nano_usd", amount.count)
      case .tokens(let count): ("tokens", count)
      case .requests(let count): ("requests", count)
      case .concurrency(let count): ("concurrency", count)
      }
    let window: String? = if case .concurrency = limit.measure { nil } else { limit.window.rawValue }
    return [
      ("id", .integer(limit.id)), ("scope", .string(kind)), ("name", .optional(name)),
      ("measure", .string(measure)), ("amount", .integer(amount)), ("per", .optional(window)),
    ]
  }
}
