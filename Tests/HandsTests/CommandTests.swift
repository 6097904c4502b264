import Effects
import Egress
import Foundation
import Sandbox
import Testing

@testable import Hands

@Suite struct CommandTests {
  @Test func `a command works in the run's folder, and what it prints is anybody's word`() async throws {
    try await RunWorkspace.with { run in
      let tool = RunCommand(try await Sandbox.check(), in: run.folder)
      try run.write("from the folder", to: "file")
      let result = try await tool.call(["command": ["sh", "-c", "cat file; echo made > new; exit 3"]])
      #expect(result.foreign == "from the folder")
      #expect(result.passages.first == Passage("It ended with status 3.", from: .system("sandbox")))
      #expect(run.text(of: "new") == "made\n")
    }
  }

  @Test func `R12: a command reaches neither the store nor git's own folder`() async throws {
    try await RunWorkspace.with { run in
      let tool = RunCommand(try await Sandbox.check(), in: run.folder)
      _ = try await run.workspace(of: run.repository())
      let result = try await tool.call([
        "command": [
          "sh", "-c",
          .string("ls -A repository ..; ls \(run.root) ../store; cat ../secret"),
        ]
      ])
      #expect(!result.text.contains("hunter2") && !result.text.contains(".git\n"))
    }
  }

  @Test(
    arguments: [[:], ["command": "ls -l"], ["command": []], ["command": [1]], ["command": ["a\0"]]] as [JSON])
  func `a command is a list of texts`(arguments: JSON) async throws {
    try await RunWorkspace.with { run in
      let tool = RunCommand(try await Sandbox.check(), in: run.folder)
      await #expect(throws: ToolFailure.self) { try await tool.call(arguments) }
    }
  }

  @Test func `R6: what a command and an address can reach is in their declarations`() async throws {
    try await RunWorkspace.with { run in
      let sandbox = try await Sandbox.check()
      let client = try EgressClient(rules: [])
      let closed = RunCommand(sandbox, in: run.folder).declaration
      let open = RunCommand(sandbox, in: run.folder, egress: EgressProxy(client)).declaration
      #expect(closed.effect == .init(.blind, risk: .medium, reversibility: .irreversible, audience: .run))
      #expect(open.effect == .init(.blind, risk: .high, reversibility: .irreversible, audience: .anybody))
      #expect(HTTPGet(client).declaration.effect?.audience == .anybody)
    }
  }

  @Test(arguments: [
    "https://example.com/", "http://127.0.0.1/", "file:///etc/passwd", "https://u:p@example.com/", "x",
  ])
  func `without a rule no address is asked`(address: String) async throws {
    let tool = HTTPGet(try EgressClient(rules: []))
    await #expect(throws: ToolFailure.self) { try await tool.call(["url": .string(address)]) }
  }
}
