/// An AI coding tool whose records Assay reads, or any other client of its gateway. The raw value is its name in JSON, CSV and on the command line.
package enum Tool: String, CaseIterable, Sendable, Codable, Hashable {
  case claudeCode = "claude-code"
  case codex
  case geminiCLI = "gemini-cli"
  case openCode = "opencode"
  case copilotCLI = "copilot-cli"
  case cursor
  /// An agent of ours: what it used comes from the gateway, what it did from its journal.
  case assayAgent = "assay-agent"
  /// A client of the gateway that is none of these.
  case other

  /// Those whose records are read from files.
  package static let withRecords: [Tool] = allCases.filter { $0 != .assayAgent && $0 != .other }

  /// As its makers write it.
  package var displayName: String {
    switch self {
    case .claudeCode: "Claude Code"
    case .codex: "Codex CLI"
    case .geminiCLI: "Gemini CLI"
    case .openCode: "OpenCode"
    case .copilotCLI: "Copilot CLI"
    case .cursor: "Cursor"
    case .assayAgent: "Assay agent"
    case .other: "Other client"
    }
  }
}
