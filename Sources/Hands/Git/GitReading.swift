package import Effects

/// Lists commits of the run's repository. What a commit says is whoever's wrote it.
package struct GitLog: AgentTool {
  private let workspace: GitWorkspace
  package init(_ workspace: GitWorkspace) { self.workspace = workspace }

  package let declaration = ToolDeclaration(
    name: "git_log",
    summary:
      "Lists commits, newest first: hash, date, author, subject. From a branch, tag or commit; back to another.",
    parameters: [
      .init("from", ["type": "string"], role: .control, isRequired: false),
      .init("after", ["type": "string"], role: .control, isRequired: false),
      .init("path", ["type": "string"], role: .control, isRequired: false),
      .init("limit", ["type": "integer", "minimum": 1, "maximum": 500], role: .harmless, isRequired: false),
    ], answers: .untrusted)

  package func perform(_ call: ToolCall) async throws(ToolFailure) -> ToolResult {
    let arguments = try CallArguments(call, for: declaration)
    let limit = try arguments.integer("limit", or: 30, in: 1...500)
    let from = try arguments.optionalString("from") ?? "HEAD"
    let after = try arguments.optionalString("after")
    let path = try arguments.optionalString("path")
    return try await GitAnswer.of(workspace) { () throws(GitProblem) in
      var command = [
        "log", "--no-show-signature", "--no-color", "--format=%H %cs %an: %s", "--max-count=\(limit)",
        try GitName.checked(from, "“from”"),
      ]
      if let after { command.append("^" + (try GitName.checked(after, "“after”"))) }
      return command + ["--"] + (path.map { [$0] } ?? [])
    }
  }
}

/// Shows what changed between two commits, or between one and the worktree.
package struct GitDiff: AgentTool {
  private let workspace: GitWorkspace
  package init(_ workspace: GitWorkspace) { self.workspace = workspace }

  package let declaration = ToolDeclaration(
    name: "git_diff",
    summary: "Shows what changed from one commit to another, or to the files as they are now.",
    parameters: [
      .init("from", ["type": "string"], role: .control, isRequired: false),
      .init("to", ["type": "string"], role: .control, isRequired: false),
      .init("path", ["type": "string"], role: .control, isRequired: false),
    ], answers: .untrusted)

  package func perform(_ call: ToolCall) async throws(ToolFailure) -> ToolResult {
    let arguments = try CallArguments(call, for: declaration)
    let from = try arguments.optionalString("from") ?? "HEAD"
    let to = try arguments.optionalString("to")
    let path = try arguments.optionalString("path")
    let workspace = workspace
    return try await GitAnswer.of(workspace) { () throws(GitProblem) in
      var command = ["diff", "--no-ext-diff", "--no-textconv", "--no-color", "--ignore-submodules=all"]
      command.append(try GitName.checked(from, "“from”"))
      if let to { command.append(try GitName.checked(to, "“to”")) } else { try workspace.checkNoneNested() }
      return command + ["--"] + (path.map { [$0] } ?? [])
    }
  }
}

/// Shows one commit: its message and what it changed.
package struct GitShow: AgentTool {
  private let workspace: GitWorkspace
  package init(_ workspace: GitWorkspace) { self.workspace = workspace }

  package let declaration = ToolDeclaration(
    name: "git_show", summary: "Shows one commit: author, date, message and what it changed.",
    parameters: [.init("commit", ["type": "string"], role: .control)], answers: .untrusted)

  package func perform(_ call: ToolCall) async throws(ToolFailure) -> ToolResult {
    let commit = try CallArguments(call, for: declaration).string("commit")
    return try await GitAnswer.of(workspace) { () throws(GitProblem) in
      [
        "show", "--no-ext-diff", "--no-textconv", "--no-color", "--no-show-signature", "--stat", "--patch",
        "--ignore-submodules=all", try GitName.checked(commit, "“commit”") + "^{commit}", "--",
      ]
    }
  }
}

/// What git prints, as passages.
enum GitAnswer {
  static func of(_ workspace: GitWorkspace, _ command: () throws(GitProblem) -> [String])
    async throws(ToolFailure) -> ToolResult
  {
    do {
      let shown = Shown.cut(try await workspace.run(try command(), limit: 16 << 20))
      var passages = [Passage(shown.text, from: .untrusted("the repository in \(workspace.name)"))]
      if shown.isCut { passages.insert(Passage("Cut; ask for less.", from: .system("git")), at: 0) }
      if shown.text.isEmpty { passages = [Passage("Nothing.", from: .system("git"))] }
      return ToolResult(passages)
    } catch {
      throw Self.failure(error)
    }
  }

  /// Of a call that changes nothing.
  static func failure(_ error: any Error) -> ToolFailure {
    if case .cancelled? = error as? GitProblem { .unavailable("\(error)") } else { .refused("\(error)") }
  }
}
