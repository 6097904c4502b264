package import Effects
import Foundation
import Ledger

/// What a target asks of GitHub.
extension GitHubTarget {
  struct Deployment {
    var id: Int64
    var sha: String
    var effect: EffectID?
    var created: Instant?

    init?(_ answer: JSON) {
      guard let id = answer["id"]?.integer, let sha = answer["sha"]?.commit else { return nil }
      self.id = id
      self.sha = sha
      created = answer["created_at"]?.time
      effect = answer["payload"]?["assay_effect"]?.string.map { EffectID(rawValue: $0) }
    }
  }

  /// A deployment and those to the same environment that came after it, the newest first.
  struct Located {
    var deployment: Deployment
    var newer: [Deployment]
  }

  struct Status {
    var id: Int64
    var state: String
    var at: Instant?
  }

  struct Run {
    /// What its `run-name` made of it.
    var title: String
    var isCompleted: Bool
    var hasSucceeded: Bool

    /// Whether its title has an effect's name in it, whichever.
    var namesAnEffect: Bool {
      title.split { !$0.isHexDigit }.contains { $0.utf8.count == 32 }
    }
  }

  private var unknownRepository: ToolFailure {
    .refused(
      "GitHub knows no repository \(settings.owner)/\(settings.name), or does not show it to this credential."
    )
  }

  /// The deployment with this effect id, among the last 500 to the environment.
  func located(_ effect: EffectID) async throws(ToolFailure) -> Located? {
    func isIt(_ json: JSON) -> Bool { json["payload"]?["assay_effect"]?.string == effect.rawValue }
    let listing = try await client.list(
      repository + "/deployments", [("environment", place.environment)], pages: 5,
      until: { $0.contains(where: isIt) })
    guard let listing else { throw unknownRepository }
    guard let place = listing.elements.firstIndex(where: isIt),
      let deployment = Deployment(listing.elements[place])
    else { return nil }
    return Located(deployment: deployment, newer: listing.elements[..<place].compactMap { Deployment($0) })
  }

  /// How many deployments are asked of one by one whether they run: each takes a question of its own, and few before the
  /// one that does are not live.
  private static var most: Int { 30 }

  /// The first of them that runs, as GitHub says.
  func liveOne(of deployments: [Deployment]) async throws(ToolFailure) -> Release? {
    for deployment in deployments.prefix(Self.most) {
      let statuses = try await statuses(of: deployment)
      guard statuses.first?.state == "success" else { continue }
      let live = statuses.last { $0.state == "success" }
      return Release(sha: deployment.sha, since: live?.at, effect: deployment.effect)
    }
    return nil
  }

  /// The newest first.
  func statuses(of deployment: Deployment) async throws(ToolFailure) -> [Status] {
    let listing = try await client.list(repository + "/deployments/\(deployment.id)/statuses", pages: 3)
    return (listing?.elements ?? []).compactMap { status in
      guard let id = status["id"]?.integer, let state = status["state"]?.string else { return nil }
      return Status(id: id, state: state, at: status["created_at"]?.time)
    }.sorted { $0.id > $1.id }
  }

  /// The workflow's runs that were dispatched since `created`, the newest first, and whether they are all.
  func runs(of workflow: String, since created: Instant?) async throws(ToolFailure) -> ([Run], isWhole: Bool)
  {
    var query = [("event", "workflow_dispatch")]
    // A minute more: two of GitHub's machines may have two clocks.
    if let created { query.append(("created", ">=" + (created - .minutes(1)).date.formatted(.iso8601))) }
    let listing = try await client.list(
      repository + "/actions/workflows/\(ForgeClient.escaped(workflow))/runs", query, in: "workflow_runs",
      pages: 3)
    guard let listing else {
      throw .refused(
        "GitHub knows no workflow \(workflow) in \(settings.owner)/\(settings.name), or does not show it to this credential."
      )
    }
    let runs = listing.elements.map { run in
      Run(
        title: run["display_title"]?.string ?? "", isCompleted: run["status"]?.string == "completed",
        hasSucceeded: run["conclusion"]?.string == "success")
    }
    return (runs, listing.isWhole)
  }

  /// The latest that went live and was not taken back.
  package func current() async throws(ToolFailure) -> Release? {
    let listing = try await client.list(
      repository + "/deployments", [("environment", place.environment)], pages: 1)
    guard let listing else { throw unknownRepository }
    if let release = try await liveOne(of: listing.elements.compactMap { Deployment($0) }) { return release }
    guard listing.elements.count <= Self.most else {
      throw .refused(
        "Of none of the last \(Self.most) deployments to \(place.environment) GitHub says that it runs. Look there first."
      )
    }
    return nil
  }

