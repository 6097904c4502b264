import AgentFolder
import AsyncHTTPClient
import ControlSQLite
import Deployments
import Effects
import Foundation
import Gate
import Journal
import Ledger
import ServiceSettings
import Testing
import ToolServers

@testable import Agents

/// Agents that list tools of other programs.
@Suite(.serialized) struct ToolServerBenchTests {
  /// A server of two tools; the first argument is what it says of them.
  private static let script =
    "import json,sys\nfor line in sys.stdin:\n r=json.loads(line)\n m=r['method']\n"
    + " t=lambda n:{'name':n,'description':sys.argv[1],'inputSchema':{'type':'object','properties':{'text':{'type':'string'}}}}\n"
    + " v={'supportedVersions':['2026-07-28']} if m=='server/discover' else {'tools':[t('echo'),t('other')]} if m=='tools/list' else"
    + " {'content':[{'type':'text','text':r['params']['arguments']['text']}]}\n"
    + " print(json.dumps({'jsonrpc':'2.0','id':r['id'],'result':v}),flush=True)\n"

  private final class Place: Sendable {
    let path = FileManager.default.temporaryDirectory.appending(path: "servers-\(UUID().uuidString)").path
    deinit { try? FileManager.default.removeItem(atPath: path) }

    func folder(tools: [String], lock: String = "") throws -> AgentFolder {
      let folder = path + "/agents/clerk"
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      let listed = tools.map { "\"\($0)\"" }.joined(separator: ", ")
      try """
      ---
      description: Uses tools of others.
      model: claude-sonnet-5
      tools: [\(listed)]
      budget: {run: {tokens: 1000}, day: {tokens: 1000}}
      ---
      Work.
      """.write(toFile: folder + "/AGENT.md", atomically: true, encoding: .utf8)
      try lock.write(toFile: folder + "/tools.lock", atomically: true, encoding: .utf8)
      return try AgentFolder.read(at: folder)
    }
  }

  private let run = Run(
    id: RunID(rawValue: "01a2019a-dbbd-7536-abee-4a24b1e9b49d"), account: .local, agent: "clerk", folder: "f",
    status: .running, purpose: .gone, begun: Instant(milliseconds: 0))

  private func with<Result: Sendable>(
    saying description: String = "Says it again.",
    _ body: @escaping @Sendable (Place, AgentWorkbench, ToolServerBench) async throws -> Result
  ) async throws -> Result {
    let lines = Self.script.split(separator: "\n").map { "    \($0)" }.joined(separator: "\n")
    return try await with(
      "name: my-peer\ncommand:\n- /usr/bin/python3\n- -c\n- |\n\(lines)\n- \(description)\n", body)
  }

  /// - Parameter server: Its part of the settings.
  private func with<Result: Sendable>(
    _ server: String,
    _ body: @escaping @Sendable (Place, AgentWorkbench, ToolServerBench) async throws -> Result
  ) async throws -> Result {
    let place = Place()
    let client = HTTPClient(configuration: HTTPClient.Configuration(redirectConfiguration: .disallow))
    let settings = try ToolServerSettings(SettingsFields.root(ofYAML: server))
    var limits = ToolServerLimits()
    limits.greeting = .seconds(120)
    let access = ToolServerAccess(
      client: client, environment: [:], tokens: TokenFile(path: place.path + "/tokens"), limits: limits)
    let result: Swift.Result<Result, any Error>
    do {
      result = .success(
        try await ToolServerHub.with(access) { hub in
          let servers = ToolServerBench([settings], hub: hub)
          return try await body(
            place,
            AgentWorkbench(
              runs: place.path + "/runs", deployments: DeploymentTools([]),
              mail: MailRoom(
                [], states: SQLiteJournal(try ControlStore(path: place.path + "/control.sqlite")),
                now: { Instant(Date()) }), toolServers: servers), servers)
        })
    } catch { result = .failure(error) }
    try await client.shutdown()
    return try result.get()
  }

  /// What `assay agent pin --accept DIGEST` writes.
  private func lock(_ place: Place, _ servers: ToolServerBench, only: Set<String>? = nil) async throws
    -> String
  {
    let connection = try await servers.hub.connection(
      to: servers.servers[0], for: "pin", in: place.path + "/pin")
    let tools = try await connection.tools().tools.filter { only?.contains($0.name) ?? true }
    var pins = ToolPins()
    pins.pin(tools, of: "my-peer")
    await servers.hub.close(for: "pin")
    return pins.text
  }

  @Test func `an agent has the tool that it lists and somebody accepted, and it is called`() async throws {
    try await with { place, bench, servers in
      let lock = try await lock(place, servers)
      let folder = try place.folder(tools: ["list_files", "my_peer__echo"], lock: lock)
      let tools = try await bench.tools(of: folder, for: run)
      #expect(Set(tools.map(\.declaration.name)) == ["list_files", "my_peer__echo"])
      let echo = try #require(tools.first { $0.declaration.name == "my_peer__echo" })
      let result = try await echo.perform(
        ToolCall(tool: "my_peer__echo", arguments: ["text": "hi"], effect: EffectID(rawValue: "e")))
      #expect(result.passages == [Passage("hi", from: .untrusted("tool server my-peer"))])
      await servers.hub.close(for: run.id.rawValue)
    }
  }

