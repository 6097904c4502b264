package import Effects

/// Writes a file of the run's folder, whole. What was there before is kept, and can be put back as long as nobody wrote
/// over it again.
package struct WriteFile: AgentTool {
  private let folder: WorkFolder
  package init(_ folder: WorkFolder) { self.folder = folder }

  package let declaration = ToolDeclaration(
    name: "write_file",
    summary:
      "Writes a whole text file in your folder, in place of what was there. Folders on the way are made.",
    parameters: [
      .init("path", ["type": "string"], role: .control), .init("content", ["type": "string"], role: .body),
    ],
    effect: .init(.pure, risk: .low, reversibility: .reversible, audience: .run), answers: .system("files"))

  package func perform(_ call: ToolCall) async throws(ToolFailure) -> ToolResult {
    let arguments = try CallArguments(call, for: declaration)
    let given = try arguments.string("path")
    let content = Array(try arguments.string("content", longest: WorkFolder.largest).utf8)
    do {
      let path = try FolderPath(given)
      let earlier = try current(path)
      let kept: JSON =
        if let earlier { .string(try folder.keep(earlier)) } else { .null }
      try folder.write(content, to: path)
      return ToolResult(
        [Passage("Wrote \(content.count) bytes to \(path).", from: .system("files"))],
        undo: ["path": .string("\(path)"), "before": kept, "written": .string(WorkFolder.hash(content))])
    } catch {
      throw .refused("\(error)")
    }
  }

  package func undo(_ handle: JSON, of effect: EffectID) async throws(ToolFailure) -> ToolResult {
    guard let given = handle["path"]?.string, let written = handle["written"]?.string else {
      throw .refused("What undoing takes is not whole.")
    }
    do {
      let path = try FolderPath(given)
      let now = try current(path)
      let before = try handle["before"]?.string.map { hash throws(FolderProblem) in try folder.kept(hash) }
      // After a crash it may be undone already.
      if now == before { return ToolResult([Passage("\(path) is as it was.", from: .system("files"))]) }
      guard now.map(WorkFolder.hash) == written else {
        throw ToolFailure.refused("\(path) was changed since; it is left as it is.")
      }
      if let before { try folder.write(before, to: path) } else { try folder.remove(path) }
      return ToolResult([Passage("\(path) is as it was.", from: .system("files"))])
    } catch let failure as ToolFailure {
      throw failure
    } catch {
      throw .refused("\(error)")
    }
  }

  private func current(_ path: FolderPath) throws(FolderProblem) -> [UInt8]? {
    do throws(FolderProblem) {
      return try folder.bytes(of: path)
    } catch {
      if case .missing = error { return nil }
      throw error
    }
  }
}
