import Ledger
import Waste

/// A session put together by hand, minute by minute.
struct Course {
  private let session = Key128(space: "test", "session")
  private(set) var turns: [TurnFact] = []
  private(set) var calls: [ToolCallFact] = []
  private(set) var edits: [EditFact] = []
  private(set) var records: [UsageRecord] = []
  private var clock = Instant(milliseconds: 1_780_000_000_000)
  private var number = 0
  var model = "claude-opus-4-5"

  mutating func pass(_ time: Duration) { clock = clock + time }

  private mutating func key() -> Key128 {
    number += 1
    return Key128(space: "test", "\(number)")
  }

  mutating func turn(_ trigger: TurnTrigger = .person, prompt: Int64 = 2000, output: Int64 = 4000) {
    let id = key()
    turns.append(
      TurnFact(
        id: id, session: session, started: clock, ended: clock, trigger: trigger, promptBytes: prompt,
        outputBytes: output))
    pass(.seconds(1))
  }

  private var latest: TurnID { turns[turns.count - 1].id }

  mutating func ask(input: Int64? = 0, read: Int64? = 0, written: Int64? = 0, output: Int64 = 100) {
    pass(.seconds(5))
    records.append(
      UsageRecord(
        id: key(), session: session, ownerRank: .stated, turn: latest, at: clock, tool: .claudeCode,
        model: model,
        counts: TokenCounts(input: input, cacheRead: read, cacheWrite5m: written, output: output)))
  }

  mutating func call(
    _ kind: ToolCallKind, _ target: UInt64? = nil, command: CommandClass? = nil, exit: ExitState = .succeeded
  ) {
    pass(.seconds(1))
    calls.append(
      ToolCallFact(
        id: key(), turn: latest, at: clock, name: kind.rawValue, kind: kind, command: command, exit: exit,
        target: target.map { PathHash(name: $0, tail: $0) }))
  }

  mutating func edit(_ path: UInt64, exit: ExitState = .succeeded) {
    pass(.seconds(1))
    edits.append(
      EditFact(
        id: key(), turn: latest, at: clock, path: PathHash(name: path, tail: path), added: [], removed: [],
        exit: exit))
  }

  func waste(_ policy: WastePolicy = WastePolicy()) throws -> [Waste] {
    WasteSearch(prices: try PriceCatalogue.builtIn(), policy: policy).waste(
      in: SessionCourse(session: session, turns: turns, toolCalls: calls, edits: edits, records: records))
  }
}
