import Ledger
import TestCorpus
import Testing

extension LedgerStoreSuite {
  /// Telemetry, logs and the gateway report calls of one session; each counts once, whatever comes first.
  static func telemetryCountsOnce(_ make: () throws -> any LedgerStore) throws {
    var log = Facts.record(1, input: 10, output: 3)
    log.requestID = "req_1"
    var same = telemetry(11, request: "req_1", input: 10, output: 40)
    same.counts.reasoning = 7
    let lacking = telemetry(12, request: "req_2", input: 5)
    let nameless = telemetry(13, request: nil, input: 6)
    for order in [[0, 1, 2, 3], [3, 2, 1, 0], [1, 0, 3, 2], [2, 3, 0, 1]] {
      let store = try make()
      let batches: [FactBatch] = [log, same, lacking, nameless].map { record in
        var batch = FactBatch()
        batch.usage = [record, record]
        return batch
      }
      for index in order { try store.append([batches[index]], surviving: .crash) }
      let records = try store.usage(of: [Facts.session(1)]).records
      #expect(records.allSatisfy { $0.kind == .itemised })
      #expect(Set(records.map(\.id)) == [log.id, lacking.id], "the log's own, and what it lacks")
      let merged = records.first { $0.id == log.id }
      #expect(merged?.counts == TokenCounts(input: 10, cacheRead: 5, output: 40, reasoning: 7))
      #expect(merged?.turn == log.turn && merged?.at == log.at)
    }
    // Without any other source all of it counts, until one comes.
    let store = try make()
    var batch = FactBatch()
    batch.usage = [same, lacking, nameless]
    try store.append([batch, batch], surviving: .crash)
    #expect(try store.usage(of: [Facts.session(1)]).records.count == 3)
    try store.replaceDerived(
      [Facts.derived(1, input: 21)], due: store.due(at: Facts.instant(0), stamp: Facts.stamp), places: [],
      stamp: Facts.stamp)
    try store.append([Facts.update { $0.usage = [log] }])
    #expect(try store.usage(of: [Facts.session(1)]).records.count == 2)
    #expect(try store.due(at: Facts.instant(0), stamp: Facts.stamp).sessions == [Facts.session(1)])
  }

  /// A call through the gateway is the call that telemetry reports: by its request where the client names a session,
  /// else by its answer.
  static func gatewayAndTelemetryAreOne(_ make: () throws -> any LedgerStore) throws {
    var claude = settled(1)
    claude.tool = .claudeCode
    claude.session = Facts.session(1)
    claude.responseSpace = .anthropicMessage
    claude.responseID = "msg_1"
    claude.usage.removeLast()
    var chat = settled(2)
    chat.responseSpace = .unshared
    chat.responseID = "chatcmpl-0123456789abcdef"
    chat.usage.removeLast()
    var reported = telemetry(12, request: chat.responseID, input: 2)
    reported.id = try #require(EventID.modelResponse("chatcmpl-0123456789abcdef"))
    reported.session = Facts.session(2)
    reported.tool = .other
    let gateway = CallBatch(spool: spool, settled: [claude, chat])
    var batch = FactBatch()
    batch.usage = [telemetry(11, request: "req_1", input: 1), reported]
    for gatewayFirst in [true, false] {
      let store = try make()
      if gatewayFirst { try store.append(gateway, surviving: .crash) }
      try store.append([batch], surviving: .crash)
      if !gatewayFirst { try store.append(gateway, surviving: .crash) }
      let records = try store.usage(of: store.sessions().map(\.id)).records
      #expect(Set(records.map(\.id)) == [.anthropicMessage("msg_1"), reported.id])
      #expect(records.allSatisfy { $0.kind == .itemised && $0.account == AccountID(rawValue: 3) })
      #expect(Set(records.map(\.session)) == [Facts.session(1), Facts.session(2)])
      #expect(records.compactMap(\.counts.input).sorted() == [1, 2])
    }
  }

  /// A log whose records name no request cannot be told from telemetry that does: it alone counts.
  static func namelessLogCountsAlone(_ store: any LedgerStore) throws {
    var log = Facts.record(1, input: 10)
    log.requestID = nil
    var batch = FactBatch()
    batch.usage = [telemetry(11, request: "req_1", input: 10), log]
    try store.append([batch], surviving: .powerLoss)
    #expect(try store.usage(of: [Facts.session(1)]).records == [log])
  }

  /// A session's turns are its log's where there is one, else telemetry's.
  static func telemetryTurnsGiveWay(_ make: () throws -> any LedgerStore) throws {
    let rank = OwnerRank.telemetry.rawValue
    for logFirst in [true, false] {
      let store = try make()
      var telemetry = FactBatch()
      telemetry.turns = [Facts.turnFact(7, rank: rank), Facts.turnFact(8, session: 2, rank: rank)]
      telemetry.toolCalls = [7, 8].map {
        ToolCallFact(
          id: Facts.event($0), turn: Facts.turn($0), at: Facts.instant(1), name: "Bash", kind: .command)
      }
      let log = Facts.update { $0.turns = [Facts.turnFact(1)] }
      if logFirst { try store.append([log]) }
      try store.append([telemetry], surviving: .crash)
      if !logFirst { try store.append([log]) }
      #expect(try store.facts(of: [Facts.session(1)]).turns.map(\.id) == [Facts.turn(1)])
      #expect(try store.facts(of: [Facts.session(1)]).toolCalls.isEmpty)
      #expect(try store.facts(of: [Facts.session(2)]).turns.map(\.id) == [Facts.turn(8)])
      #expect(try store.facts(of: [Facts.session(2)]).toolCalls.map(\.id) == [Facts.event(8)])
      #expect(Set(try store.facts().turns.map(\.id)) == [Facts.turn(1), Facts.turn(8)])
      var turns: Set<TurnID> = []
      try store.forEachFacts { turns.formUnion($0.turns.map(\.id)) }
      #expect(turns == [Facts.turn(1), Facts.turn(8)])
    }
  }

  private static func telemetry(
    _ number: Int, request: String?, input: Int64, output: Int64? = nil
  ) -> UsageRecord {
    var record = Facts.record(
      number, rank: OwnerRank.telemetry.rawValue, input: input, output: output, kind: .telemetry)
    record.requestID = request
    record.turn = nil
    return record
  }
}
