import Events
import Foundation
import Ledger
import Testing

@Suite("What webhooks say")
struct WebhookTests {
  private let shop = "github.com/example/shop"
  private func hash(_ letter: Character) -> String { Requests.hash(letter) }

  @Test("A push to GitHub: its commits with their times, and what they close")
  func push() throws {
    let push = try Requests.report("github-push")
    #expect(push.kind == .push)
    #expect(push.repository == "https://github.com/Example/shop.git")
    #expect(push.repositoryName == shop)
    #expect(push.isMainline == true)
    #expect(push.isPartial == false)
    #expect(push.before == hash("a"))
    #expect(push.head == hash("b"))
    #expect(push.started == Requests.january(5, 9))
    #expect(push.commits == [EventCommit(hash("b"), at: Requests.january(5, 8, 50))])
    #expect(
      Set(push.links) == [
        EventLink(.remedy, .event(.issue(12, of: shop))), EventLink(.mention, .ticket("SHOP-7")),
      ])
  }

  @Test("A pull request, and the review of it, are one event in both orders")
  func change() throws {
    let merged = try Requests.report("github-pull-request")
    let review = try Requests.report("github-review")
    #expect(merged.id == review.id)
    #expect(review.commits.isEmpty, "the trial merge is no commit of the main line")
    #expect(review.state == .open)
    let change = try #require(OutcomeEvent.folded([merged, review]))
    #expect(OutcomeEvent.folded([review, merged, review]) == change)
    #expect(change.kind == .change)
    #expect(change.number == 17)
    #expect(change.address == "https://github.com/Example/shop/pull/17")
    #expect(change.state == .merged)
    #expect(change.started == Requests.january(4, 8))
    #expect(change.landed == Requests.january(5, 8, 50))
    #expect(change.reviewed == Requests.january(4, 12))
    #expect(change.approved == Requests.january(4, 12))
    #expect(change.commits == [EventCommit(hash("b"))])
    #expect(change.head == hash("c"))
    #expect(change.isMainline == true)
    #expect(
      Set(change.links) == [
        EventLink(.remedy, .event(.issue(12, of: shop))), EventLink(.mention, .ticket("SHOP-7")),
        EventLink(.mention, .ticket("SHOP-8")),
      ])
  }

  @Test("A deployment by GitHub")
  func deployment() throws {
    let deployment = try Requests.report("github-deployment-status")
    #expect(deployment.kind == .deployment)
    #expect(deployment.state == .succeeded)
    #expect(deployment.environment == "production")
    #expect(deployment.isProduction == true)
    #expect(deployment.started == Requests.january(5, 9, 55))
    #expect(deployment.landed == Requests.january(5, 10))
    #expect(deployment.commits == [EventCommit(hash("b"))])
    let later = Data(
      try Requests.text("github-deployment-status").replacing(
        "\"state\": \"success\"", with: "\"state\": \"inactive\""
      )
      .replacing("10:00:00Z", with: "18:00:00Z").utf8)
    let replaced = try Requests.read("github-deployment-status", later).get().reports
    let folded = try #require(OutcomeEvent.folded(replaced + [deployment]))
    #expect(folded.state == .inactive)
    #expect(folded.landed == deployment.landed, "it was live once")
  }

  @Test(
    "Which environments are production, where the sender says no more than a name",
    arguments: [
      ("production", true), ("PROD", true), ("prod-express", true), ("eu-live", true), ("pre-prod", false),
      ("preprod", false), ("non-production", false), ("staging", false), ("alive", false),
    ])
  func environment(name: String, isProduction: Bool) throws {
    let body = try Requests.text("github-deployment-status").replacing("\"production\"", with: "\"\(name)\"")
      .replacing("\"production_environment\": true", with: "\"production_environment\": false")
    let report = try #require(
      try Requests.read("github-deployment-status", Data(body.utf8)).get().reports.first)
    #expect(report.environment == name)
    #expect(report.isProduction == isProduction)
  }

  @Test("An issue labelled as incident, with what caused it and what put it right")
  func incident() throws {
    let incident = try Requests.report("github-issue")
    #expect(incident.kind == .incident)
    #expect(incident.id == .issue(30, of: shop))
    #expect(incident.state == .resolved)
    #expect(incident.started == Requests.january(5, 11))
    #expect(incident.ended == Requests.january(5, 13))
    #expect(
      Set(incident.links) == [
        EventLink(.cause, .commit(hash("b"))), EventLink(.remedy, .event(.change(18, of: shop))),
      ])
    let other = try Requests.read("github-issue") { $0.incidentLabels = ["sev1"] }
    #expect(other == Intake(passedOver: .notKept, delivery: other.delivery))
    #expect(other.status == 202)
    #expect(
      try Requests.read("github-issue") {
        $0.incidentLabels = []; $0.bugLabels = ["INCIDENT"]
      }.reports.first?.kind == .ticket)
  }

  @Test("An issue whose label is taken away does not count any more")
  func unlabelled() throws {
    let body = try Requests.text("github-issue").replacing("\"opened\"", with: "\"unlabeled\"")
      .replacing("\"Incident\"", with: "\"wontfix\"")
      .replacing("\"repository\"", with: "\"label\": {\"name\": \"incident\"}, \"repository\"")
    let report = try #require(try Requests.read("github-issue", Data(body.utf8)).get().reports.first)
    #expect(report.state == .withdrawn)
    #expect(report.kind == .incident)
  }

  @Test("GitLab’s pushes, merge requests, deployments and incidents")
  func gitLab() throws {
    let place = "gitlab.example.com/example/shop"
    let push = try Requests.report("gitlab-push")
    #expect(push.isPartial == true, "one of four commits is listed")
    #expect(push.started == Requests.january(5, 8, 50))
    #expect(push.links == [EventLink(.remedy, .ticket("SHOP-7"))])
    let change = try Requests.report("gitlab-merge-request")
    #expect(change.id == .change(17, of: place))
    #expect(change.state == .merged)
    #expect(change.landed == Requests.january(5, 8, 50))
    #expect(change.commits == [EventCommit(hash("b"))])
    #expect(change.head == hash("c"))
    #expect(change.isMainline == true)
    let deployment = try Requests.report("gitlab-deployment")
    #expect(deployment.landed == Requests.january(5, 10))
    #expect(deployment.environment == "review", "the rest is the name of a branch")
    #expect(deployment.isProduction == false)
    #expect(deployment.commits == [EventCommit(hash("b"))])
    let incident = try Requests.report("gitlab-issue")
    #expect(incident.kind == .incident)
    #expect(incident.ended == Requests.january(5, 13))
    #expect(incident.links == [EventLink(.cause, .event(change.id))])
  }

  @Test("A bug of Jira’s, closed, with the change that fixed it")
  func jira() throws {
    let bug = try Requests.report("jira-issue")
    #expect(bug.kind == .ticket)
    #expect(bug.name == "SHOP-7")
    #expect(bug.state == .resolved)
    #expect(bug.address == "https://example.atlassian.net/browse/SHOP-7")
    #expect(bug.started == Requests.january(2, 10))
    #expect(bug.ended == Requests.january(5, 13))
    #expect(
      Set(bug.links) == [
        EventLink(.remedy, .event(.change(17, of: shop))), EventLink(.remedy, .ticket("SHOP-3")),
      ])
    #expect(try Requests.read("jira-issue") { $0.bugTypes = ["Defect"] }.passedOver == .notKept)
    let reopened = try Requests.text("jira-issue").replacing("\"done\"", with: "\"indeterminate\"")
      .replacing("\"2026-01-05T14:00:00.000+0100\"", with: "null").replacing(
        "1767618000000", with: "1767619000000")
    let report = try #require(try Requests.read("jira-issue", Data(reopened.utf8)).get().reports.first)
    #expect(report.state == .open)
    for order in [[bug, report], [report, bug]] {
      #expect(OutcomeEvent.folded(order)?.ended == nil)
    }
  }

  @Test("What is not known is acknowledged and counted")
  func unknown() throws {
    #expect(try Requests.read("github-ping").passedOver == .ping)
    #expect(try Requests.read("github-ping").status == 200)
    let body = try Requests.body("github-push")
    #expect(try Requests.read("github-star", body).get().passedOver == .unknownEvent)
    #expect(
      try Requests.read("gitlab-x", Data("{\"object_kind\":\"pipeline\"}".utf8)).get().passedOver
        == .unknownEvent)
    #expect(
      try Requests.read("jira-x", Data("{\"webhookEvent\":\"sprint_started\"}".utf8)).get().passedOver
        == .unknownEvent)
    let tag = try Requests.text("github-push").replacing("refs/heads/main", with: "refs/tags/v1")
    #expect(try Requests.read("github-push", Data(tag.utf8)).get().passedOver == .notKept)
  }

  @Test("Nothing of texts, branches, files and people stays", arguments: Requests.names)
  func content(name: String) throws {
    let intake = try Requests.read(name)
    #expect(intake.claims.isEmpty)
    for report in intake.reports {
      let text = String(decoding: report.canonicalText, as: UTF8.self)
      for word in ["SECRET", "mira", "jonas", "token@", "deploy:", "@example.org"] {
        #expect(!text.lowercased().contains(word.lowercased()), "\(word) in \(name)")
      }
      let read = try JSONDecoder().decode(OutcomeEvent.self, from: Data(report.canonicalText))
      #expect(read == report)
    }
  }

  @Test("Who had a part in it is told only to those who ask")
  func claims() throws {
    let claims = try Requests.read("github-push") { $0.identities = true }.claims
    #expect(Set(claims.map(\.role)) == [.sender, .author])
    #expect(claims.allSatisfy { $0.login == "mira" && $0.mail == "mira@example.org" })
    let review = try Requests.read("github-review") { $0.identities = true }.claims
    #expect(review.map(\.role) == [.author, .approver])
    #expect(review.map(\.login) == ["mira", "jonas"])
  }
}
