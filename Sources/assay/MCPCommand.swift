import Account
import ArgumentParser
import Charts
import Derivation
import Foundation
import Ledger
import LedgerSQLite
import ModelContext
import Surroundings

/// `assay mcp`: this machine's account as tools, over standard input and output.
struct MCPCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mcp",
    abstract:
      "Lets an AI tool ask for your account (Model Context Protocol, over standard input and output).",
    discussion: """
      What assay report and assay explain say, as tools that only read. Nothing leaves the machine but by the tool \
      that asks; what it does with the figures is between you and it.

      EXAMPLES
        claude mcp add assay -- assay mcp
        codex mcp add assay -- assay mcp
      """)

  @OptionGroup(title: "What to read") var sources: SourceOptions

  func run() async throws {
    let service = MCPService(version: "1", instructions: Self.instructions, tools: tools)
    // One message a line, in both directions; the end of input is the end of the conversation.
    while let line = readLine(strippingNewline: true) {
      guard !line.isEmpty, let answer = await service.answer(Array(line.utf8)).body else { continue }
      try StandardOutput.write(answer + "\n")
    }
  }

  private static let instructions = """
    Figures of what AI coding sessions on this machine cost and what came of them. Money is in integer nano-dollars at \
    list price; tokens come in classes of different price, and must not be added up over classes. Every token is in \
    exactly one outcome state. “unexplained” means that no outcome was found, and “unknown” that the records do not \
    suffice to say; neither means waste. What is unknown is null, which is not zero.
    """

  private var tools: [MCPTool] {
    let sources = sources
    let period: [MCPTool.Argument] = [
      .init("since", .text, "From this day or instant on: 2026-11-01, 2026-11-01T09:00:00Z, or 30d."),
      .init("until", .text, "Up to and including this day, or before this instant."),
    ]
    return [
      MCPTool(
        "account", title: "Account",
        description: "What was spent in a period, and what became of it, listed by one grouping.",
        arguments: period + [
          .init("by", .choice(Grouping.allCases.map(\.rawValue)), "What to list. Default: project.")
        ]
      ) { arguments in
        let grouping = try arguments.text("by").flatMap { Grouping(rawValue: $0) } ?? .project
        let account = try await Self.workbench(sources).account(arguments)
        return MCPTool.Outcome(
          account.text(TextOptions(columns: 100, grouping: grouping)), account.summary(by: grouping))
      },
      MCPTool(
        "sessions", title: "Sessions", description: "The latest sessions of a period, with cost and outcome.",
        arguments: period + [.init("limit", .number(1...200), "At most so many. Default: 20.")]
      ) { arguments in
        let limit = try arguments.number("limit", in: 1...200) ?? 20
        let account = try await Self.workbench(sources).account(arguments)
        let latest = account.sessions.suffix(Int(limit)).reversed()
        let lines = latest.map { one in
          "\(one.session.started?.utc ?? "–")  \(one.session.tool?.rawValue ?? "–")  \(one.session.project ?? "–")  \(one.state.rawValue)  \(one.session.name)"
        }
        return MCPTool.Outcome(
          lines.isEmpty ? "No session in this period." : lines.joined(separator: "\n"),
          .object([("sessions", .array(latest.map { $0.json(parents: account) }))]))
      },
      MCPTool(
        "explain_session", title: "Explain a session",
        description: "One session turn by turn: tokens, what came of it, and why Assay thinks so.",
        arguments: [
          .init(
            "session", .text, "Its name, the beginning of it, or latest.", isRequired: true)
        ]
      ) { arguments in
        let name = try arguments.text("session") ?? "latest"
        do {
          let explanation = try await Self.workbench(sources).explanation(of: name, now: Instant(Date()))
          return MCPTool.Outcome(
            explanation.text(TextOptions(columns: 100), timeZone: .current),
            explanation.document(generatedAt: Instant(Date())))
        } catch let error as CommandFailure {
          throw MCPToolError(error.description)
        }
      },
    ]
  }

  private static func workbench(_ sources: SourceOptions) async throws -> Workbench {
    try await Workbench(sources, now: Instant(Date()), progress: ProgressLine(isQuiet: true))
  }
}

extension Workbench {
  /// - Throws: ``MCPToolError`` for a period that is none.
  fileprivate func account(_ arguments: MCPArguments) throws -> Account {
    var words: [String] = []
    for name in ["since", "until"] {
      if let value = try arguments.text(name) { words += ["--\(name)=\(value)"] }
    }
    do {
      let options = try PeriodOptions.parse(words)
      return try account(period: options.period(now: Instant(Date())), timeZone: options.zone())
    } catch {
      throw MCPToolError(PeriodOptions.message(for: error))
    }
  }
}
