import Attribution
import Derivation
import Foundation
import Ledger
import LedgerSQLite
import TestCorpus
import Testing

/// A ledger with facts put in by hand, and a repository made with real git.
struct Workshop {
  let directory: TemporaryDirectory
  let ledger: SQLiteLedger
  var repository: String { directory.path("repository") }

  /// When the session began.
  static let began = Instant(milliseconds: 1_780_000_000_000)

  init() throws {
    directory = try TemporaryDirectory()
    ledger = try SQLiteLedger(path: directory.path("ledger.sqlite"))
  }

  static func at(days: Int64 = 0, minutes: Int64 = 0) -> Instant { began + .days(days) + .minutes(minutes) }

  func derivation(
    prices: PriceCatalogue? = nil, policy: AttributionPolicy = AttributionPolicy(),
    repositories: [String] = []
  ) throws -> Derivation {
    Derivation(
      store: ledger, prices: try prices ?? .builtIn(), policy: policy, repositories: repositories,
      cacheDirectory: directory.path("cache"))
  }

  // MARK: Git

  @discardableResult
  func git(_ arguments: String..., at instant: Instant = began, in path: String? = nil) throws -> String {
    let date = "@\(instant.milliseconds / 1000) +0000"
    let result = try ChildProcess.run(
      "/usr/bin/env", ["git", "-C", path ?? repository] + arguments,
      environment: [
        "GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date, "GIT_AUTHOR_NAME": "A",
        "GIT_AUTHOR_EMAIL": "a@example.org",
        "GIT_COMMITTER_NAME": "A", "GIT_COMMITTER_EMAIL": "a@example.org", "GIT_CONFIG_GLOBAL": "/dev/null",
        "GIT_CONFIG_NOSYSTEM": "1",
      ])
    guard result.status == 0 else {
      throw ChildProcess.Failure(description: "git \(arguments): \(result.errors)")
    }
    return result.output.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  func makeRepository(at path: String? = nil) throws {
    let path = path ?? repository
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    try git("init", "-q", "-b", "main", in: path)
    try git("commit", "-q", "--allow-empty", "-m", "Begin", at: Self.at(days: -30), in: path)
  }

  static func code(_ seed: Int, lines: Int = 12) -> [String] {
    (0..<lines).map { "let value\(seed)Of\($0) = computeSomething(number: \(seed * 1000 + $0))" }
  }

  func commit(_ lines: [String], to file: String, at instant: Instant) throws {
    try directory.write(Array((lines.joined(separator: "\n") + "\n").utf8), to: "repository/\(file)")
    try git("add", "-A")
    try git("commit", "-q", "-m", "Change", at: instant)
  }

  // MARK: Facts

  static func session(_ number: Int) -> SessionID { Key128(space: "test/session", "\(number)") }

  /// A session of one turn that wrote `lines` into `file`, with one call of 1,000 input and 100 output tokens.
  func store(
    session number: Int, lines: [String] = [], file: String = "src/main.swift", directory: String? = nil,
    rank: Int64 = 0, model: String = "claude-opus-4-5-20251101", call: Int? = nil, remote: String? = nil
  ) throws {
    let session = Self.session(number)
    let turn = Key128(space: "test/turn", "\(call ?? number)")
    var batch = FactBatch()
    batch.sessions = [
      SessionFact(
        id: session, tool: .claudeCode, name: "session \(number)", directory: directory ?? repository,
        remote: remote, started: Self.at(), ended: Self.at(minutes: 5))
    ]
    batch.turns = [
      TurnFact(
        id: turn, session: session, ownerRank: OwnerRank(rawValue: rank), started: Self.at(),
        ended: Self.at(minutes: 5), trigger: .person, promptBytes: 10, outputBytes: 100)
    ]
    batch.usage = [
      UsageRecord(
        id: Key128(space: "test/event", "\(call ?? number)"), session: session,
        ownerRank: OwnerRank(rawValue: rank),
        turn: turn, at: Self.at(minutes: 1), tool: .claudeCode, model: model,
        counts: TokenCounts(input: 1000, output: 100))
    ]
    if !lines.isEmpty {
      batch.edits = [
        EditFact(
          id: Key128(space: "test/edit", "\(call ?? number)"), turn: turn, at: Self.at(minutes: 4),
          path: PathHash("/somewhere/\(file)", key: ledger.hashKey),
          added: lines.compactMap { LineHash($0, key: ledger.hashKey) }, removed: [], exit: .succeeded)
      ]
    }
    try append(batch)
  }

  func append(_ batch: FactBatch, path: String = "/logs/\(UUID().uuidString)") throws {
    let source = KnownSource(
      path: path, tool: .claudeCode, shape: .lines,
      identity: FileIdentity(device: 1, inode: 1, size: 1, modifiedNanoseconds: 1), offset: 1, lines: 1,
      fingerprint: 1, readerVersion: 1)
    try ledger.append([SourceUpdate(source: source, checkpoint: nil, batch: batch, fromStart: true)])
  }

  // MARK: Results

  var cells: [RollupCell] {
    get throws { try ledger.cells(in: Instant(milliseconds: .min)..<Instant(milliseconds: .max)) }
  }

  func states(of number: Int = 1) throws -> Set<OutcomeState> {
    Set(try cells.filter { $0.session == Self.session(number) }.map(\.state))
  }
}
