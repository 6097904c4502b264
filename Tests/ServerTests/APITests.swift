import AsyncHTTPClient
import ControlSQLite
import Directory
import Foundation
import Hummingbird
import Ledger
import LedgerSQLite
import Logging
import NIOHTTP1
import Testing
import Visibility
import Yams

@testable import Server

@Suite("The API") struct APITests {
  private struct Part: Decodable {
    var items: [Item]
    var next: String?
  }
  /// What is looked at of items of any list.
  private struct Item: Decodable, Hashable {
    var session: String?
    var id: Int64?
    var week: String?
    var group: String?
    var tool: String?
    var text: String?
    var mail: String?

    /// The account's own name of a session is text where the other lists have numbers.
    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: Keys.self)
      session = try container.decodeIfPresent(String.self, forKey: .session)
      id = try? container.decodeIfPresent(Int64.self, forKey: .id)
      week = try container.decodeIfPresent(String.self, forKey: .week)
      group = try container.decodeIfPresent(String.self, forKey: .group)
      tool = try container.decodeIfPresent(String.self, forKey: .tool)
      text = try container.decodeIfPresent(String.self, forKey: .text)
      mail = try container.decodeIfPresent(String.self, forKey: .mail)
    }

    private enum Keys: CodingKey { case session, id, week, group, tool, text, mail }
  }

  private static func part(_ answer: ServerUnderTest.Answer) throws -> Part {
    try JSONDecoder().decode(Part.self, from: Data(answer.body.utf8))
  }

  @Test("The description names every address of the API, and no other")
  func description() async throws {
    let document = try #require(try Yams.load(yaml: APIDescription.yaml) as? [String: Any])
    let paths = try #require(document["paths"] as? [String: [String: Any]])
    let described = Set(
      paths.flatMap { path, methods in methods.keys.map { "\($0.uppercased()) \(path)" } })
    try await ServerUnderTest.run { server in
      let real = try Server(
        ServerSettings(), stores: Server.Stores(ledger: server.ledger, control: server.control),
        client: .shared, environment: [:], log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
      let routes = Set(
        real.router().routes.map { route in
          let path = "\(route.path)".split(separator: "/").map {
            $0.hasPrefix(":") ? "{\($0.dropFirst())}" : String($0)
          }.joined(separator: "/")
          return "\(route.method.rawValue) /\(path)"
        }.filter { route in
          // An answer without its body is had of every address.
          (route.contains(" /api/v1/") || route.hasSuffix(" /health")) && !route.hasPrefix("HEAD ")
        })
      #expect(routes == described)
    }
  }

  @Test("Every list is the same in parts of one as in one part, and what was had is not sent again")
  func parts() async throws {
    try await ServerUnderTest.run(configure: Staff.roles) { server in
      let staff = try Staff(of: server)
      try await WeekTests.fill(server)
      let end = try #require(Week(containing: WeekTests.then).bounds()).upperBound
      try await WeekTests.closing(server).close(at: end + .days(2))
      try await Self.giveAdaSessions(server, staff)
      let ada = staff.visitor("ada")
      for number in 0..<5 {
        _ = try server.control.write(
          RemarkText("remark \(number)"), as: .note, on: nil, by: try #require(staff.people["ada"]).account,
          at: staff.now)
      }
      let week = "\(Week(containing: WeekTests.then))"
      for (path, name, count) in [
        ("/api/v1/me/sessions", "ada", 7), ("/api/v1/me/remarks", "ada", 5), ("/api/v1/weeks", "ada", 1),
        ("/api/v1/weeks/\(week)", "ada", nil), ("/api/v1/people", "admin", 27),
        ("/api/v1/sources", "platform", nil), ("/api/v1/cost-centres", "finance", 0),
      ] as [(String, String, Int?)] {
        let visitor = staff.visitor(name)
        let whole = try await server.ask(.GET, path, as: visitor)
        #expect(whole.status == 200, "\(path): \(whole.body)")
        let items = try Self.part(whole).items
        if let count { #expect(items.count == count, "\(path)") }
        var walked: [Item] = []
        var cursor: String?
        repeat {
          let answer = try await server.ask(
            .GET, path + "?limit=1" + (cursor.map { "&cursor=\($0)" } ?? ""), as: visitor)
          let part = try Self.part(answer)
          #expect(part.items.count <= 1)
          walked += part.items
          cursor = part.next
        } while cursor != nil && walked.count <= items.count
        #expect(walked == items, "\(path)")
        let tag = try #require(whole.headers.first(name: "etag"))
        let again = try await server.ask(
          .GET, path, as: visitor, headers: [("if-none-match", "\"x\", W/\(tag)")])
        #expect(again.status == 304 && again.body.isEmpty)
      }
      for bad in ["limit=0", "limit=501", "limit=x", "cursor=%21", "cursor=_____", "limit=-1"] {
        let answer = try await server.ask(.GET, "/api/v1/me/sessions?\(bad)", as: ada)
        #expect(answer.status == 400 && answer.body.contains("bad-parameter"), "\(bad)")
        #expect(answer.headers.first(name: "content-type") == "application/problem+json")
      }
      #expect(try await server.ask(.GET, "/api/v1/weeks/2026-W54", as: ada).status == 404)
      #expect(try await server.ask(.GET, "/api/v1/weeks/2019-W01", as: ada).status == 404)
    }
  }

  private static func giveAdaSessions(_ server: ServerUnderTest, _ staff: Staff) async throws {
    for number in 0..<7 {
      var batch = FactBatch()
      batch.account = staff.people["ada"]?.account ?? .local
      let session = SessionID.ofCodex("ada \(number)")
      // Two begin at one instant.
      let at = staff.now - .days(1) + .minutes(Int64(number / 2))
      batch.sessions = [SessionFact(id: session, tool: .codex, name: "ada \(number)", started: at, ended: at)]
      batch.usage = [
        UsageRecord(
          id: .random(), session: session, ownerRank: .stated, at: at, tool: .codex, model: "gpt-5.1",
          counts: TokenCounts(input: 10, output: 1))
      ]
      try server.ledger.append([batch], surviving: .crash)
    }
    try await WeekTests.derive(server)
  }

  @Test("Who gets what of the API")
  func visitors() async throws {
    let people: Set<String> = [
      "ada", "manager", "director", "colleague", "finance", "platform", "admin", "hr", "hr-admin",
    ]
    let table: [(path: String, seenBy: Set<String>)] = [
      ("/api/v1/me", people), ("/api/v1/me/account", people), ("/api/v1/me/sessions", people),
      ("/api/v1/me/accesses", people), ("/api/v1/me/seen-by-others", people),
      ("/api/v1/me/remarks", people), ("/api/v1/me/feedback", people),
      ("/api/v1/weeks", people.subtracting(["hr", "hr-admin"]).union(["token read"])),
      ("/api/v1/cost-centres", ["finance", "platform"]),
      ("/api/v1/reconciliation", ["finance", "platform"]), ("/api/v1/people", ["admin"]),
      ("/api/v1/sources", ["platform", "admin"]),
    ]
    try await ServerUnderTest.run(configure: Staff.roles) { server in
      let staff = try Staff(of: server)
      for (path, seenBy) in table {
        for (name, visitor) in staff.visitors {
          let answer = try await server.ask(.GET, path, as: visitor)
          #expect((answer.status == 200) == seenBy.contains(name), "\(name) on \(path): \(answer.status)")
          #expect([200, 401, 403].contains(answer.status), "\(name) on \(path): \(answer.status)")
        }
      }
    }
  }

  @Test("A person's usage by the API is as closed as by the page, and is written down")
  func usage() async throws {
    try await ServerUnderTest.run(configure: Staff.roles) { server in
      let staff = try Staff(of: server)
      let path = "/api/v1/people/\(staff.id("ada"))/usage"
      for (name, visitor) in staff.visitors {
        let before = try server.control.accesses(to: staff.id("ada")).count
        let status = try await server.ask(.GET, path, as: visitor).status
        // Ada has a page of her own. To whom she does not report, and who keeps no directory, there is nobody.
        #expect([401, 403, 404].contains(status), "\(name): \(status)")
        let nobody = try await server.ask(.GET, "/api/v1/people/999999/usage", as: visitor).status
        if !["ada", "manager", "director", "admin", "hr-admin"].contains(name) {
          #expect(status == nobody, "\(name)")
        }
        let stated = try await server.ask(
          .GET, path, as: visitor, headers: [("assay-purpose", "an incident that is looked into")]
        ).status
        #expect((stated == 200) == (name == "admin"), "\(name): \(stated)")
        let looked = try server.control.accesses(to: staff.id("ada")).count - before
        #expect(looked == (name == "admin" ? 1 : 0), "\(name)")
      }
      let log = try await server.ask(.GET, "/api/v1/me/accesses", as: staff.visitor("ada"))
      #expect(log.body.contains("an incident that is looked into") && log.body.contains("admin@example.org"))
    }
  }

  @Test("A remark is its author's alone: by the API and by the page")
  func remarks() async throws {
    try await ServerUnderTest.run(configure: Staff.roles) { server in
      let staff = try Staff(of: server)
      try await Self.giveAdaSessions(server, staff)
      let ada = staff.visitor("ada")
      let session = SessionID.ofCodex("ada 0").hexadecimal
      let sent: [UInt8] = Array(
        #"{"kind":"contest","session":"\#(session)","text":" That was <b>pairing</b>.\r\nAsk me. "}"#.utf8)
      let path = "/api/v1/me/remarks"
      // A page of another site can make a browser send text, and no JSON.
      for type in ["text/plain", "application/x-www-form-urlencoded"] {
        let answer = try await server.ask(.POST, path, as: ada, headers: [("content-type", type)], body: sent)
        #expect(answer.status == 415)
      }
      let foreign = try await server.ask(
        .POST, path, as: ada,
        headers: [("content-type", "application/json"), ("origin", "https://elsewhere.example")], body: sent)
      #expect(foreign.status == 403)
      let written = try await server.ask(
        .POST, path, as: ada, headers: [("content-type", "application/json")], body: sent)
      #expect(written.status == 201)
      let address = try #require(written.headers.first(name: "location"))
      let list = try Self.part(try await server.ask(.GET, path, as: ada))
      #expect(list.items.map(\.text) == ["That was <b>pairing</b>.\nAsk me."])

      let page = try await server.ask(.GET, "/me/sessions/\(session)", as: ada)
      #expect(page.body.contains("That was &lt;b&gt;pairing&lt;/b&gt;.<br>"))
      let form = ["kind": "note", "text": "By the page.", "proof": ada.proof ?? ""]
      let submitted = try await server.submit("/me/sessions/\(session)/remarks", as: ada, form)
      #expect([200, 303].contains(submitted.status))
      #expect(try server.control.remarks(by: try #require(staff.people["ada"]).account).count == 2)
      let forged = try await server.submit(
        "/me/sessions/\(session)/remarks", as: ada, ["kind": "note", "text": "Forged.", "proof": "x"])
      #expect(forged.status == 403)

      for (name, visitor) in staff.visitors where name != "ada" {
        for path in [path, "/me/sessions/\(session)", "/me/sessions", "/people/\(staff.id("ada"))"] {
          let body = try await server.ask(.GET, path, as: visitor).body
          #expect(!body.contains("pairing") && !body.contains("By the page"), "\(name) on \(path)")
        }
        #expect(
          [401, 403, 404].contains(try await server.ask(.DELETE, address, as: visitor).status), "\(name)")
      }
      #expect(try await server.ask(.DELETE, address, as: ada).status == 204)
      #expect(try await server.ask(.DELETE, address, as: ada).status == 404)
      for bad in [
        #"{"kind":"note","text":" "}"#, #"{"kind":"praise","text":"x"}"#, #"{"text":"x"}"#, "[", "",
      ] {
        let answer = try await server.ask(
          .POST, path, as: ada, headers: [("content-type", "application/json")], body: Array(bad.utf8))
        #expect(answer.status == 400, "\(bad)")
      }
    }
  }

  @Test("What others see comes with the very figures")
  func seenFigures() async throws {
    try await ServerUnderTest.run(configure: Staff.roles) { server in
      let staff = try Staff(of: server)
      try await WeekTests.fill(server)
      let end = try #require(Week(containing: WeekTests.then).bounds()).upperBound
      try await WeekTests.closing(server).close(at: end + .days(2))
      let groups = try await server.ask(.GET, "/groups", as: staff.visitor("colleague")).body
      let seen = try await server.ask(.GET, "/me/seen-by-others", as: staff.visitor("ada")).body
      let row = try #require(groups.split(separator: "\n").first { $0.contains("The organisation</th>") })
      let cost = try #require(row.firstMatch(of: /data-h="Cost">([^<]+)</)).output.1
      #expect(cost.contains("$") && seen.contains("data-h=\"Cost\">\(cost)<"))
      // An administrator who states a purpose sees them, and nobody else until it is switched on.
      #expect(seen.components(separatedBy: "The figures of you,").count == 2)
      let since = VisibilitySettings(
        reports: .init(
          purpose: try Purpose("capacity planning with each lead"), since: Week(containing: WeekTests.then)))
      try server.control.decide(VisibilityDecision(at: staff.now, by: nil, settings: since))
      let now = try await server.ask(.GET, "/me/seen-by-others", as: staff.visitor("ada")).body
      #expect(now.components(separatedBy: "The figures of you,").count == 3)
    }
  }

  @Test(
    "Every address of the API answers HEAD as GET without its body, and names what it takes to other methods")
  func methods() async throws {
    try await ServerUnderTest.run(configure: Staff.roles) { server in
      let ada = try Staff(of: server).visitor("ada")
      for path in ["/api/v1/me", "/api/v1/weeks", "/api/v1/openapi.yaml", "/me"] {
        let whole = try await server.ask(.GET, path, as: ada)
        let head = try await server.ask(.HEAD, path, as: ada)
        #expect(head.status == 200 && head.body.isEmpty, "\(path)")
        #expect(head.headers.first(name: "etag") == whole.headers.first(name: "etag"), "\(path)")
        let put = try await server.ask(.PUT, path, as: ada, headers: [("origin", server.url)])
        #expect(put.status == 405 && put.headers.first(name: "allow") == "GET, HEAD", "\(path)")
      }
    }
  }

  @Test("The page of sessions leads to every one, however many began at one instant")
  func olderSessions() async throws {
    try await ServerUnderTest.run(configure: Staff.roles) { server in
      let staff = try Staff(of: server)
      for number in 0..<230 {
        var batch = FactBatch()
        batch.account = staff.people["ada"]?.account ?? .local
        let session = SessionID.ofCodex("many \(number)")
        batch.sessions = [
          SessionFact(id: session, tool: .codex, name: "many \(number)", started: staff.now, ended: staff.now)
        ]
        batch.usage = [
          UsageRecord(
            id: .random(), session: session, ownerRank: .stated, at: staff.now, tool: .codex,
            model: "gpt-5.1", counts: TokenCounts(input: 10, output: 1))
        ]
        try server.ledger.append([batch], surviving: .crash)
      }
      try await WeekTests.derive(server)
      var seen: [String] = []
      var next: String? = "/me/sessions"
      while let path = next, seen.count < 1000 {
        let page = try await server.ask(.GET, path, as: staff.visitor("ada")).body
        seen += page.matches(of: /href="(\/me\/sessions\/[0-9a-f]{32})"/).map { String($0.output.1) }
        next = page.firstMatch(of: /href="(\/me\/sessions\?cursor=[^"]+)"/).map { String($0.output.1) }
      }
      #expect(seen.count == 230 && Set(seen).count == 230)
    }
  }
}
