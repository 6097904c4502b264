import ControlSQLite
import Effects
import Foundation
import Gate
import Journal
import Ledger
import ScriptedSlack
import Slack
import Testing

@testable import Server

/// Approvals by buttons.
struct SlackApprovalTests {
  private func asked(_ scene: SlackScene, _ user: String, count: Int = 1) async throws -> ScriptedPost {
    try await eventually("nobody was asked") { scene.asking(user).filter(\.hasButtons).count == count }
    return try #require(scene.asking(user).last)
  }

  private func click(_ scene: SlackScene, _ verdict: String, on post: ScriptedPost, by user: String)
    async throws
  {
    let before = scene.slack.acknowledged.count
    try scene.slack.click(verdict, on: post.key, by: user)
    try await eventually { scene.slack.acknowledged.count > before }
  }

  private func decided(_ scene: SlackScene, _ post: ScriptedPost) async throws -> ScriptedPost {
    try await eventually("the message was not changed") { scene.slack.post(post.key)?.hasButtons == false }
    return try #require(scene.slack.post(post.key))
  }

  @Test(arguments: [
    (ApprovalMessage.approve, Approval.State.approved, "Approved"), (ApprovalMessage.deny, .denied, "Denied"),
  ])
  func `a click of whoever may decides, once, and the message says who and when`(
    action: String, state: Approval.State, word: String
  ) async throws {
    try await SlackScene.run { scene in
      try scene.link("U0ADA", to: "ada")
      let approval = try scene.ask(of: "ada", text: "Pay <!channel> https://evil.example/x")
      let post = try await asked(scene, "U0ADA")
      // All of it, with who wrote it; and a button says nothing of what it stands for.
      #expect(
        post.shown.contains("anybody's words: a mail") && post.shown.contains("hxxps://evil[.]example/x"))
      #expect(!post.shown.contains("<!channel>") && post.shown.contains("It cannot be undone."))
      let value = try #require(post.blocks?.leaves().first { $0.path.hasSuffix("value") }?.value.string)
      #expect(value != approval.id.description && value.count > 30)

      try await click(scene, action, on: post, by: "U0ADA")
      let after = try await decided(scene, post)
      let stored = try scene.journal.approval(approval.id)
      #expect(stored.state == state && stored.decidedBy == scene.account("ada") && stored.via == .slack)
      #expect(
        after.shown.contains(word) && after.shown.contains("<@U0ADA>") && after.shown.contains("<!date^"))
      #expect(scene.asking("U0ADA").count == 1 && scene.open.isEmpty)
    }
  }

  @Test func `a click of anybody else decides nothing, and neither does a value that is altered`()
    async throws
  {
    try await SlackScene.run { scene in
      try scene.link("U0ADA", to: "ada")
      try scene.link("U0MANAGER", to: "manager")
      let approval = try scene.ask(of: "ada")
      let post = try await asked(scene, "U0ADA")
      func told(_ user: String, _ words: String) async throws {
        try await eventually(words) {
          scene.slack.posted.contains { $0.onlyFor == user && $0.shown.contains(words) }
        }
      }
      // As if the message had been forwarded: somebody who may not, and somebody who is nobody here.
      try await click(scene, ApprovalMessage.approve, on: post, by: "U0MANAGER")
      try await told("U0MANAGER", "That was asked of somebody else")
      try await click(scene, ApprovalMessage.approve, on: post, by: "U0EVE")
      try await told("U0EVE", "does not know who you are")
      for value in [approval.id.description, "x", "-"] {
        let action = SlackAction(user: "U0ADA", actionID: ApprovalMessage.approve, value: value)
        let ada = try #require(try scene.office.people.somebody("U0ADA", at: scene.clock.now))
        let words = try await scene.office.approvals.click(action, by: ada)
        #expect(words?.mrkdwn.contains("not asked any more") == true, "\(value)")
      }
      // Nor do words and signs.
      scene.slack.say("approve", in: post.channel, by: "U0ADA", thread: post.ts)
      scene.slack.send(event: [
        "type": "reaction_added", "user": "U0ADA", "reaction": "+1",
        "item": ["type": "message", "channel": .string(post.channel), "ts": .string(post.ts)],
      ])
      try await eventually {
        scene.direct("U0ADA").contains {
          $0.shown.contains("/assay help") || $0.shown.contains("All answers are for you")
        }
      }
      #expect(try scene.journal.approval(approval.id).state == .pending)
      #expect(scene.slack.post(post.key)?.hasButtons == true)
    }
  }

  @Test func `of two who decide at once one does, and both messages say who`() async throws {
    try await SlackScene.run { scene in
      try scene.link("U0MANAGER", to: "manager")
      try scene.link("U0COLLEAGUE", to: "colleague")
      let approvers = Approvers(
        [scene.account("manager"), scene.account("colleague"), scene.account("ada")], isSeparate: true)
      try scene.link("U0ADA", to: "ada")
      let approval = try scene.ask(of: "ada", approvers: approvers)
      let (first, second) = (try await asked(scene, "U0MANAGER"), try await asked(scene, "U0COLLEAGUE"))
      // Whose run it is may not, and is not asked.
      #expect(scene.asking("U0ADA").isEmpty)
      try scene.slack.click(ApprovalMessage.approve, on: first.key, by: "U0MANAGER")
      try scene.slack.click(ApprovalMessage.deny, on: second.key, by: "U0COLLEAGUE")
      let messages = [try await decided(scene, first), try await decided(scene, second)]
      let stored = try scene.journal.approval(approval.id)
      let (word, who) =
        stored.decidedBy == scene.account("manager")
        ? ("Approved", "<@U0MANAGER>") : ("Denied", "<@U0COLLEAGUE>")
      #expect([.approved, .denied].contains(stored.state))
      for message in messages { #expect(message.shown.contains(word) && message.shown.contains(who)) }
    }
  }

  @Test func `decided on its page, run out or withdrawn: every message says so, and no click counts`()
    async throws
  {
    try await SlackScene.run { scene in
      try scene.link("U0ADA", to: "ada")
      let ada = scene.staff.visitor("ada")
      let onPage = try scene.ask(of: "ada")
      let first = try await asked(scene, "U0ADA")
      _ = try await scene.server.submit(
        "/approvals/\(onPage.id)", as: ada, ["proof": ada.proof ?? "", "verdict": "approved"])
      #expect(try await decided(scene, first).shown.contains("Approved"))
      #expect(try scene.journal.approval(onPage.id).via == .web)

      let late = try scene.ask(of: "ada")
      let second = try await asked(scene, "U0ADA")
      scene.clock.pass(.hours(9))
      #expect(try await decided(scene, second).shown.contains("Expired"))
      #expect(try scene.journal.approval(late.id).state == .expired)

      let stopped = try scene.ask(of: "ada")
      let third = try await asked(scene, "U0ADA")
      _ = try scene.journal.stop(.run(stopped.run), by: scene.account("ada"), because: "Enough.")
      #expect(try await decided(scene, third).shown.contains("Withdrawn"))
    }
  }

  @Test func `what waits is asked again on demand, and every copy is changed`() async throws {
    try await SlackScene.run { scene in
      try scene.link("U0ADA", to: "ada")
      #expect(try await scene.command("approvals", by: "U0ADA") == "Nothing waits for you.")
      _ = try scene.ask(of: "ada")
      let first = try await asked(scene, "U0ADA")
      #expect(try await scene.command("approvals", by: "U0ADA").contains("What waits for you (1)"))
      let second = try await asked(scene, "U0ADA", count: 2)
      #expect(first.key != second.key)
      try await click(scene, ApprovalMessage.deny, on: second, by: "U0ADA")
      for post in [first, second] { #expect(try await decided(scene, post).shown.contains("Denied")) }
    }
  }

  @Test func `a message whose answer was lost is found again and not sent twice`() async throws {
    try await SlackScene.run { scene in
      try scene.link("U0ADA", to: "ada")
      scene.slack.fail("chat.postMessage", ScriptedFault(.lostAnswer))
      _ = try scene.ask(of: "ada")
      let post = try await asked(scene, "U0ADA")
      try await eventually { scene.slack.calls.contains { $0.method == "conversations.history" } }
      try await click(scene, ApprovalMessage.approve, on: post, by: "U0ADA")
      _ = try await decided(scene, post)
      #expect(scene.asking("U0ADA").count == 1)
    }
  }

  @Test func `a message that Slack did not tell us of is found when its decision is to be shown`()
    async throws
  {
    try await SlackScene.run { scene in
      try scene.link("U0ADA", to: "ada")
      scene.slack.fail("chat.postMessage", ScriptedFault(.lostAnswer))
      scene.slack.fail("conversations.history", ScriptedFault(.error("missing_scope"), times: 3))
      let approval = try scene.ask(of: "ada")
      let post = try await asked(scene, "U0ADA")
      // Before its answer came, it was decided elsewhere.
      _ = try scene.journal.decide(approval.id, .denied, by: scene.account("ada"), via: .web)
      #expect(try await decided(scene, post).shown.contains("Denied"))
      #expect(scene.asking("U0ADA").count == 1)
    }
  }

  @Test func `a click that decided is not told that it did not, whatever failed behind it`() async throws {
    try await SlackScene.run { scene in
      try scene.link("U0ADA", to: "ada")
      let approval = try scene.ask(of: "ada")
      let post = try await asked(scene, "U0ADA")
      scene.slack.fail("chat.update", ScriptedFault(.error("missing_scope")))
      try await click(scene, ApprovalMessage.approve, on: post, by: "U0ADA")
      #expect(try await decided(scene, post).shown.contains("Approved"))
      // It is handled again, and says nothing else.
      try await eventually { try await scene.inbox.counts().open == 0 }
      #expect(try scene.journal.approval(approval.id).state == .approved)
      #expect(scene.direct("U0ADA").count == 1 && !scene.slack.posted.contains { $0.onlyFor == "U0ADA" })
    }
  }

  @Test func `a token that Slack does not take counts nobody as told`() async throws {
    try await SlackScene.run { scene in
      try scene.link("U0ADA", to: "ada")
      scene.slack.fail("conversations.open", ScriptedFault(.error("invalid_auth"), times: 2))
      _ = try scene.ask(of: "ada")
      _ = try await asked(scene, "U0ADA")
    }
  }

  @Test func `what cannot be shown whole is not decided in Slack`() async throws {
    try await SlackScene.run { scene in
      try scene.link("U0ADA", to: "ada")
      for text in [
        String(repeating: "long ", count: 4000), "key AKIAIOSFODNN7EXAMPLE", "see evil[.]example/x",
      ] {
        let before = scene.asking("U0ADA").count
        _ = try scene.ask(of: "ada", text: text)
        try await eventually { scene.asking("U0ADA").count > before }
        let post = try #require(scene.asking("U0ADA").last)
        #expect(!post.hasButtons && post.shown.contains("My agents") && !post.shown.contains("AKIA"))
      }
    }
  }
}
