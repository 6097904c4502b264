import ControlSQLite
import Effects
import Foundation
import Journal
import Ledger
import NIOHTTP1
import ScriptedSlack
import Slack
import Testing

@testable import Server

/// Runs that are begun in Slack, what is told of them to whom, and what Slack sends.
struct SlackRunTests {
  private static let mention = "<@U0ASSAY> run clerk"

  private static let ended = "_This came to no end. Whoever asked for it has been told._"

  private func ended(_ scene: SlackScene, in thread: String) async throws {
    try await eventually { scene.open.contains { $0.threadTS == thread && $0.shown == Self.ended } }
  }

  private func begun(_ scene: SlackScene) async throws -> Run {
    try await eventually("no run began") {
      try !scene.journal.runs(of: .init(agent: "clerk"), limit: 2).isEmpty
    }
    return try #require(try scene.journal.runs(of: .init(agent: "clerk"), limit: 2).first)
  }

  @Test
  func `a mention begins one run, of theirs and in their words, and its end is told in the thread once`()
    async throws
  {
    try await SlackScene.run { scene in
      try scene.link("U0ADA", to: "ada")
      let thread = scene.slack.say("Delete the archive, somebody?", in: SlackScene.channel, by: "U0EVE")
      // The answer to the first word in the thread is lost; it is found again.
      scene.slack.fail("chat.postMessage", ScriptedFault(.lostAnswer))
      let key = scene.slack.say(
        "\(Self.mention) count the mails", in: SlackScene.channel, by: "U0ADA", thread: thread.ts)
      let run = try await begun(scene)
      // Both of its events, and one of them again.
      scene.slack.send(event: [
        "type": "app_mention", "user": "U0ADA", "text": .string("\(Self.mention) count the mails"),
        "ts": .string(key.ts), "channel": .string(key.channel), "thread_ts": .string(thread.ts),
      ])
      try await eventually {
        scene.slack.unacknowledged == 0 && scene.slack.posted.contains { $0.onlyFor == "U0ADA" }
      }
      #expect(try scene.journal.runs(of: .init(), limit: 9).count == 1)
      #expect(
        run.account == scene.account("ada") && run.purpose.shown == Passage("count the mails", from: .owner))

      try await eventually { scene.open.contains { $0.shown == "_clerk is at work._" } }
      try scene.end(run.id, saying: "There are *4*. See https://evil.example/?q=4 <!here>")
      try await eventually { try scene.journal.states(under: "slack/runs/").isEmpty }
      let answers = scene.open
      #expect(answers.count == 1 && answers.first?.threadTS == thread.ts)
      let said = answers.first?.shown ?? ""
      #expect(
        said.contains("There are *4*") && said.contains("hxxps://evil[.]example") && !said.contains("<!here>")
      )
    }
  }

  @Test(arguments: ["run scribe write", "run ../clerk x", "run nobody x"])
  func `nobody begins what is not theirs`(words: String) async throws {
    try await SlackScene.run { scene in
      try scene.link("U0ADA", to: "ada")
      #expect(try await scene.command(words, by: "U0ADA").contains("Nothing was begun"))
      scene.slack.say("\(Self.mention) x", in: SlackScene.channel, by: "U0EVE")
      try await eventually { scene.slack.posted.contains { $0.onlyFor == "U0EVE" } }
      #expect(try scene.journal.runs(of: .init(), limit: 1).isEmpty && scene.open.isEmpty)
    }
  }

  @Test func `R11: what went wrong is told to whom it concerns alone, and no channel reads any of it`()
    async throws
  {
    try await SlackScene.run { scene in
      try scene.link("U0ADA", to: "ada")
      scene.slack.say("\(Self.mention) x", in: SlackScene.channel, by: "U0ADA")
      let run = try await begun(scene)
      try scene.end(
        run.id, saying: nil, as: .failed, because: "mail_search: IMAP 10.0.0.7 refused the password.")
      try await eventually { scene.direct("U0ADA").contains { $0.shown.contains("10.0.0.7") } }

      // The model could not be asked: what its step says is ours, and is no last word.
      let second = scene.slack.say("\(Self.mention) y", in: SlackScene.channel, by: "U0ADA")
      try await eventually { try scene.journal.runs(of: .init(), limit: 9).count == 2 }
      let next = try #require(try scene.journal.runs(of: .init(), limit: 9).first)
      try scene.end(next.id, saying: nil, because: "trace: tool post(secret)")
      try await ended(scene, in: second.ts)

      // Approvals, outcomes and refusals are theirs, too.
      _ = try scene.ask(of: "ada", text: "a private matter")
      try await eventually { !scene.asking("U0ADA").isEmpty }
      for command in ["runs", "approvals", "run nobody x", "stop nobody"] {
        _ = try await scene.command(command, by: "U0ADA")
      }

      let delivered = scene.slack.posted.filter(\.isOurs)
      for part in ["10.0.0.7", "trace:", "a private matter", "failed", "/runs/", "/approvals/"] {
        let seen = delivered.filter { ($0.text + $0.shown).contains(part) }
        #expect(
          seen.allSatisfy { $0.onlyFor == "U0ADA" || $0.channel == scene.slack.direct(with: "U0ADA") },
          "\(part)")
      }
      #expect(scene.open.count == 2 && scene.open.allSatisfy { $0.shown == Self.ended })
      for user in ["U0MANAGER", "U0EVE", "U0COLLEAGUE"] { #expect(scene.direct(user).isEmpty) }
    }
  }

  @Test func `what did not stand, and what only its person can settle, is told once and to them`()
    async throws
  {
    try await SlackScene.run { scene in
      try scene.link("U0ADA", to: "ada")
      try scene.link("U0MANAGER", to: "manager")
      let run = try scene.journal.begin(
        RunRequest(
          account: scene.account("ada"), agent: "clerk", folder: "f", purpose: Passage("x", from: .owner)))
      let claim = try scene.journal.claim(run.id, by: "test", lease: .minutes(5))
      try scene.journal.recordAnswer(
        Answer(step: 1, model: "scripted", content: ["calls": 2], usage: []), settling: nil, withholding: [],
        of: claim)
      let tool = ToolDeclaration(
        name: "send", summary: "Sends.", parameters: [],
        effect: .init(.blind, risk: .low, reversibility: .reversible, audience: .run),
        answers: .system("send"))
      let conclusions: [Conclusion] = [
        .done(ToolResult([], follows: [.init(kind: "message", subject: "C1/2", holdFor: .hours(1))])),
        .uncertain("No answer."),
      ]
      for (step, conclusion) in zip(2..., conclusions) {
        _ = try scene.journal.intend(
          Intention(
            step: step, declaration: tool, arguments: ["step": .integer(Int64(step))], policy: "1",
            authority: .grant("all")), withholding: [], of: claim)
        try scene.journal.conclude(step, as: conclusion, withholding: [], of: claim)
      }
      let outcome = try #require(try scene.journal.outcomes(of: run.id).first)
      _ = try scene.journal.change(outcome.id, to: .reverted, evidence: "It was taken away.")
      for _ in 0..<3 { try await scene.office.notices.look() }
      let told = scene.direct("U0ADA").filter { $0.shown.contains("may have happened") }
      #expect(told.count == 1 && scene.direct("U0MANAGER").isEmpty && scene.open.isEmpty)
      #expect(scene.direct("U0ADA").filter { $0.shown.contains("It was taken away.") }.count == 1)
    }
  }

  @Test func `who is not that person any more is told nothing of what they began`() async throws {
    try await SlackScene.run { scene in
      try scene.link("U0EVE", to: "ada")
      _ = try await scene.command("run clerk summarise my mail", by: "U0EVE")
      let run = try await begun(scene)
      try await eventually { try scene.journal.states(under: "slack/runs/").count == 1 }
      #expect(try scene.office.people.unlink("U0EVE", from: scene.account("ada"), at: scene.clock.now))
      try scene.end(run.id, saying: "Ada's mail is private.")
      try await eventually { try scene.journal.states(under: "slack/runs/").isEmpty }
      #expect(!scene.slack.posted.contains { $0.shown.contains("private") })
    }
  }

  // MARK: Requests

  private func send(_ scene: SlackScene, _ request: ScriptedRequest) async throws -> ServerUnderTest.Answer {
    try await scene.server.ask(
      .POST, "/slack",
      headers: request.headers.filter { $0.key != "host" && $0.key != "content-length" }.map {
        ($0.key, $0.value)
      },
      body: request.body)
  }

  @Test func `a request is taken by its signature, and forged, old and replayed ones do nothing`()
    async throws
  {
    try await SlackScene.run(delivery: .requests) { scene in
      try scene.link("U0ADA", to: "ada")
      scene.slack.say("\(Self.mention) count", in: SlackScene.channel, by: "U0ADA")
      let requests = scene.slack.takeRequests()
      let first = try #require(requests.first)
      #expect(requests.count == 2)
      var forged = first
      forged.body = Array(String(decoding: first.body, as: UTF8.self).replacing("count", with: "burn!").utf8)
      var unsigned = first
      unsigned.headers["x-slack-signature"] = nil
      var old = first
      old.headers["x-slack-request-timestamp"] = "1700000000"
      for request in [forged, unsigned, old] { #expect(try await send(scene, request).status == 401) }
      for request in requests + [first] + requests { #expect(try await send(scene, request).status == 200) }
      let run = try await begun(scene)
      #expect(run.purpose.shown?.text == "count")
      try await eventually { scene.slack.posted.contains { $0.onlyFor == "U0ADA" } }
      #expect(try scene.journal.runs(of: .init(), limit: 9).count == 1)
      var long = first
      long.body = Array(repeating: 0x20, count: SlackReception.longestBody + 1)
      #expect(try await send(scene, long).status == 413)
    }
  }

  @Test func `what comes of another workspace is not handled`() async throws {
    try await SlackScene.run { scene in
      try scene.link("U0ADA", to: "ada")
      let command = SlackCommand(
        command: "/assay", text: "stop all", user: "U0ADA", channel: SlackScene.channel)
      let foreign = SlackDelivery(id: "command x", team: "T0OTHER", user: "U0ADA", content: .command(command))
      try await scene.office.desk.handle(SlackClaim(number: 1, attempt: 1, delivery: foreign))
      #expect(try scene.journal.stops().isEmpty && scene.slack.posted.isEmpty)
      var own = foreign
      own.team = scene.slack.workspace.team
      try await scene.office.desk.handle(SlackClaim(number: 2, attempt: 1, delivery: own))
      #expect(try !scene.journal.stops().isEmpty)
    }
  }
}
