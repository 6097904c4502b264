import Foundation
import Subprocess

/// Runs the installed `git` on one repository so that nothing in the user's or the repository's configuration
/// changes what it prints or makes it run another program, reach for the network, or wait for an answer.
struct GitCommand: Sendable {
  var gitDirectory: String
  /// A file of git attributes that mark what is not worth reading; see ``UnreadFiles``.
  var attributesFile: String?

  /// What git printed, for commands whose output is small.
  ///
  /// - Parameter limit: Bytes of output beyond which it fails.
  func output(_ arguments: [String], input: [UInt8] = [], limit: Int = 64 << 20)
    async throws(RepositoryProblem) -> [UInt8]
  {
    var bytes: [UInt8] = []
    let ending = try await stream(arguments, input: input) { buffer in
      bytes.append(contentsOf: buffer)
      return bytes.count <= limit
    }
    if let problem = ending { throw problem }
    return bytes
  }

  /// Feeds what git prints to `consume` piece by piece; stops when it returns `false`.
  ///
  /// - Returns: What git complained of if it failed after it was started; what it printed before still counts.
  func stream(
    _ arguments: [String], input: [UInt8] = [],
    consume: (UnsafeRawBufferPointer) -> Bool
  ) async throws(RepositoryProblem) -> RepositoryProblem? {
    let list = input.isEmpty ? nil : try InputFile(input)
    defer { list?.remove() }
    do {
      // Input comes from a file: git may stop before it has read it all, and a pipe would then raise SIGPIPE here.
      let result = try await run(
        .name(list == nil ? "git" : "sh"),
        arguments: Arguments(Self.reading(list?.path) + fixedArguments + arguments),
        environment: Self.environment, input: .none, output: .sequence, error: .string(limit: 1 << 16)
      ) { execution in
        for try await buffer in execution.standardOutput {
          let goOn = buffer.withUnsafeBytes { consume($0) }
          if !goOn { break }
        }
      }
      if result.terminationStatus.isSuccess { return nil }
      return problem(saying: result.standardError)
    } catch let error as SubprocessError where error.code == .executableNotFound {
      throw .gitNotInstalled
    } catch {
      throw .gitFailed(path: gitDirectory, message: "\(error)")
    }
  }

  private static func reading(_ file: String?) -> [String] {
    file.map { ["-c", "exec git \"$@\" < \"$0\"", $0] } ?? []
  }

  /// The git directory that git itself would use there, which fails where `safe.directory` forbids it: given
  /// outright with `--git-dir`, git would not check.
  func checkOwnership() async throws(RepositoryProblem) {
    do {
      let result = try await run(
        .name("git"), arguments: ["-C", gitDirectory, "rev-parse", "--git-dir"],
        environment: Self.environment,
        output: .discarded, error: .string(limit: 1 << 16))
      let found = problem(saying: result.standardError)
      if !result.terminationStatus.isSuccess, case .ownedByAnother = found { throw found }
    } catch let error as RepositoryProblem {
      throw error
    } catch let error as SubprocessError where error.code == .executableNotFound {
      throw .gitNotInstalled
    } catch {
      throw .gitFailed(path: gitDirectory, message: "\(error)")
    }
  }

  private func problem(saying message: String) -> RepositoryProblem {
    let line = message.split(separator: "\n").first.map(String.init) ?? "no message"
    if message.contains("dubious ownership") { return .ownedByAnother(path: gitDirectory) }
    if message.contains("Permission denied") { return .permissionDenied(path: gitDirectory) }
    if message.contains("not a git repository") { return .notARepository(path: gitDirectory) }
    return .gitFailed(path: gitDirectory, message: line)
  }

  private var fixedArguments: [String] {
    var all = ["--git-dir=\(gitDirectory)", "--no-pager", "--no-replace-objects"]
    let settings = [
      "core.quotePath=false", "core.fsmonitor=false", "core.hooksPath=/dev/null", "core.useReplaceRefs=false",
      "core.bigFileThreshold=1m", "log.showSignature=false", "log.showRoot=true", "log.mailmap=false",
      "diff.external=", "diff.noprefix=false", "diff.mnemonicPrefix=false", "diff.renameLimit=1000",
      "diff.suppressBlankEmpty=false", "diff.orderFile=/dev/null", "diff.ignoreSubmodules=all",
      "core.attributesFile=\(attributesFile ?? "/dev/null")", "gc.auto=0", "maintenance.auto=false",
    ]
    for setting in settings { all += ["-c", setting] }
    return all
  }

  /// The caller's environment without any variable that redirects git, plus those that keep it still.
  private static let environment: Environment = {
    var changes: [Environment.Key: String?] = [
      "LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0", "GIT_PAGER": "cat",
      "GIT_NO_LAZY_FETCH": "1", "GIT_ALLOW_PROTOCOL": "none", "GIT_ATTR_NOSYSTEM": "1",
      "GIT_NO_REPLACE_OBJECTS": "1",
    ]
    let kept: Set<String> = [
      "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM", "GIT_EXEC_PATH",
    ]
    for name in ProcessInfo.processInfo.environment.keys where name.hasPrefix("GIT_") && !kept.contains(name)
    {
      let key = Environment.Key(stringLiteral: name)
      if changes[key] == nil { changes.updateValue(nil, forKey: key) }
    }
    return .inherit.updating(changes)
  }()
}

/// What is fed to git, for the time of one command.
private struct InputFile {
  let path = NSTemporaryDirectory() + "/assay-\(UUID().uuidString)"

  init(_ bytes: [UInt8]) throws(RepositoryProblem) {
    guard
      FileManager.default.createFile(
        atPath: path, contents: Data(bytes), attributes: [.posixPermissions: 0o600])
    else { throw .permissionDenied(path: NSTemporaryDirectory()) }
  }

  func remove() { try? FileManager.default.removeItem(atPath: path) }
}
