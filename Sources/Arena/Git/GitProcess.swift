package import Foundation
import Subprocess

/// The real `git`, in an environment of its own: no user's or machine's configuration can change a commit.
package struct GitProcess: Sendable {
  package var directory: URL

  package init(directory: URL) { self.directory = directory }

  package enum Failure: Error, CustomStringConvertible {
    case notInstalled
    case failed(arguments: [String], directory: String, message: String)

    package var description: String {
      switch self {
      case .notInstalled:
        "git could not be started. Install it (Debian, Ubuntu: apt-get install git) and try again."
      case .failed(let arguments, let directory, let message):
        "git \(arguments.joined(separator: " ")) failed in \(directory): \(message)"
      }
    }
  }

  /// Runs git and returns its standard output.
  /// - Throws: ``Failure`` if git is missing or exits with another code than 0.
  @discardableResult
  package func callAsFunction(_ arguments: String..., input: [UInt8] = []) async throws -> String {
    try await run(arguments, input: input)
  }

  @discardableResult
  func run(_ arguments: [String], input: [UInt8] = []) async throws -> String {
    let result: ExecutionResult<Void, StringOutput<UTF8>, StringOutput<UTF8>>
    do {
      result = try await Subprocess.run(
        .name("git"), arguments: Arguments(["-C", directory.path] + arguments),
        environment: .inherit.updating([
          "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null",
          // What is simulated need not survive a power cut: waiting for the disk is most of the time otherwise.
          "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "core.fsync", "GIT_CONFIG_VALUE_0": "none",
          "GIT_DIR": nil, "GIT_WORK_TREE": nil, "GIT_INDEX_FILE": nil,
          "GIT_OBJECT_DIRECTORY": nil, "GIT_TEMPLATE_DIR": nil, "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C",
          "TZ": "UTC",
        ]),
        input: .array(input), output: .string(limit: 64 << 20), error: .string(limit: 1 << 20))
    } catch {
      throw Failure.notInstalled
    }
    guard result.terminationStatus.isSuccess else {
      throw Failure.failed(
        arguments: arguments, directory: directory.path,
        message: result.standardError.trimmingCharacters(in: .whitespacesAndNewlines))
    }
    return result.standardOutput
  }
}
