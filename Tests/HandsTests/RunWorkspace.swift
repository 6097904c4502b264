import Effects
import Foundation
import Subprocess

@testable import Hands

/// A run's folder, its store, and something outside, for one test.
struct RunWorkspace: Sendable {
  let root: String
  let folder: WorkFolder
  var path: String { folder.path }

  static func with(owners: [String: String] = [:], _ body: (RunWorkspace) async throws -> Void) async throws {
    let root = FileManager.default.temporaryDirectory.appending(path: "assay-hands-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
      at: root.appending(path: "run"), withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: root) }
    try Data("hunter2-outside".utf8).write(to: root.appending(path: "secret"))
    for (name, text) in owners { try Data(text.utf8).write(to: root.appending(path: "run/" + name)) }
    let base = root.path(percentEncoded: false)
    let folder = try WorkFolder(path: base + "/run", store: base + "/store", owners: Array(owners.keys))
    try await body(RunWorkspace(root: base, folder: folder))
  }

  func write(_ text: String, to name: String) throws {
    let url = URL(filePath: path + "/" + name)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url)
  }

  func text(of name: String) -> String? {
    FileManager.default.contents(atPath: path + "/" + name).map { String(decoding: $0, as: UTF8.self) }
  }

  func link(_ name: String, to target: String) throws {
    try FileManager.default.createSymbolicLink(atPath: path + "/" + name, withDestinationPath: target)
  }

  /// A repository as an organisation has it: bare, with three commits on `main`.
  func repository() async throws -> String {
    let work = root + "/work"
    let bare = root + "/origin.git"
    try await Self.git(["init", "--quiet", "--initial-branch=main", work])
    for number in 1...3 {
      try Data("version \(number)\n".utf8).write(to: URL(filePath: work + "/version"))
      try await Self.git(["-C", work, "add", "--all"])
      try await Self.git(["-C", work, "commit", "--quiet", "--message=Version \(number)"])
    }
    try await Self.git(["clone", "--quiet", "--bare", work, bare])
    return bare
  }

  func workspace(of source: String) async throws -> GitWorkspace {
    try await GitWorkspace.open(
      source: source, in: folder, name: "repository", branch: "agent/work",
      author: .init(name: "Agent", email: "agent@example.invalid"))
  }

  @discardableResult
  static func git(_ arguments: [String]) async throws -> String {
    let result = try await run(
      .name("git"), arguments: Arguments(arguments),
      environment: .inherit.updating([
        "GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.invalid", "GIT_COMMITTER_NAME": "A",
        "GIT_COMMITTER_EMAIL": "a@example.invalid", "GIT_CONFIG_GLOBAL": "/dev/null",
        "GIT_CONFIG_NOSYSTEM": "1",
      ]), output: .string(limit: 1 << 20), error: .string(limit: 1 << 16))
    guard result.terminationStatus.isSuccess else { throw Failed(description: result.standardError) }
    return result.standardOutput.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  struct Failed: Error, CustomStringConvertible {
    var description: String
  }
}

extension AgentTool {
  func call(_ arguments: JSON, step: Int = 1) async throws(ToolFailure) -> ToolResult {
    try await perform(made(arguments, step: step))
  }

  func made(_ arguments: JSON, step: Int = 1) -> ToolCall {
    ToolCall(
      tool: declaration.name, arguments: arguments,
      effect: EffectID(run: "run", step: step, tool: declaration.name, arguments: arguments))
  }
}

extension ToolResult {
  var text: String { passages.map(\.text).joined(separator: "\n") }
  /// What somebody else may have written.
  var foreign: String {
    passages.filter { if case .untrusted = $0.origin { true } else { false } }.map(\.text).joined(
      separator: "\n")
  }
}
