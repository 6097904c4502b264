import Effects
import Foundation
import Ledger
import ScriptedModel
import Statistics
import Testing

@testable import ModelClient

/// Streams of each format, in every pair of pieces, in single bytes and damaged.
struct ReaderTests {
  struct Stream: Sendable, CustomTestStringConvertible {
    var format: WireFormat
    var text: String
    var testDescription: String { format.rawValue }
  }

  /// Reasoning, text with characters of several bytes, two calls; written down from the providers' documentation.
  static let streams: [Stream] = [
    Stream(
      format: .messages,
      text: #"""
        event: message_start
        data: {"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"m","content":[],"stop_reason":null,"usage":{"input_tokens":9,"output_tokens":1}}}

        event: ping
        data: {"type": "ping"}

        data: {"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}

        data: {"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"Hm"}}

        data: {"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"sig"}}

        data: {"type":"content_block_stop","index":0}

        data: {"type":"content_block_start","index":1,"content_block":{"type":"text","text":""}}

        data: {"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"Grü"}}

        data: {"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"ße 😀"}}

        data: {"type":"content_block_stop","index":1}

        data: {"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"toolu_1","name":"git_log","input":{}}}

        data: {"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":""}}

        data: {"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"{\"limit\": "}}

        data: {"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"3}"}}

        data: {"type":"content_block_stop","index":2}

        data: {"type":"content_block_start","index":3,"content_block":{"type":"tool_use","id":"toolu_2","name":"git_log","input":{}}}

        data: {"type":"content_block_stop","index":3}

        event: message_delta
        data: {"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},"usage":{"output_tokens":31}}

        event: message_stop
        data: {"type":"message_stop"}


        """#),
    Stream(
      format: .chatCompletions,
      text: #"""
        data: {"id":"chatcmpl-1","object":"chat.completion.chunk","model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}

        data: {"id":"chatcmpl-1","model":"m","choices":[{"index":0,"delta":{"reasoning_content":"Hm"},"finish_reason":null}]}

        data: {"id":"chatcmpl-1","model":"m","choices":[{"index":0,"delta":{"content":"Grü"},"finish_reason":null}]}

        data: {"id":"chatcmpl-1","model":"m","choices":[{"index":0,"delta":{"content":"ße 😀"},"finish_reason":null}]}

        data: {"id":"chatcmpl-1","model":"m","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"toolu_1","type":"function","function":{"name":"git_log","arguments":""}}]},"finish_reason":null}]}

        data: {"id":"chatcmpl-1","model":"m","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{\"limit\": "}}]},"finish_reason":null}]}

        data: {"id":"chatcmpl-1","model":"m","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"3}"}},{"index":1,"id":"toolu_2","function":{"name":"git_log","arguments":""}}]},"finish_reason":null}]}

        data: {"id":"chatcmpl-1","model":"m","choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}

        data: {"id":"chatcmpl-1","model":"m","choices":[],"usage":{"prompt_tokens":9,"completion_tokens":31,"total_tokens":40}}

        data: [DONE]


        """#),
    Stream(
      format: .responses,
      text: #"""
        event: response.created
        data: {"type":"response.created","sequence_number":0,"response":{"id":"resp_1","status":"in_progress","model":"m","output":[],"usage":null}}

        data: {"type":"response.output_item.added","output_index":0,"item":{"type":"reasoning","id":"rs_1","summary":[],"encrypted_content":"x"}}

        data: {"type":"response.output_item.done","output_index":0,"item":{"type":"reasoning","id":"rs_1","summary":[],"encrypted_content":"xyz"}}

        data: {"type":"response.output_text.delta","output_index":1,"content_index":0,"delta":"Grü"}

        data: {"type":"response.output_item.done","output_index":1,"item":{"type":"message","id":"msg_1","role":"assistant","status":"completed","phase":"commentary","content":[{"type":"output_text","text":"Grüße 😀","annotations":[]}]}}

        data: {"type":"response.output_item.done","output_index":2,"item":{"type":"function_call","id":"fc_1","call_id":"toolu_1","name":"git_log","arguments":"{\"limit\": 3}","status":"completed"}}

        data: {"type":"response.output_item.done","output_index":3,"item":{"type":"function_call","id":"fc_2","call_id":"toolu_2","name":"git_log","arguments":"","status":"completed"}}

        data: {"type":"response.completed","response":{"id":"resp_1","status":"completed","model":"m","output":[],"usage":{"input_tokens":9,"output_tokens":31,"total_tokens":40}}}


        """#),
  ]

  private static func read(_ format: WireFormat, _ pieces: [[UInt8]], type: String = "text/event-stream")
    throws
    -> (AnswerDraft, ModelUsage)
  {
    let progress = AttemptProgress(try endpoint(format))
    progress.begin(contentType: type)
    for piece in pieces { try progress.take(piece) }
    try progress.finish()
    return (progress.draft, try #require(progress.usage(requestBytes: 100)).usage)
  }

  private static func answer(_ format: WireFormat, _ draft: AnswerDraft) throws -> ModelAnswer {
    let (blocks, stop) = try #require(
      draft.answer(format, tools: [logTool], bounds: ModelEndpoint.Bounds()))
    return ModelAnswer(format: format, blocks: blocks, stop: stop)
  }

  @Test(arguments: streams)
  func `an answer is read whole`(stream: Stream) throws {
    let (draft, usage) = try Self.read(stream.format, [Array(stream.text.utf8)])
    let answer = try Self.answer(stream.format, draft)
    #expect(answer.stop == .calls)
    #expect(answer.text == "Grüße 😀")
    #expect(answer.calls.map(\.id) == ["toolu_1", "toolu_2"])
    #expect(answer.calls.map(\.arguments) == [["limit": 3], [:]])
    #expect(answer.calls.allSatisfy { $0.problem == nil })
    #expect(usage.source == .provider)
    #expect(usage.stated.input == 9)
    #expect(usage.stated.output == 31)
    let opaque = answer.blocks.compactMap { if case .opaque(let json) = $0 { json } else { nil } }
    let expected: JSON =
      switch stream.format {
      case .messages: ["type": "thinking", "thinking": "Hm", "signature": "sig"]
      case .chatCompletions: ["reasoning_content": "Hm"]
      case .responses: ["type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": "xyz"]
      }
    #expect(opaque == [expected])
  }

  @Test(arguments: streams, ["\n", "\r\n", "\r"])
  func `splits anywhere give the same answer`(stream: Stream, lineEnd: String) throws {
    let bytes = Array(stream.text.replacing("\n", with: lineEnd).utf8)
    let whole = try Self.answer(stream.format, Self.read(stream.format, [bytes]).0)
    // Wherever a line ends, and at every third byte; what is in between comes byte by byte below.
    let isNear = { (cut: Int) in
      bytes[max(0, cut - 2)..<min(bytes.count, cut + 1)].contains { $0 == 0x0A || $0 == 0x0D }
    }
    for cut in 1..<bytes.count where lineEnd == "\n" && cut % 3 == 0 || isNear(cut) {
      let (draft, usage) = try Self.read(stream.format, [Array(bytes[..<cut]), Array(bytes[cut...])])
      let answer = try Self.answer(stream.format, draft)
      try #require(answer == whole, "split at \(cut)")
      try #require(usage.stated.output == 31, "split at \(cut)")
    }
    let single = try Self.read(stream.format, bytes.map { [$0] }).0
    #expect(try Self.answer(stream.format, single) == whole)
  }

  @Test(arguments: streams)
  func `a stream that ends early anywhere is no answer, and what it used is an estimate`(stream: Stream)
    throws
  {
    let bytes = Array(stream.text.utf8)
    var written: Int64 = 0
    for end in stride(from: 0, to: bytes.count, by: 7) {
      let progress = AttemptProgress(try endpoint(stream.format))
      progress.begin(contentType: "text/event-stream")
      try progress.take(Array(bytes[..<end]))
      progress.cut()
      let draft = progress.draft
      let usage = try #require(progress.usage(requestBytes: 100)).usage
      if draft.stop != nil {
        // Only after the provider said why it stopped; then everything is there.
        #expect(try Self.answer(stream.format, draft).calls.count == 2, "cut at \(end)")
      } else if usage.source == .unknown || usage.source == .partial {
        let estimate = try #require(usage.estimate, "cut at \(end)")
        #expect(estimate.input == usage.stated.input ?? 25)
        #expect((estimate.output ?? -1) >= (usage.stated.output ?? 0))
        // The more came, the more was written.
        #expect(try #require(estimate.output, "cut at \(end)") >= written, "cut at \(end)")
        written = max(written, estimate.output ?? 0)
      } else {
        // Nothing was begun, or the provider's last figures came before the end of the event that they are in.
        #expect(usage.source == .none || usage.stated.output == 31, "cut at \(end)")
      }
    }
    // Most of what was written by the end of the stream had counted before it.
    #expect(written >= 8)
  }

  @Test(arguments: streams, 0..<8)
  func `damaged streams never crash, and never make a call out of nothing`(stream: Stream, seed: Int) throws {
    var random = SeededRandom(seed: UInt64(seed))
    for _ in 0..<20 {
      var bytes = Array(stream.text.utf8)
      for _ in 0..<Int.random(in: 1...8, using: &random) {
        let at = Int.random(in: bytes.indices, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes[at] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes.remove(at: at)
        case 2: bytes.insert(contentsOf: bytes[at...].prefix(40), at: at)
        default: bytes.removeSubrange(at..<min(bytes.count, at + 30))
        }
      }
      let progress = AttemptProgress(try endpoint(stream.format))
      progress.begin(contentType: Bool.random(using: &random) ? "text/event-stream" : nil)
      do {
        for start in stride(from: 0, to: bytes.count, by: 97) {
          try progress.take(Array(bytes[start..<min(bytes.count, start + 97)]))
        }
        try progress.finish()
      } catch {
        progress.cut()
      }
      _ = progress.usage(requestBytes: 100)
      guard let (blocks, _) = progress.draft.answer(stream.format, tools: [logTool], bounds: .init()) else {
        continue
      }
      let answer = ModelAnswer(format: stream.format, blocks: blocks, stop: .calls)
      #expect(Set(answer.calls.map(\.id)).count == answer.calls.count)
      for call in answer.calls where call.problem == nil {
        #expect(call.tool == "git_log")
        #expect(try call.text.isEmpty || JSON(bytes: Data(call.text.utf8)) == call.arguments)
      }
    }
  }

  @Test func `an event longer than its bound is refused, not kept`() {
    var events = EventStream(longestEvent: 1_000)
    #expect(throws: EventStream.TooLong.self) {
      for _ in 0..<100 { _ = try events.take(Array(repeating: UInt8(ascii: "x"), count: 100)) }
    }
  }
}
