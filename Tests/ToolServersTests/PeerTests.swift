import Effects
import Foundation
import ServiceSettings
import Testing

@testable import ToolServers

/// Servers made with the official package. Benchmarks/agents/tool_servers.py sets them up and says where they are.
@Suite struct PeerTests {
  private static let listing = ProcessInfo.processInfo.environment["ASSAY_TOOL_SERVERS"]

  @Test(.enabled(if: listing != nil))
  func `the official servers of both eras are met, listed, pinned and called`() async throws {
    let root = try SettingsFields(SettingsFields.file(at: Self.listing ?? ""), known: ["servers"])
    let nodes = try #require(try root.node("servers")?.list("servers"))
    var limits = ToolServerLimits()
    // Their first start compiles what they import.
    limits.greeting = .seconds(60)
    for node in nodes {
      let fields = try SettingsFields(node, known: ["name", "command", "folders", "url", "revision"])
      let text = try fields.required("name")
      var yaml = "name: \(text)\n"
      if let url = try fields.string("url") { yaml += "url: \(url)\n" }
      if let command = try fields.strings("command") { yaml += "command: \(command)\n" }
      if let folders = try fields.strings("folders") { yaml += "folders: \(folders)\n" }
      let settings = try ToolServerSettings(yaml: yaml)
      let revision = try fields.required("revision")
      let folder = try PipePeer.newFolder()
      defer { try? FileManager.default.removeItem(atPath: folder) }
      try await Surroundings.with(limits: limits) { access in
        try await ToolServerHub.with(access) { hub in
          let connection = try await hub.connection(to: settings, for: "test", in: folder)
          #expect(connection.revision == revision, "\(text)")
          let listing = try await connection.tools()
          #expect(listing.tools.map(\.name) == ["add", "fail"], "\(text)")
          #expect(listing.problems.isEmpty, "\(text)")
          var pins = ToolPins()
          pins.pin(listing.tools, of: text)
          #expect(try await pins.check(connection.tools().tools, of: text).problems.isEmpty, "\(text)")
          let prefix = RemoteAgentTool.prefix(of: text)
          let add = try RemoteAgentTool(listing.tools[0], of: connection, under: settings)
          #expect(add.declaration.name == prefix + "add")
          #expect(add.declaration.parameters.map(\.name) == ["a", "b"])
          let sum = try await add.perform(
            ToolCall(tool: prefix + "add", arguments: ["a": 40, "b": 2], effect: EffectID(rawValue: "e")))
          #expect(sum.passages.count == 1)
          #expect(sum.passages.first?.text.contains("42") == true, "\(text)")
          let fail = try RemoteAgentTool(listing.tools[1], of: connection, under: settings)
          let failed = try await fail.perform(
            ToolCall(tool: prefix + "fail", arguments: ["reason": "no"], effect: EffectID(rawValue: "f")))
          #expect(failed.passages.first?.text == "The tool says that it failed:", "\(text)")
          await hub.close(for: "test")
        }
      }
    }
  }
}
