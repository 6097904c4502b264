import Foundation
import Ledger
import ModelAPI

let anthropicRoute = ModelRoute(dialect: .anthropic, endpoint: .messages)
let chatRoute = ModelRoute(dialect: .openAI, endpoint: .chatCompletions)
let responsesRoute = ModelRoute(dialect: .openAI, endpoint: .responses)
let embeddingsRoute = ModelRoute(dialect: .openAI, endpoint: .embeddings)
let geminiRoute = ModelRoute(dialect: .gemini, endpoint: .streamGenerateContent, model: "gemini-3-pro")

/// A recorded answer: written by hand, of synthetic content, in the providers' formats.
struct Fixture: Sendable {
  let name: String
  let bytes: [UInt8]

  init(_ name: String) throws {
    self.name = name
    bytes = try Array(Data(contentsOf: Self.directory.appending(path: name)))
  }

  init(name: String, _ bytes: [UInt8]) {
    self.name = name
    self.bytes = bytes
  }

  static let directory = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")

  static let names = [
    "anthropic-stream.sse", "anthropic-split.sse", "anthropic-late-cache.sse", "anthropic-zero.sse",
    "anthropic-iterations.sse", "anthropic-error.sse", "anthropic-message.json", "chat-stream.sse",
    "chat-filter.sse", "chat-error.sse", "chat.json", "responses-stream.sse", "responses-incomplete.sse",
    "responses.json", "embeddings.json", "gemini-stream.sse", "gemini.json", "gemini-array.json",
  ]

  var route: ModelRoute {
    switch name.prefix(4) {
    case "anth": anthropicRoute
    case "chat": chatRoute
    case "resp": responsesRoute
    case "embe": embeddingsRoute
    default: geminiRoute
    }
  }

  var contentType: String { name.hasSuffix("sse") ? "text/event-stream; charset=utf-8" : "application/json" }

  /// The same stream with other line ends, or in another outer form that means the same.
  var variants: [Fixture] {
    guard name.hasSuffix("sse") else { return [self] }
    let text = String(decoding: bytes, as: UTF8.self).replacing("\r\n", with: "\n")
    func variant(_ what: String, _ text: String) -> Fixture {
      Fixture(name: "\(name) \(what)", Array(text.utf8))
    }
    return [
      self,
      variant("LF.sse", text),
      variant("CRLF.sse", text.replacing("\n", with: "\r\n")),
      variant("CR.sse", text.replacing("\n", with: "\r")),
      variant("no space.sse", text.replacing("data: ", with: "data:").replacing("event: ", with: "event:")),
      variant("byte order mark.sse", "\u{FEFF}" + text),
      variant(
        "comments.sse",
        ": hello\n\n" + text.replacing("data: {", with: ": keep-alive\nid: 7\nretry: 10\ndata: {")),
      variant("lines.sse", text.replacing("data: {\"", with: "data: {\ndata: \"")),
      variant("no end.sse", String(text.dropLast(2))),
      variant("data first.sse", Self.dataFirst(text)),
    ]
  }

  private static func dataFirst(_ text: String) -> String {
    text.split(separator: "\n\n").map { event in
      event.split(separator: "\n").reversed().joined(separator: "\n") + "\n\n"
    }.joined()
  }
}

/// What a meter makes of an answer that comes in `pieces`.
struct Metered: Equatable {
  var reading: UsageReading
  var forwarded: [UInt8]

  init(_ fixture: Fixture, cuts: [Int] = [], drops: Bool = false, isCut: Bool = false) {
    self.init(
      fixture.bytes, fixture.route, fixture.contentType, cuts: cuts, drops: drops, isCut: isCut)
  }

  init(
    _ bytes: [UInt8], _ route: ModelRoute, _ contentType: String? = "text/event-stream", cuts: [Int] = [],
    drops: Bool = false, isCut: Bool = false
  ) {
    var meter = ResponseMeter(route: route, contentType: contentType, dropsUsageChunk: drops)
    forwarded = []
    reading = meter.reading
    var from = 0
    for cut in cuts + [bytes.count] {
      let piece = Array(bytes[from..<cut])
      take(meter.consume(piece.span), of: piece)
      from = cut
    }
    take(isCut ? meter.cut() : meter.finish(), of: [])
    reading = meter.reading
  }

  private mutating func take(_ forwarding: ResponseMeter.Forwarding, of piece: [UInt8]) {
    switch forwarding {
    case .all: forwarded += piece
    case .nothing: break
    case .bytes(let bytes): forwarded += bytes
    }
  }
}

/// SplitMix64 (Steele, Lea and Flood, 2014): the same numbers for the same seed, on every run.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ z &>> 30) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ z &>> 27) &* 0x94d0_49bb_1331_11eb
    return z ^ z &>> 31
  }
}
