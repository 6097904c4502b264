import ControlSQLite
import Foundation
import Ledger
import NIOHTTP1
import Testing
import Visibility

@testable import Server

@Suite("Figures for AI tools, over HTTP") struct MCPRoutesTests {
  private static func call(_ method: String, _ params: String = "{}") -> [UInt8] {
    Array(#"{"jsonrpc":"2.0","id":1,"method":"\#(method)","params":\#(params)}"#.utf8)
  }

  private static let json = [("content-type", "application/json")]

  @Test("Each visitor has the tools that the pages would show them, and the policy's words for the rest")
  func visitors() async throws {
    try await ServerUnderTest.run(configure: Staff.roles) { server in
      let staff = try Staff(of: server)
      try await WeekTests.fill(server)
      let week = Week(containing: WeekTests.then)
      try await WeekTests.closing(server).close(at: try #require(week.bounds()).upperBound + .days(2))
      let published = try await server.ask(.GET, "/api/v1/weeks/\(week)?limit=500", as: staff.visitor("ada"))
        .body
      for (name, visitor) in staff.visitors {
        func ask(_ body: [UInt8]) async throws -> ServerUnderTest.Answer {
          try await server.ask(.POST, "/mcp", as: visitor, headers: Self.json, body: body)
        }
        let list = try await ask(Self.call("tools/list"))
        if name == "nobody" {
          #expect(list.status == 401)
          continue
        }
        let isMachine = name.hasPrefix("token")
        #expect(list.body.contains("my_account") == !isMachine, "\(name)")
        let own = try await ask(Self.call("tools/call", #"{"name":"my_account"}"#))
        #expect(own.body.contains(#""totals""#) == !isMachine, "\(name)")
        let cells = try await ask(
          Self.call("tools/call", #"{"name":"week","arguments":{"week":"\#(week)"}}"#))
        let maySee = !name.hasPrefix("hr") && (!isMachine || name == "token read")
        #expect(cells.body.contains(#""isError":false"#) == maySee, "\(name)")
        // To the byte what the API says, and nothing of it to anybody else.
        #expect(cells.body.contains(published.trimmingCharacters(in: .newlines)) == maySee, "\(name)")
        #expect(!cells.body.contains("Dock"), "\(name)")
        for call in [#"{"name":"team_digest","arguments":{"team":"Quay"}}"#, #"{"name":"board"}"#] {
          let said = try await ask(Self.call("tools/call", call))
          #expect(said.body.contains(#""isError":false"#) == maySee, "\(name) \(call)")
        }
      }
    }
  }

  @Test("Another site's page cannot ask, and what is no message is refused")
  func hostile() async throws {
    try await ServerUnderTest.run(configure: Staff.roles) { server in
      let ada = try Staff(of: server).visitor("ada")
      let list = Self.call("tools/list")
      let foreign = try await server.ask(
        .POST, "/mcp", as: ada, headers: Self.json + [("origin", "https://elsewhere.example")], body: list)
      #expect(foreign.status == 403)
      #expect(
        try await server.ask(.POST, "/mcp", as: ada, headers: [("content-type", "text/plain")], body: list)
          .status == 415)
      #expect(
        try await server.ask(.POST, "/mcp", as: ada, headers: Self.json, body: Array("[".utf8)).status == 400)
      let large = [UInt8](repeating: UInt8(ascii: " "), count: 300 << 10)
      #expect(try await server.ask(.POST, "/mcp", as: ada, headers: Self.json, body: large).status == 413)
      let get = try await server.ask(.GET, "/mcp", as: ada)
      #expect(get.status == 405 && get.headers.first(name: "allow") == "POST")
    }
  }
}
