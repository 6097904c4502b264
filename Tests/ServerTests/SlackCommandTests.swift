import ControlSQLite
import Directory
import Effects
import Foundation
import Journal
import Ledger
import ScriptedSlack
import Targets
import Testing
import Visibility

@testable import Server

/// What `/assay` answers, to whom.
struct SlackCommandTests {
  @Test(arguments: [
    ("link", SlackOrder.link), (" Digest ", .digest), ("stop", .stop(agent: nil)),
    ("STOP!", .stop(agent: nil)),
    ("stop all", .stop(agent: nil)), ("Stop clerk please", .stop(agent: "clerk")),
    ("run clerk", .run(agent: "clerk", words: "")),
    (
      "run clerk see <https://a.example/x|a.example> &amp; tell <#C1|general>",
      .run(agent: "clerk", words: "see https://a.example/x & tell #C1")
    ), ("run", .help), ("", .help), ("delete everything", .help),
  ])
  func `what is typed is understood, or answered with help`(text: String, order: SlackOrder) {
    #expect(SlackOrder(command: text) == order)
  }

  @Test(arguments: [
    ("<@U0ASSAY> stop", SlackOrder.stop(agent: nil)),
    ("<@U0ASSAY|assay> run clerk now", .run(agent: "clerk", words: "now")),
    ("stop", .stop(agent: nil)), ("<@U0ASSAY> adoption", .help), ("please <@U0ASSAY> stop", .help),
  ])
  func `a message begins runs, stops them, and does nothing else`(text: String, order: SlackOrder) {
    #expect(SlackOrder(message: text) == order)
  }

  @Test func `figures are what the policy shows this person, and nobody else reads them`() async throws {
    try await SlackScene.run(fill: { try await BoardTests.fill($0) }) { scene in
      let control = scene.server.control
      let quay = try #require(try control.snapshot().contents.teams.first { $0.name == "Quay" })
      for (user, name) in [("U0ADA", "ada"), ("U0HR", "hr"), ("U0COLLEAGUE", "colleague")] {
        try scene.link(user, to: name)
        if name != "colleague" {
          try control.movePerson(scene.staff.id(name), toTeam: quay.id, at: scene.staff.now)
        }
      }
      let digest = try await scene.command("digest", by: "U0ADA")
      #expect(digest.contains("Quay, week ") && digest.contains("Nobody shared whether AI helped"))
      let team = try await scene.command("team", by: "U0ADA")
      let figures = team.matches(of: /\$([0-9.,]+)/).compactMap {
        Double($0.output.1.replacing(",", with: ""))
      }
      let whole = try #require(figures.last)
      #expect(
        figures.count >= 3 && abs(figures.dropLast().reduce(0, +) - whole) < 0.011 * Double(figures.count),
        "\(team)")

      // Of no team: that, and no figure.
      for command in ["digest", "team"] {
        let none = try await scene.command(command, by: "U0COLLEAGUE")
        #expect(none == "You are in no team here, so there is nothing of one to show.")
        // Refused in the policy's words, though they are of the team.
        let refused = try await scene.command(command, by: "U0HR")
        #expect(!refused.contains("Quay") && !refused.contains("$") && !refused.contains("\n"), "\(refused)")
        #expect(try await scene.command(command, by: "U0EVE").contains("does not know who you are"))
      }
      #expect(scene.open.isEmpty)
    }
  }

  @Test func `the adoption panel is never without what the target does`() async throws {
    try await SlackScene.run(fill: { server in
      try await AdoptionTests.fill(server)
      try await WeekTests.closing(server).close(at: WeekTests.now)
    }) { scene in
      try scene.link("U0COLLEAGUE", to: "colleague")
      try scene.link("U0HR", to: "hr")
      let panel = try await scene.command("adoption", by: "U0COLLEAGUE")
      for part in ["AI every week", "were active", "What the target does", "share without a known outcome"] {
        #expect(panel.contains(part), "\(part)")
      }
      let refused = try await scene.command("adoption", by: "U0HR")
      #expect(!refused.contains("%") && !refused.contains("\n"), "\(refused)")
      #expect(scene.open.isEmpty)
    }
  }

  @Test func `somebody's runs are theirs, in commands and on the app's tab`() async throws {
    try await SlackScene.run { scene in
      try scene.link("U0ADA", to: "ada")
      try scene.link("U0MANAGER", to: "manager")
      _ = try scene.ask(of: "ada")
      #expect(try await scene.command("runs", by: "U0ADA").contains("clerk"))
      #expect(try await !scene.command("runs", by: "U0MANAGER").contains("clerk"))
      for user in ["U0ADA", "U0MANAGER", "U0EVE"] { scene.slack.openHome(by: user) }
      try await eventually { scene.slack.homes.count == 3 }
      let homes = scene.slack.homes.mapValues(\.canonical)
      #expect(
        homes["U0ADA"]?.contains("Posts a text.") == true && homes["U0ADA"]?.contains("/approvals/") == true)
      #expect(homes["U0MANAGER"]?.contains("Posts a text.") == false)
      #expect(homes["U0EVE"]?.contains("/assay link") == true && homes["U0EVE"]?.contains("clerk") == false)
    }
  }

  @Test func `R1: STOP in Slack stops whose agent it is, at once, and nobody else's`() async throws {
    try await SlackScene.run { scene in
      try scene.link("U0ADA", to: "ada")
      try scene.link("U0MANAGER", to: "manager")
      let approval = try scene.ask(of: "ada")
      // Not theirs, and not known to be there.
      #expect(try await scene.command("stop clerk", by: "U0MANAGER").contains("no agent of yours"))
      #expect(try await scene.command("stop all", by: "U0EVE").contains("does not know who you are"))
      #expect(try scene.journal.stops().isEmpty)

      // From a telephone, in direct messages.
      scene.slack.say("STOP!", in: scene.slack.direct(with: "U0ADA"), by: "U0ADA")
      try await eventually { try !scene.journal.stops().isEmpty }
      let stops = try scene.journal.stops()
      #expect(stops.map(\.scope) == [.agent("clerk")] && stops.allSatisfy { $0.by == scene.account("ada") })
      #expect(try scene.journal.run(approval.run).status == .stopped)
      try await eventually { scene.direct("U0ADA").contains { $0.shown.contains("Stopped: clerk") } }
      #expect(try await scene.command("run clerk go on", by: "U0ADA").contains("Nothing was begun"))
      // Said again, it is the same.
      _ = try await scene.command("stop clerk", by: "U0ADA")
      #expect(try scene.journal.stops().count == 1)
      #expect(try scene.journal.run(approval.run).status == .stopped)
    }
  }
}
