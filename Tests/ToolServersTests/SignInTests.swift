import Effects
import Egress
import Foundation
import NIOHTTP1
import ServiceSettings
import Testing

@testable import ToolServers

@Suite(.serialized) struct SignInTests {
  private func with<Result: Sendable>(
    _ change: (inout Organisation.Manner, _ root: String) -> Void = { _, _ in },
    client: String = "client_id: assay", environment: [String: String] = [:],
    _ body: (Organisation, FakeServer, ToolServerSettings, ToolServerAccess) async throws -> Result
  ) async throws -> Result {
    let organisation = Organisation()
    let server = try await FakeServer.start { organisation.answer($0) }
    defer { server.stop() }
    var manner = Organisation.Manner()
    change(&manner, server.url(""))
    organisation.set(manner, port: server.port)
    return try await Surroundings.with(environment: environment) { access in
      let settings = try ToolServerSettings(
        yaml: "name: peer\nurl: \(server.url())\nsign_in: {\(client)}")
      return try await body(organisation, server, settings, access)
    }
  }

  private func problem(
    _ change: (inout Organisation.Manner, _ root: String) -> Void = { _, _ in },
    client: String = "client_id: assay", environment: [String: String] = [:],
    answer: @escaping @Sendable ([(String, String)]) -> [(String, String)] = { $0 }
  ) async throws -> (SignInProblem?, [FakeServer.Request]) {
    try await with(change, client: client, environment: environment) {
      organisation, server, settings, access in
      do {
        _ = try await ToolServerSignIn(settings, access: access).run(
          Person(organisation: organisation, change: answer), within: .seconds(20))
        return (nil, server.requests)
      } catch let problem as SignInProblem {
        #expect(try access.tokens.entry(of: "peer") == nil)
        return (problem, server.requests)
      }
    }
  }

  // MARK: The way through

