import Foundation
import Glibc
import Subprocess

/// Runs commands where they see one folder, the machine's programs, and nothing else: no environment, no descriptors, no
/// network, no other process, no socket but the one that leads to the run's ``EgressProxy``.
///
/// There is no sandbox until ``check()`` has looked at one from inside, so that what needs it cannot be had without it.
///
/// What stops what: files, sockets by path and `/proc` are kept out by the mounts (``SandboxArguments``); the network,
/// abstract sockets, other processes and shared memory by namespaces; sockets past those, keyrings and ways into the
/// kernel by the filter (``SyscallFilter``); what is used by the limits (``SandboxLimits``). The names of the mounted
/// folders outside can be read inside (`/proc/self/mountinfo`): a run's folder is not named for a secret.
package struct Sandbox: Sendable {
  init() {}

  /// Runs one command, with no shell in between, and ends everything that it started.
  ///
  /// - Parameters:
  ///   - command: The program, by its path inside or by name, and its arguments. It reads nothing on standard input.
  ///   - folder: The run's folder, which the command finds as `/work` and its directory.
  ///   - readOnly: Further folders, seen where they are.
  ///   - egress: The socket of an ``EgressProxy``, the only way out; without it there is none. Programs find it by
  ///     `http_proxy`; they ask for `http://…`, and the proxy asks on over TLS.
  /// - Throws: What kept the command from running. A command that fails is an ending, not an error.
  package func run(
    _ command: [String], in folder: String, readOnly: [String] = [], limits: SandboxLimits = SandboxLimits(),
    egress: String? = nil
  ) async throws(SandboxError) -> SandboxedEnding {
    let arguments = try Self.arguments(
      command, in: folder, readOnly: readOnly, limits: limits, egress: egress)
    let files = try SandboxFiles(filter: Self.filter())
    defer { files.remove() }
    let ending: SandboxedEnding
    do {
      ending = try await spawn(
        Self.opening(files) + arguments, limits: limits)
    } catch {
      await files.waitUntilEnded()
      if Task.isCancelled { throw .cancelled }
      throw .notSetUp(reason: "\(error)")
    }
    await files.waitUntilEnded()
    if Task.isCancelled { throw .cancelled }
    // Bubblewrap says by another way than the command's own that it got as far as starting it.
    guard ending.stopped != nil || files.hasExitCode else {
      throw .notSetUp(reason: Self.firstLine(of: ending.errors))
    }
    return ending
  }

  static func filter() throws(SandboxError) -> [UInt8] {
    guard let filter = SyscallFilter.program else {
      throw .forbidden(reason: "its calls to the kernel cannot be filtered on this kind of processor")
    }
    return filter
  }

  static func arguments(
    _ command: [String], in folder: String, readOnly: [String], limits: SandboxLimits, egress: String?,
    hasHidden: Bool = false
  ) throws(SandboxError) -> [String] {
    guard let program = command.first, !program.isEmpty else {
      throw .invalid(reason: "no command was given")
    }
    guard !program.hasPrefix("-"), !command.contains(where: { $0.utf8.contains(0) }) else {
      throw .invalid(reason: "a program's name begins with no dash, and no argument has a zero byte")
    }
    for path in [folder] + readOnly {
      guard path.hasPrefix("/"), path.count > 1, isDirectory(path) else {
        throw .invalid(reason: "\(path) is no folder, given from the root")
      }
    }
    if let egress {
      var status = stat()
      guard stat(egress, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK else {
        throw .invalid(reason: "\(egress) is no socket")
      }
      guard FileManager.default.isExecutableFile(atPath: "/usr/bin/socat") else {
        throw .missing(program: "socat", package: "socat")
      }
    }
    return SandboxArguments(
      folder: folder, readOnly: readOnly, egress: egress, limits: limits, hasHidden: hasHidden
    ).all(running: command)
  }

  private static func isDirectory(_ path: String) -> Bool {
    var isDirectory: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && isDirectory.boolValue
  }

  /// No descriptor is passed on to a child, so a shell opens those that bubblewrap needs and becomes it. Its text is fixed.
  static func opening(_ files: SandboxFiles) -> [String] {
    let filter = SandboxArguments.filterDescriptor
    let status = SandboxArguments.statusDescriptor
    let script = """
      cd / && unset PWD OLDPWD \
      && exec \(bubblewrap) "$@" \(filter)<"$0/filter" \(status)>"$0/status" </dev/null
      """
    return ["-c", script, files.directory]
  }

  static let bubblewrap = "/usr/bin/bwrap"

  private func spawn(_ arguments: [String], limits: SandboxLimits) async throws
    -> SandboxedEnding
  {
    var options = PlatformOptions()
    options.createSession = true
    let result = try await Subprocess.run(
      Configuration(
        executable: .name("sh"), arguments: Arguments(arguments), environment: .custom([:]),
        platformOptions: options),
      input: .none, output: .sequence, error: .sequence
    ) { execution in
      let output = execution.standardOutput
      let errors = execution.standardError
      async let kept = KeptOutput.reading(output, limit: limits.output)
      async let complained = KeptOutput.reading(errors, limit: limits.output)
      async let stopped = SandboxWatch(root: pid_t(execution.processIdentifier.value), limits: limits).watch()
      return try await (kept, complained, stopped)
    }
    let (output, errors, stopped) = result.closureResult
    let status: Int32 =
      switch result.terminationStatus {
      case .exited(let code): code
      case .signaled(let signal): 128 + signal
      }
    return SandboxedEnding(
      status: status, output: output.bytes, errors: errors.bytes,
      isTruncated: output.isTruncated || errors.isTruncated,
      stopped: stopped ?? (status == 128 + SIGXCPU ? .processorTime : nil))
  }

  static func firstLine(of bytes: [UInt8]) -> String {
    let line = String(decoding: bytes.prefix(300), as: UTF8.self).split(whereSeparator: \.isNewline).first
    return line.map(String.init) ?? "it ended without a word"
  }
}
