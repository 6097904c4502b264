import Foundation
import Ledger
import TestCorpus
import Testing

@testable import Metering

@Suite("Frames")
struct FrameTests {
  /// The frame's line, without its end.
  private static func line(_ kind: Frame.Kind, _ call: CallFact) -> [UInt8] {
    var buffer = FrameBuffer()
    buffer.append(kind, call)
    return Array(buffer.bytes.dropLast())
  }

  private static func read(_ line: [UInt8]) -> Frame? { line.withUnsafeBytes { Frame.read($0) } }

  @Test("The checksum is the one of RFC 3720")
  func checksum() {
    func crc(_ bytes: [UInt8]) -> UInt32 { bytes.withUnsafeBytes { CRC32C.checksum($0) } }
    #expect(crc(Array("123456789".utf8)) == 0xE306_9283)
    #expect(crc(Array(repeating: 0, count: 32)) == 0x8A91_36AA)
    #expect(crc(Array(0..<32)) == 0x46DD_794E)
    #expect(crc([]) == 0)
  }

  @Test("What is written is read back", arguments: 0..<200 as Range<UInt64>)
  func roundTrip(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let call = Self.anyCall(&generator)
    var opened = call
    opened.settled = nil
    opened.ending = .open
    opened.usageSource = .unknown
    opened.rawUsage = []
    opened.charged = .zero
    opened.chargedTokens = 0
    guard case .opened(opened) = Self.read(Self.line(.opened, call)) else {
      Issue.record("not read back as opened")
      return
    }
    guard case .seen(CallSighting(of: call)) = Self.read(Self.line(.seen, call)) else {
      Issue.record("not read back as seen")
      return
    }
    guard case .settled(call) = Self.read(Self.line(.settled, call)) else {
      Issue.record("not read back as settled")
      return
    }
  }

  @Test("A frame is one line, whatever is in it")
  func oneLine() {
    var generator = SeededGenerator(seed: 1)
    for _ in 0..<300 {
      let line = Self.line(.settled, Self.anyCall(&generator))
      #expect(!line.contains { $0 < 0x20 })
      #expect(String(validating: line, as: UTF8.self) != nil)
    }
  }

  @Test("A frame in which any bit is another is refused, and so is half of one")
  func corruption() {
    let line = Self.line(.settled, Calls.settled(1))
    #expect(Self.read(line) != nil)
    for place in line.indices {
      for bit in 0..<8 {
        var broken = line
        broken[place] ^= 1 << bit
        #expect(Self.read(broken) == nil, "bit \(bit) of byte \(place)")
      }
      #expect(Self.read(Array(line[..<place])) == nil)
      #expect(Self.read(Array(line[place...])) == nil || place == 0)
    }
  }

  @Test(
    "A line with a right checksum that says nothing sensible is refused",
    arguments: [
      "", "{", "{}", "[]", "null", "{\"frame\":\"opened\"}", "{\"frame\":1}",
      "{\"frame\":\"settled\",\"id\":\"zz\"}",
      "{\"frame\":\"seen\",\"id\":\"00000000000000000000000000000001\",\"usage\":[1]}",
      "{\"frame\":\"seen\",\"id\":\"00000000000000000000000000000001\",\"status\":1e99}",
      String(repeating: "[", count: 100_000),
    ])
  func nonsense(text: String) {
    let body = Array(text.utf8)
    let digits = String(body.withUnsafeBytes { CRC32C.checksum($0) }, radix: 16)
    let head = String(repeating: "0", count: 8 - digits.utf8.count) + digits + " "
    #expect(Self.read(Array(head.utf8) + body) == nil)
  }

  @Test("A name of a megabyte is cut at the end of a character, and raw usage at its limit")
  func cut() throws {
    var call = Calls.settled(1)
    call.requestedModel = String(repeating: "é", count: 500_000)
    call.rawUsage = Array(repeating: 0x7B, count: 100_000)
    let line = Self.line(.settled, call)
    #expect(line.count < 40_000)
    guard case .settled(let read) = Self.read(line) else {
      Issue.record("not read back")
      return
    }
    #expect(read.requestedModel == String(repeating: "é", count: Frame.textLimit / 2))
    #expect(read.rawUsage.count == CallFact.rawUsageLimit)
  }

