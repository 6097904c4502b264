import Foundation
import Ledger
import LedgerSQLite
import TestCorpus
import Testing

@testable import Metering

@Suite("Spools of versions before")
struct UpgradeTests {
  /// As the version of November 2026 wrote them: its calls had names in no order.
  private static let id = "9f1c3b7a55d0e2488c6d1f0a7b3e9d42"
  private static let identity =
    #""call":"c0ffee0012345678deadbeef87654321","attempt":1,"account":5,"key":1,"person":2,"tool":"other","dialect":"openAI","endpoint":"chatCompletions","upstream":"test","asked":"gpt-5-mini","opened":1780000000000,"reserved":1000000,"reservedTokens":700,"space":"unshared""#
  private static let frames = [
    #"{"frame":"opened","id":"\#(id)",\#(identity)}"#,
    #"{"frame":"seen","id":"\#(id)","first":1780000000040,"status":200,"model":"gpt-5-mini-2025-08-07","usage":[{"tier":"standard","input":11}]}"#,
    #"{"frame":"settled","id":"\#(id)",\#(identity),"first":1780000000040,"status":200,"model":"gpt-5-mini-2025-08-07","request":"req_é","usage":[{"tier":"standard","model":"gpt-5-mini-2025-08-07","input":10,"read":2,"output":7}],"settled":1780000002000,"ending":"completed","source":"provider","charged":100,"chargedTokens":19,"raw":"{\"prompt_tokens\":12,\"note\":\"\u00e9\"}"}"#,
  ]

  private static func line(_ text: String) -> [UInt8] {
    let body = Array(text.utf8)
    let digits = String(body.withUnsafeBytes { CRC32C.checksum($0) }, radix: 16)
    return Array((String(repeating: "0", count: 8 - digits.utf8.count) + digits + " ").utf8) + body + [0x0A]
  }

  @Test(
    "What was written before the upgrade is drained after it, wherever the upgrade came",
    arguments: 0...frames.count, [false, true])
  func spool(drainedBefore: Int, isInOneBatch: Bool) async throws {
    let bench = try Bench()
    let spoolID = Key128(high: 1, low: 2)
    try bench.directory.write((spoolID.hexadecimal + "\n").utf8, to: "spool/id")
    let name = "0199a1b2c3d40001-00000001.frames-1"
    let lines = Self.frames.map(Self.line)
    if !isInOneBatch {
      // What the version before had drained of it.
      let offset = lines[..<drainedBefore].reduce(0) { $0 + $1.count }
      var batch = CallBatch(spool: spoolID, positions: [name: Int64(offset)])
      var fold = FrameFold()
      for line in lines[..<drainedBefore] {
        try fold.add(#require(line.dropLast().withUnsafeBytes { Frame.read($0) }))
      }
      fold.fill(&batch)
      try bench.ledger.append(batch, surviving: .powerLoss)
    }
    try bench.directory.write(lines.joined() + [UInt8](repeating: 0, count: 4096), to: "spool/" + name)
    let drain = SpoolDrain(try bench.spool(), into: bench.ledger)
    let recovery = try await drain.recover(
      prices: try PriceCatalogue.builtIn(), at: Instant(milliseconds: 1_780_000_100_000))
    #expect(recovery.drained.problems.isEmpty && recovery.crashed.isEmpty)
    let calls = try bench.calls()
    let call = try #require(calls.first)
    #expect(calls.count == 1 && call.id == Key128(hexadecimal: Self.id))
    #expect(call.ending == .completed && call.charged == NanoDollars(100) && call.scopes.key == 1)
    #expect(
      call.requestID == "req_é"
        && call.rawUsage == Array(#"{"prompt_tokens":12,"note":""#.utf8) + [0xE9] + Array(#""}"#.utf8))
    let usage = try bench.usage()
    #expect(usage.map(\.counts) == [TokenCounts(input: 10, cacheRead: 2, output: 7)])
  }

  @Test("A call that the version before left open is settled as crashed")
  func crashed() async throws {
    let bench = try Bench()
    try bench.directory.write((Key128(high: 1, low: 2).hexadecimal + "\n").utf8, to: "spool/id")
    try bench.directory.write(
      Self.frames[..<2].map(Self.line).joined(), to: "spool/0199a1b2c3d40001-00000001.frames-1")
    let recovery = try await SpoolDrain(try bench.spool(), into: bench.ledger)
      .recover(prices: try PriceCatalogue.builtIn(), at: Instant(milliseconds: 1_780_000_100_000))
    #expect(recovery.crashed.map(\.usageSource) == [.partial])
    #expect(try bench.calls().map(\.ending) == [.crashed])
    #expect(try bench.usage().map(\.counts.input) == [11])
  }
}
