import Glibc
import Subprocess

extension Sandbox {
  /// Runs a command that is talked to over its standard input and output, for as long as `talk` takes. Then its input is
  /// closed; if it has not ended after `patience` it is sent SIGTERM, and after as long again everything is killed.
  ///
  /// - Parameters:
  ///   - variables: Of its environment, beside those that every command has. They may be secrets: they stand in no list of
  ///     processes and in no file.
  ///   - limits: ``SandboxLimits/output`` is what is kept of its standard error; the rest is read and dropped.
  ///   - talk: Ends early when the command does.
  /// - Throws: ``SandboxError`` where the command was not started, else what `talk` throws.
  package func hold<Result: Sendable>(
    _ command: [String], in folder: String, readOnly: [String] = [], variables: [String: String] = [:],
    limits: SandboxLimits = SandboxLimits(), egress: String? = nil, patience: Duration = .seconds(2),
    talk: @escaping @Sendable (HeldCommand) async throws -> Result
  ) async throws -> (result: Result, errors: [UInt8]) {
    for (name, value) in variables {
      guard Self.isVariable(name), !value.utf8.contains(0) else {
        throw SandboxError.invalid(reason: "\(name) is no variable, or its value has a zero byte")
      }
    }
    let arguments = try Self.arguments(
      command, in: folder, readOnly: readOnly, limits: limits, egress: egress, hasHidden: !variables.isEmpty)
    let hidden = variables.sorted { $0.key < $1.key }.flatMap { ["--setenv", $0.key, $0.value] }
    let files = try SandboxFiles(filter: Self.filter(), hidden: hidden)
    defer { files.remove() }
    Self.deafToBrokenPipes
    var options = PlatformOptions()
    options.createSession = true
    let watched = limits
    let spawned:
      ExecutionResult<(Swift.Result<Result, any Error>, KeptOutput), SequenceOutput, SequenceOutput>
    do {
      spawned = try await Subprocess.run(
        Configuration(
          executable: .name("sh"),
          arguments: Arguments(Self.opening(files, hidden: !hidden.isEmpty) + arguments),
          environment: .custom([:]), platformOptions: options),
        input: .inputWriter, output: .sequence, error: .sequence
      ) { execution in
        let root = pid_t(execution.processIdentifier.value)
        let errors = execution.standardError
        async let complained = KeptOutput.reading(errors, limit: watched.output)
        async let stopped = SandboxWatch(root: root, limits: watched, interval: .milliseconds(200)).watch()
        let said: Swift.Result<Result, any Error>
        let command = HeldCommand(execution, patience: patience)
        do { said = .success(try await talk(command)) } catch { said = .failure(error) }
        await command.end()
        _ = await stopped
        return (said, (try? await complained) ?? KeptOutput())
      }
    } catch {
      await files.waitUntilEnded()
      throw Task.isCancelled ? SandboxError.cancelled : SandboxError.notSetUp(reason: "\(error)")
    }
    await files.waitUntilEnded()
    let (said, errors) = spawned.closureResult
    guard files.hasBegun else { throw SandboxError.notSetUp(reason: Self.firstLine(of: errors.bytes)) }
    return (try said.get(), errors.bytes)
  }

  /// As ``opening(_:)``, but with the caller's standard input. The file with secrets is gone before anything runs.
  private static func opening(_ files: SandboxFiles, hidden: Bool) -> [String] {
    let open = hidden ? "exec \(SandboxArguments.hiddenDescriptor)<\"$0/hidden\" && rm \"$0/hidden\" && " : ""
    let script = """
      \(open)cd / && unset PWD OLDPWD \
      && exec \(bubblewrap) "$@" \(SandboxArguments.filterDescriptor)<"$0/filter" \
      \(SandboxArguments.statusDescriptor)>"$0/status"
      """
    return ["-c", script, files.directory]
  }

  private static func isVariable(_ name: String) -> Bool {
    !name.isEmpty && !(0x30...0x39).contains(name.utf8.first ?? 0x30)
      && name.utf8.allSatisfy {
        (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F
      }
  }

  /// Writing to a command that has just ended is an error to be seen, not a signal that ends this process. Sockets of the
  /// network library set the same.
  private static let deafToBrokenPipes: Void = { _ = signal(SIGPIPE, SIG_IGN) }()
}

/// A command in the sandbox while it is talked to. Valid only there.
package struct HeldCommand: Sendable {
  private let execution: Execution<CustomWriteInput, SequenceOutput, SequenceOutput>
  private let patience: Duration

  init(_ execution: Execution<CustomWriteInput, SequenceOutput, SequenceOutput>, patience: Duration) {
    self.execution = execution
    self.patience = patience
  }

  /// To its standard input; one at a time.
  package func write(_ bytes: [UInt8]) async throws {
    _ = try await execution.standardInputWriter.write(bytes)
  }

  /// Its standard output, piece by piece, until it closes it.
  package func read(_ take: ([UInt8]) throws -> Void) async throws {
    for try await piece in execution.standardOutput { try take(piece.withUnsafeBytes { Array($0) }) }
  }

  /// Ends it: its input is closed, then it is asked, then killed. Returns when it has gone; a cancelled task does not wait.
  package func end() async {
    // Closing waits for whoever is writing.
    async let closed: Void? = try? execution.standardInputWriter.finish()
    let tree = ProcessTree(root: pid_t(execution.processIdentifier.value))
    if await !hasEnded(tree) {
      // The command is the first child of the namespace's first process.
      for first in tree.children {
        for process in ProcessTree(root: first).children { kill(process, SIGTERM) }
      }
      if await !hasEnded(tree) { SandboxWatch.end(tree) }
    }
    _ = await closed
  }

  private func hasEnded(_ tree: ProcessTree) async -> Bool {
    let end = ContinuousClock.now + patience
    while ProcessTree.isAlive(tree.root) {
      guard ContinuousClock.now < end else { return false }
      do { try await Task.sleep(for: .milliseconds(10)) } catch { return false }
    }
    return true
  }
}
