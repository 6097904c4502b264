import ControlSQLite
import Foundation
import Ledger
import NIOHTTP1
import Testing
import Visibility

@testable import Server

@Suite("Who sees what, over HTTP") struct WhoSeesWhatTests {
  /// Each page, and who gets it; everybody else is refused.
  private static let table: [(path: String, seenBy: Set<String>)] = [
    ("/me", people),
    ("/me/seen-by-others", people),
    ("/me/who-looked", people),
    ("/people", ["admin"]),
    ("/sources", ["admin", "platform"]),
    // Ada's. An administrator without a purpose gets a form, and nothing of hers.
    ("/people/ADA", ["ada"]),
  ]
  private static let people: Set<String> = [
    "ada", "manager", "director", "colleague", "finance", "platform", "admin", "hr", "hr-admin",
  ]

  @Test("Everybody on every page: shown or refused as the table says, and nothing of Ada to anybody but Ada")
  func pages() async throws {
    try await ServerUnderTest.run(configure: Staff.roles) { server in
      let staff = try Staff(of: server)
      for (path, seenBy) in Self.table where path != "/people/ADA" {
        for (name, visitor) in staff.visitors {
          let status = try await server.ask(.GET, path, as: visitor, headers: [("accept", "text/html")])
            .status
          if seenBy.contains(name) {
            #expect(status == 200, "\(name) on \(path)")
          } else {
            #expect(status == 401 || status == 403, "\(name) on \(path)")
          }
        }
      }
    }
  }

  @Test("A person's usage, with and without the organisation's decision", arguments: [false, true])
  func usage(isSwitchedOn: Bool) async throws {
    try await ServerUnderTest.run(configure: Staff.roles) { server in
      let staff = try Staff(of: server)
      if isSwitchedOn {
        let settings = VisibilitySettings(
          reports: .init(
            purpose: try Purpose("capacity planning with each team lead"),
            since: Week(containing: staff.now)))
        try server.control.decide(VisibilityDecision(at: staff.now, by: nil, settings: settings))
      }
      let path = "/people/\(staff.id("ada"))"
      for (name, visitor) in staff.visitors {
        let before = try server.control.accesses(to: staff.id("ada")).count
        let answer = try await server.ask(.GET, path, as: visitor, headers: [("accept", "text/html")])
        let looked = try server.control.accesses(to: staff.id("ada")).count - before
        let mayLook = name == "manager" && isSwitchedOn
        switch name {
        case "ada", "admin": break
        case _ where mayLook: #expect(answer.status == 200, "\(name)")
        default: #expect([401, 403, 404].contains(answer.status), "\(name): \(answer.status)")
        }
        // Every sight is written down, and nothing else is.
        #expect(looked == (mayLook ? 1 : 0), "\(name)")
        if !mayLook && name != "ada" { #expect(!answer.body.contains("Cost at list price"), "\(name)") }
      }
      let log = try await server.ask(.GET, "/me/who-looked", as: staff.visitor("ada"))
      #expect(log.body.contains("manager@example.org") == isSwitchedOn)
      let seen = try await server.ask(.GET, "/me/seen-by-others", as: staff.visitor("ada"))
      #expect(seen.body.contains("capacity planning") == isSwitchedOn)
    }
  }

  @Test("An administrator states a purpose, and the person reads it")
  func administrator() async throws {
    try await ServerUnderTest.run(configure: Staff.roles) { server in
      let staff = try Staff(of: server)
      let path = "/people/\(staff.id("ada"))"
      let admin = staff.visitor("admin")
      let proof = admin.proof ?? ""
      let form = try await server.ask(.GET, path, as: admin)
      #expect(form.status == 200 && form.body.contains("What for") && form.body.contains(proof))
      #expect(try server.control.accesses(to: staff.id("ada")).isEmpty)

      let refused: [([String: String], Int)] = [
        (["proof": proof, "purpose": "x"], 400),
        (["purpose": "an audit of the export that she asked for"], 403),
        (
          [
            "proof": staff.visitor("manager").proof ?? "",
            "purpose": "an audit of the export that she asked for",
          ], 403
        ),
      ]
      for (fields, status) in refused {
        #expect(try await server.submit(path, as: admin, fields).status == status)
      }
      #expect(try server.control.accesses(to: staff.id("ada")).isEmpty)

      let shown = try await server.submit(
        path, as: admin, ["proof": proof, "purpose": "an audit of the export that she asked for"])
      #expect(shown.status == 200)
      let accesses = try server.control.accesses(to: staff.id("ada"))
      #expect(accesses.count == 1)
      #expect(accesses.first?.onlooker == .person(staff.id("admin")))
      #expect(accesses.first?.purpose?.text == "an audit of the export that she asked for")
      let log = try await server.ask(.GET, "/me/who-looked", as: staff.visitor("ada"))
      #expect(log.body.contains("an audit of the export") && log.body.contains("admin@example.org"))
      // No door beside it: somebody without the role does not get there with a purpose.
      for name in ["manager", "colleague", "hr-admin", "finance", "platform"] {
        let visitor = staff.visitor(name)
        let answer = try await server.submit(
          path, as: visitor, ["proof": visitor.proof ?? "", "purpose": "a purpose that sounds right"])
        // To whom she does not report, and who keeps no directory, it is as if there were nobody.
        #expect(answer.status == (name == "manager" || name == "hr-admin" ? 403 : 404), "\(name)")
      }
      #expect(try server.control.accesses(to: staff.id("ada")).count == 1)
    }
  }

  @Test(
    "Nobody by that number is not found, and neither is anything else",
    arguments: ["0", "-1", "99999999999999999999", "x", "%2e%2e"])
  func nobody(id: String) async throws {
    try await ServerUnderTest.run(configure: Staff.roles) { server in
      let staff = try Staff(of: server)
      #expect(try await server.ask(.GET, "/people/\(id)", as: staff.visitor("admin")).status == 404)
    }
  }

  @Test("Who leaves is out at once, and so are their tokens")
  func leaving() async throws {
    try await ServerUnderTest.run(configure: Staff.roles) { server in
      let staff = try Staff(of: server)
      #expect(try await server.ask(.GET, "/me", as: staff.visitor("ada")).status == 200)
      #expect(
        try await server.ask(.GET, "/api/v1/collection-terms", as: staff.visitor("token ingest")).status
          == 200)
      try server.control.removePerson(staff.id("ada"), at: staff.now)
      #expect(try await server.ask(.GET, "/me", as: staff.visitor("ada")).status == 401)
      #expect(
        try await server.ask(.GET, "/api/v1/collection-terms", as: staff.visitor("token ingest")).status
          == 401)
    }
  }
}