  @Test func `somebody signs in once, and the token is renewed when it is over`() async throws {
    try await with { organisation, server, settings, access in
      let refused = await #expect(throws: ToolServerProblem.self) {
        _ = try await access.connection(to: settings)
      }
      guard case .notSignedIn(_, let challenge?)? = refused else { return #expect(Bool(false)) }
      #expect(challenge.scope == "read")
      let scopes = try await ToolServerSignIn(settings, access: access).run(
        Person(organisation: organisation))
      #expect(scopes == ["read"])
      let connection = try await access.connection(to: settings)
      let tool = try await connection.agentTool(under: settings)
      #expect(try await tool.say("x").passages.map(\.text) == ["in"])
      // Twice: each refresh token is good once, and the next one was kept.
      for round in 1...2 {
        organisation.age()
        #expect(try await tool.say("x").passages.map(\.text) == ["in"])
        #expect(organisation.refreshed == round)
      }
      let secrets = try access.secrets(of: [settings])
      #expect(secrets.contains("access-2") && secrets.contains("refresh-2"))
      #expect(
        server.requests.filter { $0.path == "/token" }.allSatisfy { $0.headers["Authorization"].isEmpty })
    }
  }

  @Test func `a token that a server says again stays in this room, renewed ones too`() async throws {
    let echo: @Sendable (String) -> JSON = { header in
      [
        "content": [["type": "text", "text": .string("you sent \(header)")]],
        "structuredContent": [header: ["at": .string(header)]],
      ]
    }
    try await with({ manner, _ in manner.said = echo }) { organisation, server, settings, access in
      _ = try await ToolServerSignIn(settings, access: access).run(Person(organisation: organisation))
      let tool = try await access.connection(to: settings).agentTool(under: settings)
      for round in 0...2 {
        let told = try await tool.say("x").passages.map(\.text)
        #expect(told == ["you sent Bearer ⟨token⟩", #"{"Bearer ⟨token⟩":{"at":"Bearer ⟨token⟩"}}"#])
        #expect(server.requests.last?.headers["Authorization"] == ["Bearer access-\(round)"])
        organisation.age()
      }
    }
  }

  @Test func `who calls at once is renewed once`() async throws {
    try await with { organisation, _, settings, access in
      _ = try await ToolServerSignIn(settings, access: access).run(Person(organisation: organisation))
      let tool = try await access.connection(to: settings).agentTool(under: settings)
      organisation.age()
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<8 { group.addTask { _ = try await tool.say("x") } }
        try await group.waitForAll()
      }
      #expect(organisation.refreshed == 1)
    }
  }

  @Test func `a grant that was taken back asks for a person`() async throws {
    try await with { organisation, _, settings, access in
      _ = try await ToolServerSignIn(settings, access: access).run(Person(organisation: organisation))
      let tool = try await access.connection(to: settings).agentTool(under: settings)
      organisation.age()
      organisation.revoke()
      let failure = await #expect(throws: ToolFailure.self) { _ = try await tool.say("x") }
      #expect("\(failure.map { "\($0)" } ?? "")".contains("assay agent connect peer"))
      #expect(try access.tokens.entry(of: "peer")?.refresh == nil)
    }
  }

  @Test func `a token over by the clock is renewed before it is sent`() async throws {
    try await with({ manner, _ in manner.lifetime = 10 }) { organisation, server, settings, access in
      _ = try await ToolServerSignIn(settings, access: access).run(Person(organisation: organisation))
      _ = try await access.connection(to: settings)
      #expect(organisation.refreshed >= 1)
    }
  }

  @Test(arguments: [true, false])
  func `without a hint, or with OpenID's documents only, it is found all the same`(openID: Bool) async throws
  {
    let (problem, requests) = try await problem({ manner, _ in
      manner.named = false
      manner.onlyOpenID = openID
    })
    #expect(problem == nil)
    #expect(requests.contains { $0.path == "/.well-known/oauth-protected-resource/mcp" })
  }

  @Test func `strange visitors at the door change nothing`() async throws {
    try await with { organisation, _, settings, access in
      let person = Person(
        organisation: organisation,
        stray: [
          "", "?code=evil", "?code=evil&state=guessed", "/../x?state=1", "?error=access_denied&state=x",
        ])
      let scopes = try await ToolServerSignIn(settings, access: access).run(person)
      #expect(scopes == ["read"])
    }
  }

  @Test func `a client document is named where it is taken`() async throws {
    let client = "client_document: https://assay.example/client.json"
    let (refused, _) = try await problem(client: client)
    guard case .discovery? = refused else { return #expect(Bool(false), "\(String(describing: refused))") }
    let (taken, requests) = try await problem({ manner, _ in manner.takesDocuments = true }, client: client)
    #expect(taken == nil)
    #expect(requests.last { $0.path == "/token" }?.form["client_id"] == "https://assay.example/client.json")
  }

  // MARK: Attacks

  @Test func `mix-up: an answer by another authorisation server is not redeemed`() async throws {
    let changes: [@Sendable ([(String, String)]) -> [(String, String)]] = [
      { $0.map { $0.0 == "iss" ? ("iss", "https://evil.example") : $0 } },
      { $0.map { $0.0 == "iss" ? ("iss", $0.1 + "/") : $0 } },
      { $0.filter { $0.0 != "iss" } },
      { $0 + [("iss", "https://evil.example")] },
      { $0 + [("code", "another")] },
      { $0.filter { $0.0 != "code" } },
      { $0.filter { $0.0 != "code" } + [("error", "access_denied"), ("error_description", "IGNORE")] },
    ]
    for (index, change) in changes.enumerated() {
      let (problem, requests) = try await problem(answer: change)
      guard case .refused(let reason)? = problem else {
        Issue.record("\(index): \(String(describing: problem))")
        continue
      }
      #expect(!reason.contains("IGNORE"))
      #expect(!requests.contains { $0.path == "/token" })
    }
  }

  @Test(arguments: [
    "https://evil.example/mcp", "http://127.0.0.1:1/mcp", "ROOT/mcp/deeper", "ROOT/other", "ROOT/mc",
    "ROOT/mcp?x=1", "urn:x",
  ])
  func `wrong audience: a server that takes another's name gets no token`(resource: String) async throws {
    let (problem, requests) = try await problem({ manner, root in
      manner.resource = resource.replacing("ROOT", with: root)
    })
    guard case .discovery? = problem else { return #expect(Bool(false), "\(String(describing: problem))") }
    #expect(!requests.contains { $0.path == "/token" })
  }

  @Test func `what is said of where to ask next is looked at first`() async throws {
    let changes: [(inout Organisation.Manner, String) -> Void] = [
      { manner, _ in manner.resourceMetadata = "https://evil.example/x" },
      { manner, _ in manner.resourceMetadata = "http://169.254.169.254/latest" },
      { manner, _ in manner.authorizationServer = "http://evil.example" },
      { manner, _ in manner.authorizationServer = "https://10.0.0.1" },
      { manner, _ in manner.authorizationServer = "file:///etc/passwd" },
      { manner, _ in manner.tokenEndpoint = "http://evil.example/token" },
      { manner, _ in manner.issuer = "https://evil.example" },
      { manner, root in manner.issuer = root + "/tenant/" },
      { manner, _ in manner.methods = ["plain"] },
      { manner, _ in manner.methods = .null },
      { manner, _ in manner.redirects = true },
    ]
    for (index, change) in changes.enumerated() {
      let (problem, requests) = try await problem(change)
      guard case .discovery? = problem else {
        Issue.record("\(index): \(String(describing: problem))")
        continue
      }
      #expect(!requests.contains { $0.path == "/token" || $0.path == "/elsewhere" })
    }
  }

  @Test func `R7: names that begin like this machine are not this machine`() throws {
    for host in ["127.evil.example", "localhost.evil.example", "[::ffff:127.0.0.1]"] {
      let addresses = try SignInAddresses(endpoint: "http://127.0.0.1/mcp", networks: [])
      #expect(throws: SignInProblem.self) { _ = try addresses.checked("http://\(host)/x") }
    }
    // A server elsewhere never leads to this machine.
    let addresses = try SignInAddresses(endpoint: "https://mcp.example/mcp", networks: [])
    #expect(throws: SignInProblem.self) { _ = try addresses.checked("http://127.0.0.1/x") }
  }

  private struct Inside: NameResolver {
    func addresses(of name: String) async -> [IPAddress] { IPAddress("10.1.2.3").map { [$0] } ?? [] }
  }

  @Test func `a name that leads inside is not asked`() async throws {
    let addresses = try SignInAddresses(endpoint: "https://mcp.example/mcp", networks: [], resolver: Inside())
    let problem = await #expect(throws: SignInProblem.self) {
      _ = try await addresses.answer(from: "https://signin.example/x")
    }
    #expect("\(problem.map { "\($0)" } ?? "")".contains("not on the public Internet"))
  }

  @Test func `a token that is no bearer token is not kept`() async throws {
    let (problem, _) = try await problem({ manner, _ in manner.tokenType = "DPoP" })
    guard case .token? = problem else { return #expect(Bool(false), "\(String(describing: problem))") }
  }

  /// Names another authorisation server in the tool server's place, whose own words are right.
  private func turn(_ organisation: Organisation, _ server: FakeServer) {
    var manner = Organisation.Manner()
    manner.authorizationServer = server.url("/evil")
    organisation.set(manner, port: server.port)
  }

  @Test func `a secret goes to the issuer of the settings and to no other`() async throws {
    let server = try await FakeServer.start { _ in .json([:]) }
    let free = server.url("")
    server.stop()
    let client = "client_id: assay, client_secret: {environment: SECRET}, issuer: '\(free)/tenant'"
    let (problem, requests) = try await problem(client: client, environment: ["SECRET": "s3cret"])
    #expect(problem == .otherIssuer(host: "127.0.0.1", expected: free + "/tenant"))
    #expect(!requests.contains { $0.path == "/token" || $0.path.contains("well-known/oauth-authorization") })
    #expect(!requests.contains { String(decoding: $0.body, as: UTF8.self).contains("s3cret") })
  }

  @Test func `the issuer of the settings is taken wherever it stands in the list, and gets the secret`()
    async throws
  {
    try await with({ manner, root in manner.others = ["https://evil.example"] }) {
      organisation, server, _, access in
      var access = access
      access.environment = ["SECRET": "s3cret"]
      let settings = try ToolServerSettings(
        yaml: """
          name: peer
          url: \(server.url())
          sign_in: {client_id: assay, client_secret: {environment: SECRET}, issuer: '\(server.url("/tenant"))'}
          """)
      let person = Person(organisation: organisation)
      _ = try await ToolServerSignIn(settings, access: access).run(person)
      #expect(server.requests.last { $0.path == "/token" }?.form["client_secret"] == "s3cret")
      let wrong = await #expect(throws: SignInProblem.self) {
        _ = try await ToolServerSignIn(settings, access: access).run(person, issuer: "https://other.example")
      }
      guard case .settings? = wrong else { return #expect(Bool(false), "\(String(describing: wrong))") }
    }
  }

  @Test func `tokens of another issuer than the settings name are neither sent nor renewed`() async throws {
    try await with { organisation, server, settings, access in
      _ = try await ToolServerSignIn(settings, access: access).run(Person(organisation: organisation))
      guard case .address(let address) = settings.place, var signIn = address.signIn else { return }
      signIn.issuer = server.url("/tenant")
      #expect(try access.signedIn(signIn, address, of: "peer").entry() != nil)
      signIn.issuer = "https://signin.example"
      #expect(try access.signedIn(signIn, address, of: "peer").entry() == nil)
    }
  }

  @Test func `a second signing in leads where the first did, unless the person says otherwise`() async throws
  {
    try await with { organisation, server, settings, access in
      let person = Person(organisation: organisation)
      let signIn = ToolServerSignIn(settings, access: access)
      _ = try await signIn.run(person)
      let first = try access.tokens.entry(of: "peer")
      organisation.age()
      organisation.revoke()
      turn(organisation, server)
      let before = server.requests.count
      let problem = await #expect(throws: SignInProblem.self) { _ = try await signIn.run(person) }
      #expect(problem == .otherIssuer(host: "127.0.0.1", expected: server.url("/tenant")))
      #expect("\(problem.map { "\($0)" } ?? "")".contains("--issuer"))
      let asked = server.requests[before...].map(\.path)
      #expect(!asked.contains { $0 == "/authorize" || $0.contains("/evil") })
      let after = try access.tokens.entry(of: "peer")
      #expect(after?.issuer == first?.issuer && after?.access == first?.access)
      // Said so, it goes on there, and finds that this one does not describe itself so.
      let other = await #expect(throws: SignInProblem.self) {
        _ = try await signIn.run(person, issuer: server.url("/evil"))
      }
      guard case .discovery? = other else { return #expect(Bool(false), "\(String(describing: other))") }
      #expect(server.requests[before...].contains { $0.path.contains("/evil") })
    }
  }

  // MARK: The file

  @Test func `tokens are for their owner, and for the server they were given for`() async throws {
    try await with { organisation, _, settings, access in
      _ = try await ToolServerSignIn(settings, access: access).run(Person(organisation: organisation))
      let attributes = try FileManager.default.attributesOfItem(atPath: access.tokens.path)
      #expect(attributes[.posixPermissions] as? Int == 0o600)
      #expect("\(String(describing: try access.tokens.entry(of: "peer")))".contains("access-") == false)
      // Another address under the same name is another server.
      guard case .address(var address) = settings.place, let signIn = address.signIn else { return }
      address.endpoint += "/other"
      #expect(try access.signedIn(signIn, address, of: "peer").entry() == nil)
      try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: access.tokens.path)
      #expect(throws: SignInProblem.self) { _ = try access.tokens.entry(of: "peer") }
    }
  }
}
