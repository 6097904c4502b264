import Ledger
import SwiftProtobuf
import Telemetry
import TestCorpus
import Testing

/// Broken, cut, huge and malicious requests.
@Suite struct HostileRequestTests {
  private static func read(
    _ signal: OTLPSignal, _ encoding: OTLPEncoding, _ bytes: [UInt8],
    limits: TelemetryLimits = TelemetryLimits()
  ) -> TelemetryReading {
    OTLPRequest.read(
      signal, contentType: encoding.contentType, bytes: bytes, account: .local, limits: limits)
  }

  /// One small request of each client and signal.
  static let small: [Recordings.Request] = Dictionary(
    grouping: Recordings.all, by: { $0.name.split(separator: "/")[0] + $0.signal.rawValue }
  ).values.compactMap { $0.min { $0.protobuf.count < $1.protobuf.count } }.sorted { $0.name < $1.name }

  @Test("cut at any byte, a request is malformed or shorter, and never more than it was", arguments: small)
  func cut(_ request: Recordings.Request) {
    for encoding in OTLPEncoding.allCases {
      let bytes = encoding == .json ? request.json : request.protobuf
      let whole = Self.read(request.signal, encoding, bytes)
      // Every byte of the small ones; of the others some hundreds.
      let step = bytes.count <= 4096 ? 1 : bytes.count / 500
      var malformed = 0
      for end in stride(from: 0, to: bytes.count, by: step) {
        let reading = Self.read(request.signal, encoding, Array(bytes[..<end]))
        #expect(reading.recordCount <= whole.recordCount)
        if reading.answer.status == 400 {
          malformed += 1
          #expect(reading.facts.isEmpty, "read whole or not at all")
        }
      }
      #expect(malformed > bytes.count / step * 9 / 10)
    }
  }

  @Test("flipped bits, swapped bytes and noise never crash, and are answered", arguments: small)
  func damage(_ request: Recordings.Request) throws {
    var generator = SeededGenerator(seed: 41)
    for encoding in OTLPEncoding.allCases {
      let bytes = encoding == .json ? request.json : request.protobuf
      for _ in 0..<150 {
        var damaged = bytes
        for _ in 0..<Int.random(in: 1...6, using: &generator) {
          let at = Int.random(in: damaged.indices, using: &generator)
          switch Int.random(in: 0..<3, using: &generator) {
          case 0: damaged[at] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
          case 1: damaged[at] = .random(in: 0...255, using: &generator)
          default: damaged.swapAt(at, .random(in: damaged.indices, using: &generator))
          }
        }
        let reading = Self.read(request.signal, encoding, damaged)
        #expect([200, 400].contains(reading.answer.status))
        #expect(reading.facts.usage.allSatisfy { !$0.counts.hasNegative })
        // Whatever the generated decoder takes is taken.
        if encoding == .protobuf, reading.answer.status == 400, request.signal == .logs {
          #expect(throws: (any Error).self) { try ProtoLogsRequest(serializedBytes: damaged) }
        }
      }
    }
    for count in [0, 1, 2, 7, 64, 1000] {
      for _ in 0..<50 {
        let noise = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
        for encoding in OTLPEncoding.allCases {
          #expect([200, 400].contains(Self.read(request.signal, encoding, noise).answer.status))
        }
      }
    }
  }

  @Test("a value of any depth is passed over without going down")
  func depth() throws {
    let deep = 200_000
    let nested =
      String(repeating: #"{"arrayValue":{"values":["#, count: deep) + "{}"
      + String(repeating: "]}}", count: deep)
    let json =
      #"{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":\#(nested),"attributes":[{"key":"model","value":\#(nested)}]}]}]}]}"#
    let reading = Self.read(.logs, .json, Array(json.utf8))
    #expect(reading.answer.status == 200 && reading.passedOver == 1)

    var value: [UInt8] = []
    for _ in 0..<2000 {
      // An array value (5) with one value (1).
      value = Self.field(5, Self.field(1, value))
    }
    let record =
      Self.field(5, value) + Self.field(6, Self.field(1, Array("model".utf8)) + Self.field(2, value))
    let protobuf = Self.field(1, Self.field(2, Self.field(2, record)))
    let other = Self.read(.logs, .protobuf, protobuf)
    #expect(other.answer.status == 200 && other.passedOver == 1)
  }

  @Test("sizes that lie lead to 400") func lies() {
    for bytes: [UInt8] in [
      [0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01], [0x0A, 0x7F], [0x0A, 0x80], [0x00],
      [0x0B], [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], [0x0A, 0x02, 0x12, 0x05],
    ] { #expect(Self.read(.logs, .protobuf, bytes).answer.status == 400) }
  }

  @Test("more bytes or records than the limit, and names that are too long") func limits() throws {
    let request = try #require(Recordings.all.first { $0.signal == .logs })
    for encoding in OTLPEncoding.allCases {
      let bytes = encoding == .json ? request.json : request.protobuf
      let tooLarge = Self.read(.logs, encoding, bytes, limits: TelemetryLimits(bytes: bytes.count - 1))
      #expect(tooLarge.answer.status == 413 && tooLarge.facts.isEmpty)
      let whole = Self.read(.logs, encoding, bytes, limits: TelemetryLimits(bytes: bytes.count))
      #expect(whole.answer.status == 200)
      let some = Self.read(.logs, encoding, bytes, limits: TelemetryLimits(records: 3))
      #expect(some.rejected == [.tooMany: whole.recordCount - 3] && some.answer.status == 200)
    }
    let long = Event.codex(session: String(repeating: "s", count: 300), input: "1")
    #expect(long.rejected == [.nameTooLong: 1] && long.facts.isEmpty)
    #expect(Event.codex(session: "s", input: "1", time: 0).rejected == [.noTime: 1])
    #expect(Event.codex(session: "s", input: "1", time: .max).rejected == [.noTime: 1])
    for impossible in ["-1", "1.5", "99999999999999999999", "x", ""] {
      let reading = Event.codex(session: "s", input: impossible)
      #expect(
        reading.facts.usage.map(\.counts) == [TokenCounts()], "known to have been made, unknown for how much")
      #expect(reading.doubts == [.impossibleCount: 1] && reading.rejected.isEmpty)
    }
  }

  static func field(_ number: UInt8, _ bytes: [UInt8]) -> [UInt8] {
    var length = bytes.count
    var message = [number << 3 | 2]
    while length >= 0x80 {
      message.append(UInt8(length & 0x7F) | 0x80)
      length >>= 7
    }
    return message + [UInt8(length)] + bytes
  }
}

/// Single events, made for what no recording has.
enum Event {
  static func log(
    _ attributes: [(String, String)], time: UInt64 = 1_795_265_697_917_720_852, service: String = "",
    account: AccountID = .local
  ) -> TelemetryReading {
    let list = attributes.map { #"{"key":"\#($0)","value":{"stringValue":"\#($1)"}}"# }.joined(separator: ",")
    let json = """
      {"resourceLogs":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"\(service)"}}]},
      "scopeLogs":[{"logRecords":[{"timeUnixNano":"\(time)","attributes":[\(list)]}]}]}]}
      """
    return OTLPRequest.read(
      .logs, contentType: "application/json; charset=utf-8", bytes: Array(json.utf8), account: account)
  }

  static func codex(session: String, input: String, time: UInt64 = 1_795_265_697_917_720_852)
    -> TelemetryReading
  {
    log(
      [
        ("event.name", "codex.sse_event"), ("event.kind", "response.completed"), ("conversation.id", session),
        ("model", "gpt-5.5"), ("input_token_count", input),
      ], time: time)
  }
}
