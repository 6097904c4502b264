package import Effects

/// Pushes one branch to where the repository came from. Only branches whose names begin as the agent's folder says; never
/// by force, never a deletion, never a tag.
package struct GitPush: AgentTool {
  private let workspace: GitWorkspace
  private let prefixes: [String]
  package let declaration: ToolDeclaration

  /// - Parameters:
  ///   - remote: What people call the repository it is pushed to.
  ///   - prefixes: What names of branches begin with that may be pushed.
  package init(_ workspace: GitWorkspace, remote: String, prefixes: [String] = ["agent/"]) {
    self.workspace = workspace
    self.prefixes = prefixes
    declaration = ToolDeclaration(
      name: "git_push",
      summary:
        "Pushes a branch of yours to \(remote). Its name begins with \(prefixes.joined(separator: " or ")).",
      parameters: [.init("branch", ["type": "string"], role: .control)],
      effect: .init(.queryable, risk: .medium, reversibility: .compensable, audience: .organisation(remote)),
      answers: .system("git"))
  }

  package func perform(_ call: ToolCall) async throws(ToolFailure) -> ToolResult {
    let (branch, commit) = try await asked(call)
    do {
      // By the commit, not by the name: what was looked at is what goes.
      _ = try await workspace.run(
        [
          "push", "--quiet", "--porcelain", "--no-verify", "--", workspace.source,
          "\(commit):refs/heads/\(branch)",
        ],
        reachesSource: true)
      return pushed(branch, commit)
    } catch {
      if case .failed(let line) = error {
        // Of one branch that was pushed the other end said no.
        guard line.contains("failed to push some refs") else { throw .uncertain("\(error)") }
        throw .refused("The branch was not taken: it has moved on there, or a hook said no.")
      }
      throw .uncertain("\(error)")
    }
  }

  /// Whether the branch there is what this call would push.
  package func find(_ call: ToolCall) async throws(ToolFailure) -> EffectFinding {
    let (branch, commit) = try await asked(call)
    do {
      let there = try await workspace.run(
        ["ls-remote", "--quiet", "--", workspace.source, "refs/heads/\(branch)"], reachesSource: true)
      return there.hasPrefix(commit) ? .happened(pushed(branch, commit)) : .didNotHappen
    } catch {
      throw .unavailable("\(error)")
    }
  }

  private func asked(_ call: ToolCall) async throws(ToolFailure) -> (branch: String, commit: String) {
    let given = try CallArguments(call, for: declaration).string("branch")
    guard GitName.isPlain(given), prefixes.contains(where: given.hasPrefix) else {
      throw .refused("Only branches whose names begin with \(prefixes.joined(separator: " or ")) are pushed.")
    }
    do {
      let commit = try await workspace.run([
        "rev-parse", "--verify", "--quiet", "refs/heads/\(given)^{commit}",
      ])
      .split(whereSeparator: \.isNewline).joined()
      return (given, commit)
    } catch {
      throw .refused("There is no branch \(given).")
    }
  }

  private func pushed(_ branch: String, _ commit: String) -> ToolResult {
    ToolResult(
      [Passage("\(branch) is at \(commit) there.", from: .system("git"))],
      follows: [.init(kind: "change", subject: commit, holdFor: .seconds(14 * 86_400))])
  }
}
