import Subprocess

/// The git that is installed.
package enum GitVersion {
  /// What `git --version` prints; `nil` if there is no git on the `PATH`.
  package static func installed() async -> String? {
    let result = try? await run(
      .name("git"), arguments: ["--version"], output: .string(limit: 4096), error: .discarded)
    guard let result, result.terminationStatus.isSuccess else { return nil }
    return result.standardOutput.split(separator: "\n").first.map(String.init)
  }
}
