import Effects
import Ledger

/// What a target asks of a git repository on this machine: names of commits and what lies between them. Read only; no
/// configuration, hook or remote of it is used.
struct GitRepository: Sendable {
  /// The git directory.
  var path: String

  /// The commit that `revision` stands for.
  func resolve(_ revision: String) async throws(ToolFailure) -> String {
    guard CommitName.isPlain(revision) else {
      throw .refused("“\(revision.prefix(50))” is no branch, tag or commit.")
    }
    let ending = try await git([
      "rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{commit}",
    ])
    let name = ending.output.trimmed
    guard ending.status == 0, CommitName.isWhole(name) else {
      throw .refused("The repository has no commit “\(revision.prefix(50))”.")
    }
    return name
  }

  func changes(from: String?, to: String) async throws(ToolFailure) -> DeploymentChanges {
    guard let from else {
      return DeploymentChanges(.first, commits: try await commits([to], most: 1))
    }
    if from == to { return DeploymentChanges(.same, count: 0) }
    if try await isAncestor(from, of: to) {
      return DeploymentChanges(
        .forward, commits: try await commits(["\(from)..\(to)"], most: DeploymentChanges.most),
        count: try await count("\(from)..\(to)"))
    }
    if try await isAncestor(to, of: from) { return DeploymentChanges(.backward) }
    return DeploymentChanges(
      .diverged, commits: try await commits(["\(from)..\(to)"], most: DeploymentChanges.most),
      count: try await count("\(from)..\(to)"))
  }

  func isAncestor(_ a: String, of b: String) async throws(ToolFailure) -> Bool {
    let ending = try await git(["merge-base", "--is-ancestor", a, b])
    switch ending.status {
    case 0: return true
    case 1: return false
    default:
      throw .unavailable("git cannot compare \(a.prefix(10)) and \(b.prefix(10)): \(ending.lastComplaint).")
    }
  }

  private func count(_ range: String) async throws(ToolFailure) -> Int? {
    Int(try await good(["rev-list", "--count", range]).trimmed)
  }

  private func commits(_ range: [String], most: Int) async throws(ToolFailure) -> [DeployedCommit] {
    let text = try await good(
      ["log", "--no-show-signature", "--format=%H %ct %s", "--max-count=\(most)", "--end-of-options"] + range)
    return text.split(separator: "\n").compactMap { line in
      let parts = line.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3, CommitName.isWhole(String(parts[0])) else { return nil }
      return DeployedCommit(
        sha: String(parts[0]),
        at: Int64(parts[1]).map { Instant(milliseconds: $0 &* 1000) },
        subject: DeploymentPlan.oneLine(String(parts[2])))
    }
  }

  private func good(_ arguments: [String]) async throws(ToolFailure) -> String {
    let ending = try await git(arguments)
    guard ending.status == 0 else { throw .unavailable("git could not say: \(ending.lastComplaint).") }
    return ending.output
  }

  private func git(_ arguments: [String]) async throws(ToolFailure) -> BoundedCommand.Ending {
    let command = BoundedCommand(
      argv: [
        "git", "--git-dir=\(path)", "--no-pager", "--no-replace-objects", "-c", "core.hooksPath=/dev/null",
        "-c", "core.fsmonitor=false", "-c", "log.mailmap=false",
      ] + arguments,
      environment: [
        "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_TERMINAL_PROMPT": "0",
        "GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1", "GIT_ALLOW_PROTOCOL": "none",
        "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "safe.directory", "GIT_CONFIG_VALUE_0": path,
      ],
      patience: .seconds(60))
    do {
      return try await command.run()
    } catch {
      throw .unavailable("The repository cannot be read: \(error.sentence).")
    }
  }
}

extension BoundedCommand.Failure {
  var sentence: String {
    switch self {
    case .notStarted(let why), .broken(let why): why
    }
  }
}
