import Foundation
import Ledger
import LedgerSQLite
import Readers
import Synchronization
import TestCorpus
import Testing

@testable import Metering

@Suite("Draining a spool")
struct DrainTests {
  private struct Killed: Error {}

  @Test("Killed between any two of its steps, a drain applies everything exactly once")
  func everyStep() async throws {
    for step in SpoolDrain.Step.allCases {
      for occasion in 1...4 {
        let bench = try Bench()
        let spool = try bench.spool(segmentBytes: 4096)
        let lane = try spool.makeLane()
        for number in 0..<40 {
          try lane.open(Calls.opened(number))
          if number % 4 != 0 { try lane.settle(Calls.settled(number)) }
        }
        let count = Counter()
        let drain = SpoolDrain(spool, into: bench.ledger) { reached in
          guard reached == step else { return }
          if count.add() == occasion { throw Killed() }
        }
        for part in 0..<4 {
          // What goes on while the drain is down.
          try lane.open(Calls.opened(100 + part))
          do { _ = try await drain.drainOnce() } catch is Killed {}
        }
        #expect(count.value >= occasion, "the step was reached")
        try lane.close()
        // In place of the killed one, with nothing in memory.
        let next = SpoolDrain(spool, into: bench.ledger)
        let problems = try await next.drainOnce().problems
        #expect(problems.isEmpty)
        try expect(
          bench, settled: (0..<40).filter { $0 % 4 != 0 },
          open: (0..<40).filter { $0 % 4 == 0 } + [100, 101, 102, 103])
        #expect(
          try FileManager.default.contentsOfDirectory(atPath: bench.spoolPath).sorted() == ["id", "lock"])
        #expect(try bench.ledger.positions(inSpool: spool.id).isEmpty)
      }
    }
  }

  private func expect(_ bench: Bench, settled: [Int], open: [Int]) throws {
    let calls = try bench.calls()
    #expect(calls.count == settled.count + open.count)
    #expect(Set(calls.filter(\.isOpen).map(\.id)) == Set(open.map(Calls.id)))
    let usage = try bench.usage()
    #expect(usage.count == settled.count)
    #expect(usage.reduce(0) { $0 + ($1.counts.input ?? 0) } == Int64(settled.reduce(0, +)))
    #expect(usage.reduce(0) { $0 + ($1.counts.output ?? 0) } == Int64(settled.reduce(0, +) * 2))
  }

  @Test(
    "Calls opened, seen and settled in any order, killed and drained at any moment, come to what was written",
    arguments: 0..<20 as Range<UInt64>)
  func interleavings(seed: UInt64) async throws {
    var generator = SeededGenerator(seed: seed)
    let bench = try Bench()
    let prices = try PriceCatalogue.builtIn()
    /// What is known of each call: 0 opened, 1 seen, 2 settled, 3 settled as a crash.
    var model: [Int: Int] = [:]
    var next = 1
    for run in 0..<6 {
      let spool = try bench.spool(segmentBytes: .random(in: 1024...20_000, using: &generator))
      let drain = SpoolDrain(spool, into: bench.ledger)
      let now = Instant(milliseconds: Calls.start + Int64(run) * 60_000)
      let crashed = try await drain.recover(prices: prices, at: now).crashed
      #expect(Set(crashed.map(\.id)) == Set(model.filter { $0.value < 2 }.keys.map(Calls.id)))
      for (number, state) in model where state < 2 { model[number] = 3 + state }
      let lanes = try (0..<Int.random(in: 1...3, using: &generator)).map { _ in try spool.makeLane() }
      /// A call stays on the lane that it was opened on.
      var lane: [Int: Int] = [:]
      for _ in 0..<Int.random(in: 0...150, using: &generator) {
        let open = lane.keys.filter { (model[$0] ?? 9) < 2 }.sorted()
        switch Int.random(in: 0...9, using: &generator) {
        case 0...3:
          let chosen = Int.random(in: 0..<lanes.count, using: &generator)
          try lanes[chosen].open(Calls.opened(next, key: Int64(next % 3)))
          lane[next] = chosen
          model[next] = 0
          next += 1
        case 4...5:
          guard let number = open.randomElement(using: &generator) else { continue }
          try lanes[lane[number] ?? 0].see(Calls.seen(number))
          model[number] = 1
        case 6...8:
          guard let number = open.randomElement(using: &generator) else { continue }
          try lanes[lane[number] ?? 0].settle(Calls.settled(number, key: Int64(number % 3)))
          model[number] = 2
        default: _ = try await drain.drainOnce()
        }
      }
      // Killed here: lanes are let go of with whatever is in them, drained or not.
    }
    let spool = try bench.spool()
    _ = try await SpoolDrain(spool, into: bench.ledger).drainOnce()
    let calls = try bench.calls()
    #expect(calls.count == model.count)
    var usage: Int64 = 0
    var charged: [Int64: Int64] = [:]
    for (number, state) in model {
      let call = try #require(try bench.ledger.call(Calls.id(number)))
      switch state {
      case 0: #expect(call == Calls.opened(number, key: Int64(number % 3)))
      case 1: #expect(call.isOpen && call.usage == Calls.seen(number).usage)
      case 2: #expect(call == Calls.settled(number, key: Int64(number % 3)))
      default: #expect(call.ending == .crashed && call.usageSource == (state == 3 ? .unknown : .partial))
      }
      usage += [0, 0, Int64(number * 3), 0, Int64(number + 1)][state]
      charged[Int64(number % 3), default: 0] += state == 2 ? Int64(number) * 100 : 1_000_000
    }
    let records = try bench.usage()
    #expect(records.count == model.values.count { $0 >= 2 })
    #expect(records.reduce(0) { $0 + ($1.counts.input ?? 0) + ($1.counts.output ?? 0) } == usage)
    // The budgets' counters, as they are loaded: settled charges and open reservations.
    let sums = try bench.ledger.charges(
      in: Instant(milliseconds: 0)..<Instant(milliseconds: .max), by: .days(1))
    let found = Dictionary(grouping: sums, by: { $0.scopes.key ?? -1 })
      .mapValues { $0.reduce(0) { $0 + $1.charged.count } }
    #expect(found == charged)
    #expect(sums.reduce(0) { $0 + $1.calls } == Int64(model.count))
  }

  @Test("What a crash left open is charged as reserved, and its usage is partial or unknown")
  func recovery() async throws {
    let bench = try Bench()
    try {
      let lane = try bench.spool().makeLane()
      for number in 1...3 { try lane.open(Calls.opened(number)) }
      try lane.see(Calls.seen(2))
      var long = Calls.seen(3)
      long.usage[0].counts.cacheRead = 5_000_000
      try lane.see(long)
      var counting = Calls.opened(4)
      counting.isBilled = false
      counting.reserved = .zero
      counting.reservedTokens = 0
      try lane.open(counting)
    }()
    let now = Instant(milliseconds: Calls.start + 60_000)
    let spool = try bench.spool()
    let recovery = try await SpoolDrain(spool, into: bench.ledger).recover(prices: .builtIn(), at: now)
    #expect(recovery.crashed.count == 4)
    let calls = try (1...4).map { try #require(try bench.ledger.call(Calls.id($0))) }
    #expect(calls.allSatisfy { $0.ending == .crashed && $0.settled == now })
    #expect(calls.map(\.usageSource) == [.unknown, .partial, .partial, .none])
    // Five million tokens read from the cache, at the prices of long requests, are more than was reserved.
    let seen = NanoDollars(3_000_000_000 + 3 * 6_000 + 22_500)
    #expect(calls.map(\.charged) == [calls[0].reserved, calls[1].reserved, seen, .zero])
    #expect(calls.map(\.chargedTokens) == [700, 700, 5_000_004, 0])
    let usage = try bench.usage()
    #expect(usage.count == 3, "a call that is never billed is none")
    #expect(usage.count { $0.counts.isUnknown } == 1)
    #expect(usage.allSatisfy { $0.account == AccountID(rawValue: 5) })
    #expect(
      try await SpoolDrain(spool, into: bench.ledger).recover(prices: .builtIn(), at: now).crashed.isEmpty)
    let lane = try spool.makeLane()
    let error = await #expect(throws: SpoolError.self) {
      _ = try await SpoolDrain(spool, into: bench.ledger).recover(prices: .builtIn(), at: now)
    }
    #expect(error?.reason == .lanesAreOpen)
    try lane.close()
  }

  @Test("Calls that a deleted spool left open are settled within a day")
  func lostSpool() async throws {
    let bench = try Bench()
    try await {
      let spool = try bench.spool()
      try spool.makeLane().open(Calls.opened(1))
      _ = try await SpoolDrain(spool, into: bench.ledger).drainOnce()
    }()
    try bench.directory.remove("spool")
    let drain = SpoolDrain(try bench.spool(), into: bench.ledger)
    let opened = Calls.opened(1).opened
    #expect(try await drain.recover(prices: .builtIn(), at: opened + .hours(23)).crashed.isEmpty)
    #expect(try await drain.recover(prices: .builtIn(), at: opened + .hours(25)).crashed.count == 1)
  }

  @Test("It drains until it is cancelled, and once more then; a store that fails for a while costs nothing")
  func running() async throws {
    let bench = try Bench()
    let spool = try bench.spool()
    let lane = try spool.makeLane()
    let store = FailingStore(store: bench.ledger)
    let drain = SpoolDrain(spool, into: store)
    let failures = Counter()
    let (reports, found) = AsyncStream<Int>.makeStream()
    for number in 0..<10 {
      try lane.open(Calls.opened(number))
      try lane.settle(Calls.settled(number))
    }
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        await drain.run(every: .milliseconds(1)) { result in
          switch result {
          case .success(let report): found.yield(report.settled)
          case .failure: failures.add()
          }
        }
        found.finish()
      }
      var settled = 0
      for await count in reports {
        settled += count
        if settled == 10 { break }
      }
      for number in 10..<20 {
        try lane.open(Calls.opened(number))
        try lane.settle(Calls.settled(number))
      }
      try lane.close()
      group.cancelAll()
      try await group.waitForAll()
    }
    #expect(failures.value == 3)
    #expect(try bench.calls().count { $0.ending == .completed } == 20)
    #expect(try FileManager.default.contentsOfDirectory(atPath: bench.spoolPath).sorted() == ["id", "lock"])
  }

  // MARK: One record from two sources

  /// As Claude Code logs a call and as the gateway saw it; the log's line is the call's last word.
  private func logAndGateway(_ session: SessionID?) throws -> (log: SourceUpdate, call: CallFact) {
    let key = SipHash24.Key(k0: 1, k1: 2)
    let path = "/logs/\(Transcript.session).jsonl"
    var reader = try ClaudeCodeReader(
      source: SourceDescription(path: path, shape: .lines), key: key, checkpoint: nil)
    var batch = FactBatch()
    let lines = Transcript.lines(calls: 7..<8).split(separator: 0x0A)
    for (index, line) in lines.enumerated() {
      reader.read(Array(line).span, at: UnitPosition(number: index + 1), into: &batch)
    }
    reader.finish(into: &batch)
    let record = try #require(batch.usage.first)
    var call = CallFact(
      call: Key128.random(), account: AccountID(rawValue: 5), scopes: ChargeScopes(key: 4),
      tool: session == nil ? .other : .claudeCode, session: session,
      sessionName: session.map { _ in Transcript.session }, dialect: "anthropic", endpoint: "messages",
      upstream: "test", requestedModel: "claude-opus-4-5", responseSpace: .anthropicMessage,
      opened: record.at - .seconds(3))
    call.ending = .completed
    call.usageSource = .provider
    call.settled = record.at
    call.responseID = "msg_7_\(Transcript.session)"
    call.requestID = "req_7"
    call.usage = [
      CallUsage(
        model: "claude-opus-4-5-20251101",
        counts: TokenCounts(input: 10, cacheRead: 5, cacheWrite1h: 0, output: 9))
    ]
    let known = KnownSource(
      path: path, tool: .claudeCode, shape: .lines,
      identity: FileIdentity(device: 1, inode: 1, size: 1, modifiedNanoseconds: 1), offset: 1, lines: 2,
      fingerprint: 1, readerVersion: 1)
    return (SourceUpdate(source: known, checkpoint: nil, batch: batch, fromStart: true), call)
  }

  @Test(
    "A call that the gateway and a Claude Code log report is one record, in either order",
    arguments: [true, false],
    [true, false])
  func oneRecord(logFirst: Bool, namesSession: Bool) throws {
    let bench = try Bench()
    let (log, call) = try logAndGateway(namesSession ? .named(Transcript.session, by: .claudeCode) : nil)
    let batch = CallBatch(spool: Key128(high: 1, low: 1), settled: [call])
    if logFirst { try bench.ledger.append([log]) }
    try bench.ledger.append(batch, surviving: .crash)
    if !logFirst { try bench.ledger.append([log]) }
    let usage = try bench.usage()
    #expect(usage.count == 1)
    let record = try #require(usage.first)
    #expect(record.counts.input == 10 && record.counts.cacheRead == 5)
    #expect(record.counts.output == 9, "the larger of the two")
    #expect(record.session == .ofClaudeCode(Transcript.session))
    #expect(record.tool == .claudeCode)
    #expect(record.account == AccountID(rawValue: 5))
    #expect(record.turn != nil, "as only the log knows")
    #expect(record.requestID == "req_7")
    #expect(record.at == call.opened)
    let stamp = DerivationStamp(attribution: 1, prices: "", policy: "")
    #expect(try bench.ledger.due(at: call.opened, stamp: stamp).sessions.contains(record.session))
  }
}

