import Foundation
package import Ledger
import Subprocess

extension ReferenceSite {
  /// How a release of the sample service is.
  package enum Behaviour: String, Hashable, Sendable, CaseIterable {
    case well
    /// Its health endpoint answers 500.
    case broken
    /// It answers after two seconds.
    case slow
    /// It answers 500 every other time.
    case flapping
    /// It ends as soon as it is started.
    case crashing
  }

  /// Commits a release of the sample service to the main line of `source.git`.
  ///
  /// - Parameters:
  ///   - at: When it was committed; `nil` for now.
  /// - Returns: The commit.
  @discardableResult
  package func commit(
    _ behaviour: Behaviour, _ subject: String, at: Instant? = nil
  ) async throws -> String {
    let seconds = (at ?? Instant(Date())).milliseconds / 1000
    let source = path("source.git")
    let parent = try? await git(["--git-dir", source, "rev-parse", "--verify", "--quiet", "refs/heads/main"])
    let work = path("temporary/commit-\(UUID().uuidString)")
    try FileManager.default.createDirectory(atPath: work, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: work) }
    try Data((Self.service + "\n").utf8).write(to: URL(filePath: work + "/service.py"))
    try Data((behaviour.rawValue + "\n").utf8).write(to: URL(filePath: work + "/behaviour"))
    let index = ["--git-dir", source, "--work-tree", work]
    try await git(index + ["add", "--all", "."], ["GIT_INDEX_FILE": "\(work).index"])
    let tree = try await git(index + ["write-tree"], ["GIT_INDEX_FILE": "\(work).index"])
    try? FileManager.default.removeItem(atPath: "\(work).index")
    let date = "\(seconds) +0000"
    let commit = try await git(
      ["--git-dir", source, "commit-tree", tree, "-m", subject] + (parent.map { ["-p", $0] } ?? []),
      [
        "GIT_AUTHOR_NAME": "Shop", "GIT_AUTHOR_EMAIL": "shop@example.com", "GIT_AUTHOR_DATE": "\(date)",
        "GIT_COMMITTER_NAME": "Shop", "GIT_COMMITTER_EMAIL": "shop@example.com",
        "GIT_COMMITTER_DATE": "\(date)",
      ])
    try await git(["--git-dir", source, "update-ref", "refs/heads/main", commit])
    return commit
  }

  /// Says what checks found of a commit, in place of what was said before.
  package func say(_ checks: [DeploymentCheck], of commit: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    try encoder.encode(["checks": checks]).write(
      to: URL(filePath: path("checks/\(commit)")), options: .atomic)
  }

  /// Makes the hook or the site fail at a point of that name, once or until it is taken back.
  package func inject(_ fault: String) throws {
    try Data().write(to: URL(filePath: path("fault/\(fault)")))
  }

  package func takeBack(_ fault: String) throws {
    try FileManager.default.removeItem(atPath: path("fault/\(fault)"))
  }

  /// The commit that `current` points to; `nil` before the first deployment.
  package var currentCommit: String? {
    (try? FileManager.default.destinationOfSymbolicLink(atPath: path("current"))).map {
      String($0.split(separator: "/").last ?? "")
    }
  }

  /// The site as a target that agents deploy to.
  package func target(
    named name: String = "shop-production", repository: String = "https://git.example/shop",
    environment: String = "production", isProduction: Bool = true
  ) throws(CommandTemplateError) -> CommandTarget {
    let site = path("bin/site")
    return CommandTarget(
      place: DeploymentPlace(
        name: name, repository: repository, environment: environment, isProduction: isProduction),
      commands: CommandTarget.Commands(
        current: try CommandTemplate([site, "current"]),
        begin: try CommandTemplate(
          [site, "begin", "{sha}", "{from}", "{effect}", "{task}"], patience: .seconds(120)),
        find: try CommandTemplate([site, "find", "{effect}"]),
        checks: try CommandTemplate([site, "checks", "{sha}"])),
      repository: path("source.git"),
      environment: [
        "PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": "/dev/null",
      ],
      health: CommandProbe(
        ["curl", "--silent", "--show-error", "--fail", "--max-time", "5", address + "health"],
        patience: .seconds(10)))
  }
}
