import Foundation
import Ledger

/// Jira's webhooks (developer.atlassian.com/server/jira/platform/webhooks): issues of the types that are kept.
enum JiraWebhook {
  private struct Head: Decodable {
    var webhookEvent: String?
  }

  private struct Payload: Decodable {
    /// Milliseconds since 1970.
    var timestamp: Int64?
    var webhookEvent: String
    var user: User?
    var issue: Issue
  }

  private struct User: Decodable {
    var accountId: String?
    var name: String?
    var emailAddress: String?
  }

  private struct Named: Decodable {
    var name: String?
  }

  private struct Status: Decodable {
    struct Category: Decodable {
      var key: String?
    }
    var statusCategory: Category?
  }

  private struct Fields: Decodable {
    var issuetype: Named?
    var status: Status?
    var resolution: Lenient<Named>?
    var created: String?
    var updated: String?
    var resolutiondate: String?
    var summary: Lenient<String>?
    /// A text, or a document in newer versions.
    var description: Lenient<String>?
  }

  private struct Issue: Decodable {
    var id: String
    var key: String
    /// The issue's address in the API, which begins with Jira's own.
    var `self`: String?
    var fields: Fields
  }

  /// Ways to be done without having been a bug.
  private static let withdrawn: Set<String> = [
    "won't do", "won't fix", "duplicate", "cannot reproduce", "declined",
  ]

  static func read(_ body: Data, _ options: IntakeOptions) throws(IntakeProblem) -> Intake {
    guard let event = try JSONShape.decode(Head.self, from: body).webhookEvent,
      ["jira:issue_created", "jira:issue_updated", "jira:issue_deleted"].contains(event)
    else { return Intake(passedOver: .unknownEvent) }
    let payload = try JSONShape.decode(Payload.self, from: body)
    let fields = payload.issue.fields
    guard let type = fields.issuetype?.name, let kind = options.kind(type: type) else {
      return Intake(passedOver: .notKept)
    }
    guard let key = TextReferences.ticketKey(Substring(payload.issue.key)), key == payload.issue.key else {
      throw IntakeProblem(.malformed, field: "issue.key")
    }
    guard let at = Cleaned.instant(milliseconds: payload.timestamp) ?? EventTime.parse(fields.updated) else {
      throw IntakeProblem(.malformed, field: "timestamp")
    }
    let site = Cleaned.address(payload.issue.`self`).flatMap { address in
      address.firstRange(of: "/rest/api/").map { String(address[..<$0.lowerBound]) }
    }
    let id = EventID(space: "event/jira", "\((site ?? "").lowercased())\n\(payload.issue.id)")
    var report = OutcomeEvent(id, kind, from: .jira, asOf: at)
    report.name = key
    report.address = site.map { "\($0)/browse/\(key)" }
    report.started = EventTime.parse(fields.created)
    report.ended = EventTime.parse(fields.resolutiondate)
    let isDone = fields.status?.statusCategory?.key == "done" || report.ended != nil
    if event == "jira:issue_deleted"
      || fields.resolution?.value?.name.map({ withdrawn.contains($0.lowercased()) }) == true
    {
      report.state = .withdrawn
    } else {
      report.state = isDone ? .resolved : .open
    }
    var references = TextReferences(repository: nil)
    references.read(fields.summary?.value, closes: false)
    references.read(fields.description?.value, closes: false)
    report.links = references.ordered.filter { $0.target != .ticket(key) }
    let claim = EventClaim(
      id, .sender, login: payload.user?.accountId ?? payload.user?.name, mail: payload.user?.emailAddress)
    return Intake(reports: [report], claims: [claim].compactMap { $0 })
  }
}
