import Foundation

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A program run as a child, whose end tells how much memory it needed.
package final class ChildProcess: Sendable {
  package struct Result: Sendable {
    /// The exit status, or `nil` if a signal ended it.
    package var status: Int32?
    /// The largest resident set that was seen, in bytes, looked at every few milliseconds. What `wait4` says of it is not
    /// less than this process's own, which the child begins as.
    package var peakBytes: Int
    package var output: String
    package var errors: String
  }

  package struct Failure: Error, CustomStringConvertible {
    package var description: String
    package init(description: String) { self.description = description }
  }

  private let identifier: pid_t
  private let directory: TemporaryDirectory

  /// - Parameters:
  ///   - path: The program.
  ///   - environment: Added to this process's own.
  package init(_ path: String, _ arguments: [String], environment: [String: String] = [:]) throws {
    directory = try TemporaryDirectory()
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, directory.path("out"), O_WRONLY | O_CREAT, 0o600)
    posix_spawn_file_actions_addopen(&actions, 2, directory.path("err"), O_WRONLY | O_CREAT, 0o600)
    #if canImport(Glibc)
      // Nothing else of this process's: a socket that another test closes would stay open in the child. Those that
      // are not open are passed over.
      for descriptor in Int32(3)..<1024 { posix_spawn_file_actions_addclose(&actions, descriptor) }
    #endif
    let variables = ProcessInfo.processInfo.environment.merging(environment) { $1 }.map { "\($0)=\($1)" }
    var argv = ([path] + arguments).map { strdup($0) } + [nil]
    var envp = variables.map { strdup($0) } + [nil]
    defer { for pointer in argv + envp { free(pointer) } }
    var child = pid_t()
    let code = posix_spawn(&child, path, &actions, nil, &argv, &envp)
    guard code == 0 else { throw Failure(description: "\(path): \(String(cString: strerror(code)))") }
    identifier = child
  }

  /// Ends it at once, as a crash would.
  package func kill() { _ = sendSignal(identifier, SIGKILL) }

  /// Waits for its end; to be called once.
  package func wait() throws -> Result {
    var status: Int32 = 0
    var peak = 0
    while isRunning {
      peak = max(peak, residentPeak)
      // What is asked for is a peak, which stays; to look more often takes the child's own time.
      usleep(10_000)
    }
    while waitpid(identifier, &status, 0) < 0 {
      guard errno == EINTR else { throw Failure(description: String(cString: strerror(errno))) }
    }
    // The low seven bits are the signal, the next eight the exit status.
    return Result(
      status: status & 0x7F == 0 ? (status >> 8) & 0xFF : nil, peakBytes: peak,
      output: output, errors: errors)
  }

  /// 0 where the system does not say.
  private var residentPeak: Int {
    guard let text = try? String(contentsOfFile: "/proc/\(identifier)/status", encoding: .utf8),
      let line = text.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
      let kilobytes = line.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first.flatMap({
        Int($0)
      })
    else { return 0 }
    return kilobytes * 1024
  }

  package static func run(
    _ path: String, _ arguments: [String], environment: [String: String] = [:]
  ) throws -> Result {
    try ChildProcess(path, arguments, environment: environment).wait()
  }

  /// The `assay` that was built with these tests.
  package static var assay: String {
    get throws { try built("assay") }
  }

  /// A program that was built with these tests.
  package static func built(_ name: String) throws -> String {
    var directory = Bundle.main.bundleURL
    // The test runner lies in the toolchain; the tests' bundle is named on its command line.
    for argument in CommandLine.arguments where argument.hasSuffix(".xctest") {
      directory = URL(filePath: argument).deletingLastPathComponent()
    }
    let file = directory.appending(path: name).path
    guard FileManager.default.isExecutableFile(atPath: file) else {
      throw Failure(description: "\(file) is not there: build it with `swift build`")
    }
    return file
  }

  /// What it has written to its standard output so far.
  package var output: String { written("out") }
  /// The same of its standard error.
  package var errors: String { written("err") }

  private func written(_ name: String) -> String {
    String(decoding: FileManager.default.contents(atPath: directory.path(name)) ?? Data(), as: UTF8.self)
  }

  /// Whether it has not ended yet; not to be asked once it was waited for.
  package var isRunning: Bool {
    var state = siginfo_t()
    return waitid(P_PID, id_t(identifier), &state, WEXITED | WNOHANG | WNOWAIT) == 0 && state.si_signo == 0
  }
}

private func sendSignal(_ identifier: pid_t, _ signal: Int32) -> Int32 { kill(identifier, signal) }
