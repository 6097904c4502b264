import Effects
import Foundation
import Statistics
import Testing

@testable import ToolServers

@Suite struct CodecTests {
  private let limits = ToolServerLimits()

  private func read(_ text: String) throws -> JSON {
    try JSONReader.value(Array(text.utf8), limits: limits)
  }

  @Test(arguments: [
    "{}", "[]", "null", " true ", "-0", "0", "-12", "1.5", "1e3", "1.0", "12345678901234567890", "\"\"",
    #""\u00e9\ud83d\ude00\/\b\f\n\r\t\"\\""#, #"{"a":[1,{"b":null}],"c":"d"}"#, "[[[[]]]]",
  ])
  func `what the library's decoder reads is read alike`(text: String) throws {
    #expect(try read(text) == JSONDecoder().decode(JSON.self, from: Data(text.utf8)))
  }

  @Test(arguments: [
    "", " ", "{", "}", "[1,]", "{\"a\":}", "{\"a\" 1}", "{a:1}", "01", "-", "1.", ".5", "1e", "+1", "nul",
    "tru",
    "\"", "\"\n\"", #""\x""#, #""\u12""#, #""\ud800""#, #""\ud800\u0041""#, #""\udc00""#, "[1] 2", "1e999",
    #"{"a":1,"a":2}"#, #"{"a":1,"\u0061":2}"#, "NaN", "'a'", "\u{FEFF}{}",
  ])
  func `what is no JSON, or says two things at once, is refused`(text: String) {
    #expect(throws: JSONReader.Failure.self) { _ = try read(text) }
  }

