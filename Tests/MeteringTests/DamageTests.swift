import Foundation
import Ledger
import LedgerSQLite
import TestCorpus
import Testing

@testable import Metering

@Suite("Segments cut off and damaged")
struct DamageTests {
  /// A segment of some calls as a gateway leaves it behind that was killed, and where its frames end.
  private struct Segment {
    var bytes: [UInt8]
    var ends: [Int]

    init() throws {
      let directory = try TemporaryDirectory()
      let spool = try Spool(directory: directory.path("spool"))
      let lane = try spool.makeLane()
      try lane.open(Calls.opened(1))
      try lane.open(Calls.opened(2))
      try lane.see(Calls.seen(2))
      try lane.settle(Calls.settled(1))
      try lane.close()
      let names = try FileManager.default.contentsOfDirectory(atPath: directory.path("spool"))
      let name = try #require(names.first { $0.hasSuffix(Spool.suffix) })
      let content = Array(try #require(FileManager.default.contents(atPath: directory.path("spool/\(name)"))))
      bytes = content
      ends = content.indices.filter { content[$0] == 0x0A }.map { $0 + 1 }
    }
  }

  /// What is in the ledger after these segments were found in a spool.
  private func recovered(
    _ segments: [[UInt8]], _ bench: Bench, interruptedAt step: SpoolDrain.Step? = nil
  ) async throws -> SpoolDrain.Recovery {
    let spool = try bench.spool()
    for (number, bytes) in segments.enumerated() {
      try bench.directory.write(bytes, to: "spool/000000000000000\(number)-00000001\(Spool.suffix)")
    }
    return try await SpoolDrain(spool, into: bench.ledger)
      .recover(prices: .builtIn(), at: Instant(milliseconds: Calls.start + 3_600_000))
  }

  @Test("Cut at any byte, a segment loses the frame that was cut, and no other")
  func cutAnywhere() throws {
    let segment = try Segment()
    let directory = try TemporaryDirectory()
    for cut in 0...segment.bytes.count {
      for zeros in [0, 300] {
        try directory.write(segment.bytes[..<cut] + [UInt8](repeating: 0, count: zeros), to: "a")
        let reading = try SegmentReading(
          of: "a", in: directory.url.path, from: 0, growing: nil, limit: SpoolDrain.batchBytes)
        let whole = segment.ends.count { $0 <= cut }
        #expect(reading.count == whole)
        #expect(reading.isFinished && !reading.hasMore && reading.end == Int64(cut))
        let isTorn = cut > 0 && !segment.ends.contains(cut)
        let start = Int64(whole == 0 ? 0 : segment.ends[whole - 1])
        let torn = SpoolProblem(kind: .torn, segment: "a", offset: start, bytes: Int64(cut) - start)
        #expect(reading.problems == (isTorn ? [torn] : []))
      }
    }
  }

  @Test("What is left of a segment that was cut is in the ledger once")
  func truncated() async throws {
    let segment = try Segment()
    for cut in 0...segment.bytes.count {
      let whole = segment.ends.count { $0 <= cut }
      let isTorn = cut > 0 && !segment.ends.contains(cut)
      guard segment.ends.contains(where: { abs($0 - cut) < 2 }) || cut % 400 == 0 else { continue }
      let bench = try Bench()
      // The room that the killed gateway had taken and not filled.
      let zeros = [UInt8](repeating: 0, count: cut % 2 == 0 ? 70_000 : 0)
      let recovery = try await recovered([Array(segment.bytes[..<cut]) + zeros], bench)
      #expect(recovery.drained.frames == whole, "cut at \(cut)")
      #expect(recovery.drained.problems.map(\.kind) == (isTorn ? [.torn] : []), "cut at \(cut)")
      let calls = try bench.calls()
      #expect(Set(calls.map(\.id)) == Set([Calls.id(1), Calls.id(2)].prefix(whole)), "cut at \(cut)")
      #expect(calls.count == min(whole, 2))
      #expect(calls.allSatisfy { !$0.isOpen })
      let usage = try bench.usage()
      #expect(usage.count == calls.count)
      let first = usage.first { $0.id == .anthropicMessage("msg_1") }
      #expect(first?.counts == (whole == 4 ? TokenCounts(input: 1, output: 2) : nil), "cut at \(cut)")
      let second = usage.first { $0.id == .anthropicMessage("msg_2") }
      #expect(second?.counts == (whole >= 3 ? TokenCounts(input: 2, output: 1) : nil), "cut at \(cut)")
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: bench.spoolPath).sorted() == ["id", "lock"])
    }
  }

  @Test("A frame that is damaged is skipped, counted and said; all others count", arguments: 0..<4)
  func corrupt(frame: Int) async throws {
    let segment = try Segment()
    let bench = try Bench()
    var bytes = segment.bytes
    let start = frame == 0 ? 0 : segment.ends[frame - 1]
    bytes[start + 60] ^= 0x10
    let recovery = try await recovered([bytes], bench)
    let problem = try #require(recovery.drained.problems.first)
    #expect(recovery.drained.problems.count == 1)
    #expect(problem.kind == .corrupt && problem.offset == Int64(start))
    #expect(problem.bytes == Int64(segment.ends[frame] - start))
    #expect(problem.description.contains("check the disk"))
    #expect(recovery.drained.frames == 3)
    // A call's end says all of it, so that its beginning can be missed.
    #expect(try bench.ledger.call(Calls.id(1))?.ending == (frame == 3 ? .crashed : .completed))
    #expect(try bench.ledger.call(Calls.id(2)) == nil || frame != 1)
  }

  @Test(
    "What is no segment at all is skipped and said",
    arguments: [
      [UInt8](repeating: 0, count: 100_000), [UInt8](repeating: 0xFF, count: 100_000), [0x0A, 0x0A, 0x0A],
      Array("00000000 {}\n".utf8), Array(repeating: 0x61, count: 9 << 20),
    ])
  func nonsense(bytes: [UInt8]) async throws {
    let bench = try Bench()
    let recovery = try await recovered([bytes, Segment().bytes], bench)
    #expect(recovery.drained.problems.isEmpty == bytes.allSatisfy { $0 == 0 })
    #expect(recovery.drained.frames == 4)
    #expect(try bench.calls().count == 2)
    #expect(try FileManager.default.contentsOfDirectory(atPath: bench.spoolPath).sorted() == ["id", "lock"])
  }

  @Test("The same segment found twice, and found again after it was drained, changes nothing")
  func twice() async throws {
    let segment = try Segment()
    let bench = try Bench()
    _ = try await recovered([segment.bytes, segment.bytes], bench)
    let calls = try bench.calls()
    let usage = try bench.usage()
    #expect(calls.count == 2 && usage.count == 2)
    _ = try await recovered([segment.bytes], bench)
    #expect(try bench.calls() == calls)
    #expect(try bench.usage() == usage)
  }
}
