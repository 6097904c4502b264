import Foundation
import TestCorpus
import Testing

/// The built `assay`, run as a person of its own would run it: with an empty home, and no variable of ours.
struct Command: Sendable {
  let directory: TemporaryDirectory
  /// What is in the environment besides the home and the path.
  var environment: [String: String] = ["TZ": "UTC"]
  /// Runs `assay-server`, to which `assay` hands some commands over, in its place.
  var isServer = false

  init() throws {
    directory = try TemporaryDirectory()
    try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
  }

  var home: String { directory.path("home") }
  var ledger: String { directory.path("ledger.sqlite") }

  private var program: String { get throws { try ChildProcess.assay + (isServer ? "-server" : "") } }

  private var variables: [String] {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    return ["HOME": home, "PATH": path].merging(environment) { $1 }.map { "\($0)=\($1)" }
  }

  func callAsFunction(_ arguments: String...) throws -> ChildProcess.Result { try self(arguments) }

  func callAsFunction(_ arguments: [String]) throws -> ChildProcess.Result {
    try ChildProcess.run("/usr/bin/env", ["-i"] + variables + [program] + arguments)
  }

  /// Runs a line of the shell, in which `assay` is the program.
  func shell(_ line: String, with shell: String = "bash") throws -> ChildProcess.Result {
    let function = try "assay() { '\(program)' \"$@\"; }; "
    return try ChildProcess.run("/usr/bin/env", ["-i"] + variables + [shell, "-c", function + line])
  }

  /// `assay report --json` with the ledger in this command's directory.
  func report(_ arguments: String..., sourceLocation: SourceLocation = #_sourceLocation) throws -> Report {
    try report(arguments, sourceLocation: sourceLocation)
  }

  func report(_ arguments: [String], sourceLocation: SourceLocation = #_sourceLocation) throws -> Report {
    let result = try self(["report", "--json", "--ledger", ledger] + arguments)
    #expect(result.status == 0 || result.status == 2, "\(result.errors)", sourceLocation: sourceLocation)
    #expect(result.errors == "", sourceLocation: sourceLocation)
    return try Report(result.output)
  }
}