  /// No field of the noun holds a prompt, an answer, a header or a key's secret. Whoever adds one meets this list.
  @Test("A frame has these fields and no others")
  func fields() throws {
    var generator = SeededGenerator(seed: 3)
    var keys: Set<String> = []
    for _ in 0..<200 {
      let line = Self.line(.settled, Self.anyCall(&generator))
      let object = try JSONSerialization.jsonObject(with: Data(line.dropFirst(9)))
      keys.formUnion(try #require(object as? [String: Any]).keys)
    }
    #expect(
      keys == [
        "frame", "id", "call", "attempt", "account", "key", "person", "team", "project", "agent", "tool",
        "session", "name", "dialect", "endpoint", "upstream", "asked", "opened", "reserved",
        "reservedTokens", "space", "subscription", "billed", "first", "status", "model", "request",
        "response", "usage", "settled", "ending", "source", "charged", "chargedTokens", "raw",
      ])
  }

  // MARK: Any call at all

  private static func anyCall(_ generator: inout SeededGenerator) -> CallFact {
    func number() -> Int64 {
      let bits = Int.random(in: 0...63, using: &generator)
      return [Int64(truncatingIfNeeded: generator.next() >> bits), .min, .max, 0, -1].randomElement(
        using: &generator) ?? 0
    }
    func maybe<T>(_ value: T) -> T? { Bool.random(using: &generator) ? value : nil }
    func text() -> String {
      let pieces = [
        "a", "\"", "\\", "\n", "\u{0}", "é", "\u{1F600}", "\u{7F}", "\u{2028}", "/", "claude-sonnet-4-5",
        "\t",
      ]
      return (0..<Int.random(in: 0...20, using: &generator)).map { _ in
        pieces.randomElement(using: &generator) ?? ""
      }.joined()
    }
    func key() -> Key128 { Key128(high: generator.next(), low: generator.next()) }
    func counts() -> TokenCounts {
      TokenCounts(
        input: maybe(number()), cacheRead: maybe(number()), cacheWrite5m: maybe(number()),
        cacheWrite1h: maybe(number()), output: maybe(number()), reasoning: maybe(number()))
    }
    let tiers: [UsageRecord.Service.Tier] = [.standard, .batch, .priority, .flex]
    var call = CallFact(
      call: key(), attempt: Int(number()), account: AccountID(rawValue: number()),
      scopes: ChargeScopes(
        key: maybe(number()), person: maybe(number()), team: maybe(number()), project: maybe(number()),
        agent: maybe(number())),
      tool: Tool.allCases.randomElement(using: &generator) ?? .other, session: maybe(key()),
      sessionName: maybe(text()), dialect: text(), endpoint: text(), upstream: text(), requestedModel: text(),
      responseSpace: CallFact.ResponseSpace.allCases.randomElement(using: &generator) ?? .unshared,
      opened: Instant(milliseconds: number()), reserved: NanoDollars(number()), reservedTokens: number(),
      isSubscription: .random(using: &generator), isBilled: .random(using: &generator))
    call.model = maybe(text())
    call.firstByte = maybe(Instant(milliseconds: number()))
    call.settled = maybe(Instant(milliseconds: number()))
    call.status = maybe(Int(number()))
    call.ending = CallFact.Ending.allCases.filter { $0 != .open }.randomElement(using: &generator) ?? .cut
    call.usageSource = CallFact.UsageSource.allCases.randomElement(using: &generator) ?? .none
    call.usage = (0..<Int.random(in: 0...3, using: &generator)).map { _ in
      CallUsage(
        model: maybe(text()), counts: counts(),
        service: UsageRecord.Service(
          tier: tiers.randomElement(using: &generator) ?? .standard, isFast: .random(using: &generator),
          webSearches: number()))
    }
    call.rawUsage = (0..<Int.random(in: 0...60, using: &generator)).map { _ in
      UInt8(truncatingIfNeeded: generator.next())
    }
    call.requestID = maybe(text())
    call.responseID = maybe(text())
    call.charged = NanoDollars(number())
    call.chargedTokens = number()
    return call
  }
}
