import Foundation
import NIOCore
import NIOHTTP1
import Testing

@testable import Gateway

@Suite("Answers on the wire")
struct AnswerParserTests {
  /// What a parser makes of some bytes.
  struct Reading: Equatable {
    var status: Int?
    var fields: [String] = []
    var body = ""
    var isWhole = false
    var keepsAlive = false
    var isClean = false
    var problem: AnswerProblem?
  }

  static func read(_ pieces: [[UInt8]], isHead: Bool = false, ends: Bool = false) -> Reading {
    var parser = AnswerParser()
    var reading = Reading()
    parser.begin(isHead: isHead)
    do throws(AnswerProblem) {
      for piece in pieces {
        parser.take(ByteBuffer(bytes: piece))
        while let part = try parser.next() {
          switch part {
          case .head(let head):
            reading.status = Int(head.status.code)
            reading.fields = head.headers.map { "\($0.name)=\($0.value)" }
          case .body(let bytes): reading.body += String(buffer: bytes)
          case .end: reading.isWhole = true
          }
        }
      }
      if ends, parser.finish() { reading.isWhole = true }
      reading.keepsAlive = parser.keepsAlive
      reading.isClean = parser.isClean
    } catch {
      reading.problem = error
    }
    return reading
  }

  static func read(_ text: String, isHead: Bool = false, ends: Bool = false) -> Reading {
    read([Array(text.utf8)], isHead: isHead, ends: ends)
  }

  static let answers: [(text: String, body: String)] = [
    ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nrequest-id: a\r\n\r\nhello", "hello"),
    ("HTTP/1.1 200 \r\ncontent-length:0\r\n\r\n", ""),
    ("HTTP/1.1 204 No Content\r\n\r\n", ""),
    (
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: CHUNKED\r\nX:\t y \t\r\n\r\n5\r\nhello\r\n1 ; a=b\r\n \r\n0a\r\n0123456789\r\n0\r\n\r\n",
      "hello 0123456789"
    ),
    (
      "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\nTrailer: t\r\n\r\n3\r\nabc\r\n000;x\r\nt: 1\r\nu: 2\r\n\r\n",
      "abc"
    ),
    (
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\nHTTP/1.1 529 Overloaded\r\ncontent-length: 2\r\n\r\nno",
      "no"
    ),
  ]

