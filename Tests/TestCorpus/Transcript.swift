/// A transcript as Claude Code writes it, of as many calls as wanted.
package enum Transcript {
  package static let session = "0b7e6a52-9f39-4b1c-8b57-111111111111"

  package static func prompt(_ number: Int = 0, session: String = session) -> [UInt8] {
    Array(
      """
      {"type":"user","uuid":"u\(number)-\(session)","sessionId":"\(session)","timestamp":"2026-05-01T09:00:00.000Z",\
      "cwd":"/nowhere/project","version":"2.1.257","message":{"role":"user","content":"hello"}}

      """.utf8)
  }

  /// One call of 10 input, 5 cache read and 7 output tokens, with its line break.
  package static func line(
    call: Int, time: String? = nil, text: [UInt8] = Array("ok".utf8), session: String = session,
    tokens: String = "10"
  ) -> [UInt8] {
    let second = call % 60
    let minute = call / 60 % 60
    let stamp =
      time ?? "2026-05-01T1\(call / 3600 % 10):\(minute / 10)\(minute % 10):\(second / 10)\(second % 10).000Z"
    let head = """
      {"type":"assistant","uuid":"a\(call)-\(session)","sessionId":"\(session)","timestamp":"\(stamp)",\
      "cwd":"/nowhere/project","version":"2.1.257","requestId":"req_\(call)","message":{"id":"msg_\(call)_\(session)",\
      "type":"message","role":"assistant","model":"claude-opus-4-5-20251101","content":[{"type":"text","text":"
      """
    let tail = """
      "}],"stop_reason":"end_turn","usage":{"input_tokens":\(tokens),"cache_creation_input_tokens":0,\
      "cache_read_input_tokens":5,"output_tokens":7}}}

      """
    return Array(head.utf8) + text + Array(tail.utf8)
  }

  package static func lines(calls: Range<Int>, withPrompt: Bool = true, session: String = session) -> [UInt8]
  {
    (withPrompt ? prompt(session: session) : []) + calls.flatMap { line(call: $0, session: session) }
  }
}
