import Foundation
import Ledger
import LedgerSQLite
import TestCorpus
import Testing

@testable import Metering

@Suite("Killed while calls are written and drained")
struct KillTests {
  private let bench: Bench
  init() throws { bench = try Bench() }

  @Test("Killed again and again at any moment, everything that was said to be written is there once")
  func killed() async throws {
    var generator = SeededGenerator(seed: 7)
    var opened: Set<Int> = []
    var settled: Set<Int> = []
    for run in 0..<20 {
      let child = try ChildProcess(
        ChildProcess.built("spool-child"),
        ["gateway", bench.spoolPath, bench.ledger.path, "\((run + 1) * 1_000_000)"])
      // Every few times before it has recovered what the one before left.
      if run % 4 != 0 {
        while !child.output.contains("recovered") { try await Task.sleep(for: .milliseconds(2)) }
      }
      try await Task.sleep(for: .milliseconds(Int.random(in: 0...150, using: &generator)))
      child.kill()
      let result = try child.wait()
      #expect(result.status == nil, "\(result.errors)")
      #expect(result.errors.isEmpty)
      // The last line may be half written.
      for line in result.output.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
        let words = line.split(separator: " ")
        guard words.count == 2, let number = Int(words[1]) else { continue }
        if words[0] == "opened" { opened.insert(number) } else { settled.insert(number) }
      }
    }
    #expect(settled.count > 100)
    let spool = try bench.spool()
    let recovery = try await SpoolDrain(spool, into: bench.ledger)
      .recover(prices: .builtIn(), at: Instant(Date()))
    #expect(recovery.drained.problems.allSatisfy { $0.kind == .torn })
    try expectAccount(opened, settled)
    #expect(try FileManager.default.contentsOfDirectory(atPath: bench.spoolPath).sorted() == ["id", "lock"])
    #expect(try bench.ledger.integrityProblems().isEmpty)
  }

  private func expectAccount(_ opened: Set<Int>, _ settled: Set<Int>) throws {
    let calls = try bench.calls()
    var number: [Key128: Int] = [:]
    var completed: Set<Int> = []
    for call in calls {
      #expect(number.updateValue(Int(call.call.low), forKey: call.id) == nil, "twice in the ledger")
      #expect(!call.isOpen)
      if call.ending == .completed { completed.insert(Int(call.call.low)) }
    }
    let found = Set(number.values)
    #expect(found.isSuperset(of: opened), "lost: \(opened.subtracting(found).sorted().prefix(5))")
    #expect(
      completed.isSuperset(of: settled), "ends lost: \(settled.subtracting(completed).sorted().prefix(5))")
    // What was written and not said to be: one frame at most of each run.
    #expect(found.subtracting(opened).count + completed.subtracting(settled).count <= 20)
    let usage = try bench.usage()
    #expect(usage.count == calls.count)
    let crashed = calls.filter { $0.ending == .crashed }
    #expect(
      crashed.allSatisfy {
        $0.charged == $0.reserved && $0.chargedTokens == $0.reservedTokens || $0.usageSource == .partial
      })
    let expected =
      completed.reduce(0) { $0 + Int64($1 * 3) }
      + crashed.filter { !$0.usage.isEmpty }.reduce(0) { $0 + Int64($1.call.low) + 1 }
    #expect(usage.reduce(0) { $0 + ($1.counts.input ?? 0) + ($1.counts.output ?? 0) } == expected)
  }

  @Test("A drain killed at any moment is gone on with by the next, and nothing is there twice")
  func drainKilled() async throws {
    var generator = SeededGenerator(seed: 9)
    try {
      let spool = try bench.spool(segmentBytes: 16 << 10)
      let lane = try spool.makeLane()
      for number in 1...4000 {
        try lane.open(Calls.opened(number))
        try lane.settle(Calls.settled(number))
      }
    }()
    var kills = 0
    for attempt in 0..<12 {
      let child = try ChildProcess(
        ChildProcess.built("spool-child"), ["drain", bench.spoolPath, bench.ledger.path])
      // This thread waits: a task might be woken only when the child is done.
      usleep(UInt32(Int.random(in: 0...20, using: &generator) * attempt * 1000))
      child.kill()
      if try child.wait().status == nil { kills += 1 }
    }
    #expect(kills > 0)
    let spool = try bench.spool()
    let problems = try await SpoolDrain(spool, into: bench.ledger).drainOnce().problems
    #expect(problems.isEmpty)
    #expect(try Set(bench.calls()) == Set((1...4000).map { Calls.settled($0) }))
    let usage = try bench.usage()
    #expect(usage.count == 4000)
    #expect(usage.reduce(0) { $0 + ($1.counts.input ?? 0) } == 4000 * 4001 / 2)
  }
}
