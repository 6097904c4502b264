/// An AI coding tool whose records Assay reads. The raw value is its name in JSON, CSV and on the command line.
package enum Tool: String, CaseIterable, Sendable, Codable, Hashable {
  case claudeCode = "claude-code"
  case codex
  case geminiCLI = "gemini-cli"
  case openCode = "opencode"
  case copilotCLI = "copilot-cli"
  case cursor

  /// As its makers write it.
  package var displayName: String {
    switch self {
    case .claudeCode: "Claude Code"
    case .codex: "Codex CLI"
    case .geminiCLI: "Gemini CLI"
    case .openCode: "OpenCode"
    case .copilotCLI: "Copilot CLI"
    case .cursor: "Cursor"
    }
  }
}
