import Foundation
import Testing

@testable import Gzip

@Suite("Gzip") struct GzipTests {
  private static let text = Array(String(repeating: "what did the tokens buy? ", count: 400).utf8)

  @Test("What was folded up comes out as it was", arguments: [0, 1, 100, 65_535, 65_536, 300_000])
  func roundTrip(count: Int) throws {
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 7) }
    #expect(try Gzip.inflated(Gzip.deflated(bytes), limit: count) == bytes)
  }

  @Test("Exactly the limit is allowed, and one byte more is not") func limit() throws {
    let folded = Gzip.deflated(Self.text)
    #expect(try Gzip.inflated(folded, limit: Self.text.count) == Self.text)
    #expect(throws: Gzip.Problem.tooLarge(limit: Self.text.count - 1)) {
      try Gzip.inflated(folded, limit: Self.text.count - 1)
    }
  }

  @Test("A small body that becomes a very large one stops at the limit") func bomb() throws {
    let folded = Gzip.deflated([UInt8](repeating: 0, count: 64 << 20))
    #expect(folded.count < 100_000)
    #expect(throws: Gzip.Problem.tooLarge(limit: 1 << 20)) { try Gzip.inflated(folded, limit: 1 << 20) }
  }

  @Test("Cut off anywhere, it is damaged") func truncation() throws {
    let folded = Gzip.deflated(Self.text)
    for count in folded.indices {
      #expect(throws: Gzip.Problem.damaged) { try Gzip.inflated(Array(folded[..<count]), limit: 1 << 20) }
    }
  }

  @Test("Changed bytes never come out as something else unnoticed") func corruption() throws {
    let folded = Gzip.deflated(Self.text)
    for index in folded.indices.dropFirst(10) {
      var damaged = folded
      damaged[index] ^= 0x55
      let result = try? Gzip.inflated(damaged, limit: 1 << 20)
      #expect(result == nil || result == Self.text)
    }
  }

  @Test("Several members in a row are one body") func members() throws {
    let folded = Gzip.deflated(Array("one ".utf8)) + Gzip.deflated(Array("two".utf8))
    #expect(try Gzip.inflated(folded, limit: 100) == Array("one two".utf8))
  }

  @Test("What is not gzip is damaged", arguments: [[], [0x1F], [0x1F, 0x8B], Array("plain text".utf8)])
  func foreign(bytes: [UInt8]) {
    #expect(throws: Gzip.Problem.damaged) { try Gzip.inflated(bytes, limit: 100) }
  }
}
