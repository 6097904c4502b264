import Foundation
import Ledger

/// GitLab's webhooks.
enum GitLabWebhook {
  private struct Kind: Decodable {
    var object_kind: String?
  }

  static func read(
    _ headers: IntakeHeaders, _ body: Data, _ options: IntakeOptions
  ) throws(IntakeProblem) -> Intake {
    let kind = try JSONShape.decode(Kind.self, from: body).object_kind
    var intake: Intake =
      switch kind {
      case "push": try push(JSONShape.decode(GitLabPush.self, from: body))
      case "merge_request": try change(JSONShape.decode(GitLabMergeRequest.self, from: body))
      case "deployment": try deployment(JSONShape.decode(GitLabDeployment.self, from: body))
      case "issue", "incident", "work_item":
        try issue(JSONShape.decode(GitLabIssue.self, from: body), options)
      default: Intake(passedOver: .unknownEvent)
      }
    let delivery = headers["webhook-id"] ?? headers["idempotency-key"] ?? headers["x-gitlab-event-uuid"]
    intake.delivery = delivery.map { Key128(space: "gitlab/delivery", $0) }
    return intake
  }

  private static func push(_ push: GitLabPush) throws(IntakeProblem) -> Intake {
    let place = try ForgePlace(push.project)
    let listed = push.commits ?? []
    return try place.push(
      from: .gitlab, ref: push.ref, before: push.before, after: push.after, pushed: nil,
      commits: listed.map { commit in
        ForgeCommit(
          hash: commit.id, timestamp: commit.timestamp, message: commit.message, mail: commit.author?.email)
      },
      isPartial: (push.total_commits_count ?? 0) > Int64(listed.count),
      sender: (push.user_username, push.user_email))
  }

  private static func change(_ event: GitLabMergeRequest) throws(IntakeProblem) -> Intake {
    let place = try ForgePlace(event.project)
    let request = event.object_attributes
    guard let updated = EventTime.parse(request.updated_at ?? request.created_at) else {
      throw IntakeProblem(.malformed, field: "object_attributes.updated_at")
    }
    let id = EventID.change(request.iid, of: place.name)
    var report = OutcomeEvent(id, .change, from: .gitlab, asOf: updated)
    report.repository = place.remote
    report.number = request.iid
    report.address = Cleaned.address(request.url)
    report.started = EventTime.parse(request.created_at)
    report.head = Cleaned.hash(request.last_commit?.id)
    if let branch = request.target_branch, let main = place.mainBranch { report.isMainline = branch == main }
    switch request.state {
    case "merged":
      report.state = .merged
      report.landed = EventTime.parse(request.merged_at) ?? (request.action == "merge" ? updated : nil)
      // Fast-forward leaves no commit of its own: what was last on the branch is then last on the main line.
      let made = [request.merge_commit_sha, request.squash_commit_sha].compactMap { Cleaned.hash($0) }
      report.commits = OutcomeEvent.ordered(
        (made.isEmpty ? [report.head].compactMap { $0 } : made).map { EventCommit($0) })
    case "closed":
      report.state = .closed
      report.ended = EventTime.parse(request.closed_at) ?? (request.action == "close" ? updated : nil)
    default: report.state = .open
    }
    var references = TextReferences(repository: place.name)
    references.read(request.title, closes: true)
    references.read(request.description, closes: true)
    references.read(request.source_branch, closes: true)
    report.links = references.ordered
    var role = EventClaim.Role.sender
    let isAuthor = event.user?.id != nil && event.user?.id == request.author_id
    if isAuthor { role = .author }
    if ["approved", "approval"].contains(request.action ?? ""), !isAuthor {
      report.reviewed = updated
      report.approved = updated
      role = .approver
    }
    let claim = EventClaim(id, role, login: event.user?.username, mail: event.user?.email)
    return Intake(reports: [report], claims: [claim].compactMap { $0 })
  }

  private static func deployment(_ event: GitLabDeployment) throws(IntakeProblem) -> Intake {
    let place = try ForgePlace(event.project)
    guard let at = EventTime.parse(event.status_changed_at) else {
      throw IntakeProblem(.malformed, field: "status_changed_at")
    }
    let id = EventID.deployment(event.deployment_id, of: place.name)
    var report = OutcomeEvent(id, .deployment, from: .gitlab, asOf: at)
    report.repository = place.remote
    report.environment = Cleaned.environment(event.environment)
    report.isProduction =
      event.environment_tier.map { $0 == "production" } ?? Cleaned.isProduction(report.environment)
    switch event.status {
    case "created", "blocked": report.state = .pending
    case "running":
      report.state = .running
      report.started = at
    case "success":
      report.state = .succeeded
      report.landed = at
    case "failed":
      report.state = .failed
      report.ended = at
    case "canceled":
      report.state = .cancelled
      report.ended = at
    default: return Intake(passedOver: .notKept)
    }
    let last = event.commit_url?.prefix { $0 != "?" && $0 != "#" }.split(separator: "/").last
    report.commits = [Cleaned.hash(last.map(String.init))].compactMap { $0.map { EventCommit($0) } }
    let claim = EventClaim(id, .sender, login: event.user?.username, mail: event.user?.email)
    return Intake(reports: [report], claims: [claim].compactMap { $0 })
  }

  private static func issue(_ event: GitLabIssue, _ options: IntakeOptions) throws(IntakeProblem) -> Intake {
    let place = try ForgePlace(event.project)
    let issue = event.object_attributes
    func kind(_ labels: [GitLabLabel]?) -> OutcomeEvent.Kind? {
      if issue.type?.lowercased() == "incident" { return .incident }
      return options.kind(labels: (labels ?? []).compactMap(\.title))
    }
    let now = kind(event.labels)
    guard let kind = now ?? kind(event.changes?.labels?.previous) else { return Intake(passedOver: .notKept) }
    guard let updated = EventTime.parse(issue.updated_at ?? issue.created_at) else {
      throw IntakeProblem(.malformed, field: "object_attributes.updated_at")
    }
    let id = EventID.issue(issue.iid, of: place.name)
    var report = OutcomeEvent(id, kind, from: .gitlab, asOf: updated)
    report.repository = place.remote
    report.number = issue.iid
    report.address = Cleaned.address(issue.url)
    report.started = EventTime.parse(issue.created_at)
    report.ended = EventTime.parse(issue.closed_at)
    report.state = now == nil ? .withdrawn : issue.state == "closed" ? .resolved : .open
    var references = TextReferences(repository: place.name)
    references.read(issue.title, closes: false)
    references.read(issue.description, closes: false)
    report.links = references.ordered
    let claim = EventClaim(id, .sender, login: event.user?.username, mail: event.user?.email)
    return Intake(reports: [report], claims: [claim].compactMap { $0 })
  }
}

extension ForgePlace {
  fileprivate init(_ project: GitLabProject) throws(IntakeProblem) {
    try self.init(
      remote: project.git_http_url ?? project.web_url, mainBranch: project.default_branch,
      field: "project.git_http_url")
  }
}
