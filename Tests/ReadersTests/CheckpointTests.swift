import Testing

@testable import Readers

@Suite("Checkpoints")
struct CheckpointTests {
  private enum Kind: String, Codable, Hashable { case plain, odd }
  private enum Choice: Codable, Hashable {
    case none
    case one(Int64)
    case named(first: String, second: [UInt16]?)
  }
  private struct Part: Codable, Hashable {
    var text: String?
    var choice: Choice
    var duration: Duration
  }
  private struct Empty: Codable, Hashable {}
  private struct State: Codable, Hashable {
    var numbers: [Int64] = [0, 1, -1, .min, .max, 63, 64, -64, -65]
    var unsigned: [UInt64] = [0, 127, 128, .max]
    var small: Int8 = -128
    var real = -0.1
    var isSet = true
    var missing: String?
    var optional: [String?] = ["", nil, "a\u{0}b", "日本語 🦊"]
    var kind = Kind.odd
    var parts: [String: Part] = [
      "": Part(text: nil, choice: .none, duration: .seconds(-3) + .nanoseconds(7)),
      "key": Part(text: "t", choice: .named(first: "x", second: [1, .max]), duration: .zero),
      "other": Part(text: "", choice: .one(.min), duration: .milliseconds(1)),
    ]
    var byNumber: [Int: Part] = [:]
    var set: Set<Int64> = [5, 6]
    var empty = Empty()
    var nested: [[[Int]]] = [[], [[]], [[1], [2, 3]]]
  }

  @Test("a state comes back as it was")
  func roundTrip() throws {
    var state = State()
    state.byNumber[7] = Part(text: "seven", choice: .none, duration: .seconds(1))
    let bytes = try ReaderCheckpoint.encode(state)
    #expect(try ReaderCheckpoint.decode(State.self, from: bytes) == state)
  }

  @Test("a damaged or foreign checkpoint is an error and nothing worse", arguments: 0..<16)
  func damaged(seed: Int) throws {
    let bytes = try ReaderCheckpoint.encode(State())
    var random = SeededGenerator(seed: UInt64(seed))
    for length in stride(from: seed % 7, to: bytes.count, by: 7) {
      #expect(throws: ReaderCheckpoint.Unusable.self) {
        try ReaderCheckpoint.decode(State.self, from: Array(bytes[..<length]))
      }
    }
    for _ in 0..<400 {
      var other = bytes
      for _ in 0..<3 {
        other[Int.random(in: other.indices, using: &random)] = .random(in: 0...255, using: &random)
      }
      // What can be read may differ, but it is read or refused.
      do { _ = try ReaderCheckpoint.decode(State.self, from: other) } catch is ReaderCheckpoint.Unusable {}
    }
    #expect(throws: ReaderCheckpoint.Unusable.self) {
      try ReaderCheckpoint.decode(State.self, from: Array("{\"a\":1}".utf8))
    }
    #expect(throws: ReaderCheckpoint.Unusable.self) {
      try ReaderCheckpoint.decode(
        [[Int]].self, from: [UInt8](repeating: CheckpointTag.array.rawValue, count: 100_000))
    }
  }
}