  @Test("An answer is the same however its bytes are split", arguments: answers.indices)
  func splits(index: Int) {
    let bytes = Array(Self.answers[index].text.utf8)
    let whole = Self.read([bytes])
    #expect(whole.isWhole && whole.keepsAlive && whole.isClean && whole.problem == nil)
    #expect(whole.body == Self.answers[index].body)
    for split in 1..<bytes.count {
      let pieces = [Array(bytes[..<split]), Array(bytes[split...])]
      #expect(Self.read(pieces) == whole, "split at \(split)")
    }
    #expect(Self.read(bytes.map { [$0] }) == whole, "every byte on its own")
    for cut in 0..<bytes.count { #expect(!Self.read([Array(bytes[..<cut])], ends: true).isWhole) }
  }

  @Test("Without a length the answer ends with the connection, and only then")
  func untilClose() {
    let text = "HTTP/1.1 200 OK\r\ncontent-type: a\r\n\r\nall of it"
    #expect(!Self.read(text).isWhole)
    let reading = Self.read(text, ends: true)
    #expect(reading.isWhole && reading.body == "all of it" && !reading.keepsAlive)
  }

  @Test(
    "An answer to HEAD, 204 and 304 have no body, whatever they say",
    arguments: [(true, 200), (false, 204), (false, 304)])
  func noBody(isHead: Bool, status: Int) {
    for field in ["content-length: 5", "transfer-encoding: chunked", "x: y"] {
      let reading = Self.read("HTTP/1.1 \(status) X\r\n\(field)\r\n\r\n", isHead: isHead)
      #expect(reading.isWhole && reading.isClean && reading.keepsAlive)
    }
  }

  @Test(
    "A connection is kept only where another answer can follow",
    arguments: [
      ("HTTP/1.1 200 OK\r\nConnection: close\r\ncontent-length: 0\r\n\r\n", false),
      ("HTTP/1.1 200 OK\r\nConnection: keep-alive, x , CLOSE\r\ncontent-length: 0\r\n\r\n", false),
      ("HTTP/1.0 200 OK\r\ncontent-length: 0\r\n\r\n", false),
      ("HTTP/1.1 200 OK\r\nConnection: keep-alive\r\ncontent-length: 0\r\n\r\n", true),
    ])
  func keeping(text: String, isKept: Bool) {
    let reading = Self.read(text)
    #expect(reading.isWhole && reading.keepsAlive == isKept)
  }

  @Test("What comes behind an answer is seen, be it one byte")
  func leftOver() {
    for more in ["H", "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n", "\r\n"] {
      #expect(!Self.read("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nab" + more).isClean)
      #expect(!Self.read("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n" + more).isClean)
    }
  }

  @Test(
    "What could be understood in two ways, or not at all, is no answer",
    arguments: [
      "HTTP/2.0 200 OK\r\n\r\n", "HTTP/1.2 200 OK\r\n\r\n", "http/1.1 200 OK\r\n\r\n",
      "HTTP/1.1 20 OK\r\n\r\n",
      "HTTP/1.1 099 OK\r\n\r\n", "HTTP/1.1  200 OK\r\n\r\n", "HTTP/1.1 2000 OK\r\n\r\n",
      "\r\nHTTP/1.1 200 OK\r\n\r\n",
      "SSH-2.0-OpenSSH_9.2\r\n\r\n\r\n",
      "HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\n\r\n",
      "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 1\r\n\r\na",
      "HTTP/1.1 200 OK\r\ncontent-length: 1, 1\r\n\r\na", "HTTP/1.1 200 OK\r\ncontent-length: +1\r\n\r\na",
      "HTTP/1.1 200 OK\r\ncontent-length: 9999999999999999999\r\n\r\na",
      "HTTP/1.1 200 OK\r\ncontent-length:\r\n\r\na",
      "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\na",
      "HTTP/1.1 200 OK\r\ntransfer-encoding: gzip\r\n\r\na",
      "HTTP/1.1 200 OK\r\ntransfer-encoding: gzip, chunked\r\n\r\na",
      "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
      "HTTP/1.1 200 OK\r\nname : x\r\n\r\n", "HTTP/1.1 200 OK\r\n: x\r\n\r\n",
      "HTTP/1.1 200 OK\r\nname\r\n\r\n",
      "HTTP/1.1 200 OK\r\na: x\r\n folded\r\n\r\n", "HTTP/1.1 200 OK\r\na: x\ny: z\r\n\r\n",
      "HTTP/1.1 200 OK\r\na: x\ry: z\r\n\r\n", "HTTP/1.1 200 OK\r\na: x\u{0}\r\n\r\n",
    ])
  func malformed(text: String) { #expect(Self.read(text).problem == .malformed) }

  @Test(
    "A chunk whose size or end is in doubt is no chunk",
    arguments: [
      "g\r\n", "\r\n", "-1\r\n", "0x1\r\n", "1 2\r\n", ";\r\n", "1\n", "1000000000000000\r\n", "1\r\nab\r\n",
      "1\r\na\n0\r\n\r\n", "1\r\na\r\r\n",
    ])
  func malformedChunks(text: String) {
    let reading = Self.read("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n" + text)
    #expect(reading.problem == .malformed && !reading.isWhole)
  }

  @Test("A head has a limit, and so have its fields, a chunk's size line and the trailers")
  func limits() {
    let long = String(repeating: "x", count: AnswerParser.mostHeadBytes)
    #expect(Self.read("HTTP/1.1 200 OK\r\na: " + long).problem == .tooLarge)
    #expect(Self.read("HTTP/1.1 200 OK\r\na: \(long)\r\n\r\n").problem == .tooLarge)
    let many = String(repeating: "a: b\r\n", count: AnswerHead.mostFields)
    #expect(Self.read("HTTP/1.1 200 OK\r\n\(many)\r\n").problem == nil)
    #expect(Self.read("HTTP/1.1 200 OK\r\n\(many)c: d\r\n\r\n").problem == .tooLarge)
    let chunked = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
    #expect(Self.read(chunked + "1;" + long).problem == .malformed)
    let trailers = String(repeating: "t: \(String(repeating: "x", count: 1000))\r\n", count: 200)
    #expect(Self.read(chunked + "0\r\n" + trailers).problem == .tooLarge)
  }

  @Test("Any bytes at all are read or refused")
  func noise() {
    var generator = SystemRandomNumberGenerator()
    let seeds = Self.answers.map { Array($0.text.utf8) }
    for _ in 0..<3000 {
      var bytes = seeds.randomElement(using: &generator) ?? []
      for _ in 0..<Int.random(in: 1...6, using: &generator) {
        let at = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0..<3, using: &generator) {
        case 0: bytes[at] = UInt8.random(in: .min ... .max, using: &generator)
        case 1: bytes.insert(UInt8.random(in: .min ... .max, using: &generator), at: at)
        default: if bytes.count > 1 { bytes.remove(at: at) }
        }
      }
      let split = Int.random(in: 0...bytes.count, using: &generator)
      let whole = Self.read([bytes])
      let parts = Self.read([Array(bytes[..<split]), Array(bytes[split...])])
      // What was said before a problem may differ in how far it got; what is understood may not.
      #expect(whole.problem == parts.problem && (whole.problem != nil || whole == parts), "\(bytes)")
    }
  }

  @Test(
    "A field that would not stay one is not written", arguments: ["a\r\nb: c", "a\nb", "a\u{0}", "a\u{7F}"])
  func badFields(value: String) throws {
    let url = try #require(URL(string: "http://127.0.0.1:1/base/"))
    let address = try #require(UpstreamAddress(url))
    var request = try RequestBytes(.POST, address, target: "/v1", room: 100)
    #expect(throws: RequestBytes.BadByte.self) { try request.add("name", value) }
    #expect(throws: RequestBytes.BadByte.self) { try request.add(value, "value") }
    #expect(throws: RequestBytes.BadByte.self) { _ = try RequestBytes(.GET, address, target: value, room: 9) }
  }

  @Test("A request is what was given, with its host, its length and the address's path")
  func request() throws {
    for (text, host, path) in [
      ("http://example.org:8080/a/b/", "example.org:8080", "/a/b"), ("http://example.org", "example.org", ""),
      ("https://example.org:443", "example.org", ""), ("http://[::1]:81", "[::1]:81", ""),
    ] {
      let url = try #require(URL(string: text))
      let address = try #require(UpstreamAddress(url))
      var request = try RequestBytes(.POST, address, target: "/v1?x=%20", room: 100)
      try request.add("x-y", "gr\u{fc}n")
      let written = request.finish(ByteBuffer(string: "{}"))
      #expect(
        String(buffer: written.bytes)
          == "POST \(path)/v1?x=%20 HTTP/1.1\r\nHost: \(host)\r\nx-y: gr\u{fc}n\r\nContent-Length: 2\r\n\r\n{}"
      )
      #expect(written.rest == nil)
    }
  }
}
