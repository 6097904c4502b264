import Ledger
import LedgerSQLite
import Testing

@testable import Metering

/// The traps of keeping books that other gateways fell into, as numbered in the issue.
@Suite("Traps of a ledger")
struct TrapTests {
  private let bench: Bench
  init() throws { bench = try Bench() }

  private func charges() throws -> [ChargeSum] {
    try bench.ledger.charges(
      in: Instant(milliseconds: 0)..<Instant(milliseconds: Calls.start * 2), by: .hours(1))
  }

  @Test(
    "T13: sums are of the ledger's own rows, of any number of keys, and a batch that comes again adds nothing"
  )
  func sums() async throws {
    let keys = 500
    let spool = try bench.spool()
    let lane = try spool.makeLane()
    for number in 0..<keys * 2 {
      try lane.open(Calls.opened(number, key: Int64(number % keys)))
      try lane.settle(Calls.settled(number, key: Int64(number % keys)))
    }
    #expect(try await SpoolDrain(spool, into: bench.ledger).drainOnce().problems.isEmpty)
    let calls = try bench.calls()
    #expect(calls.count == keys * 2)
    let sums = try charges()
    #expect(Set(sums.map(\.scopes.key)).count == keys)
    for key in 0..<keys {
      let mine = sums.filter { $0.scopes.key == Int64(key) }
      // Calls `key` and `key` + 500.
      #expect(mine.reduce(0) { $0 + $1.calls } == 2)
      #expect(mine.reduce(0) { $0 + $1.tokens } == Int64(2 * key + keys) * 3)
      #expect(mine.reduce(0) { $0 + $1.charged.count } == Int64(2 * key + keys) * 100)
    }
    // The acknowledgement was lost, and all of it comes once more, in pieces of another size.
    for start in stride(from: 0, to: calls.count, by: 77) {
      let piece = Array(calls[start..<min(start + 77, calls.count)])
      try bench.ledger.append(CallBatch(spool: spool.id, settled: piece), surviving: .crash)
    }
    #expect(try Set(charges()) == Set(sums))
    #expect(try bench.usage().count == keys * 2)
  }

  @Test("T14: many write at once, and no nano-dollar is lost or rounded")
  func exact() async throws {
    // The sum is more than a Double holds exactly, and odd, so that any rounding shows.
    let amount = NanoDollars(999_999_999_999_983)
    let each = 99
    let spool = try bench.spool(segmentBytes: 8192)
    let ledger = bench.ledger
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      for writer in 0..<5 {
        tasks.addTask {
          let lane = try spool.makeLane()
          for number in 0..<each {
            var call = Calls.settled(writer * each + number)
            call.charged = amount
            try lane.open(Calls.opened(writer * each + number))
            try lane.settle(call)
          }
          try lane.close()
        }
      }
      tasks.addTask {
        // Beside them, as in a gateway.
        let drain = SpoolDrain(spool, into: ledger)
        for _ in 0..<20 { _ = try await drain.drainOnce() }
      }
      try await tasks.waitForAll()
    }
    _ = try await SpoolDrain(spool, into: ledger).drainOnce()
    let sums = try charges()
    #expect(sums.reduce(0) { $0 + $1.calls } == Int64(5 * each))
    #expect(sums.reduce(Int64(0)) { $0 + $1.charged.count } == amount.count * Int64(5 * each))
    #expect(try bench.calls().allSatisfy { $0.charged == amount })
  }
}
