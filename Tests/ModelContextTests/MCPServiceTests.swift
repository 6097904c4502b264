import Account
import Charts
import Foundation
import TestCorpus
import Testing

@testable import ModelContext

@Suite("A server of tools") struct MCPServiceTests {
  private struct Unforeseen: Error {}

  private let service = MCPService(
    version: "1", instructions: "Read before use.",
    tools: [
      MCPTool(
        "echo", title: "Echo", description: "Says it again.",
        arguments: [
          .init("text", .text, "What to say.", isRequired: true),
          .init("times", .number(1...3), "How often."), .init("voice", .choice(["low", "high"]), "How."),
        ]
      ) { arguments in
        let text = try arguments.text("text") ?? ""
        let times = try arguments.number("times", in: 1...3) ?? 1
        return MCPTool.Outcome(
          String(repeating: text, count: Int(times)), .object([("times", .integer(times))]))
      },
      MCPTool("fail", title: "Fail", description: "Fails.") { _ in throw Unforeseen() },
    ])

  private func ask(_ text: String, _ headers: MCPService.Headers = .init()) async throws -> (
    status: Int, body: [String: Any]
  ) {
    let answer = await service.answer(Array(text.utf8), headers: headers)
    let body = try answer.body.map { try JSONSerialization.jsonObject(with: Data($0.utf8)) }
    return (answer.status, body as? [String: Any] ?? [:])
  }

  private func request(_ method: String, _ params: String = "", version: String? = MCPService.revision)
    -> String
  {
    let meta = version.map { #""_meta":{"io.modelcontextprotocol/protocolVersion":"\#($0)"}"# }
    let members = [meta, params.isEmpty ? nil : params].compactMap { $0 }.joined(separator: ",")
    return #"{"jsonrpc":"2.0","id":7,"method":"\#(method)","params":{\#(members)}}"#
  }

  @Test("Today's clients discover it, and those before shake hands")
  func introductions() async throws {
    let discovered = try await ask(request("server/discover"))
    let result = try #require(discovered.body["result"] as? [String: Any])
    #expect(discovered.status == 200 && discovered.body["id"] as? Int == 7)
    #expect((result["supportedVersions"] as? [String])?.first == "2026-07-28")
    #expect(result["resultType"] as? String == "complete")
    for (asked, agreed) in [
      ("2025-06-18", "2025-06-18"), ("2025-11-25", "2025-11-25"), ("1999-01-01", "2025-11-25"),
    ] {
      let answer = try await ask(request("initialize", #""protocolVersion":"\#(asked)""#, version: nil))
      #expect((answer.body["result"] as? [String: Any])?["protocolVersion"] as? String == agreed)
    }
    let notified = await service.answer(
      Array(#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#.utf8))
    #expect(notified.body == nil && notified.status == 202)
  }

  @Test("Its tools say what they take, and that they only read")
  func list() async throws {
    let answer = try await ask(request("tools/list"))
    let tools = try #require((answer.body["result"] as? [String: Any])?["tools"] as? [[String: Any]])
    #expect(tools.map { $0["name"] as? String } == ["echo", "fail"])
    let schema = try #require(tools[0]["inputSchema"] as? [String: Any])
    #expect(schema["required"] as? [String] == ["text"] && schema["additionalProperties"] as? Bool == false)
    #expect((tools[0]["annotations"] as? [String: Any])?["readOnlyHint"] as? Bool == true)
  }

  @Test(
    "A call is answered with a text and a document, or with what to do differently",
    arguments: [
      (#""name":"echo","arguments":{"text":"a","times":2}"#, false, "aa"),
      (#""name":"echo","arguments":{"text":"a","voice":"low"}"#, false, "a"),
      (#""name":"echo","arguments":{}"#, true, "echo needs the argument text."),
      (#""name":"echo","arguments":{"text":1}"#, true, "text takes a text."),
      (#""name":"echo","arguments":{"text":"a","times":4}"#, true, "times takes a whole number from 1 to 3."),
      (
        #""name":"echo","arguments":{"text":"a","times":1e99}"#, true,
        "times takes a whole number from 1 to 3."
      ),
      (#""name":"echo","arguments":{"text":"a","voice":"loud"}"#, true, "voice takes one of: low, high."),
      (
        #""name":"echo","arguments":{"text":"a","more":1}"#, true,
        "echo has no argument more. It takes: text, times, voice."
      ),
      (#""name":"fail""#, true, "The figures could not be read."),
    ])
  func calls(params: String, isError: Bool, text: String) async throws {
    let answer = try await ask(request("tools/call", params))
    let result = try #require(answer.body["result"] as? [String: Any])
    #expect(result["isError"] as? Bool == isError)
    #expect(((result["content"] as? [[String: Any]])?.first?["text"] as? String) == text)
    #expect((result["structuredContent"] != nil) == !isError)
  }

  @Test(
    "What is no request of the protocol is refused with its own code",
    arguments: [
      ("{", -32700, 400), ("[]", -32600, 400), ("{}", -32600, 400),
      // Foundation's decoder would end the process over it.
      (
        #"{"jsonrpc":"2.0","method":"ping","id":9007199254740993"# + String(repeating: "0", count: 150)
          + "e-150}",
        -32700, 400
      ),
      (#"{"jsonrpc":"1.0","id":1,"method":"ping"}"#, -32600, 400),
      (#"{"jsonrpc":"2.0","id":1,"method":"tools/sell"}"#, -32601, 404),
      (#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"none"}}"#, -32602, 200),
      (
        #"{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2031-01-01"}}}"#,
        -32022, 400
      ),
    ])
  func refusals(message: String, code: Int, status: Int) async throws {
    let answer = try await ask(message)
    #expect((answer.body["error"] as? [String: Any])?["code"] as? Int == code)
    #expect(answer.status == status)
  }

  @Test(
    "Headers that say something else than the body are refused",
    arguments: [
      MCPService.Headers(method: "tools/list"), MCPService.Headers(name: "fail"),
      MCPService.Headers(version: "2025-11-25"),
    ])
  func headers(headers: MCPService.Headers) async throws {
    let answer = try await ask(request("tools/call", #""name":"echo","arguments":{"text":"a"}"#), headers)
    #expect(answer.status == 400 && (answer.body["error"] as? [String: Any])?["code"] as? Int == -32020)
  }

  @Test("Damaged messages are answered and never believed", arguments: 0..<40 as Range<UInt64>)
  func damage(seed: UInt64) async throws {
    var generator = SeededGenerator(seed: seed)
    let whole = Array(request("tools/call", #""name":"echo","arguments":{"text":"a","times":2}"#).utf8)
    for _ in 0..<50 {
      var bytes = whole
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0..<3, using: &generator) {
        case 0: bytes[place] = .random(in: 0...255, using: &generator)
        case 1: bytes.remove(at: place)
        default: bytes.insert(.random(in: 0...255, using: &generator), at: place)
        }
      }
      let answer = await service.answer(Array(bytes))
      #expect((answer.body == nil) == (answer.status == 202))
    }
    let deep = Array(repeating: UInt8(ascii: "["), count: 20_000)
    #expect(await service.answer(deep).status == 400)
  }
}
