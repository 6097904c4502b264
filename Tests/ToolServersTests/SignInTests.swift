import AsyncHTTPClient
import Crypto
import Effects
import Egress
import Foundation
import NIOCore
import NIOHTTP1
import ServiceSettings
import Synchronization
import Testing

@testable import ToolServers

/// A tool server that wants a token, and the authorisation server that gives it, in one place on this machine.
private final class Organisation: Sendable {
  struct Manner: Sendable {
    var named = true
    var resource: String?
    var resourceMetadata: String?
    var authorizationServer: String?
    var issuer: String?
    var methods: JSON = ["S256"]
    var tokenEndpoint: String?
    var namesIssuer = true
    var takesDocuments = false
    var tokenType = "Bearer"
    var lifetime: Int64 = 3600
    var onlyOpenID = false
    var redirects = false
  }

  private struct State {
    var manner = Manner()
    var port = 0
    var challenge = ""
    var generation = 0
    var revoked = false
    var refreshed = 0
  }

  private let state = Mutex(State())

  func set(_ manner: Manner, port: Int) {
    state.withLock {
      $0.manner = manner
      $0.port = port
    }
  }
  func expect(challenge: String) { state.withLock { $0.challenge = challenge } }
  /// Access tokens are good for nothing any more.
  func age() { state.withLock { $0.generation += 1 } }
  func revoke() { state.withLock { $0.revoked = true } }
  var refreshed: Int { state.withLock { $0.refreshed } }

  func answer(_ request: FakeServer.Request) -> FakeServer.Response {
    let (manner, port, generation) = state.withLock { ($0.manner, $0.port, $0.generation) }
    let root = "http://127.0.0.1:\(port)"
    switch request.path {
    case "/mcp":
      guard request.headers["Authorization"] == ["Bearer access-\(generation)"] else {
        let metadata = manner.resourceMetadata ?? "\(root)/described"
        return .json(
          [:], status: 401,
          headers: [
            "WWW-Authenticate": manner.named
              ? #"Bearer resource_metadata="\#(metadata)", scope="read""# : "Bearer"
          ])
      }
      return HTTPTests.modern(request) {
        .json(HTTPTests.result($0, ["content": [["type": "text", "text": "in"]]]))
      }
    case "/described", "/.well-known/oauth-protected-resource/mcp":
      if manner.redirects {
        return FakeServer.Response(status: 302, headers: ["Location": "\(root)/elsewhere"])
      }
      return .json([
        "resource": .string(manner.resource ?? "\(root)/mcp"),
        "authorization_servers": [.string(manner.authorizationServer ?? "\(root)/tenant")],
        "scopes_supported": ["read", "write"],
      ])
    case "/.well-known/oauth-authorization-server/tenant" where !manner.onlyOpenID,
      "/tenant/.well-known/openid-configuration":
      return .json([
        "issuer": .string(manner.issuer ?? "\(root)/tenant"),
        "authorization_endpoint": .string("\(root)/authorize"),
        "token_endpoint": .string(manner.tokenEndpoint ?? "\(root)/token"),
        "code_challenge_methods_supported": manner.methods,
        "authorization_response_iss_parameter_supported": .bool(manner.namesIssuer),
        "client_id_metadata_document_supported": .bool(manner.takesDocuments),
        "token_endpoint_auth_methods_supported": ["client_secret_post", "none"],
      ])
    case "/token": return token(request, manner)
    default: return FakeServer.Response(status: 404)
    }
  }

  private func token(_ request: FakeServer.Request, _ manner: Manner) -> FakeServer.Response {
    let form = request.form
    return state.withLock { state in
      guard form["resource"] == "http://127.0.0.1:\(state.port)/mcp" else {
        return .json(["error": "invalid_target"], status: 400)
      }
      if form["grant_type"] == "authorization_code" {
        let digest = SHA256.hash(data: Data((form["code_verifier"] ?? "").utf8))
        let challenge = Data(digest).base64EncodedString().replacing("+", with: "-")
          .replacing("/", with: "_").replacing("=", with: "")
        guard form["code"] == "the-code", challenge == state.challenge else {
          return .json(["error": "invalid_grant"], status: 400)
        }
      } else {
        // Each is good once.
        guard form["refresh_token"] == "refresh-\(state.refreshed)", !state.revoked else {
          return .json(["error": "invalid_grant"], status: 400)
        }
        state.refreshed += 1
      }
      return .json([
        "access_token": .string("access-\(state.generation)"), "token_type": .string(manner.tokenType),
        "expires_in": .integer(manner.lifetime), "refresh_token": .string("refresh-\(state.refreshed)"),
        "scope": "read",
      ])
    }
  }
}

/// A person with a browser, who comes back with whatever a test says.
private struct Person: SignInDesk {
  var organisation: Organisation
  /// Further answers, sent before the right one; `nil` for the right one's change.
  var stray: [String] = []
  var change: @Sendable ([(String, String)]) -> [(String, String)] = { $0 }

  func show(_ address: String) async {
    guard let parts = URLComponents(string: address) else { return }
    let query = Dictionary(
      (parts.queryItems ?? []).map { ($0.name, $0.value ?? "") }
    ) { first, _ in first }
    organisation.expect(challenge: query["code_challenge"] ?? "")
    guard query["code_challenge_method"] == "S256", query["response_type"] == "code",
      let redirect = query["redirect_uri"], let state = query["state"], state.utf8.count >= 40
    else { return }
    let issuer = "http://127.0.0.1:\(parts.port ?? 0)/tenant"
    for stray in stray { await visit(redirect + stray) }
    let answer = change([("code", "the-code"), ("state", state), ("iss", issuer)])
    await visit(redirect + "?" + FormText.encoded(answer))
  }

  private func visit(_ address: String) async {
    // A browser asks again where a connection was kept to somebody who had the port before.
    for _ in 0..<3 {
      let answer = try? await HTTPClient.shared.execute(
        HTTPClientRequest(url: address), timeout: .seconds(10))
      if answer != nil { return }
    }
  }
}

@Suite(.serialized) struct SignInTests {
  private func with<Result: Sendable>(
    _ change: (inout Organisation.Manner, _ root: String) -> Void = { _, _ in },
    client: String = "client_id: assay",
    _ body: (Organisation, FakeServer, ToolServerSettings, ToolServerAccess) async throws -> Result
  ) async throws -> Result {
    let organisation = Organisation()
    let server = try await FakeServer.start { organisation.answer($0) }
    defer { server.stop() }
    var manner = Organisation.Manner()
    change(&manner, server.url(""))
    organisation.set(manner, port: server.port)
    return try await Surroundings.with { access in
      let settings = try ToolServerSettings(
        yaml: "name: peer\nurl: \(server.url())\nsign_in: {\(client)}")
      return try await body(organisation, server, settings, access)
    }
  }

  private func problem(
    _ change: (inout Organisation.Manner, _ root: String) -> Void = { _, _ in },
    client: String = "client_id: assay",
    answer: @escaping @Sendable ([(String, String)]) -> [(String, String)] = { $0 }
  ) async throws -> (SignInProblem?, [FakeServer.Request]) {
    try await with(change, client: client) { organisation, server, settings, access in
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
