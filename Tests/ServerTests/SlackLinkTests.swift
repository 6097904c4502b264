import ControlSQLite
import Directory
import Foundation
import Journal
import Ledger
import NIOHTTP1
import ScriptedSlack
import Testing

@testable import Server

/// Who somebody in Slack is.
struct SlackLinkTests {
  private static let stranger = "does not know who you are"

  /// The page that `/assay link` names.
  private func invited(_ scene: SlackScene, _ user: String) async throws -> String {
    let answer = try await scene.command("link", by: user)
    let found = try #require(answer.firstMatch(of: /\/slack\/link\/[A-Za-z0-9-]+/))
    return String(found.output)
  }

  private func confirm(_ scene: SlackScene, _ path: String, _ name: String) async throws -> Int {
    let visitor = scene.staff.visitor(name)
    return try await scene.server.submit(path, as: visitor, ["proof": visitor.proof ?? ""]).status
  }

  @Test func `R15: who somebody is in Slack is signed off in Assay, and nothing else counts`() async throws {
    try await SlackScene.run { scene in
      let control = scene.server.control
      // A list says so, and so does whoever keeps the directory; Slack has the same name and the same address.
      for (user, rule) in [("U0ADA", SpendIdentity.Rule.csv), ("U0EVE", .hand)] {
        try control.linkIdentity(.slack, user, to: scene.account("ada"), rule: rule, at: scene.staff.now)
        for command in ["runs", "approvals", "digest", "stop all", "run clerk now", "unlink"] {
          #expect(try await scene.command(command, by: user).contains(Self.stranger), "\(user) \(command)")
        }
      }
      #expect(try scene.journal.stops().isEmpty && scene.journal.runs(of: .init(), limit: 1).isEmpty)
      let path = try await invited(scene, "U0ADA")
      let page = try await scene.server.ask(.GET, path, as: scene.staff.visitor("ada"))
      #expect(page.status == 200 && page.body.contains("U0ADA") && page.body.contains("name=\"proof\""))
      // Looking is not confirming.
      #expect(try await scene.command("runs", by: "U0ADA").contains(Self.stranger))
      #expect(try await confirm(scene, path, "ada") == 200)
      #expect(try await scene.command("runs", by: "U0ADA").contains("No agent has done anything for you yet"))
      #expect(try await scene.command("runs", by: "U0EVE").contains(Self.stranger))

      _ = try await scene.command("unlink", by: "U0ADA")
      #expect(try await scene.command("runs", by: "U0ADA").contains(Self.stranger))
    }
  }

  @Test func `R15: a link is used once, within its time, from this server's page, by who is signed in`()
    async throws
  {
    try await SlackScene.run { scene in
      let path = try await invited(scene, "U0ADA")
      let ada = scene.staff.visitor("ada")
      #expect(try await scene.server.ask(.GET, path).status == 401)
      #expect(try await scene.server.submit(path, as: .nobody, [:]).status == 401)
      #expect(try await scene.server.submit(path, as: ada, ["proof": "x"]).status == 403)
      #expect(try await scene.server.submit(path, as: scene.staff.visitor("token read"), [:]).status == 403)
      for forged in [
        "/slack/link/U0ADA", "/slack/link/U0ADA-x", path + "x", "/slack/link/U0MANAGER-\(path.suffix(20))",
      ] {
        #expect(try await confirm(scene, forged, "ada") == 404, "\(forged)")
      }
      // Another is asked for: the one before is good no more.
      let next = try await invited(scene, "U0ADA")
      #expect(try await confirm(scene, path, "ada") == 404)
      #expect(try await confirm(scene, next, "ada") == 200)
      #expect(try await confirm(scene, next, "manager") == 404)

      let old = try scene.office.people.invite("U0MANAGER", at: Instant(Date()) - .minutes(15))
      #expect(try await confirm(scene, "/slack/link/\(old)", "manager") == 404)
      #expect(try await scene.command("runs", by: "U0MANAGER").contains(Self.stranger))
    }
  }

  @Test(arguments: ["U0GUEST", "U0OTHER", "U0NOBODY"])
  func `R15: guests, other workspaces' users and nobody at all are not linked`(user: String) async throws {
    try await SlackScene.run { scene in
      let code = try scene.office.people.invite(user, at: scene.clock.now)
      #expect(try await confirm(scene, "/slack/link/\(code)", "ada") == 404)
      #expect(try scene.office.people.somebody(user, at: scene.clock.now) == nil)
    }
  }

  @Test func `R15: while Slack does not say who somebody is, nobody is linked`() async throws {
    try await SlackScene.run { scene in
      let code = try scene.office.people.invite("U0ADA", at: scene.clock.now)
      scene.slack.fail("users.info", ScriptedFault(.error("missing_scope")))
      #expect(try await confirm(scene, "/slack/link/\(code)", "ada") == 503)
      #expect(try await confirm(scene, "/slack/link/\(code)", "ada") == 200)
    }
  }

  @Test func `R15: another person's link makes nobody somebody else`() async throws {
    try await SlackScene.run { scene in
      // Slack knows the user by the address of one of us: nobody else can be them.
      let theirs = try await invited(scene, "U0COLLEAGUE")
      #expect(try await confirm(scene, theirs, "ada") == 409)
      #expect(try await confirm(scene, theirs, "colleague") == 200)
      // Who is somebody stays it, whoever confirms another link.
      let again = try await invited(scene, "U0COLLEAGUE")
      #expect(try await confirm(scene, again, "manager") == 409)
      let found = try scene.office.people.somebody("U0COLLEAGUE", at: scene.clock.now)
      #expect(found?.account == scene.account("colleague"))

      // Two who confirm one link at once: one is it.
      let shared = try await invited(scene, "U0ADA")
      async let first = confirm(scene, shared, "ada")
      async let second = confirm(scene, shared, "manager")
      let statuses = try await [first, second]
      #expect(statuses.filter { $0 == 200 }.count == 1, "\(statuses)")
      #expect(try scene.server.control.identities().filter { $0.value == "U0ADA" }.count == 1)
    }
  }

  @Test func `who leaves is nobody in Slack either, and a page ends a link`() async throws {
    try await SlackScene.run { scene in
      try scene.link("U0ADA", to: "ada")
      try scene.link("U0MANAGER", to: "manager")
      let manager = scene.staff.visitor("manager")
      #expect(try await scene.server.ask(.GET, "/slack/link", as: manager).body.contains("U0MANAGER"))
      #expect(try await confirm(scene, "/slack/unlink/U0ADA", "manager") == 404)
      #expect(try await confirm(scene, "/slack/unlink/U0MANAGER", "manager") == 200)
      #expect(try await scene.command("runs", by: "U0MANAGER").contains(Self.stranger))
      try scene.server.control.removePerson(scene.staff.id("ada"), at: scene.clock.now)
      #expect(try await scene.command("runs", by: "U0ADA").contains(Self.stranger))
    }
  }

  @Test func `on one's own machine whoever is at it confirms`() async throws {
    try await SlackScene.run(isLocal: true) { scene in
      let path = try await invited(scene, "U0ADA")
      #expect(try await scene.server.submit(path, as: .nobody, [:]).status == 200)
      #expect(try await scene.command("runs", by: "U0ADA").contains("No agent has done anything for you yet"))
      #expect(try await scene.command("stop all", by: "U0ADA").contains("all agents"))
      #expect(try scene.journal.stops().map(\.scope) == [.everything])
    }
  }
}
