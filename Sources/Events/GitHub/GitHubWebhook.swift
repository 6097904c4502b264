import Foundation
import Ledger

/// GitHub's webhooks, of github.com and of servers of one's own.
enum GitHubWebhook {
  static func read(
    _ headers: IntakeHeaders, _ body: Data, _ options: IntakeOptions
  ) throws(IntakeProblem) -> Intake {
    guard let event = headers["x-github-event"] else {
      throw IntakeProblem(.missing, field: "header X-GitHub-Event")
    }
    var intake: Intake =
      switch event {
      case "push": try push(JSONShape.decode(GitHubPush.self, from: body))
      case "pull_request", "pull_request_review":
        try change(JSONShape.decode(GitHubPullRequestEvent.self, from: body))
      case "deployment_status": try deployment(JSONShape.decode(GitHubDeploymentEvent.self, from: body))
      case "issues": try issue(JSONShape.decode(GitHubIssueEvent.self, from: body), options)
      case "ping": Intake(passedOver: .ping)
      default: Intake(passedOver: .unknownEvent)
      }
    intake.delivery = headers["x-github-delivery"].map { Key128(space: "github/delivery", $0) }
    return intake
  }

  private static func push(_ push: GitHubPush) throws(IntakeProblem) -> Intake {
    let place = try ForgePlace(push.repository)
    return try place.push(
      from: .github, ref: push.ref, before: push.before, after: push.after,
      pushed: Cleaned.instant(milliseconds: seconds(push.repository.pushed_at?.value)),
      commits: (push.commits ?? []).map { commit in
        ForgeCommit(
          hash: commit.id, timestamp: commit.timestamp, message: commit.message,
          login: commit.author?.username,
          mail: commit.author?.email)
      },
      // A list of this length was cut; the forges' own documentation says where.
      isPartial: (push.commits?.count ?? 0) >= 2048,
      sender: (push.sender?.login, push.pusher?.email))
  }

  private static func seconds(_ value: Int64?) -> Int64? {
    guard let value, value > 0, value < 1 << 40 else { return nil }
    return value * 1000
  }

  private static func change(_ event: GitHubPullRequestEvent) throws(IntakeProblem) -> Intake {
    let place = try ForgePlace(event.repository)
    let request = event.pull_request
    let reviewed = event.review.flatMap { EventTime.parse($0.submitted_at) }
    guard let updated = EventTime.parse(request.updated_at) ?? reviewed else {
      throw IntakeProblem(.malformed, field: "pull_request.updated_at")
    }
    let id = EventID.change(request.number, of: place.name)
    var report = OutcomeEvent(id, .change, from: .github, asOf: max(updated, reviewed ?? updated))
    report.repository = place.remote
    report.number = request.number
    report.address = Cleaned.address(request.html_url)
    report.started = EventTime.parse(request.created_at)
    report.landed = EventTime.parse(request.merged_at)
    report.ended = EventTime.parse(request.closed_at)
    report.state = report.landed != nil ? .merged : request.state == "closed" ? .closed : .open
    report.head = Cleaned.hash(request.head?.sha)
    if let branch = request.base?.ref, let main = place.mainBranch { report.isMainline = branch == main }
    // Before it is merged this is a trial that GitHub makes for itself.
    if report.landed != nil, let hash = Cleaned.hash(request.merge_commit_sha) {
      report.commits = [EventCommit(hash)]
    }
    var references = TextReferences(repository: place.name)
    references.read(request.title, closes: true)
    references.read(request.body, closes: true)
    references.read(request.head?.ref, closes: true)
    report.links = references.ordered
    var claims = [EventClaim(id, .author, login: request.user?.login)]
    if let review = event.review, let reviewed, review.user?.login != request.user?.login {
      report.reviewed = reviewed
      if review.state?.lowercased() == "approved" { report.approved = reviewed }
      claims.append(
        EventClaim(id, report.approved == nil ? .reviewer : .approver, login: review.user?.login))
    }
    return Intake(reports: [report], claims: claims.compactMap { $0 })
  }

  private static func deployment(_ event: GitHubDeploymentEvent) throws(IntakeProblem) -> Intake {
    let place = try ForgePlace(event.repository)
    guard let at = EventTime.parse(event.deployment_status.created_at ?? event.deployment_status.updated_at)
    else {
      throw IntakeProblem(.malformed, field: "deployment_status.created_at")
    }
    let deployment = event.deployment
    let id = EventID.deployment(deployment.id, of: place.name)
    var report = OutcomeEvent(id, .deployment, from: .github, asOf: at)
    report.repository = place.remote
    let environment = event.deployment_status.environment ?? deployment.environment
    report.environment = Cleaned.environment(environment)
    report.isProduction =
      deployment.production_environment == true ? true : Cleaned.isProduction(report.environment)
    report.started = EventTime.parse(deployment.created_at)
    report.state =
      switch event.deployment_status.state.lowercased() {
      case "pending", "queued", "waiting": .pending
      case "in_progress": .running
      case "success": .succeeded
      case "failure", "error": .failed
      case "inactive": .inactive
      default: nil
      }
    if report.state == .succeeded { report.landed = at }
    if report.state == .failed { report.ended = at }
    let task = deployment.task?.lowercased() ?? ""
    if task.contains("rollback") || task.contains("hotfix") { report.isUnplanned = true }
    report.commits = [Cleaned.hash(deployment.sha)].compactMap { $0.map { EventCommit($0) } }
    return Intake(
      reports: [report], claims: [EventClaim(id, .sender, login: deployment.creator?.login)].compactMap { $0 }
    )
  }

  private static func issue(
    _ event: GitHubIssueEvent, _ options: IntakeOptions
  ) throws(IntakeProblem) -> Intake {
    let place = try ForgePlace(event.repository)
    let issue = event.issue
    var labels = (issue.labels ?? []).compactMap(\.name)
    var isWithdrawn = issue.state_reason == "not_planned" || issue.state_reason == "duplicate"
    if event.action == "deleted" || event.action == "transferred" { isWithdrawn = true }
    // The last of the labels that made it one went: what was said before no longer holds.
    if event.action == "unlabeled", options.kind(labels: labels) == nil, let label = event.label?.name {
      labels = [label]
      isWithdrawn = true
    }
    guard let kind = options.kind(labels: labels) else { return Intake(passedOver: .notKept) }
    guard let updated = EventTime.parse(issue.updated_at ?? issue.created_at) else {
      throw IntakeProblem(.malformed, field: "issue.updated_at")
    }
    let id = EventID.issue(issue.number, of: place.name)
    var report = OutcomeEvent(id, kind, from: .github, asOf: updated)
    report.repository = place.remote
    report.number = issue.number
    report.address = Cleaned.address(issue.html_url)
    report.started = EventTime.parse(issue.created_at)
    report.ended = EventTime.parse(issue.closed_at)
    report.state = isWithdrawn ? .withdrawn : issue.state == "closed" ? .resolved : .open
    var references = TextReferences(repository: place.name)
    references.read(issue.title, closes: false)
    references.read(issue.body, closes: false)
    report.links = references.ordered
    return Intake(
      reports: [report], claims: [EventClaim(id, .author, login: issue.user?.login)].compactMap { $0 })
  }
}

extension ForgePlace {
  fileprivate init(_ repository: GitHubRepository) throws(IntakeProblem) {
    try self.init(
      remote: repository.clone_url ?? repository.html_url, mainBranch: repository.default_branch,
      field: "repository.clone_url")
  }
}
