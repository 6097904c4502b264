import Effects
import Foundation
import Ledger
import Testing

@testable import ScriptedModel

/// A peer that takes anything proves nothing: what providers refuse is refused here.
struct StrictnessTests {
  static let script = """
    rules:
      - when: {turn: 1, contains: call}
        reasoning: Hm.
        calls: [{tool: t, arguments: {a: 1}}]
      - text: Hello
    """

  private func ask(_ path: String, _ body: JSON, _ player: Player? = nil) throws -> (status: Int, body: JSON)
  {
    let player =
      try player ?? Player(Script(text: Self.script), nonce: "n", now: { Instant(milliseconds: 0) })
    let steps = player.answer(method: "POST", path: path, body: Array(body.canonical.utf8))
    var status = 0
    var bytes: [UInt8] = []
    for step in steps {
      switch step {
      case .head(let code, _): status = code
      case .bytes(let part): bytes += part
      case .pause, .end, .cut: break
      }
    }
    return (status, try JSON(bytes: Data(bytes)))
  }

  static let user: JSON = ["role": "user", "content": "call"]

  static func messages(_ messages: [JSON]) -> JSON {
    ["model": "m", "max_tokens": 10, "messages": .array(messages)]
  }

  static let use: JSON = ["type": "tool_use", "id": "a", "name": "t", "input": [:]]
  static let result: JSON = ["type": "tool_result", "tool_use_id": "a", "content": "x"]

  static let refusedMessages: [JSON] = [
    ["model": "m", "messages": [["role": "user", "content": "x"]]], messages([]),
    messages([["role": "assistant", "content": "x"]]), messages([["role": "user", "content": ""]]),
    messages([user, ["role": "assistant", "content": [use]], user]),
    messages([user, ["role": "assistant", "content": [use]]]),
    messages([
      user, ["role": "assistant", "content": [use, use]], ["role": "user", "content": [result, result]],
    ]),
    messages([
      user,
      ["role": "assistant", "content": [["type": "thinking", "thinking": "x", "signature": "y"], use]],
      ["role": "user", "content": [result]],
    ]),
    messages([user, ["role": "assistant", "content": [["type": "text", "text": ""]]], user]),
    messages([
      user, ["role": "assistant", "content": [["type": "tool_use", "id": "a", "name": "t", "input": "x"]]],
      ["role": "user", "content": [result]],
    ]),
    messages([["role": "user", "content": [result]]]),
  ]

  @Test(arguments: refusedMessages)
  func `Messages that its API refuses are refused`(body: JSON) throws {
    let (status, answer) = try ask("/v1/messages", body)
    #expect(status == 400)
    #expect(answer["error"]?["type"] == "invalid_request_error")
  }

  static let call: JSON = ["id": "a", "type": "function", "function": ["name": "t", "arguments": "{}"]]

  static let refusedChats: [JSON] = [
    ["model": "m", "messages": []], ["messages": [user]],
    ["model": "m", "messages": [user, ["role": "assistant", "tool_calls": [call]], user]],
    ["model": "m", "messages": [user, ["role": "assistant", "tool_calls": [call]]]],
    ["model": "m", "messages": [user, ["role": "tool", "tool_call_id": "a", "content": "x"]]],
    [
      "model": "m",
      "messages": [
        user,
        ["role": "assistant", "tool_calls": [["id": "a", "function": ["name": "t", "arguments": "{"]]]],
      ],
    ],
  ]

  @Test(arguments: refusedChats)
  func `chats that servers refuse are refused`(body: JSON) throws {
    #expect(try ask("/v1/chat/completions", body).status == 400)
  }

  static let refusedResponses: [JSON] = [
    ["model": "m"], ["input": "x"],
    ["model": "m", "input": [["type": "function_call", "call_id": "a", "name": "t", "arguments": "{}"]]],
    ["model": "m", "input": [["type": "function_call_output", "call_id": "a", "output": "x"]]],
    [
      "model": "m",
      "input": [["type": "reasoning", "id": "rs", "summary": [], "encrypted_content": "changed"], user],
    ],
  ]

  @Test(arguments: refusedResponses)
  func `responses that its API refuses are refused`(body: JSON) throws {
    #expect(try ask("/v1/responses", body).status == 400)
  }

  @Test func `what was said comes back signed, and a prompt that was kept is read for less`() throws {
    let player = try Player(Script(text: Self.script), nonce: "n", now: { Instant(milliseconds: 0) })
    let long = String(repeating: "instructions ", count: 1_000)
    var body: JSON = [
      "model": "m", "max_tokens": 10, "messages": [Self.user],
      "system": [
        ["type": "text", "text": .string(long), "cache_control": ["type": "ephemeral", "ttl": "1h"]]
      ],
    ]
    let (_, first) = try ask("/v1/messages", body, player)
    let blocks = try #require(first["content"])
    if case .object(var members) = body {
      members["messages"] = [
        Self.user, ["role": "assistant", "content": blocks],
        [
          "role": "user",
          "content": [
            ["type": "tool_result", "tool_use_id": blocks.elements[1]["id"] ?? "", "content": "x"]
          ],
        ],
      ]
      body = .object(members)
    }
    let (status, second) = try ask("/v1/messages", body, player)
    #expect(status == 200)
    #expect(second["content"]?.plainText == "Hello")
    let usage = player.served.compactMap(\.usage)
    try #require(usage.count == 2)
    #expect((usage[0].cacheWrite1h ?? 0) > 3_000)
    #expect(usage[1].cacheRead == usage[0].cacheWrite1h)
    #expect(usage[1].cacheWrite1h == 0)
  }
}
