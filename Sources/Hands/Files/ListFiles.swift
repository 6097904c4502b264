package import Effects

/// Names what is in the run's folder. Names are anybody's word too.
package struct ListFiles: AgentTool {
  private let folder: WorkFolder
  package init(_ folder: WorkFolder) { self.folder = folder }

  package let declaration = ToolDeclaration(
    name: "list_files",
    summary:
      "Lists files and folders of your folder, or of one below it, so many levels deep. Folders end with a slash.",
    parameters: [
      .init("path", ["type": "string"], role: .control, isRequired: false),
      .init("depth", ["type": "integer", "minimum": 1, "maximum": 16], role: .harmless, isRequired: false),
    ], answers: .untrusted)

  package func perform(_ call: ToolCall) async throws(ToolFailure) -> ToolResult {
    let arguments = try CallArguments(call, for: declaration)
    let given = try arguments.optionalString("path") ?? "."
    let depth = try arguments.integer("depth", or: 1, in: 1...16)
    do {
      let path = try FolderPath(given)
      let (entries, isWhole) = try folder.entries(below: path, depth: depth, limit: 1000)
      let lines = entries.map { entry in
        switch entry.kind {
        case .file: "\(entry.path)"
        case .folder: "\(entry.path)/"
        case .other: "\(entry.path) (neither file nor folder)"
        }
      }
      let note =
        isWhole ? "\(entries.count) in \(path)." : "The first \(entries.count) in \(path); there are more."
      return ToolResult([
        Passage(note, from: .system("files")),
        Passage(lines.joined(separator: "\n"), from: .untrusted("names of files in \(path)")),
      ])
    } catch {
      throw .refused("\(error)")
    }
  }
}
