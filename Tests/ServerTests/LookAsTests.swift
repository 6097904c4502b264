import AsyncHTTPClient
import Directory
import Foundation
import Ledger
import NIOCore
import NIOHTTP1
import ServiceSettings
import SignIn
import Testing

@testable import Server

@Suite("Looking as somebody at a sample organisation") struct LookAsTests {
  private static let looks = DemoLooks(
    [("employee", "ada", "/me"), ("manager", "manager", "/groups"), ("administrator", "admin", "/people")].map
    {
      DemoLooks.Look(
        id: $0, title: "an \($0)", hint: "something", name: $1, mail: "\($1)@example.org", start: $2)
    })

  private static let demo: @Sendable (inout ServerSettings) -> Void = { settings in
    Staff.roles(&settings)
    settings.demo = looks
  }

  /// The value of a cookie that an answer sets.
  private static func cookie(_ name: String, in answer: ServerUnderTest.Answer) -> String? {
    answer.headers["set-cookie"].first { $0.hasPrefix("\(name)=") }?
      .dropFirst(name.count + 1).split(separator: ";").first.map(String.init)
  }

  private static func lookAs(
    _ look: String, on server: ServerUnderTest
  ) async throws -> (answer: ServerUnderTest.Answer, visitor: Visitor) {
    let page = try await server.ask(.GET, "/look-as")
    let secret = try #require(cookie("assay-sign-in", in: page))
    let answer = try await post(
      look, proof: SessionCookie.proof(of: secret), cookies: "assay-sign-in=\(secret)", on: server)
    let session = cookie("assay", in: answer).flatMap { KeySecret($0) }
    return (answer, session.map { .browser($0) } ?? .nobody)
  }

  /// As a browser sends the form; what it is answered, not what that leads to.
  private static func post(
    _ look: String, proof: String, cookies: String, origin: String? = nil, on server: ServerUnderTest
  ) async throws -> ServerUnderTest.Answer {
    let client = HTTPClient(configuration: HTTPClient.Configuration(redirectConfiguration: .disallow))
    var request = HTTPClientRequest(url: server.url + "/look-as")
    request.method = .POST
    request.headers = [
      "content-type": "application/x-www-form-urlencoded", "origin": origin ?? server.url, "cookie": cookies,
    ]
    request.body = .bytes(ByteBuffer(string: "proof=\(proof)&as=\(look)"))
    do {
      let response = try await client.execute(request, timeout: .seconds(30))
      let body = try await response.body.collect(upTo: 1 << 20)
      try await client.shutdown()
      return ServerUnderTest.Answer(
        status: Int(response.status.code), headers: response.headers, body: String(buffer: body))
    } catch {
      try? await client.shutdown()
      throw error
    }
  }

  @Test(
    "One form, and one is somebody; every page says that nothing is real, and the policy decides as for anybody"
  )
  func looking() async throws {
    try await ServerUnderTest.run(isLocal: true, configure: Self.demo) { server in
      let staff = try Staff(of: server)
      let welcome = try await server.ask(.GET, "/look-as")
      #expect(welcome.status == 200 && welcome.body.contains("nothing here is real"))
      #expect(try await server.ask(.GET, "/me").status == 401)
      let (begun, employee) = try await Self.lookAs("employee", on: server)
      #expect(begun.status == 303 && begun.headers.first(name: "location") == "/me")
      for page in ["/me", "/me/seen-by-others", "/me/who-looked", "/groups", "/look-as"] {
        let answer = try await server.ask(.GET, page, as: employee)
        #expect(answer.status == 200 && answer.body.contains("nothing here is real"), "\(page)")
        #expect(answer.body.contains("You look as ada, an employee."), "\(page)")
      }
      #expect(try await server.ask(.GET, "/people", as: employee).status == 403)
      // Managers see nothing of one person, here as anywhere, unless the organisation switched it on.
      let (_, manager) = try await Self.lookAs("manager", on: server)
      #expect(try await server.ask(.GET, "/people/\(staff.id("ada"))", as: manager).status == 403)
      let (_, administrator) = try await Self.lookAs("administrator", on: server)
      #expect(try await server.ask(.GET, "/people", as: administrator).status == 200)
      let read = try await server.submit(
        "/people/\(staff.id("ada"))", as: administrator,
        ["proof": administrator.proof ?? "", "purpose": "to see that it is written down"])
      #expect(read.status == 200)
      let log = try await server.ask(.GET, "/me/who-looked", as: employee)
      #expect(log.body.contains("to see that it is written down"))

      // From one to the next: the session before is over.
      let cookies = employee.headers.map(\.1).joined()
      let next = try await Self.post("manager", proof: employee.proof ?? "", cookies: cookies, on: server)
      #expect(next.status == 303)
      #expect(try await server.ask(.GET, "/me", as: employee).status == 401)
    }
  }

  @Test("Without a form of this server's page nobody is anybody")
  func forged() async throws {
    try await ServerUnderTest.run(isLocal: true, configure: Self.demo) { server in
      _ = try Staff(of: server)
      let page = try await server.ask(.GET, "/look-as")
      let secret = try #require(Self.cookie("assay-sign-in", in: page))
      let proof = SessionCookie.proof(of: secret)
      for (proof, cookies) in [
        ("", ""), (proof, ""), (proof, "assay-sign-in=other"), ("x", "assay-sign-in=\(secret)"),
      ] {
        let answer = try await Self.post("employee", proof: proof, cookies: cookies, on: server)
        #expect(answer.status == 403 && Self.cookie("assay", in: answer) == nil)
      }
      let own = "assay-sign-in=\(secret)"
      #expect(try await Self.post("director", proof: proof, cookies: own, on: server).status == 400)
      let foreign = try await Self.post(
        "employee", proof: proof, cookies: own, origin: "https://evil.example", on: server)
      #expect(foreign.status == 403)
      let (_, employee) = try await Self.lookAs("employee", on: server)
      #expect(try await server.submit("/look-as", as: employee, ["as": "administrator"]).status == 403)
    }
  }

  @Test("No other server has it", arguments: [true, false])
  func elsewhere(isLocal: Bool) async throws {
    try await ServerUnderTest.run(isLocal: isLocal, configure: Staff.roles) { server in
      let staff = try Staff(of: server)
      for visitor in [Visitor.nobody, staff.visitor("ada"), staff.visitor("admin")] {
        #expect(try await server.ask(.GET, "/look-as", as: visitor).status == 404)
        let answer = try await server.submit(
          "/look-as", as: visitor, ["proof": visitor.proof ?? "", "as": "administrator"])
        #expect(answer.status == 404 && answer.headers["set-cookie"].isEmpty)
      }
      let page = try await server.ask(.GET, "/groups", as: isLocal ? .nobody : staff.visitor("ada"))
      #expect(page.status == 200 && !page.body.contains("sample"))
    }
  }

  @Test(
    "A sample is for this machine alone, without sign-in",
    arguments: [
      { $0.listen = ListenAddress(host: "0.0.0.0", port: 1) }, { $0.behindProxy = true },
      { $0.publicURL = URL(string: "https://assay.example.org") },
      { settings in
        if let issuer = URL(string: "http://127.0.0.1:1/") {
          settings.signIn = OpenIDSettings(issuer: issuer, clientID: "assay")
        }
      },
    ] as [@Sendable (inout ServerSettings) -> Void])
  func onlyHere(change: @Sendable (inout ServerSettings) -> Void) {
    var settings = ServerSettings()
    settings.demo = Self.looks
    #expect(throws: Never.self) { try settings.validate() }
    change(&settings)
    #expect(throws: ConfigurationError.self) { try settings.validate() }
  }
}
