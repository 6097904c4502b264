import Ledger

/// Small facts to fill a store with.
enum Facts {
  static let start: Int64 = 1_780_000_000_000

  static func session(_ number: Int) -> SessionID { Key128(space: "test/session", "\(number)") }
  static func event(_ number: Int) -> EventID { Key128(space: "test/event", "\(number)") }
  static func turn(_ number: Int) -> TurnID { Key128(space: "test/turn", "\(number)") }
  static func instant(_ minutes: Int) -> Instant { Instant(milliseconds: start + Int64(minutes) * 60_000) }

  static func record(
    _ number: Int, session: Int = 1, rank: Int64 = 0, input: Int64? = 10, output: Int64? = 20,
    model: String? = "model-a", minute: Int? = nil, kind: UsageRecord.Kind = .itemised
  ) -> UsageRecord {
    UsageRecord(
      id: event(number), session: self.session(session), ownerRank: OwnerRank(rawValue: rank),
      turn: turn(number),
      at: instant(minute ?? number), tool: .claudeCode, model: model,
      counts: TokenCounts(input: input, cacheRead: 5, output: output), kind: kind,
      requestID: "request \(number)")
  }

  static func turnFact(
    _ number: Int, session: Int = 1, rank: Int64 = 0, ended: Int? = nil, output: Int64 = 7
  ) -> TurnFact {
    TurnFact(
      id: turn(number), session: self.session(session), ownerRank: OwnerRank(rawValue: rank),
      started: instant(number), ended: instant(ended ?? number + 1), trigger: .person,
      gap: .milliseconds(1500),
      promptBytes: 3, outputBytes: output)
  }

  static func sessionFact(
    _ number: Int, ended: Int = 9, directory: String? = "/nowhere", flags: SessionFlags = []
  ) -> SessionFact {
    SessionFact(
      id: session(number), tool: .claudeCode, name: "session \(number)", directory: directory,
      started: instant(0), ended: instant(ended), flags: flags)
  }

  static func source(_ path: String = "/logs/one.jsonl", offset: Int64 = 100) -> KnownSource {
    KnownSource(
      path: path, tool: .claudeCode, shape: .lines,
      identity: FileIdentity(device: .max, inode: 1 << 63, size: offset, modifiedNanoseconds: 5),
      offset: offset,
      lines: 3, fingerprint: .max, readerVersion: 1)
  }

  static func update(
    _ path: String = "/logs/one.jsonl", checkpoint: [UInt8]? = nil, fromStart: Bool = true,
    _ fill: (inout FactBatch) -> Void = { _ in }
  ) -> SourceUpdate {
    var batch = FactBatch()
    fill(&batch)
    return SourceUpdate(source: source(path), checkpoint: checkpoint, batch: batch, fromStart: fromStart)
  }

  static func derived(_ number: Int, input: Int64, slot: Int64 = 0, nextChange: Instant? = nil)
    -> DerivedSession
  {
    let cell = RollupCell(
      slot: Instant(milliseconds: slot), session: session(number), model: "model-a", state: .held,
      tier: .reviewed,
      totals: Totals(counts: TokenCounts(input: input), cost: NanoDollars(input * 3), records: 1))
    return DerivedSession(
      summary: DerivedSession.Summary(
        session: sessionFact(number), repository: "/r/.git", project: "r", turns: 1, commits: ["a", "b"],
        reason: "because", nextChange: nextChange),
      cells: [cell], digest: .max)
  }

  static let stamp = DerivationStamp(attribution: 1, prices: "p", policy: "q")
}
