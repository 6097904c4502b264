import Ledger
import ModelAPI
import Testing

/// What answers say beside plain usage: failures, ends, and forms that were not asked for.
struct AnswerTests {
  @Test("A failure after the stream began is told, with what was used until then")
  func streamErrors() throws {
    let anthropic = Metered(try Fixture("anthropic-error.sse")).reading
    #expect(anthropic.hasError && anthropic.errorType == "overloaded_error" && anthropic.source == .partial)
    #expect(anthropic.usage.first?.counts.cacheWrite1h == 40 && anthropic.pieces == 2)
    let chat = Metered(try Fixture("chat-error.sse")).reading
    #expect(chat.hasError && chat.errorType == "server_error" && chat.source == .unknown && chat.pieces == 3)
  }

  @Test("An error with status 200 is an error, and bills nothing")
  func okButError() {
    for (body, route) in [
      (#"{"type":"error","error":{"type":"overloaded_error","message":"x"}}"#, anthropicRoute),
      (#"{"error":{"message":"x","type":"server_error","code":null}}"#, chatRoute),
      (#"{"error":"model not found"}"#, chatRoute),
      (#"[{"error":{"code":429,"message":"x","status":"RESOURCE_EXHAUSTED"}}]"#, geminiRoute),
    ] {
      let reading = Metered(Array(body.utf8), route, "application/json").reading
      #expect(reading.hasError && reading.source == .none && !reading.isFinal, "\(body)")
    }
  }

  @Test("The answer's content type decides how it is read; without one its first byte does")
  func contentType() throws {
    for name in ["chat.json", "chat-stream.sse", "gemini-array.json", "anthropic-stream.sse"] {
      let fixture = try Fixture(name)
      let plain = Metered(fixture)
      #expect(Metered(fixture.bytes, fixture.route, nil) == plain)
      #expect(Metered(fixture.bytes, fixture.route, "application/octet-stream") == plain)
      #expect(Metered(fixture.bytes, fixture.route, fixture.contentType.uppercased()) == plain)
    }
  }

  @Test("A JSON answer to a request for a stream, with usage forced, passes unchanged")
  func jsonInsteadOfStream() throws {
    let fixture = try Fixture("chat.json")
    let metered = Metered(fixture, drops: true)
    #expect(metered.forwarded == fixture.bytes && metered.reading.isFinal)
  }

  @Test(
    "An answer that was cut is billed, but not known", arguments: ["chat.json", "anthropic-message.json"])
  func cutJSON(_ name: String) throws {
    let fixture = try Fixture(name)
    let cut = Fixture(name: name, Array(fixture.bytes[..<100]))
    let reading = Metered(cut, isCut: true).reading
    #expect(reading.isBillable && !reading.isFinal && reading.source == .unknown)
  }

  /// Where the last line that counts ends, so far as it has to be read.
  private static func secondDelta(of fixture: Fixture) -> Int {
    let text = String(decoding: fixture.bytes, as: UTF8.self)
    guard let last = text.firstRange(of: "event: message_stop") else { return 0 }
    return text[..<last.lowerBound].utf8.count
  }

  @Test("A stream that was cut says at every point what was known then", arguments: Fixture.names)
  func cutAnywhere(_ name: String) throws {
    let fixture = try Fixture(name)
    let whole = Metered(fixture).reading
    for end in 0..<fixture.bytes.count {
      let cut = Metered(Fixture(name: name, Array(fixture.bytes[..<end])), isCut: true).reading
      guard cut.isFinal else { continue }
      // A message is final once it has said why it stopped; this one says so twice, and counts more the second time.
      let saysMore = name == "anthropic-stream.sse" && end < Self.secondDelta(of: fixture)
      #expect(saysMore || cut.usage == whole.usage, "final at \(end), and still changed")
      #expect((cut.usage.last?.counts.output ?? 0) <= (whole.usage.last?.counts.output ?? 0))
    }
  }

  @Test("A background response is pending until it is fetched")
  func background() {
    let body = #"{"id":"resp_1","object":"response","status":"queued","model":"m","error":null,"usage":null}"#
    let reading = Metered(Array(body.utf8), responsesRoute, "application/json").reading
    #expect(reading.isPending && !reading.isFinal && reading.source == .unknown && !reading.hasError)
  }

  @Test("Counts that cannot be are told and not taken")
  func impossible() {
    for usage in [
      #"{"prompt_tokens":-5,"completion_tokens":3}"#, #"{"prompt_tokens":1.5,"completion_tokens":3}"#,
      #"{"prompt_tokens":99999999999999999999,"completion_tokens":3}"#,
      #"{"prompt_tokens":"9","completion_tokens":3}"#,
    ] {
      let reading = Metered(Array(#"{"usage":\#(usage)}"#.utf8), chatRoute, "application/json").reading
      #expect(reading.hasImpossible && reading.usage.first?.counts == TokenCounts(output: 3))
    }
    let parts =
      #"{"usage":{"prompt_tokens":5,"completion_tokens":3,"prompt_tokens_details":{"cached_tokens":9}}}"#
    let reading = Metered(Array(parts.utf8), chatRoute, "application/json").reading
    #expect(
      reading.hasImpossible && reading.usage.first?.counts == TokenCounts(input: 0, cacheRead: 5, output: 3))
  }

  @Test("Raw usage is the provider's own text, at most so much of it")
  func rawUsage() throws {
    let split = Metered(try Fixture("anthropic-split.sse")).reading.rawUsage
    let text = String(decoding: split, as: UTF8.self)
    #expect(text.hasPrefix(#"[{"input_tokens":25,"#) && text.hasSuffix(#""web_fetch_requests":0}}]"#))
    let long =
      #"{"usage":{"prompt_tokens":1,"x":"\#(String(repeating: "x", count: 100_000))","completion_tokens":2}}"#
    let reading = Metered(Array(long.utf8), chatRoute, "application/json").reading
    #expect(reading.rawUsage.count == CallFact.rawUsageLimit && reading.usage.first?.counts.output == 2)
    let huge = #"{"usage":{"prompt_tokens":1,"x":"\#(String(repeating: "x", count: 600_000))"}}"#
    let overflow = Metered(Array(huge.utf8), chatRoute, "application/json").reading
    #expect(overflow.usage.isEmpty && overflow.hasImpossible && overflow.source == .unknown)
  }
}
