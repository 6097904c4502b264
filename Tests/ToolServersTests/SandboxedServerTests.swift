import Effects
import Foundation
import Testing

@testable import ToolServers

/// What a server that was started here can see of this machine.
@Suite(.serialized) struct SandboxedServerTests {
  private func seen(_ manner: String, _ text: String, extra: String = "", environment: [String: String] = [:])
    async throws -> String
  {
    try await PipePeer.with(manner, extra: extra, environment: environment) { peer, connection in
      try await connection.agentTool(under: peer.settings).say(text).passages.map(\.text).joined()
    }
  }

  @Test func `R12: it has the variables that the settings name, and none of ours`() async throws {
    let text = try await seen(
      "environment", "",
      extra: """
        environment:
          - {name: API_KEY, secret: {environment: PEER_KEY}}
          - {name: REGION, value: eu}
        """, environment: ["PEER_KEY": "s3cret-of-the-peer", "OTHER": "never-seen"])
    let variables = try #require(try JSON(bytes: Data(text.utf8)).members)
    #expect(variables["API_KEY"] == "s3cret-of-the-peer")
    #expect(variables["REGION"] == "eu")
    let ours: Set = [
      "PATH", "HOME", "TMPDIR", "LANG", "USER", "LOGNAME", "PWD", "OLDPWD", "SHLVL", "_", "LC_CTYPE",
      "API_KEY", "REGION", "first", "line",
    ]
    #expect(Set(variables.keys).subtracting(ours).isEmpty)
    // The first process inside has no environment of ours, and no secret on its command line.
    #expect(variables["first"]?.string?.contains("never-seen") == false)
    #expect(variables["line"]?.string?.contains("s3cret") == false)
  }

  @Test(arguments: ["/etc/passwd", "/etc/shadow", "/proc/1/root/etc/shadow"])
  func `R12: files outside are not there`(path: String) async throws {
    #expect(try await seen("file", path).hasPrefix("no:"))
  }

  @Test func `it sees the folders that the settings name, for reading`() async throws {
    let folder = try PipePeer.newFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try Data("inside".utf8).write(to: URL(filePath: folder + "/note"))
    #expect(try await seen("file", folder + "/note", extra: "folders: [\(folder)]") == "inside")
  }

  @Test func `R12: it reaches nobody, not even this machine`() async throws {
    let server = try await FakeServer.start { _ in .json(["never": "asked"]) }
    defer { server.stop() }
    #expect(try await seen("network", "\(server.port)").hasPrefix("no:"))
  }
}

extension JSON {
  var members: [String: JSON]? { if case .object(let members) = self { members } else { nil } }
}
