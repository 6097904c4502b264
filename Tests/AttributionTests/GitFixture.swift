import Foundation
import Ledger
import Outcomes
import Subprocess
import Testing

@testable import Attribution

/// A git repository made for one test, with commits at chosen times. Removed with the test.
final class GitFixture: Sendable {
  let root: String
  static let key = SipHash24.Key(k0: 7, k1: 11)

  init() async throws {
    root = NSTemporaryDirectory() + "/assay-git-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
    try await git("init", "-q", "-b", "main")
  }

  deinit { try? FileManager.default.removeItem(atPath: root) }

  struct Failed: Error, CustomStringConvertible {
    var description: String
  }

  @discardableResult
  func git(_ arguments: String..., at time: Instant = .hour(-200), in directory: String? = nil)
    async throws -> String
  {
    let date = "\(time.milliseconds / 1000) +0000"
    let result = try await run(
      .name("git"), arguments: Arguments(["-C", directory ?? root] + arguments),
      environment: .inherit.updating([
        "GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.invalid", "GIT_COMMITTER_NAME": "A",
        "GIT_COMMITTER_EMAIL": "a@example.invalid", "GIT_AUTHOR_DATE": .some(date),
        "GIT_COMMITTER_DATE": .some(date),
        "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1", "GIT_EDITOR": "true",
      ]), output: .string(limit: 1 << 20), error: .string(limit: 1 << 16))
    guard result.terminationStatus.isSuccess else {
      throw Failed(description: "git \(arguments): \(result.standardError)")
    }
    return result.standardOutput.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  func write(_ path: String, _ lines: [String]) throws {
    let url = URL(filePath: root + "/" + path)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try (lines.joined(separator: "\n") + "\n").write(to: url, atomically: true, encoding: .utf8)
  }

  /// Writes a file and commits it; returns the commit's name.
  @discardableResult
  func commit(_ path: String, _ lines: [String], _ message: String = "work", at time: Instant) async throws
    -> String
  {
    try write(path, lines)
    return try await commit(message, at: time)
  }

  @discardableResult
  func commit(_ message: String, at time: Instant) async throws -> String {
    try await git("add", "-A")
    try await git("commit", "-q", "--allow-empty", "-m", message, at: time)
    return try await git("rev-parse", "HEAD")
  }

  /// The index as the product builds it, without a cache.
  func index(_ directory: String? = nil) async throws -> RepositoryIndex {
    let location = try RepositoryLocation.containing(directory ?? root)
    return try await RepositoryIndexer(IndexRequest(key: Self.key, cacheDirectory: nil)).index(location).index
  }
}

/// Writes down a session as a reader would.
struct SessionScript {
  private(set) var evidence: SessionEvidence
  private let name: String
  private var count = 0

  init(_ name: String, in directory: String?) {
    self.name = name
    evidence = SessionEvidence(
      session: SessionFact(
        id: SessionID(space: "test/session", name), tool: .claudeCode, name: name, directory: directory),
      turns: [])
  }

  var id: SessionID { evidence.session.id }

  /// A turn of one minute that edits files, in the order given.
  @discardableResult
  mutating func turn(
    at time: Instant, adds: [(String, [String])] = [], removes: [(String, [String])] = [],
    reads: [String] = [],
    trigger: TurnTrigger = .person, gap: Duration? = nil, outputBytes: Int64 = 0, committed: String? = nil,
    commits message: String? = nil
  ) -> TurnID {
    count += 1
    let turn = TurnID(space: "test/turn", "\(name) \(count)")
    evidence.turns.append(
      TurnFact(
        id: turn, session: id, started: time, ended: time + .minutes(1), trigger: trigger, gap: gap,
        outputBytes: outputBytes))
    for (place, edit) in (adds.map { ($0.0, $0.1, true) } + removes.map { ($0.0, $0.1, false) }).enumerated()
    {
      let hashes = edit.1.compactMap { LineHash($0, key: GitFixture.key) }
      evidence.edits.append(
        EditFact(
          id: Key128(space: "test/edit", "\(name) \(count) \(place)"), turn: turn, at: time,
          path: PathHash(edit.0, key: GitFixture.key), added: edit.2 ? hashes : [],
          removed: edit.2 ? [] : hashes,
          exit: .succeeded))
    }
    for (place, path) in reads.enumerated() {
      evidence.toolCalls.append(
        ToolCallFact(
          id: Key128(space: "test/call", "\(name) \(count) \(place)"), turn: turn, at: time, name: "Read",
          kind: .read,
          exit: .succeeded, target: PathHash(path, key: GitFixture.key)))
    }
    if let committed {
      evidence.mentions.append(
        OutcomeMention(turn: turn, at: time, kind: .committed, value: String(committed.prefix(7))))
    }
    if let message, let subject = LineHash(message, key: GitFixture.key) {
      evidence.mentions.append(
        OutcomeMention(turn: turn, at: time, kind: .message, value: subject.hexadecimal))
    }
    return turn
  }
}

/// What attribution says of some sessions and repositories.
struct Verdict {
  var sessions: [SessionAttribution]

  init(
    _ scripts: [SessionScript], _ repositories: [RepositoryIndex], now: Instant,
    places: [SessionID: SessionPlace]? = nil
  ) {
    var known = places ?? [:]
    if places == nil, let first = repositories.first {
      for script in scripts { known[script.id] = .repository(first.gitDirectory) }
    }
    sessions = Attributor(key: GitFixture.key).attribute(
      scripts.map(\.evidence), repositories: repositories, places: known, now: now)
  }

  subscript(turn: TurnID) -> [TurnAttribution.Share] {
    sessions.flatMap(\.turns).first { $0.turn == turn }?.shares ?? []
  }

  func states(_ turn: TurnID) -> [OutcomeState] { self[turn].map(\.state) }
  func commits(_ turn: TurnID) -> [String] { self[turn].flatMap(\.commits) }
}

/// Lines that no other file has.
func lines(_ name: String, _ count: Int) -> [String] {
  (0..<count).map { "let \(name)Value\($0) = compute(\(name), step: \($0))" }
}

extension Instant {
  /// A Wednesday morning, and so many hours after it.
  static func hour(_ hours: Int64) -> Instant { Instant(milliseconds: 1_767_776_400_000 + hours * 3_600_000) }
  static func day(_ days: Int64) -> Instant { hour(days * 24) }
}
