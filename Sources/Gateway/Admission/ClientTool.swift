import Ledger
import ModelAPI
import NIOHTTP1

/// Which tool makes a call, and in which of its sessions, as it says of itself: a claim, by which a log of the same
/// call is recognised, and nothing that anything is allowed for.
struct ClientTool {
  var tool = Tool.other
  var sessionName: String?

  static func read(_ head: HTTPRequestHead, facts: RequestFacts?) -> ClientTool {
    var client = ClientTool()
    let agent = head.headers.first(name: "user-agent")?.lowercased() ?? ""
    for (start, tool) in names where agent.hasPrefix(start) { client.tool = tool }
    switch client.tool {
    case .claudeCode:
      client.sessionName = head.headers.first(name: "x-claude-code-session-id") ?? facts?.sessionName
    case .codex:
      client.sessionName = head.headers.first(name: "session_id") ?? head.headers.first(name: "session-id")
    case .assayAgent:
      client.sessionName = head.headers.first(name: sessionHeader)
    default: break
    }
    // It becomes part of rows; no client needs more.
    client.sessionName = client.sessionName.flatMap { $0.isEmpty ? nil : String($0.prefix(200)) }
    return client
  }

  /// In which agents of ours name the run; see ``Tool/assayAgent``.
  private static let sessionHeader = "x-assay-run"

  private static let names: [(String, Tool)] = [
    ("claude-cli/", .claudeCode), ("codex", .codex), ("geminicli", .geminiCLI), ("opencode", .openCode),
    ("copilot", .copilotCLI), ("assay-agent/", .assayAgent),
  ]
}