  @Test func `bytes that are not UTF-8 are refused`() {
    for bytes: [UInt8] in [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xC3]] {
      #expect(throws: JSONReader.Failure.self) {
        _ = try JSONReader.value([0x22] + bytes + [0x22], limits: limits)
      }
    }
  }

  @Test func `size, nesting and number are bounded`() {
    var small = limits
    small.message = 10
    #expect(throws: JSONReader.Failure.self) {
      _ = try JSONReader.value(Array("\"0123456789\"".utf8), limits: small)
    }
    for deep in [String(repeating: "[", count: 1_000_000), String(repeating: "{\"a\":", count: 100_000)] {
      #expect(throws: JSONReader.Failure(reason: "nested too deeply")) { _ = try read(deep) }
    }
    let many = "[" + String(repeating: "0,", count: 200_000) + "0]"
    #expect(throws: JSONReader.Failure(reason: "made of too many values")) { _ = try read(many) }
  }

  /// Whatever is read is what the library's decoder reads in the same bytes, for a hundred thousand damaged messages.
  @Test func `damage never changes what is read, only whether it is`() {
    let seeds = [
      #"{"jsonrpc":"2.0","id":1,"result":{"content":[{"type":"text","text":"gr\u00fc\u00dfe é"}],"isError":false}}"#,
      #"{"jsonrpc":"2.0","id":"a","error":{"code":-32602,"message":"no","data":[1.5e3,-0.25,null]}}"#,
      #"{"jsonrpc":"2.0","method":"notifications/progress","params":{"progress":0.5,"total":10}}"#,
    ].map { Array($0.utf8) }
    var random = SeededRandom(seed: 20_261_122)
    var read = 0
    for round in 0..<100_000 {
      var bytes = seeds[round % seeds.count]
      for _ in 0...Int.random(in: 0..<3, using: &random) {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes.remove(at: place)
        case 2: bytes.insert(bytes[Int.random(in: 0..<bytes.count, using: &random)], at: place)
        default: bytes.swapAt(place, Int.random(in: 0..<bytes.count, using: &random))
        }
      }
      guard let value = try? JSONReader.value(bytes, limits: limits) else { continue }
      read += 1
      _ = try? RPCMessage(bytes, limits: limits)
      let oracle = try? JSONDecoder().decode(JSON.self, from: Data(bytes))
      guard value == oracle else {
        Issue.record("\(String(decoding: bytes, as: UTF8.self)) was read as \(value.canonical)")
        return
      }
    }
    #expect(read > 10_000)
  }

  @Test(arguments: [
    #"[]"#, #"{"id":1,"result":{}}"#, #"{"jsonrpc":"1.0","id":1,"result":{}}"#, #"{"jsonrpc":"2.0","id":1}"#,
    #"{"jsonrpc":"2.0","id":1,"result":{},"error":{"code":1}}"#, #"{"jsonrpc":"2.0","result":{}}"#,
    #"{"jsonrpc":"2.0","id":1,"error":"no"}"#, #"{"jsonrpc":"2.0","id":{},"method":"x"}"#,
    #"[{"jsonrpc":"2.0","id":1,"result":{}}]"#,
  ])
  func `what is no message of JSON-RPC is refused`(text: String) {
    #expect(throws: JSONReader.Failure.self) { _ = try RPCMessage(Array(text.utf8), limits: limits) }
  }

  @Test func `lines are the same however they come`() throws {
    let text = "one\r\ntwo\n\nthree\nrest"
    for split in 0...text.utf8.count {
      var buffer = LineBuffer(longest: 10)
      let bytes = Array(text.utf8)
      let lines = try buffer.add(Array(bytes[..<split])) + buffer.add(Array(bytes[split...]))
      #expect(lines.map { String(decoding: $0, as: UTF8.self) } == ["one", "two", "", "three"])
    }
    var buffer = LineBuffer(longest: 10)
    _ = try buffer.add(Array("0123456".utf8))
    #expect(throws: LineBuffer.TooLong.self) { _ = try buffer.add(Array("0123\n".utf8)) }
  }

  @Test func `events are the same however they come`() throws {
    let text =
      "\u{FEFF}: comment\r\n\r\nevent: message\ndata: one\ndata:two\nid: 7\n\nevent: other\ndata: no\n\nretry: 1\rdata: three\r\rdata\n\ndata: cut"
    for split in 0...text.utf8.count {
      var stream = EventStream(longest: 100)
      let bytes = Array(text.utf8)
      let events = try stream.add(bytes[..<split]) + stream.add(bytes[split...])
      #expect(events.map { String(decoding: $0, as: UTF8.self) } == ["one\ntwo", "three"])
    }
  }

  @Test(arguments: [
    String(repeating: "x", count: 200), String(repeating: "data: 0123456789\n", count: 20),
    "data: " + String(repeating: "x", count: 200) + "\n\n",
  ])
  func `an event without an end is left`(text: String) {
    var stream = EventStream(longest: 100)
    #expect(throws: LineBuffer.TooLong.self) { _ = try stream.add(Array(text.utf8)) }
  }

  @Test(arguments: [
    (#"Bearer resource_metadata="https://a.example/x", scope="a b""#, "https://a.example/x", "a b"),
    (#"Basic realm="x, Bearer scope=\"no\"", Bearer scope=one"#, nil, "one"),
    (#"bearer error="insufficient_scope" , scope = "b""#, nil, "b"),
    ("Negotiate abc==, Bearer", nil, nil),
  ])
  func `challenges are read among others`(value: String, metadata: String?, scope: String?) {
    let challenge = AuthorizationChallenge([value])
    #expect(challenge != nil)
    #expect(challenge?.resourceMetadata == metadata)
    #expect(challenge?.scope == scope)
  }

  @Test(arguments: [
    ("us-west1", "us-west1"), ("Hello, 世界", "=?base64?SGVsbG8sIOS4lueVjA==?="),
    (" padded ", "=?base64?IHBhZGRlZCA=?="), ("line1\nline2", "=?base64?bGluZTEKbGluZTI=?="),
    ("=?base64?literal?=", "=?base64?PT9iYXNlNjQ/bGl0ZXJhbD89?="),
  ])
  func `arguments in headers are written as the specification's examples are`(value: String, header: String) {
    #expect(HeaderParameters.encoded(value) == header)
  }
}
