import Ledger
import ModelAPI
import Testing

struct RequestFactsTests {
  private func read(_ body: String, _ route: ModelRoute = chatRoute) throws(RequestProblem) -> RequestFacts {
    try RequestFacts.read(body: Array(body.utf8).span, route: route)
  }

  private func problem(_ body: [UInt8], _ route: ModelRoute = chatRoute) -> RequestProblem? {
    do {
      _ = try RequestFacts.read(body: body.span, route: route)
      return nil
    } catch { return error }
  }

  private func problem(_ body: String, _ route: ModelRoute = chatRoute) -> RequestProblem? {
    problem(Array(body.utf8), route)
  }

  @Test("A request as Claude Code sends it")
  func claudeCode() throws {
    let facts = try read(
      #"""
      {"model":"claude-sonnet-4-5","max_tokens":32000,"stream":true,"speed":"fast",
       "system":[{"type":"text","text":"You …","cache_control":{"type":"ephemeral","ttl":"1h"}}],
       "messages":[{"role":"user","content":[{"type":"text","text":"{\"model\":\"x\"}","cache_control":{"type":"ephemeral"}}]}],
       "metadata":{"user_id":"{\"device_id\":\"d\",\"account_uuid\":\"\",\"session_id\":\"0b1c-77\"}"}}
      """#, anthropicRoute)
    #expect(facts.model == "claude-sonnet-4-5" && facts.isStream && facts.maxOutputTokens == 32000)
    #expect(facts.cacheWrites == .oneHour && facts.service.isFast && facts.sessionName == "0b1c-77")
    #expect(facts.isInputComplete && facts.inputTokenBound > 300)
    let older = try read(
      #"{"model":"m","metadata":{"user_id":"user_ab_account_cd_session_11-22"},"system":[{"cache_control":{"type":"ephemeral"}}]}"#,
      anthropicRoute)
    #expect(older.sessionName == "11-22" && older.cacheWrites == .fiveMinutes)
    #expect(
      try read(#"{"model":"m","metadata":{"user_id":"someone@example.org"}}"#, anthropicRoute).sessionName
        == nil)
  }

  @Test("Requests to OpenAI and Gemini")
  func others() throws {
    let chat = try read(
      #"{"model":"gpt-6.1-sol","stream":true,"n":3,"max_completion_tokens":1e3,"max_tokens":10.0,"service_tier":"flex","stream_options":{"include_usage":true}}"#
    )
    #expect(chat.maxOutputTokens == 3000 && chat.asksForUsage && chat.service.tier == .flex)
    let responses = try read(
      #"{"model":"gpt-6.1-sol","max_output_tokens":50,"background":true,"previous_response_id":"resp_1","service_tier":"priority"}"#,
      responsesRoute)
    #expect(responses.maxOutputTokens == 50 && responses.isBackground && !responses.isInputComplete)
    #expect(responses.service.tier == .priority && !responses.isStream)
    let gemini = try read(
      #"{"contents":[],"generationConfig":{"maxOutputTokens":100,"candidateCount":2}}"#, geminiRoute)
    #expect(gemini.model == "gemini-3-pro" && gemini.isStream && gemini.maxOutputTokens == 200)
    let snake = try read(
      #"{"generation_config":{"max_output_tokens":7},"cached_content":"c/1"}"#, geminiRoute)
    #expect(snake.maxOutputTokens == 7 && !snake.isInputComplete)
    #expect(try read(#"{"model":"m"}"#).maxOutputTokens == nil)
  }

  @Test("Images and sound count as what they can cost, documents and text as their bytes")
  func media() throws {
    let png = "iVBORw0KGgoAAAANSUhEUgAA" + String(repeating: "A", count: 400_000)
    let image = try read(
      #"{"model":"m","messages":[{"content":[{"type":"image","source":{"type":"base64","media_type":"image/png","data":"\#(png)"}}]}]}"#,
      anthropicRoute)
    #expect(image.inputTokenBound < 9_000)
    let url = try read(#"{"model":"m","x":[{"image_url":{"url":"data:image/png;base64,\#(png)"}}]}"#)
    #expect(url.inputTokenBound < 9_000 && url.isInputComplete)
    let wave = "UklGRiQAAABXQVZFZm10IBAA" + String(repeating: "A", count: 400_000)
    #expect(
      try read(#"{"model":"m","input_audio":{"data":"\#(wave)","format":"wav"}}"#).inputTokenBound < 30_000)
    let pdf = "JVBERi0xLjcKJcfsj6IK" + String(repeating: "A", count: 400_000)
    #expect(try read(#"{"model":"m","source":{"data":"\#(pdf)"}}"#).inputTokenBound > 400_000)
    let text = String(repeating: "A", count: 400_000)
    #expect(
      try read(#"{"model":"m","source":{"media_type":"image/png","data":"\#(text)"}}"#).inputTokenBound
        > 400_000)
    #expect(try !read(#"{"model":"m","image_url":{"url":"https://example.org/a.png"}}"#).isInputComplete)
  }

  @Test("The same body to the same endpoint has the same fingerprint, any other another")
  func fingerprint() throws {
    let a = try read(#"{"model":"m","x":1}"#)
    #expect(try read(#"{"model":"m","x":1}"#).fingerprint == a.fingerprint)
    #expect(try read(#"{"model":"m","x":2}"#).fingerprint != a.fingerprint)
    #expect(try read(#"{"model":"m","x":1}"#, responsesRoute).fingerprint != a.fingerprint)
  }

  @Test(
    "What is not JSON is refused, and the refusal says where",
    arguments: [
      "", " ", "{", "{]", #"{"model""#, #"{"model":}"#, #"{"model":"m"#, #"{"model":"m",}"#,
      #"{"model":"m"}}"#,
      #"{"model":"m"} {}"#, #"{,"model":"m"}"#, #"{"model" "m"}"#, #"{"a":[1 2],"model":"m"}"#,
      #"{"a":[}],"model":"m"}"#,
      #"{'model':'m'}"#, #"{"model":"m","a":01}"#, #"{"model":"m","a":1.}"#, #"{"model":"m","a":-}"#,
      #"{"model":"m","a":NaN}"#, #"{"model":"m","a":tru}"#, #"{"model":"m" /* */}"#, #"{"model":"m\"}"#,
      "model=m",
    ])
  func malformed(_ body: String) {
    guard case .notJSON = problem(body) else {
      Issue.record("\(body) was read")
      return
    }
  }

  @Test("Every prefix of a request is refused")
  func truncated() {
    let body = Array(
      #"{"model":"m","stream":true,"n":2,"stream_options":{"include_usage":false},"x":[1,-2.5e3,null,{"a":"\u00e9\""}]}"#
        .utf8)
    #expect(problem(body) == nil)
    for end in 0..<body.count { #expect(problem(Array(body[..<end])) != nil) }
  }

  @Test(
    "Fields that decide something are refused where they are doubled, misspelt, absurd or of the wrong kind")
  func hostileFields() {
    #expect(problem("{}") == .missingModel)
    #expect(problem("[]") == .notAnObject)
    #expect(problem(#"{"model":null}"#) == .badModel)
    #expect(problem(#"{"model":["m"]}"#) == .badModel)
    #expect(problem(#"{"model":""}"#) == .badModel)
    #expect(problem(#"{"model":"a\nb"}"#) == .badModel)
    #expect(problem(#"{"model":"\ud800"}"#) == .badModel)
    #expect(problem(#"{"model":"\#(String(repeating: "m", count: 300))"}"#) == .badModel)
    #expect(problem(#"{"model":"a","model":"b"}"#) == .ambiguous(field: "model"))
    #expect(problem(#"{"model":"a","mod\u0065l":"b"}"#) == .ambiguous(field: "model"))
    #expect(problem(#"{"model":"a","Model":"b"}"#) == .ambiguous(field: "model"))
    #expect(problem(#"{"model":"a","stream":true,"stream":false}"#) == .ambiguous(field: "stream"))
    #expect(problem(#"{"model":"a","stream":"yes"}"#) == .wrongKind(field: "stream"))
    #expect(problem(#"{"model":"a","stream":1}"#) == .wrongKind(field: "stream"))
    for number in ["-1", "1e400", "99999999999999999999999", "0.5", "1000000001", "-0.1"] {
      #expect(problem(#"{"model":"a","max_tokens":\#(number)}"#) == .absurdNumber(field: "max_tokens"))
    }
    #expect(problem(#"{"model":"a","max_tokens":"9"}"#) == .wrongKind(field: "max_tokens"))
    #expect(problem(#"{"model":"a","n":0}"#) == .absurdNumber(field: "n"))
    #expect(problem(#"{"model":"a","n":1000000}"#) == .absurdNumber(field: "n"))
    #expect(problem(#"{"model":"a","max_tokens":null,"stream":null,"n":null}"#) == nil)
  }

  @Test("Depth bombs are refused without recursion, and what is not too deep is read")
  func depth() {
    for open in ["[", #"{"a":"#] {
      #expect(
        problem(#"{"model":"m","x":"# + String(repeating: open, count: 1_000_000)) == .tooDeep(limit: 256))
    }
    let nested = String(repeating: "[", count: 200) + String(repeating: "]", count: 200)
    #expect(problem(#"{"model":"m","x":\#(nested)}"#) == nil)
  }

  @Test("32 MB of text, lone surrogates and invalid UTF-8 in content are read")
  func largeAndBroken() throws {
    let large = #"{"messages":[{"content":"\#(String(repeating: #"x\""#, count: 11_000_000))"}],"model":"m"}"#
    #expect(try read(large).inputTokenBound > 32_000_000)
    #expect(problem(#"{"model":"m","x":"\ud800\udc"}"#) == nil)
    #expect(problem(Array(#"{"model":"m","x":""#.utf8) + [0xFF, 0xC0, 0x80, 0x22, 0x7D]) == nil)
    #expect(problem(Array(#"{"model":""#.utf8) + [0xFF, 0x22, 0x7D]) == .badModel)
    #expect(problem([0xEF, 0xBB, 0xBF] + Array(#"{"model":"m"}"#.utf8)) == nil)
  }
}