private final class Counter: Sendable {
  private let count = Mutex(0)
  var value: Int { count.withLock { $0 } }

  @discardableResult
  func add() -> Int {
    count.withLock { count in
      count += 1
      return count
    }
  }
}

/// A store that fails three times before it works.
private final class FailingStore: CallStore {
  private struct Failure: Error {}
  private let store: SQLiteLedger
  private let calls = Counter()

  init(store: SQLiteLedger) { self.store = store }

  func append(_ calls: CallBatch, surviving survival: Survival) throws {
    if self.calls.add() <= 3 { throw Failure() }
    try store.append(calls, surviving: survival)
  }

  func positions(inSpool spool: Key128) throws -> [String: Int64] { try store.positions(inSpool: spool) }
  func forget(segments: [String], ofSpool spool: Key128) throws {
    try store.forget(segments: segments, ofSpool: spool)
  }
  func openCalls(ofSpool spool: Key128, orOpenedBefore instant: Instant) throws -> [CallFact] {
    try store.openCalls(ofSpool: spool, orOpenedBefore: instant)
  }
  func calls(in period: Range<Instant>, limit: Int) throws -> [CallFact] {
    try store.calls(in: period, limit: limit)
  }
  func call(_ id: Key128) throws -> CallFact? { try store.call(id) }
  func charges(in period: Range<Instant>, by slot: Duration) throws -> [ChargeSum] {
    try store.charges(in: period, by: slot)
  }
}
