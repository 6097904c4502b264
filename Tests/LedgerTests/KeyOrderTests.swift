import Ledger
import Testing

@Suite("Keys in the order of time")
struct KeyOrderTests {
  /// As stores keep them: both words with their lowest bytes first.
  private static func bytes(_ key: Key128) -> [UInt8] {
    [key.high, key.low].flatMap { word in
      stride(from: 0, to: 64, by: 8).map { UInt8(truncatingIfNeeded: word >> UInt64($0)) }
    }
  }

  @Test("Later keys come behind earlier ones, and the attempts at a call beside it")
  func order() {
    var names = TimeOrderedKeys()
    var before: [UInt8] = []
    for step in 0..<2000 as Range<Int64> {
      let call = names.next(at: Instant(milliseconds: 1_780_000_000_000 + step * 977))
      #expect(before.lexicographicallyPrecedes(Self.bytes(call)))
      before = Self.bytes(call)
      for attempt in 1...3 {
        #expect(Self.bytes(CallFact.id(ofAttempt: attempt, call: call)).prefix(8) == before.prefix(8))
      }
    }
  }

  @Test("No two are alike, be they made in the same moment")
  func unlike() {
    let now = Instant(milliseconds: 1_780_000_000_000)
    var names = [TimeOrderedKeys(), TimeOrderedKeys()]
    let calls = (0..<10_000).map { names[$0 % 2].next(at: now) }
    #expect(Set(calls).count == calls.count)
    #expect(
      Set(calls.flatMap { call in (1...3).map { CallFact.id(ofAttempt: $0, call: call) } }).count == 30_000)
  }
}
