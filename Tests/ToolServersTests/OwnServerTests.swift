import Charts
import Effects
import Foundation
import ModelContext
import NIOHTTP1
import Testing

@testable import ToolServers

/// Our client and our server.
@Suite struct OwnServerTests {
  private let service = MCPService(
    version: "1", instructions: "Read.",
    tools: [
      MCPTool(
        "account", title: "Account", description: "What was spent.",
        arguments: [.init("by", .choice(["tool", "model"]), "Divided by.", isRequired: true)]
      ) { arguments in
        MCPTool.Outcome("by \(try arguments.text("by") ?? "")", .object([("total", .integer(7))]))
      }
    ])

  @Test func `our server is met by our client, which sends what it checks`() async throws {
    let server = try await FakeServer.start { [service] request in
      let answer = await service.answer(
        request.body,
        headers: .init(
          version: request.headers.first(name: "MCP-Protocol-Version"),
          method: request.headers.first(name: "Mcp-Method"), name: request.headers.first(name: "Mcp-Name")))
      return FakeServer.Response(
        status: answer.status, headers: ["Content-Type": "application/json"],
        pieces: [Array((answer.body ?? "").utf8)])
    }
    defer { server.stop() }
    try await Surroundings.with { access in
      let settings = try ToolServerSettings(
        yaml: "name: assay\nurl: \(server.url())\ntrusted: true\ntools: [{name: account, effect: none}]")
      let connection = try await access.connection(to: settings)
      #expect(connection.revision == MCPService.revision)
      let tool = try await connection.agentTool("account", under: settings)
      let call = { (value: JSON) in
        try await tool.perform(
          ToolCall(tool: "assay__account", arguments: ["by": value], effect: EffectID(rawValue: "e")))
      }
      #expect(
        try await call("tool").passages == [
          Passage("by tool", from: .system("assay")), Passage(#"{"total":7}"#, from: .system("assay")),
        ])
      #expect(try await call("colour").passages.first?.text == "The tool says that it failed:")
      for request in server.requests {
        #expect(request.headers["MCP-Protocol-Version"] == ["2026-07-28"])
        #expect(request.headers.first(name: "Mcp-Method") == request.json["method"]?.string)
      }
      #expect(server.requests.last?.headers["Mcp-Name"] == ["account"])
    }
  }
}