  /// A server at an address that says again with which token it was asked, and gives another for every refreshing. It
  /// prints its port.
  private static let echoing = """
    import http.server, json
    class Handler(http.server.BaseHTTPRequestHandler):
      protocol_version = 'HTTP/1.1'
      given = 0
      def log_message(self, *words): pass
      def do_POST(self):
        body = self.rfile.read(int(self.headers['Content-Length']))
        if self.path == '/token':
          Handler.given += 1
          said = {'access_token': 'renewed-%d' % Handler.given, 'token_type': 'Bearer', 'expires_in': 10}
        else:
          asked = json.loads(body)
          token = self.headers['Authorization']
          said = {'jsonrpc': '2.0', 'id': asked['id'], 'result': {
            'server/discover': {'supportedVersions': ['2026-07-28']},
            'tools/list': {'tools': [{'name': 'echo', 'inputSchema': {'type': 'object'}}]},
            'tools/call': {'content': [{'type': 'text', 'text': '%s, the %dth' % (token, Handler.given)}]},
          }[asked['method']]}
        said = json.dumps(said).encode()
        self.send_response(200)
        self.send_header('Content-Type', 'application/json')
        self.send_header('Content-Length', str(len(said)))
        self.end_headers()
        self.wfile.write(said)
    server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
    print(server.server_port, flush=True)
    server.serve_forever()
    """

  /// What was renewed under way is in no list of secrets that was made before.
  @Test func `a renewed token that a server says again is not in what it gave`() async throws {
    let process = Process()
    let out = Pipe()
    process.executableURL = URL(filePath: "/usr/bin/python3")
    process.arguments = ["-c", Self.echoing]
    process.standardOutput = out
    try process.run()
    // Nothing less: what a thread of Swift's starts may not hear another signal.
    defer { kill(process.processIdentifier, SIGKILL) }
    let port = String(decoding: out.fileHandleForReading.availableData, as: UTF8.self).prefix { $0.isNumber }
    let root = "http://127.0.0.1:\(port)"
    let server = "name: my-peer\nurl: \(root)/mcp\nsign_in: {client_id: assay}"
    try await with(server) { place, bench, servers in
      let tokens = place.path + "/tokens"
      try FileManager.default.createDirectory(atPath: place.path, withIntermediateDirectories: true)
      try """
      {"servers": {"my-peer": {"endpoint": "\(root)/mcp", "resource": "\(root)/mcp", "issuer": "\(root)", \
      "tokenEndpoint": "\(root)/token", "takesBasic": false, "client": "assay", "access": "first", \
      "refresh": "refresh", "expires": 0, "scopes": []}}}
      """.write(toFile: tokens, atomically: true, encoding: .utf8)
      try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: tokens)
      let folder = try place.folder(tools: ["my_peer__echo"], lock: try await lock(place, servers))
      let echo = try #require(try await bench.tools(of: folder, for: run).first)
      for effect in ["a", "b"] {
        let said = try await echo.perform(
          ToolCall(tool: "my_peer__echo", arguments: [:], effect: EffectID(rawValue: effect)))
        // Each call was asked with a token of its own.
        let text = try #require(said.passages.first?.text)
        #expect(text.hasPrefix("Bearer ⟨token⟩, the ") && !text.contains("renewed"))
      }
    }
  }

  @Test func `an undo starts no servers`() async throws {
    try await with { place, bench, _ in
      let folder = try place.folder(tools: ["list_files", "my_peer__echo"])
      let tools = try await bench.tools(of: folder, for: run, remote: false)
      #expect(tools.map(\.declaration.name) == ["list_files"])
    }
  }

  @Test func `what nobody accepted is not used, and says how it is accepted`() async throws {
    let problem = await #expect(throws: AgentProblem.self) {
      try await with { place, bench, _ in
        _ = try await bench.tools(of: place.folder(tools: ["my_peer__echo"]), for: run)
      }
    }
    #expect(problem?.description.contains("is not pinned") == true)
    #expect(problem?.description.contains("assay agent pin") == true)
  }

  @Test(arguments: ["my_peer__echo", "my_peer__*"])
  func `a tool that changed since is not used until somebody accepts it again`(name: String) async throws {
    let before = try await with { place, _, servers in try await lock(place, servers) }
    let problem = await #expect(throws: AgentProblem.self) {
      try await with(saying: "Says it again, and reads your keys.") { place, bench, _ in
        _ = try await bench.tools(of: place.folder(tools: [name], lock: before), for: run)
      }
    }
    #expect(problem?.description.contains("has changed since it was pinned (its description)") == true)
  }

  @Test func `a whole server is what of it was accepted`() async throws {
    try await with { place, bench, servers in
      let lock = try await lock(place, servers, only: ["other"])
      let folder = try place.folder(tools: ["my_peer__*"], lock: lock)
      let tools = try await bench.tools(of: folder, for: run)
      #expect(tools.map(\.declaration.name) == ["my_peer__other"])
      let grants = ToolServerBench.expanded(folder.settings.allGrants, over: tools.map(\.declaration.name))
      #expect(grants.map(\.tool) == ["my_peer__other"])
      await servers.hub.close(for: run.id.rawValue)
    }
  }

  @Test(arguments: ["other__echo", "my_peer__none"])
  func `a server or a tool that there is not is said to be`(name: String) async throws {
    await #expect(throws: AgentProblem.self) {
      try await with { place, bench, servers in
        let lock = try await lock(place, servers)
        _ = try await bench.tools(of: place.folder(tools: [name], lock: lock), for: run)
      }
    }
  }

  @Test func `a lock that is none is said to be, with its line`() async throws {
    let problem = await #expect(throws: AgentProblem.self) {
      try await with { place, bench, _ in
        _ = try await bench.tools(
          of: place.folder(tools: ["my_peer__echo"], lock: "# x\nnonsense\n"), for: run)
      }
    }
    #expect(problem?.description.hasPrefix("tools.lock of clerk, line 2: ") == true)
  }
}
