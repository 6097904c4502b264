package import Effects

/// Looks for a text in the files of the run's folder. For a text, not a pattern: what a pattern costs is the pattern's
/// choice.
package struct SearchFiles: AgentTool {
  private let folder: WorkFolder
  package init(_ folder: WorkFolder) { self.folder = folder }

  package let declaration = ToolDeclaration(
    name: "search_files",
    summary:
      "Finds lines that have a text in them, letter for letter, in all text files of your folder or of one below it.",
    parameters: [
      .init("text", ["type": "string", "minLength": 1], role: .harmless),
      .init("path", ["type": "string"], role: .control, isRequired: false),
    ], answers: .untrusted)

  private static let mostLines = 200
  private static let mostFiles = 5000
  private static let mostBytes = 64 << 20

  package func perform(_ call: ToolCall) async throws(ToolFailure) -> ToolResult {
    let arguments = try CallArguments(call, for: declaration)
    let wanted = Array(try arguments.string("text", longest: 1024).utf8)
    let given = try arguments.optionalString("path") ?? "."
    guard !wanted.isEmpty else { throw .refused("search_files needs a text to look for.") }
    do {
      let path = try FolderPath(given)
      let (entries, isWhole) = try folder.entries(below: path, depth: 64, limit: Self.mostFiles)
      var lines: [String] = []
      var bytesRead = 0
      var unread = 0
      for entry in entries where entry.kind == .file {
        try Task.checkCancellation()
        guard lines.count < Self.mostLines, bytesRead < Self.mostBytes,
          let bytes = try? folder.bytes(of: entry.path)
        else {
          unread += 1
          continue
        }
        bytesRead += bytes.count
        guard !bytes.contains(0) else { continue }
        for (number, line) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
          .enumerated()
        where lines.count < Self.mostLines && line.contains(wanted) {
          let text = String(decoding: line.prefix(400), as: UTF8.self)
          lines.append("\(entry.path):\(number + 1): \(text)")
        }
      }
      let rest = unread > 0 || !isWhole ? " Not all files were looked at; search further down." : ""
      return ToolResult([
        Passage("\(lines.count) lines.\(rest)", from: .system("files")),
        Passage(lines.joined(separator: "\n"), from: .untrusted("files in \(path)")),
      ])
    } catch is CancellationError {
      throw .unavailable("The search was stopped.")
    } catch {
      throw .refused("\(error)")
    }
  }
}
