import Ledger
import Subprocess

#if canImport(System)
  import System
#else
  import SystemPackage
#endif

/// One program, run without a shell, with an environment of its own and for so long at most. It and whatever it started
/// ends with the time it was given, or with the task.
struct BoundedCommand: Sendable {
  /// The program, and what it is given; never parsed by anything in between.
  var argv: [String]
  /// All of it: nothing of this process's own environment reaches the program.
  var environment: [String: String]
  var patience: Duration
  /// Of output, and of complaints as well. Whoever writes more is ended.
  var outputBytes = 1 << 20

  struct Ending: Hashable, Sendable {
    /// `nil` if a signal ended it.
    var status: Int?
    var output: String
    var complaint: String

    /// The last line that it complained of, for people; at most 300 characters.
    var lastComplaint: String {
      let line = complaint.split(whereSeparator: \.isNewline).last.map(String.init) ?? ""
      let text = DeploymentPlan.oneLine(line).trimmed
      if !text.isEmpty { return text }
      return status.map { "it ended with status \($0)" } ?? "a signal ended it"
    }
  }

  enum Failure: Error, Hashable, Sendable {
    /// It did not begin.
    case notStarted(String)
    /// It began, and was ended before it was done.
    case broken(String)
  }

  func run() async throws(Failure) -> Ending {
    guard let program = argv.first, !program.isEmpty else { throw .notStarted("no program is named") }
    let result = await withTaskGroup(of: Result<Ending, Failure>?.self) { group in
      group.addTask { await ended(program) }
      group.addTask {
        try? await Task.sleep(for: patience)
        return nil
      }
      let first = await group.next() ?? nil
      group.cancelAll()
      // The program is ended with the group, which waits for it.
      while await group.next() != nil {}
      return first
    }
    guard let result else {
      throw .broken("\(program) was ended: it took longer than \(patience.inWords)")
    }
    return try result.get()
  }

  private func ended(_ program: String) async -> Result<Ending, Failure> {
    var options = PlatformOptions()
    options.createSession = true
    options.teardownSequence = [
      .send(signal: .terminate, toProcessGroup: true, allowedDurationToNextStep: .seconds(2)),
      .send(signal: .kill, toProcessGroup: true, allowedDurationToNextStep: .seconds(1)),
    ]
    var variables: [Environment.Key: String] = ["PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C.UTF-8"]
    for (name, value) in environment { variables[Environment.Key(stringLiteral: name)] = value }
    do {
      let result = try await Subprocess.run(
        program.contains("/") ? .path(FilePath(program)) : .name(program),
        arguments: Arguments(Array(argv.dropFirst())), environment: .custom(variables),
        platformOptions: options, input: .none, output: .string(limit: outputBytes),
        error: .string(limit: outputBytes))
      if Task.isCancelled { return .failure(.broken("\(program) was broken off")) }
      var status: Int?
      if case .exited(let code) = result.terminationStatus { status = Int(code) }
      return .success(
        Ending(status: status, output: result.standardOutput, complaint: result.standardError))
    } catch let error as SubprocessError where error.code == .executableNotFound {
      return .failure(.notStarted("\(program) is not installed"))
    } catch let error as SubprocessError
      where error.code == .spawnFailed || error.code == .failedToChangeWorkingDirectory
    {
      return .failure(.notStarted("\(program) could not be started"))
    } catch let error as SubprocessError where error.code == .outputLimitExceeded {
      return .failure(.broken("\(program) was ended: it wrote more than \(outputBytes) bytes"))
    } catch {
      return .failure(.broken("\(program) was broken off"))
    }
  }
}

extension StringProtocol {
  var trimmed: String {
    var rest = self[...]
    while let first = rest.first, first.isWhitespace { rest.removeFirst() }
    while let last = rest.last, last.isWhitespace { rest.removeLast() }
    return String(rest)
  }
}
