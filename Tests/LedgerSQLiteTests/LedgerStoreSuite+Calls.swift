import Ledger
import TestCorpus
import Testing

/// What every ``CallStore`` promises.
extension LedgerStoreSuite {
  static let spool = Key128(high: 1, low: 2)

  static func call(_ number: Int, key: Int64 = 1, minute: Int? = nil, attempt: Int = 1) -> CallFact {
    CallFact(
      call: Key128(high: 9, low: UInt64(number)), attempt: attempt, account: AccountID(rawValue: 3),
      scopes: ChargeScopes(key: key, person: 2, team: nil, project: 4), tool: .other, dialect: "openAI",
      endpoint: "responses", upstream: "u", requestedModel: "gpt-5.5", responseSpace: .openAIResponse,
      opened: Facts.instant(minute ?? number), reserved: NanoDollars(1000), reservedTokens: 50)
  }

  static func settled(_ number: Int, key: Int64 = 1, minute: Int? = nil, attempt: Int = 1) -> CallFact {
    var call = call(number, key: key, minute: minute, attempt: attempt)
    call.model = "gpt-5.5"
    call.firstByte = call.opened
    call.settled = call.opened + .seconds(5)
    call.status = 200
    call.ending = .completed
    call.usageSource = .provider
    call.usage = [
      CallUsage(
        model: "gpt-5.5", counts: TokenCounts(input: Int64(number), output: 0, reasoning: 0),
        service: UsageRecord.Service(tier: .priority, isFast: true, webSearches: 2)),
      CallUsage(model: nil, counts: TokenCounts(output: 7)),
    ]
    call.rawUsage = [0x7B, 0x7D]
    call.requestID = "req_\(number)"
    call.responseID = "resp_\(number)"
    call.charged = NanoDollars(Int64(number))
    call.chargedTokens = Int64(number) * 2
    return call
  }

  /// Frames of a call change it once, in whatever order and however often they come.
  static func callsSettleOnce(_ make: () throws -> any LedgerStore, seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    var seen = call(1)
    seen.model = "gpt-5.5"
    seen.responseID = "resp_1"
    seen.usage = [CallUsage(model: "gpt-5.5", counts: TokenCounts(input: 1))]
    let opened = CallBatch(spool: spool, opened: [call(1)])
    let sighted = CallBatch(spool: spool, seen: [CallSighting(of: seen)])
    let end = CallBatch(spool: spool, settled: [settled(1)])
    let store = try make()
    try store.append(opened, surviving: .crash)
    #expect(try store.call(call(1).id) == call(1))
    try store.append(sighted, surviving: .crash)
    #expect(try store.call(call(1).id) == seen)
    #expect(try store.openCalls(ofSpool: spool, orOpenedBefore: Facts.instant(0)) == [seen])
    #expect(try store.openCalls(ofSpool: Key128(high: 0, low: 0), orOpenedBefore: Facts.instant(0)).isEmpty)
    #expect(try store.openCalls(ofSpool: Key128(high: 0, low: 0), orOpenedBefore: Facts.instant(2)) == [seen])
    #expect(try records(in: store).isEmpty, "nothing counts before it is settled")
    var late = settled(1)
    late.ending = .crashed
    late.usage = []
    late.charged = NanoDollars(77)
    let after = [opened, sighted, end, CallBatch(spool: spool, settled: [late])].shuffled(using: &generator)
    for batch in [end] + after { try store.append(batch, surviving: .powerLoss) }
    #expect(try store.call(call(1).id) == settled(1))
    #expect(try store.openCalls(ofSpool: spool, orOpenedBefore: Facts.instant(99)).isEmpty)
    let usage = try records(in: store)
    let event = EventID.openAIResponse("resp_1")
    #expect(Set(usage.keys) == [event, Key128(part: 1, of: event)])
    #expect(usage[event]?.counts == TokenCounts(input: 1, output: 0, reasoning: 0))
    #expect(usage[event]?.service == settled(1).usage[0].service)
    #expect(usage[event]?.requestID == "req_1")
    #expect(usage[event]?.account == AccountID(rawValue: 3))
    #expect(usage[Key128(part: 1, of: event)]?.counts.output == 7)
  }

  /// An upstream that gives every answer one identifier does not make many calls one.
  static func equalResponsesStayApart(_ store: any LedgerStore) throws {
    for number in 1...3 {
      var call = settled(number)
      call.responseID = "resp_same"
      for _ in 0..<2 { try store.append(CallBatch(spool: spool, settled: [call]), surviving: .crash) }
    }
    let usage = try records(in: store)
    #expect(usage.count == 6)
    #expect(usage.values.reduce(0) { $0 + ($1.counts.input ?? 0) } == 6)
    #expect(usage[.openAIResponse("resp_same")]?.counts.input == 1)
  }

