package import Readers
import Ledger

/// The readers, one for each tool. A new reader is added here and nowhere else.
package enum ReaderRegistry {
  package static let readers: [any SourceReader.Type] = [
    ClaudeCodeReader.self, CodexReader.self, CopilotCLIReader.self, CursorReader.self, GeminiCLIReader.self,
    OpenCodeReader.self,
  ]

  static func reader(for tool: Tool) -> (any SourceReader.Type)? { readers.first { $0.tool == tool } }
}
