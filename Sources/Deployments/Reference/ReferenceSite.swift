package import Foundation
import Subprocess

#if canImport(System)
  import System
#else
  import SystemPackage
#endif

/// A real site to deploy to, on this machine, for tests and for the demo: a repository `source.git` that is deployed, a
/// repository `site.git` whose hook makes `releases/<commit>` of what is pushed and renames `current` over to it, a
/// service under runit that runs what `current` points to, and nginx before it.
///
/// Needs git, runit, nginx and python3: `require_reference_site` in Scripts/setup installs them.
package struct ReferenceSite: Sendable {
  /// Its directory, which it has for itself.
  package let root: String
  /// Of nginx, on 127.0.0.1: where users and health questions go.
  package let port: UInt16
  /// Of the service behind it.
  package let servicePort: UInt16

  /// Makes the site in an empty directory, or takes up what is there from an earlier time.
  ///
  /// - Parameters:
  ///   - port: `nil` for one that is free now.
  package init(in directory: URL, port: UInt16? = nil) async throws {
    let files = FileManager.default
    root = directory.resolvingSymlinksInPath().path
    self.port = try port ?? FreePort.any()
    servicePort = try FreePort.any()
    for name in [
      "bin", "checks", "fault", "log", "refused", "releases", "service/web", "service/proxy", "temporary",
    ] {
      try files.createDirectory(atPath: path(name), withIntermediateDirectories: true)
    }
    for name in ["history", "lock"] where !files.fileExists(atPath: path(name)) {
      try Data().write(to: URL(filePath: path(name)))
    }
    for name in ["source.git", "site.git"] where !files.fileExists(atPath: path(name)) {
      try await git(["init", "--quiet", "--bare", "--initial-branch=main", "--template=", path(name)])
    }
    try await git(["--git-dir", path("site.git"), "config", "receive.advertisePushOptions", "true"])
    try files.createDirectory(atPath: path("site.git/hooks"), withIntermediateDirectories: true)
    try write(Self.siteScript, to: "bin/site", isProgram: true)
    try write(Self.hookScript, to: "site.git/hooks/post-receive", isProgram: true)
    try write(webScript(), to: "service/web/run", isProgram: true)
    try write(proxyScript(), to: "service/proxy/run", isProgram: true)
    try write(proxyConfiguration(), to: "nginx.conf", isProgram: false)
  }

  package func path(_ name: String) -> String { root + "/" + name }

  /// Where it is seen.
  package var address: String { "http://127.0.0.1:\(port)/" }

  /// Runs the service and nginx, until the task is cancelled; both are told to end before it returns.
  package func serve() async throws {
    var options = PlatformOptions()
    // At this signal runsvdir ends all services before itself.
    options.teardownSequence = [.send(signal: .terminalClosed, allowedDurationToNextStep: .seconds(10))]
    _ = try await Subprocess.run(
      .name("runsvdir"), arguments: ["-P", path("service")], environment: .custom(Self.environment),
      platformOptions: options, output: .discarded)
  }

  /// Serves for as long as `body` takes.
  package func whileServing<Result: Sendable>(
    _ body: @Sendable () async throws -> Result
  ) async throws -> Result {
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await serve() }
      do {
        let result = try await body()
        group.cancelAll()
        while let ended = await group.nextResult() { _ = ended }
        return result
      } catch {
        group.cancelAll()
        while let ended = await group.nextResult() { _ = ended }
        throw error
      }
    }
  }

  static let environment: [Environment.Key: String] = [
    "PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "LC_ALL": "C.UTF-8", "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": "/dev/null",
  ]

  private func write(_ text: String, to name: String, isProgram: Bool) throws {
    try Data((text + "\n").utf8).write(to: URL(filePath: path(name)), options: .atomic)
    try FileManager.default.setAttributes(
      [.posixPermissions: isProgram ? 0o755 : 0o644], ofItemAtPath: path(name))
  }

  @discardableResult
  func git(_ arguments: [String], _ variables: [Environment.Key: String] = [:]) async throws -> String {
    let result = try await Subprocess.run(
      .name("git"), arguments: Arguments(arguments),
      environment: .custom(Self.environment.merging(variables) { $1 }), output: .string(limit: 1 << 20),
      error: .string(limit: 1 << 16))
    guard result.terminationStatus.isSuccess else {
      throw ReferenceSiteError(problem: "git \(arguments.joined(separator: " ")): \(result.standardError)")
    }
    return result.standardOutput.trimmed
  }
}

/// The reference site could not be made.
package struct ReferenceSiteError: Error, Hashable, Sendable, CustomStringConvertible {
  package var problem: String
  package var description: String { "The reference site cannot be made: \(problem)" }
}