  /// What was not billed is no usage; what may have been is, though nobody knows how much.
  static func endingsBecomeUsage(_ store: any LedgerStore) throws {
    var refused = settled(1)
    refused.ending = .refusedByUpstream
    refused.usageSource = .none
    refused.usage = []
    var counting = settled(2)
    counting.isBilled = false
    var unknown = settled(3)
    unknown.ending = .timedOut
    unknown.usageSource = .unknown
    unknown.usage = []
    unknown.model = nil
    unknown.responseID = nil
    try store.append(CallBatch(spool: spool, settled: [refused, counting, unknown]), surviving: .crash)
    let usage = try records(in: store)
    #expect(usage.count == 1)
    let record = try #require(usage[unknown.ownEvent])
    #expect(record.counts.isUnknown && record.kind == .itemised)
    #expect(record.model == "gpt-5.5", "as it was asked for")
    #expect(
      try store.calls(in: Facts.instant(0)..<Facts.instant(9), limit: 2).map(\.id) == [
        unknown.id, counting.id,
      ])
  }

  /// Calls of clients that name no session are gathered by key, tool and day.
  static func sessionsAreMadeUp(_ store: any LedgerStore) throws {
    var named = settled(5)
    named.session = Facts.session(1)
    named.sessionName = "session 1"
    named.tool = .claudeCode
    let day = 24 * 60
    let calls = [settled(1), settled(2), settled(3, key: 8), settled(4, minute: day), named]
    try store.append(CallBatch(spool: spool, settled: calls), surviving: .crash)
    let sessions = try store.sessions()
    #expect(sessions.count == 4)
    let first = try #require(sessions.first { $0.id == calls[0].countedSession.id })
    #expect(first.name == "key 1/other/2026-05-28")
    #expect(first.flags == .usageOnly)
    #expect(first.started == calls[0].opened && first.ended == calls[1].settled)
    let stated = try #require(sessions.first { $0.id == Facts.session(1) })
    #expect(stated.name == "session 1" && stated.flags == [] && stated.tool == .claudeCode)
    #expect(try store.usage(of: [first.id]).records.count == 4)
    #expect(
      try store.due(at: Facts.instant(0), stamp: Facts.stamp).sessions == Set(sessions.map(\.id)))
    // The log of a session knows its directory, and whether its totals are missing.
    let log = Facts.sessionFact(1, ended: 6, flags: .totalsMissing)
    try store.append([Facts.update { $0.sessions = [log] }])
    try store.append(CallBatch(spool: spool, settled: [settled(6)]), surviving: .crash)
    let merged = try #require(try store.sessions().first { $0.id == Facts.session(1) })
    #expect(merged.directory == "/nowhere" && merged.flags == .totalsMissing)
  }

  static func positionsAreKept(_ store: any LedgerStore) throws {
    try store.append(CallBatch(spool: spool, positions: ["a": 5, "b": 7]), surviving: .powerLoss)
    try store.append(CallBatch(spool: spool, positions: ["a": 9]), surviving: .crash)
    try store.append(CallBatch(spool: Key128(high: 0, low: 0), positions: ["a": 1]), surviving: .crash)
    #expect(try store.positions(inSpool: spool) == ["a": 9, "b": 7])
    try store.forget(segments: ["a", "gone"], ofSpool: spool)
    #expect(try store.positions(inSpool: spool) == ["b": 7])
    #expect(try store.positions(inSpool: Key128(high: 0, low: 0)) == ["a": 1])
  }

  /// Charges of settled calls and reservations of open ones, by scopes and slot; attempts are one call.
  static func chargesAddUp(_ store: any LedgerStore) throws {
    let calls = [settled(1), settled(2, attempt: 1), settled(2, attempt: 2), settled(70), settled(3, key: 2)]
    let open = call(4)
    var absurd = settled(5, key: 3)
    absurd.charged = NanoDollars(.max)
    absurd.chargedTokens = .max
    var absurd2 = settled(6, key: 3)
    absurd2.charged = NanoDollars(.max)
    absurd2.chargedTokens = .max
    try store.append(
      CallBatch(spool: spool, opened: [open], settled: calls + [absurd, absurd2]), surviving: .crash)
    let hour = Duration.hours(1)
    // 1,780,000,000 seconds are 26 minutes and 40 seconds into an hour.
    let sums = try store.charges(in: Facts.instant(0)..<Facts.instant(99), by: hour)
    let slot = Instant(milliseconds: Facts.start - 1_600_000)
    func sum(_ key: Int64, _ at: Instant) -> ChargeSum? {
      sums.first { $0.scopes == ChargeScopes(key: key, person: 2, project: 4) && $0.slot == at }
    }
    #expect(sums.count == 4)
    #expect(sum(1, slot)?.calls == 3)
    #expect(sum(1, slot)?.charged == NanoDollars(1 + 2 + 2 + 1000))
    let tokens: Int64 = 2 + 4 + 4 + 50
    #expect(sum(1, slot)?.tokens == tokens)
    #expect(sum(1, slot + hour)?.charged == NanoDollars(70))
    #expect(sum(2, slot)?.tokens == 6)
    #expect((sum(3, slot)?.charged ?? .zero) > NanoDollars(NanoDollars.perDollar))
    #expect(try store.charges(in: Facts.instant(3)..<Facts.instant(4), by: hour).map(\.scopes.key) == [2])
    let single = try store.charges(in: Facts.instant(1)..<Facts.instant(2), by: .milliseconds(1))
    #expect(single.map(\.slot) == [Facts.instant(1)])
  }
}
