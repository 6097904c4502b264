import Collection
import Foundation
import Ledger
import LedgerSQLite
import TestCorpus
import Testing

/// Ledgers that share one key, so that the hashes in them can be compared.
struct LedgerFactory {
  private let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
    _ = try SQLiteLedger(path: directory.path("template.sqlite"))
  }

  func make() throws -> SQLiteLedger {
    let path = directory.path("\(UUID().uuidString).sqlite")
    try FileManager.default.copyItem(atPath: directory.path("template.sqlite"), toPath: path)
    return try SQLiteLedger(path: path)
  }
}

@discardableResult
func collect(_ files: [String], into ledger: SQLiteLedger) async throws -> Collector.Outcome {
  try await Collector(store: ledger).collect(Discovery(homes: [], files: files))
}

/// Everything that a ledger holds, in a form in which two can be compared.
struct Holdings: Equatable {
  var records: [EventID: UsageRecord] = [:]
  var totals: Set<SessionTotalFact> = []
  var turns: [TurnID: TurnFact] = [:]
  var calls: [Key128: ToolCallFact] = [:]
  var edits: [Key128: EditFact] = [:]
  var mentions: Set<OutcomeMention> = []
  var sessions: [SessionID: SessionFact] = [:]

  init(_ ledger: SQLiteLedger) throws {
    for session in try ledger.sessions() { sessions[session.id] = session }
    let usage = try ledger.usage(of: Array(sessions.keys))
    for record in usage.records {
      #expect(records[record.id] == nil, "a call is in one session only")
      records[record.id] = record
    }
    totals = Set(usage.totals)
    let facts = try ledger.facts()
    for turn in facts.turns { turns[turn.id] = turn }
    for call in facts.toolCalls { calls[call.id] = call }
    for edit in facts.edits { edits[edit.id] = edit }
    mentions = Set(facts.mentions)
    #expect(turns.count == facts.turns.count && calls.count == facts.toolCalls.count)
    #expect(edits.count == facts.edits.count && mentions.count == facts.mentions.count)
  }

  /// What each call cost, and whose it was.
  struct Spend: Hashable {
    var session: SessionID
    var model: String?
    var counts: TokenCounts
    var kind: UsageRecord.Kind
  }

  var spend: [EventID: Spend] {
    records.mapValues { Spend(session: $0.session, model: $0.model, counts: $0.counts, kind: $0.kind) }
  }

  struct Scope: Hashable {
    var session: SessionID
    var scope: String
    var model: String
  }

  /// Each scope's totals as they count: a source may state them several times on the way.
  var strongest: [Scope: TokenCounts] {
    totals.reduce(into: [:]) { strongest, total in
      let scope = Scope(session: total.session, scope: total.scope, model: total.model)
      strongest[scope] = strongest[scope]?.merged(with: total.counts) ?? total.counts
    }
  }

  var tokens: TokenCounts { records.values.reduce(TokenCounts()) { $0 + $1.counts } }
}

/// Says which part differs, rather than printing both whole.
func expectEqual(
  _ found: Holdings, _ expected: Holdings, _ comment: String,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  func compare<Key: Hashable, Value: Equatable>(_ name: String, _ path: KeyPath<Holdings, [Key: Value]>) {
    let (a, b) = (found[keyPath: path], expected[keyPath: path])
    guard a != b else { return }
    let key = Set(a.keys).union(b.keys).first { a[$0] != b[$0] }
    let values = key.map { "\(String(describing: a[$0])) instead of \(String(describing: b[$0]))" } ?? ""
    Issue.record(
      "\(comment): \(name): \(a.count) instead of \(b.count), as \(values)", sourceLocation: sourceLocation)
  }
  compare("records", \.records)
  compare("turns", \.turns)
  compare("calls", \.calls)
  compare("edits", \.edits)
  compare("sessions", \.sessions)
  compare("totals", \.strongest)
  #expect(found.mentions == expected.mentions, "\(comment): mentions", sourceLocation: sourceLocation)
}

extension [UInt8] {
  /// The offsets behind each line break.
  var lineEnds: [Int] { indices.filter { self[$0] == 0x0A }.map { $0 + 1 } }
}
