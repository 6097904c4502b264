import Ledger
import ModelAPI
import Testing

/// The traps of metering that other gateways fell into, as numbered in the issue.
struct TrapTests {
  private func events(_ events: [String]) -> [UInt8] { Array(events.map { $0 + "\n\n" }.joined().utf8) }

  private func anthropic(_ lines: String...) -> [UInt8] {
    events(
      lines.map { line in
        let type = line.split(separator: "\"")[2]
        return "event: \(type)\ndata: \(line)"
      })
  }

  private func start(_ usage: String) -> String {
    #"{"type":"message_start","message":{"id":"msg_1","model":"claude-sonnet-4-5","usage":\#(usage)}}"#
  }

  private func delta(_ usage: String, stop: String = #""end_turn""#) -> String {
    #"{"type":"message_delta","delta":{"stop_reason":\#(stop)},"usage":\#(usage)}"#
  }

  @Test("T2: a call is complete once its terminal usage was seen, whatever the socket does then")
  func t2TerminalEvent() throws {
    let bytes = try Fixture("anthropic-stream.sse").bytes
    let text = String(decoding: bytes, as: UTF8.self)
    let stop = try #require(text.firstRange(of: "event: message_stop"))
    let upToStop = Array(text[..<stop.lowerBound].utf8)
    #expect(Metered(upToStop, anthropicRoute, isCut: true).reading.isFinal)
    let delta = try #require(text.firstRange(of: "event: message_delta"))
    let upToDelta = Array(text[..<delta.lowerBound].utf8)
    let early = Metered(upToDelta, anthropicRoute, isCut: true).reading
    #expect(!early.isFinal && early.source == .partial && early.usage.first?.counts.output == 1)

    let chat = try Fixture("chat-stream.sse").bytes
    let done = Array("data: [DONE]\n\n".utf8)
    #expect(Metered(Array(chat.dropLast(done.count)), chatRoute, isCut: true).reading.isFinal)
    let responses = try Fixture("responses-stream.sse").bytes
    #expect(Metered(responses, responsesRoute, isCut: true).reading.isFinal)
    let gemini = try Fixture("gemini-stream.sse").bytes
    #expect(Metered(gemini, geminiRoute, isCut: true).reading.isFinal)
    #expect(!Metered(Array(gemini.dropLast(420)), geminiRoute, isCut: true).reading.isFinal)
  }

