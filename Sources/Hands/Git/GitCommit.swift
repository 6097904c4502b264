package import Effects

/// Commits all that changed in the worktree, to the run's own clone. The effect's id is in the commit, so that after a
/// crash it can be seen whether it was made.
package struct GitCommit: AgentTool {
  private let workspace: GitWorkspace
  package init(_ workspace: GitWorkspace) { self.workspace = workspace }

  package let declaration = ToolDeclaration(
    name: "git_commit", summary: "Commits everything that changed in the worktree, on the branch you are on.",
    parameters: [.init("message", ["type": "string", "minLength": 1], role: .body)],
    effect: .init(.queryable, risk: .low, reversibility: .reversible, audience: .run), answers: .system("git")
  )

  static let trailer = "Assay-Effect"

  package func perform(_ call: ToolCall) async throws(ToolFailure) -> ToolResult {
    let message = try CallArguments(call, for: declaration).string("message", longest: 64 << 10)
    // A message that has the trailer could pass for another effect.
    guard !message.isEmpty, !message.lowercased().contains(Self.trailer.lowercased()) else {
      throw .refused("The message is empty, or has \(Self.trailer) in it.")
    }
    do {
      try workspace.checkNoneNested()
      _ = try await workspace.run(["add", "--all", "--", "."])
      let changed = try await workspace.run([
        "diff", "--cached", "--name-only", "--ignore-submodules=all", "-z",
      ])
      guard !changed.isEmpty else { throw GitProblem.failed("nothing has changed") }
    } catch {
      throw GitAnswer.failure(error)
    }
    do {
      _ = try await workspace.run([
        "commit", "--quiet", "--no-verify", "--cleanup=verbatim", "--message=\(message)",
        "--message=\(Self.trailer): \(call.effect)",
      ])
      return try await made("HEAD")
    } catch {
      throw .uncertain("\(error)")
    }
  }

  package func find(_ call: ToolCall) async throws(ToolFailure) -> EffectFinding {
    do {
      let found = try await workspace.run([
        "log", "--all", "--format=%H", "--max-count=1", "--fixed-strings",
        "--grep=\(Self.trailer): \(call.effect)",
      ]).split(whereSeparator: \.isNewline)
      guard let commit = found.first else { return .didNotHappen }
      return .happened(try await made(String(commit)))
    } catch {
      throw .unavailable("\(error)")
    }
  }

  private func made(_ name: String) async throws(GitProblem) -> ToolResult {
    let lines = try await workspace.run(["log", "--format=%H %P", "--max-count=1", name])
      .split(whereSeparator: { $0.isWhitespace }).map(String.init)
    guard let commit = lines.first else { throw .failed("no commit was found") }
    let undo: JSON? = lines.count == 2 ? ["commit": .string(commit), "parent": .string(lines[1])] : nil
    return ToolResult([Passage("Committed \(commit).", from: .system("git"))], undo: undo)
  }

  /// Takes the branch back to the commit before, if it is still where this one left it. The files stay as they are.
  package func undo(_ handle: JSON, of effect: EffectID) async throws(ToolFailure) -> ToolResult {
    guard let commit = handle["commit"]?.string, let parent = handle["parent"]?.string,
      GitName.isPlain(commit),
      GitName.isPlain(parent)
    else { throw .refused("What undoing takes is not whole.") }
    do {
      let branch = try await workspace.run(["symbolic-ref", "HEAD"]).split(whereSeparator: \.isNewline)
        .joined()
      let now = try await workspace.run(["rev-parse", "HEAD"]).split(whereSeparator: \.isNewline).joined()
      if now != parent {
        guard now == commit else { throw GitProblem.failed("the branch has moved on since") }
        _ = try await workspace.run(["update-ref", branch, parent, commit])
        _ = try await workspace.run(["reset", "--quiet"])
      }
      return ToolResult([Passage("The branch is back at \(parent).", from: .system("git"))])
    } catch {
      throw GitAnswer.failure(error)
    }
  }
}
