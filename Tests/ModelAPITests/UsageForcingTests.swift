import Foundation
import ModelAPI
import Testing

/// T9: usage is asked for whatever the client wrote.
struct UsageForcingTests {
  @Test(
    "T9: include_usage becomes true, and nothing else changes",
    arguments: [
      (
        #"{"model":"m","stream":true}"#,
        #"{"stream_options":{"include_usage":true},"model":"m","stream":true}"#
      ),
      (#"{}"#, #"{"stream_options":{"include_usage":true}}"#),
      (" {\n \"model\" : \"m\" }", " {\"stream_options\":{\"include_usage\":true},\n \"model\" : \"m\" }"),
      (#"{"stream_options":null,"a":1}"#, #"{"stream_options":{"include_usage":true},"a":1}"#),
      (#"{"stream_options":false}"#, #"{"stream_options":{"include_usage":true}}"#),
      (#"{"stream_options":[{"a":"]"}],"b":2}"#, #"{"stream_options":{"include_usage":true},"b":2}"#),
      (#"{"stream_options": { } }"#, #"{"stream_options": {"include_usage":true } }"#),
      (
        #"{"stream_options":{"include_obfuscation":false}}"#,
        #"{"stream_options":{"include_usage":true,"include_obfuscation":false}}"#
      ),
      (#"{"stream_options":{"include_usage":false}}"#, #"{"stream_options":{"include_usage":true}}"#),
      (
        #"{"stream_options":{"a":{},"include_usage" : null}}"#,
        #"{"stream_options":{"a":{},"include_usage" : true}}"#
      ),
      (#"{"stream_options":{"include_usage":{"x":"}"}}}"#, #"{"stream_options":{"include_usage":true}}"#),
      (
        #"{"stream_options":{"include_usage":true},"stream_options":{"include_usage":false}}"#,
        #"{"stream_options":{"include_usage":true},"stream_options":{"include_usage":true}}"#
      ),
      (
        #"{"stream_options":{"include_usage":true,"include_usage":"no"}}"#,
        #"{"stream_options":{"include_usage":true,"include_usage":true}}"#
      ),
      (#"{"stream\u005foptions":{"include_usage":0}}"#, #"{"stream\u005foptions":{"include_usage":true}}"#),
      (
        #"{"messages":[{"stream_options":{"include_usage":false}}]}"#,
        #"{"stream_options":{"include_usage":true},"messages":[{"stream_options":{"include_usage":false}}]}"#
      ),
    ])
  func forced(_ body: String, _ expected: String) throws {
    let result = try #require(try UsageForcing.forcingUsage(Array(body.utf8).span))
    #expect(String(decoding: result, as: UTF8.self) == expected)
    #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(result)) }
    #expect(try UsageForcing.forcingUsage(result.span) == nil, "and once is enough")
  }

  @Test("A body that asks for usage already is left alone, and one that is not JSON is refused")
  func others() throws {
    #expect(
      try UsageForcing.forcingUsage(Array(#"{"stream_options":{"include_usage":true}}"#.utf8).span) == nil)
    #expect(throws: RequestProblem.self) { try UsageForcing.forcingUsage(Array(#"{"a":"#.utf8).span) }
  }
}
