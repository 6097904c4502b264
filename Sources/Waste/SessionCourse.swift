package import Ledger

/// One session as it went: its calls of the model in order, and what the tool did between them.
package struct SessionCourse: Sendable {
  let session: SessionID
  let turns: [TurnFact]
  /// Itemised calls whose tokens are known, by time.
  let records: [UsageRecord]
  /// By time.
  let toolCalls: [ToolCallFact]
  let edits: [EditFact]
  /// Turns that a subagent did: their calls have a context of their own.
  let ofAgents: Set<TurnID>

  package init(
    session: SessionID, turns: [TurnFact], toolCalls: [ToolCallFact], edits: [EditFact],
    records: [UsageRecord]
  ) {
    self.session = session
    self.turns = turns.sorted { $0.started < $1.started }
    self.toolCalls = toolCalls.sorted { $0.at < $1.at }
    self.edits = edits.filter(\.wasApplied).sorted { $0.at < $1.at }
    self.records = records.filter { $0.kind == .itemised && !$0.counts.isUnknown }.sorted { $0.at < $1.at }
    ofAgents = Set(turns.lazy.filter { $0.trigger == .agent }.map(\.id))
  }

  /// Of several sessions' facts and records, each session's.
  package static func courses(_ facts: SessionFactSet, _ records: [UsageRecord]) -> [SessionCourse] {
    let turns = Dictionary(grouping: facts.turns, by: \.session)
    let calls = Dictionary(grouping: facts.toolCalls, by: \.turn)
    let edits = Dictionary(grouping: facts.edits, by: \.turn)
    let used = Dictionary(grouping: records, by: \.session)
    return turns.sorted { $0.key < $1.key }.map { session, turns in
      SessionCourse(
        session: session, turns: turns, toolCalls: turns.flatMap { calls[$0.id] ?? [] },
        edits: turns.flatMap { edits[$0.id] ?? [] }, records: used[session] ?? [])
    }
  }

  /// The session's own calls, without subagents'.
  var mainRecords: [UsageRecord] {
    records.filter { record in record.turn.map { !ofAgents.contains($0) } ?? true }
  }

  /// Whether a file was changed in a span; of `nil` any file.
  func isChanged(_ path: PathHash?, after start: Instant, until end: Instant) -> Bool {
    edits.contains { $0.at > start && $0.at <= end && (path == nil || $0.path == path) }
  }
}

extension TokenCounts {
  /// All that a call sends; `nil` where a source does not say.
  var context: Int64? {
    guard let input else { return nil }
    return input + (cacheRead ?? 0) + written
  }

  var written: Int64 { (cacheWrite5m ?? 0) + (cacheWrite1h ?? 0) }
}
