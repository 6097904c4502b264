/// Answers as providers give them, small and made up.
enum Exchange {
  static let question =
    #"{"model":"claude-sonnet-4-5","max_tokens":100,"messages":[{"role":"user","content":"hi"}]}"#
  static let streamedQuestion =
    #"{"model":"claude-sonnet-4-5","max_tokens":100,"stream":true,"messages":[{"role":"user","content":"hi"}]}"#
  static let answer =
    #"{"id":"msg_1","type":"message","role":"assistant","model":"claude-sonnet-4-5","content":[{"type":"text","text":"ho"}],"usage":{"input_tokens":25,"cache_read_input_tokens":2000,"cache_creation_input_tokens":100,"cache_creation":{"ephemeral_5m_input_tokens":60,"ephemeral_1h_input_tokens":40},"output_tokens":7}}"#

  static let json: [ScriptedUpstream.Step] = answer(answer)

  static func answer(_ body: String, status: Int = 200, _ headers: [(String, String)] = [])
    -> [ScriptedUpstream.Step]
  {
    [
      .head(
        status,
        [
          ("content-type", "application/json"), ("request-id", "req_1"),
          ("content-length", "\(body.utf8.count)"),
        ]
          + headers),
      .bytes(body), .end,
    ]
  }

  /// The events of a stream, one string each.
  static let events: [String] =
    [
      event(
        "message_start",
        #"{"type":"message_start","message":{"id":"msg_2","type":"message","model":"claude-sonnet-4-5","usage":{"input_tokens":25,"cache_read_input_tokens":2000,"cache_creation_input_tokens":100,"cache_creation":{"ephemeral_5m_input_tokens":60,"ephemeral_1h_input_tokens":40},"output_tokens":1}}}"#
      ),
      event("ping", #"{"type":"ping"}"#),
    ]
    + (0..<5).map {
      event(
        "content_block_delta",
        #"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"piece \#($0)"}}"#)
    }
    + [
      event(
        "message_delta",
        #"{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":7}}"#),
      event("message_stop", #"{"type":"message_stop"}"#),
    ]

  static func event(_ name: String, _ data: String) -> String { "event: \(name)\ndata: \(data)\n\n" }

  static let streamHead = ScriptedUpstream.Step.head(
    200, [("content-type", "text/event-stream; charset=utf-8"), ("request-id", "req_2")])

  /// - Parameter pause: Before each event.
  static func stream(pause: Int64 = 0, last: ScriptedUpstream.Step = .end) -> [ScriptedUpstream.Step] {
    [streamHead] + events.flatMap { pause > 0 ? [.pause(milliseconds: pause), .bytes($0)] : [.bytes($0)] } + [
      last
    ]
  }
}
