package import Effects

/// Goes to another branch of the run's own clone, making it where it is not there. Files that were changed and not
/// committed come along or stop it, as git has it.
package struct GitBranch: AgentTool {
  private let workspace: GitWorkspace
  package init(_ workspace: GitWorkspace) { self.workspace = workspace }

  package let declaration = ToolDeclaration(
    name: "git_branch",
    summary: "Goes to a branch of your own copy of the repository, and makes it if it is not there.",
    parameters: [.init("name", ["type": "string"], role: .control)],
    effect: .init(.pure, risk: .low, reversibility: .reversible, audience: .run), answers: .system("git"))

  package func perform(_ call: ToolCall) async throws(ToolFailure) -> ToolResult {
    let given = try CallArguments(call, for: declaration).string("name")
    do {
      return try await go(to: try GitName.checked(given, "The branch"))
    } catch {
      throw GitAnswer.failure(error)
    }
  }

  private func go(to name: String) async throws(GitProblem) -> ToolResult {
    try workspace.checkNoneNested()
    let before = try await workspace.run(["symbolic-ref", "--short", "HEAD"]).split(
      whereSeparator: \.isNewline
    )
    .joined()
    let isThere = try await !workspace.run(["for-each-ref", "--format=%(refname)", "refs/heads/\(name)"])
      .isEmpty
    _ = try await workspace.run(["checkout", "--quiet"] + (isThere ? [name, "--"] : ["-b", name]))
    return ToolResult(
      [Passage("On branch \(name).", from: .system("git"))], undo: ["before": .string(before)])
  }

  /// Goes back; a branch that was made stays, and leads nowhere.
  package func undo(_ handle: JSON, of effect: EffectID) async throws(ToolFailure) -> ToolResult {
    guard let before = handle["before"]?.string, GitName.isPlain(before) else {
      throw .refused("What undoing takes is not whole.")
    }
    do { return try await go(to: before) } catch { throw GitAnswer.failure(error) }
  }
}
