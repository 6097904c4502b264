package import Effects

/// Reads a text file of the run's folder.
package struct ReadFile: AgentTool {
  private let folder: WorkFolder
  package init(_ folder: WorkFolder) { self.folder = folder }

  package let declaration = ToolDeclaration(
    name: "read_file",
    summary:
      "Reads a text file of your folder. Long files are read in parts: give the first line and how many.",
    parameters: [
      .init("path", ["type": "string"], role: .control),
      .init("first_line", ["type": "integer", "minimum": 1], role: .harmless, isRequired: false),
      .init("lines", ["type": "integer", "minimum": 1, "maximum": 2000], role: .harmless, isRequired: false),
    ], answers: .untrusted)

  package func perform(_ call: ToolCall) async throws(ToolFailure) -> ToolResult {
    let arguments = try CallArguments(call, for: declaration)
    let given = try arguments.string("path")
    let first = try arguments.integer("first_line", or: 1, in: 1...Int.max)
    let count = try arguments.integer("lines", or: 2000, in: 1...2000)
    do {
      let path = try FolderPath(given)
      let bytes = try folder.bytes(of: path)
      guard let text = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
        throw FolderProblem.notText("\(path)")
      }
      let origin = folder.origin(of: path, holding: bytes)
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      if first == 1, lines.count <= count, bytes.count <= Shown.largest {
        return ToolResult([Passage(text, from: origin)])
      }
      let part = lines.dropFirst(first - 1).prefix(count)
      let shown = Shown.cut(part.joined(separator: "\n"))
      let note =
        "\(path) has \(lines.count) lines; this begins with line \(first)\(shown.isCut ? " and is cut" : "")."
      return ToolResult([Passage(note, from: .system("files")), Passage(shown.text, from: origin)])
    } catch {
      throw .refused("\(error)")
    }
  }
}

/// How much of a text a model is shown at once.
enum Shown {
  static let largest = 64 << 10

  /// Cut between characters.
  static func cut(_ text: String, to limit: Int = largest) -> (text: String, isCut: Bool) {
    guard text.utf8.count > limit else { return (text, false) }
    let end = text.utf8.index(text.startIndex, offsetBy: limit)
    return (String(text[..<(end.samePosition(in: text) ?? text.index(before: text.index(after: end)))]), true)
  }
}