  @Test("T3: a stream's counts are cumulative; the last stands, nothing is added and no maximum taken")
  func t3Overwrite() {
    let lower = anthropic(
      start(#"{"input_tokens":5000,"cache_read_input_tokens":0,"output_tokens":1}"#),
      delta(#"{"output_tokens":9}"#, stop: "null"),
      delta(#"{"input_tokens":200,"cache_read_input_tokens":4800,"output_tokens":15}"#))
    let counts = Metered(lower, anthropicRoute).reading.usage.first?.counts
    #expect(counts == TokenCounts(input: 200, cacheRead: 4800, output: 15))
  }

  @Test("T3: a prompt divided anew is taken as one; no cache count of the old division stands beside it")
  func t3Triple() {
    let bytes = anthropic(
      start(
        #"{"input_tokens":5000,"cache_read_input_tokens":7,"cache_creation_input_tokens":600,"output_tokens":1}"#
      ),
      delta(#"{"input_tokens":200,"cache_read_input_tokens":4800,"output_tokens":15}"#))
    let counts = Metered(bytes, anthropicRoute).reading.usage.first?.counts
    #expect(counts == TokenCounts(input: 200, cacheRead: 4800, output: 15))
  }

  @Test("T4: input and cache that only the last event states are read")
  func t4LateCache() throws {
    let counts = Metered(try Fixture("anthropic-late-cache.sse")).reading.usage.first?.counts
    #expect(counts == TokenCounts(input: 31, cacheRead: 900, cacheWrite5m: 12, cacheWrite1h: 0, output: 9))
  }

  @Test("T5: cached tokens are billed once: within the prompt at OpenAI and Gemini, beside it at Anthropic")
  func t5Disjoint() throws {
    let chat = Metered(try Fixture("chat.json")).reading.usage.first?.counts
    #expect(chat == TokenCounts(input: 150, cacheRead: 1000, cacheWrite5m: 50, output: 345, reasoning: 300))
    let gemini = Metered(try Fixture("gemini.json")).reading.usage.first?.counts
    #expect(gemini == TokenCounts(input: 408, cacheRead: 512, output: 137, reasoning: 128))
    let message = Metered(try Fixture("anthropic-message.json")).reading
    let expected = TokenCounts(input: 25, cacheRead: 2000, cacheWrite5m: 60, cacheWrite1h: 40, output: 7)
    #expect(message.usage.first?.counts == expected)
    let service = UsageRecord.Service(tier: .priority, isFast: true, webSearches: 1)
    #expect(message.usage.first?.service == service)
    #expect(Metered(try Fixture("chat.json")).reading.usage.first?.service.tier == .flex)
    #expect(Metered(try Fixture("responses.json")).reading.usage.first?.service.tier == .priority)
  }

  @Test("T6: the split by lifetime outlives a last event that states only the sum")
  func t6Lifetimes() throws {
    let reading = Metered(try Fixture("anthropic-split.sse")).reading
    #expect(reading.usage.first?.counts.cacheWrite5m == 60)
    #expect(reading.usage.first?.counts.cacheWrite1h == 40)
    #expect(reading.usage.first?.service.webSearches == 2)
    let start =
      #"{"input_tokens":1,"cache_creation_input_tokens":40,"#
      + #""cache_creation":{"ephemeral_5m_input_tokens":0,"ephemeral_1h_input_tokens":40},"output_tokens":1}"#
    let more = anthropic(self.start(start), delta(#"{"cache_creation_input_tokens":50,"output_tokens":2}"#))
    let counts = Metered(more, anthropicRoute).reading.usage.first?.counts
    #expect(counts?.cacheWrite5m == 10 && counts?.cacheWrite1h == 40)
  }

  @Test("T7: what was done beyond the message is billed, each part at its own model")
  func t7Iterations() throws {
    let usage = Metered(try Fixture("anthropic-iterations.sse")).reading.usage
    #expect(
      usage.map(\.model) == ["claude-opus-4-8", "claude-opus-4-8", "claude-fable-5", "claude-opus-4-8"])
    #expect(usage.map(\.counts.output) == [410, 3500, 299, 60])
    #expect(usage.map(\.counts.cacheRead) == [560200, 0, 560186, 1])
    #expect(usage.last?.counts.cacheWrite1h == 5)
  }

  @Test("T8: a stated zero is a count, and what is missing is none")
  func t8Zero() throws {
    let zero = Metered(try Fixture("anthropic-zero.sse")).reading
    #expect(
      zero.usage.first?.counts
        == TokenCounts(input: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: 0))
    #expect(zero.source == .provider)
    let none = Metered(
      Array(#"{"id":"c","object":"chat.completion","choices":[]}"#.utf8), chatRoute, "application/json")
    #expect(none.reading.usage.isEmpty && none.reading.source == .unknown)
    let null = Metered(
      Array(#"{"usage":{"prompt_tokens":null,"completion_tokens":5}}"#.utf8), chatRoute, "application/json")
    #expect(null.reading.usage.first?.counts == TokenCounts(output: 5))
  }

  @Test("T9: the chunk with usage is dropped for clients that did not ask, and only that one")
  func t9UsageChunk() throws {
    for name in ["chat-stream.sse", "chat-filter.sse"] {
      for variant in try Fixture(name).variants {
        let kept = Metered(variant, drops: false)
        let dropped = Metered(variant, drops: true)
        #expect(kept.forwarded == variant.bytes)
        #expect(dropped.reading == kept.reading)
        let text = String(decoding: dropped.forwarded, as: UTF8.self)
        #expect(!text.contains("prompt_tokens"), "\(variant.name)")
        #expect(text.contains("[DONE]"), "\(variant.name)")
        #expect(text.contains("prompt_filter_results") == (name == "chat-filter.sse"))
        // What is left is the input without one run of bytes.
        let front = zip(dropped.forwarded, variant.bytes).prefix { $0 == $1 }.count
        let back = dropped.forwarded.count - front
        #expect(variant.bytes.suffix(back) == dropped.forwarded.suffix(back), "\(variant.name)")
      }
    }
  }

  @Test("T9: usage beside an answer's last words stays where it is")
  func t9UsageWithContent() {
    let bytes = events([
      #"data: {"id":"c","model":"m","choices":[{"delta":{"content":"x"}}],"usage":{"prompt_tokens":3,"completion_tokens":1}}"#,
      "data: [DONE]",
    ])
    let metered = Metered(bytes, chatRoute, drops: true)
    #expect(metered.forwarded == bytes && metered.reading.isFinal)
    #expect(metered.reading.usage.first?.counts == TokenCounts(input: 3, output: 1))
  }

  @Test("T10: an answer fetched again shows its usage, and is not billed again")
  func t10Retrieval() throws {
    let route = try #require(ModelRoute.match(method: "GET", path: "/v1/responses/resp_Fix?stream=true"))
    #expect(!route.endpoint.isBilled)
    for name in ["responses.json", "responses-stream.sse"] {
      let fixture = try Fixture(name)
      let metered = Metered(fixture.bytes, route, fixture.contentType)
      #expect(metered.reading.usage.isEmpty && metered.reading.source == .none)
      #expect(metered.forwarded == fixture.bytes)
    }
  }

  @Test("T18: an event of many megabytes is read in bounded memory")
  func t18LongEvent() throws {
    let text = String(repeating: "word ", count: 1_000_000)
    let bytes = events([
      #"data: {"type":"response.completed","response":{"id":"resp_1","output":[{"text":"\#(text)"}],"#
        + #""usage":{"input_tokens":3,"output_tokens":4}}}"#
    ])
    let reading = Metered(bytes, responsesRoute, cuts: Array(stride(from: 1000, to: bytes.count, by: 1000)))
      .reading
    #expect(reading.usage.first?.counts == TokenCounts(input: 3, output: 4) && reading.isFinal)
    let chunk = events([
      #"data: {"id":"c","model":"m","choices":[],"padding":"\#(text)","usage":{"prompt_tokens":3}}"#
    ])
    let metered = Metered(
      chunk, chatRoute, cuts: Array(stride(from: 1000, to: chunk.count, by: 1000)), drops: true)
    #expect(metered.forwarded == chunk, "too long to be held, so it is passed on")
    #expect(metered == Metered(chunk, chatRoute, drops: true))
  }
}