  package func resolve(_ revision: String) async throws(ToolFailure) -> String {
    guard CommitName.isPlain(revision) else {
      throw .refused("“\(revision.prefix(50))” is no branch, tag or commit.")
    }
    // Of a name that is no ref GitHub says 422.
    let answer = try await client.get(
      repository + "/commits/\(ForgeClient.escaped(revision))", absent: [404, 422])
    guard let sha = answer?["sha"]?.commit else {
      throw .refused("GitHub knows no commit “\(revision.prefix(50))” of \(settings.owner)/\(settings.name).")
    }
    return sha
  }

  package func changes(from: String?, to: String) async throws(ToolFailure) -> DeploymentChanges {
    guard let from else { return DeploymentChanges(.first) }
    if from == to { return DeploymentChanges(.same, count: 0) }
    let first = try await comparison(from, to, page: 1)
    let course: DeploymentChanges.Course
    switch first["status"]?.string {
    case "ahead": course = .forward
    case "behind": return DeploymentChanges(.backward)
    case "diverged": course = .diverged
    default: throw .unavailable("GitHub’s comparison of two commits is not understood.")
    }
    guard let count = first["ahead_by"]?.integer.map({ Int(clamping: $0) }), count > 0 else {
      throw .unavailable("GitHub’s comparison of two commits is not understood.")
    }
    // The oldest come first, and of more than ten thousand the newest are not to be had.
    guard count <= 10_000 else { return DeploymentChanges(course, count: count) }
    let length = ForgeClient.pageLength
    let last = (count + length - 1) / length
    var newest: [JSON] = []
    for page in stride(from: last, to: 0, by: -1) where newest.count < DeploymentChanges.most {
      let answer = page == 1 ? first : try await comparison(from, to, page: page)
      newest += (answer["commits"]?.elements ?? []).reversed()
    }
    return DeploymentChanges(
      course, commits: newest.prefix(DeploymentChanges.most).compactMap { Self.commit($0) }, count: count)
  }

  private func comparison(_ from: String, _ to: String, page: Int) async throws(ToolFailure) -> JSON {
    let answer = try await client.get(
      repository + "/compare/\(from)...\(to)",
      [("per_page", String(ForgeClient.pageLength)), ("page", String(page))])
    guard let answer else {
      throw .refused(
        "GitHub cannot compare \(from.prefix(10)) and \(to.prefix(10)): it does not have both, or they have nothing in common."
      )
    }
    return answer
  }

  private static func commit(_ json: JSON) -> DeployedCommit? {
    guard let sha = json["sha"]?.commit else { return nil }
    let message = json["commit"]?["message"]?.string ?? ""
    return DeployedCommit(
      sha: sha, at: json["commit"]?["committer"]?["date"]?.time,
      subject: DeploymentPlan.oneLine(String(message.prefix { !$0.isNewline })))
  }

  /// What apps and what others said: check runs, and the older commit statuses.
  package func checks(of sha: String) async throws(ToolFailure) -> [DeploymentCheck] {
    let commit = repository + "/commits/\(ForgeClient.escaped(sha))"
    let runs = try await client.list(commit + "/check-runs", in: "check_runs", pages: 10)
    let statuses = try await client.list(commit + "/status", in: "statuses", pages: 10)
    guard let runs, let statuses else {
      throw .refused("GitHub does not say what was checked of \(sha.prefix(10)).")
    }
    // Of more nobody can say which are green.
    guard runs.isWhole, statuses.isWhole else {
      throw .refused("\(sha.prefix(10)) has more than a thousand checks.")
    }
    return
      (runs.elements.compactMap { run in
        run["name"]?.string.map {
          DeploymentCheck($0, Self.state(ofRun: run), by: run["app"]?["slug"]?.string ?? "unknown")
        }
      }
      + statuses.elements.compactMap { status in
        status["context"]?.string.map {
          DeploymentCheck(
            $0, Self.state(ofStatus: status), by: status["creator"]?["login"]?.string ?? "unknown")
        }
      }).sorted()
  }

  private static func state(ofRun run: JSON) -> DeploymentCheck.State {
    guard run["status"]?.string == "completed" else { return .running }
    switch run["conclusion"]?.string {
    case "success": return .passed
    case "neutral", "skipped": return .neutral
    default: return .failed
    }
  }

  private static func state(ofStatus status: JSON) -> DeploymentCheck.State {
    switch status["state"]?.string {
    case "success": .passed
    case "pending": .running
    default: .failed
    }
  }
}
