package import Effects
import Ledger

/// What a target asks of GitLab.
extension GitLabTarget {
  struct Deployment {
    var id: Int64
    /// The branch or tag that it was made for.
    var ref: String
    var sha: String
    var status: String
    var finished: Instant?

    init?(_ answer: JSON) {
      guard let id = answer["id"]?.integer, let ref = answer["ref"]?.string, let sha = answer["sha"]?.commit,
        let status = answer["status"]?.string
      else { return nil }
      self.id = id
      self.ref = ref
      self.sha = sha
      self.status = status
      finished = answer["deployable"]?["finished_at"]?.time ?? answer["updated_at"]?.time
    }
  }

  private var unknownProject: ToolFailure {
    .refused("GitLab knows no project \(projectName), or does not show it to this credential.")
  }

  /// Those to the environment, the newest first: up to 500, and no further than one for a ref that is looked for.
  func deployments(
    status: String? = nil, until isLookedFor: (String) -> Bool
  ) async throws(ToolFailure) -> [Deployment] {
    var query = [("environment", place.environment), ("order_by", "id"), ("sort", "desc")]
    if let status { query.append(("status", status)) }
    let listing = try await client.list(
      project + "/deployments", query, pages: 5,
      until: { $0.contains { $0["ref"]?.string.map(isLookedFor) ?? false } })
    guard let listing else { throw unknownProject }
    return listing.elements.compactMap { Deployment($0) }
  }

  /// The status of the pipeline that was made for `tag`; `nil` if there is none.
  func pipeline(of tag: String) async throws(ToolFailure) -> String? {
    // A project whose rules make pipelines for tags made another one when the tag was pushed; that is not ours.
    let listing = try await client.list(
      project + "/pipelines", [("ref", tag), ("source", "api"), ("order_by", "id"), ("sort", "desc")],
      pages: 1)
    guard let listing else { throw unknownProject }
    return listing.elements.first?["status"]?.string
  }

  package func current() async throws(ToolFailure) -> Release? {
    guard let latest = try await deployments(status: "success", until: { _ in true }).first else {
      return nil
    }
    let effect = latest.ref.hasPrefix(Self.tagPrefix) ? latest.ref.dropFirst(Self.tagPrefix.count) : nil
    return Release(
      sha: latest.sha, since: latest.finished, effect: effect.map { EffectID(rawValue: String($0)) })
  }

  package func resolve(_ revision: String) async throws(ToolFailure) -> String {
    guard CommitName.isPlain(revision) else {
      throw .refused("“\(revision.prefix(50))” is no branch, tag or commit.")
    }
    let answer = try await client.get(project + "/repository/commits/\(ForgeClient.escaped(revision))")
    guard let sha = answer?["id"]?.commit else {
      throw .refused("GitLab knows no commit “\(revision.prefix(50))” of \(projectName).")
    }
    return sha
  }

  package func changes(from: String?, to: String) async throws(ToolFailure) -> DeploymentChanges {
    guard let from else { return DeploymentChanges(.first) }
    if from == to { return DeploymentChanges(.same, count: 0) }
    let pages = (DeploymentChanges.most + ForgeClient.pageLength - 1) / ForgeClient.pageLength
    let ahead = try await commits(from: from, to: to, pages: pages)
    let lacking = try await commits(from: to, to: from, pages: 1)
    switch (ahead.elements.isEmpty, lacking.elements.isEmpty) {
    // Of two commits one has what the other has not.
    case (true, true):
      throw .refused("GitLab cannot compare \(from.prefix(10)) and \(to.prefix(10)): it does not have both.")
    case (true, false): return DeploymentChanges(.backward)
    case (false, let isForward):
      let commits = ahead.elements.prefix(DeploymentChanges.most).compactMap { Self.commit($0) }
      return DeploymentChanges(
        isForward ? .forward : .diverged, commits: commits,
        count: ahead.isWhole ? ahead.elements.count : nil)
    }
  }

  /// What `to` has and `from` has not, the newest first. The comparison of two commits would say it too, with all that
  /// was changed in every file.
  private func commits(
    from: String, to: String, pages: Int
  ) async throws(ToolFailure) -> ForgeClient.Listing {
    let listing = try await client.list(
      project + "/repository/commits", [("ref_name", "\(from)..\(to)")], pages: pages)
    guard let listing else {
      throw .refused("GitLab cannot compare \(from.prefix(10)) and \(to.prefix(10)): it does not have both.")
    }
    return listing
  }

  private static func commit(_ json: JSON) -> DeployedCommit? {
    guard let sha = json["id"]?.commit else { return nil }
    return DeployedCommit(
      sha: sha, at: json["committed_date"]?.time ?? json["created_at"]?.time,
      subject: DeploymentPlan.oneLine(json["title"]?.string ?? ""))
  }

  /// What its jobs and others said of a commit: of each name the latest.
  package func checks(of sha: String) async throws(ToolFailure) -> [DeploymentCheck] {
    let listing = try await client.list(
      project + "/repository/commits/\(ForgeClient.escaped(sha))/statuses", pages: 10)
    guard let listing else {
      throw .refused("GitLab does not say what was checked of \(sha.prefix(10)).")
    }
    // Of more nobody can say which are green.
    guard listing.isWhole else { throw .refused("\(sha.prefix(10)) has more than a thousand checks.") }
    return listing.elements.compactMap { status -> DeploymentCheck? in
      guard let name = status["name"]?.string else { return nil }
      // Jobs of our own deployments check nothing; one that failed is no reason not to try again.
      if status["ref"]?.string?.hasPrefix(Self.tagPrefix) == true { return nil }
      return DeploymentCheck(
        name, Self.state(of: status), by: status["author"]?["username"]?.string ?? "unknown")
    }.sorted()
  }

  private static func state(of status: JSON) -> DeploymentCheck.State {
    switch status["status"]?.string {
    case "success": .passed
    case "failed", "canceled": status["allow_failure"] == true ? .neutral : .failed
    case "skipped", "manual", "scheduled": .neutral
    default: .running
    }
  }
}
