import Effects
import ServiceSettings
import Testing

@testable import ToolServers

extension ToolServerSettings {
  init(yaml: String) throws { try self.init(SettingsFields.root(ofYAML: yaml)) }
}

@Suite struct SettingsTests {
  @Test func `a server that is a command`() throws {
    let server = try ToolServerSettings(
      yaml: """
        name: weather
        command: [python3, /opt/weather/server.py]
        folders: [/opt/weather]
        environment: [{name: API_KEY, secret: {environment: KEY}}, {name: MODE, value: fast}]
        hosts: [api.weather.example]
        memory_mib: 256
        timeout: 20
        trusted: true
        tools:
          - {name: get, effect: none, harmless: [days]}
          - {name: set, effect: pure, risk: low, reversibility: compensable, audience: weather, body: [text]}
          - {name: send}
        """)
    guard case .command(let command) = server.place else { return #expect(Bool(false)) }
    #expect(command.argv == ["python3", "/opt/weather/server.py"])
    #expect(command.memory == 256 << 20)
    #expect(command.hosts == ["api.weather.example"])
    #expect(server.isTrusted)
    #expect(server.patience == .seconds(20))
    #expect(server.tools["get"] == ToolTerms(effect: nil, roles: ["days": .harmless]))
    #expect(
      server.tools["set"]
        == ToolTerms(
          effect: .init(
            .pure, risk: .low, reversibility: .compensable, audience: .organisation("weather")),
          roles: ["text": .body]))
    #expect(server.tools["send"] == ToolTerms())
  }

  @Test func `a server that is at an address, with the slash it was written with`() throws {
    let server = try ToolServerSettings(
      yaml: """
        name: tracker
        url: https://mcp.tracker.example/mcp/
        headers: [{name: X-Team, secret: {environment: TEAM}}]
        sign_in: {client_id: assay, scopes: [read], port: 33418, networks: [10.0.0.0/8]}
        """)
    guard case .address(let address) = server.place else { return #expect(Bool(false)) }
    #expect(address.endpoint == "https://mcp.tracker.example/mcp/")
    #expect(address.signIn?.client == .registered(id: "assay"))
    #expect(!server.isTrusted)
  }

  @Test(arguments: [
    "name: Bad Name\nurl: https://a.example", "name: a--b\nurl: https://a.example", "name: a",
    "name: a\nurl: https://a.example\ncommand: [x]", "name: a\nurl: http://a.example/mcp",
    "name: a\nurl: https://u:p@a.example/mcp", "name: a\nurl: https://a.example?token=1",
    "name: a\nurl: https://a.example\nhosts: [b.example]", "name: a\ncommand: [x]\nbearer: {file: /k}",
    "name: a\ncommand: []", "name: a\ncommand: [x]\nfolders: [relative]",
    "name: a\ncommand: [x]\nenvironment: [{name: 1X, value: y}]",
    "name: a\ncommand: [x]\nenvironment: [{name: X, value: y, secret: {file: /k}}]",
    "name: a\ncommand: [x]\nenvironment: [{name: X, value: y}, {name: X, value: z}]",
    "name: a\nurl: https://a.example\nheaders: [{name: Authorization, secret: {file: /k}}]",
    "name: a\nurl: https://a.example\nheaders: [{name: Mcp-Name, secret: {file: /k}}]",
    "name: a\nurl: https://a.example\nbearer: {file: /k}\nsign_in: {client_id: x}",
    "name: a\nurl: https://a.example\nsign_in: {client_document: http://a.example/c.json}",
    "name: a\nurl: https://a.example\nsign_in: {client_document: https://a.example}",
    "name: a\nurl: https://a.example\nsign_in: {}",
    "name: a\nurl: https://a.example\nsign_in: {client_id: x, issuer: signin}",
    "name: a\nurl: https://a.example\nsign_in: {client_id: x, issuer: 'http://signin.example'}",
    "name: a\nurl: https://a.example\ntools: [{name: t, effect: none, risk: low}]",
    "name: a\nurl: https://a.example\ntools: [{name: t, reversibility: reversible}]",
    "name: a\nurl: https://a.example\ntools: [{name: t, effect: queryable}]",
    "name: a\nurl: https://a.example\ntools: [{name: t, body: [x], harmless: [x]}]",
    "name: a\nurl: https://a.example\ntools: [{name: t}, {name: t}]",
    "name: a\nurl: https://a.example\nunknown: 1",
  ])
  func `what cannot stand is said`(yaml: String) {
    #expect(throws: ConfigurationError.self) { _ = try ToolServerSettings(yaml: yaml) }
  }

  @Test func `a client secret is for one issuer, and the settings say which`() throws {
    let line = "client_id: x, client_secret: {file: /k}"
    let error = #expect(throws: ConfigurationError.self) {
      _ = try ToolServerSettings(yaml: "name: a\nurl: https://a.example\nsign_in: {\(line)}")
    }
    #expect("\(error.map { "\($0)" } ?? "")".contains("issuer: https://signin.example"))
    let server = try ToolServerSettings(
      yaml: "name: a\nurl: https://a.example\nsign_in: {\(line), issuer: 'https://signin.example/t/'}")
    guard case .address(let address) = server.place else { return #expect(Bool(false)) }
    // As it names itself: a slash more is another.
    #expect(address.signIn?.issuer == "https://signin.example/t/")
  }

  @Test func `two servers of one name are too many`() throws {
    let node = try SettingsFields.root(ofYAML: "name: a\nurl: https://a.example")
    #expect(throws: ConfigurationError.self) { _ = try ToolServerSettings.list([node, node]) }
  }
}
