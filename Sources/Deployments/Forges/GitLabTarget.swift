package import Effects
import Ledger

/// Deployments by GitLab: a tag that has the effect id in its name is put on the commit, and a pipeline is made for it,
/// one job of which names the environment; GitLab then keeps the deployment by itself.
///
/// A pipeline is made for a branch or a tag, never for a commit: without a tag nobody could say that what was planned is
/// what runs. The tag is the key as well: there is one of a name, and pipelines and deployments are known by it.
/// docs.gitlab.com/api/pipelines, …/api/deployments, …/api/tags.
package struct GitLabTarget: DeployTarget {
  package var place: DeploymentPlace
  let client: ForgeClient
  /// The path of the project's part of the API.
  let project: String
  let projectName: String
  private let health: any HealthProbe

  /// - Parameter project: Its number, or its path such as `group/shop`.
  package init(place: DeploymentPlace, client: ForgeClient, project: String, health: any HealthProbe) {
    self.place = place
    self.client = client
    self.project = "/projects/\(ForgeClient.escaped(project))"
    projectName = project
    self.health = health
  }

  package var effectClass: EffectClass { .queryable }
  package var isToldByForge: Bool { true }

  /// What a tag of ours begins with; the effect id follows.
  static let tagPrefix = "assay-deploy-"
  func tag(of effect: EffectID) -> String { Self.tagPrefix + effect.rawValue }

  // MARK: Doing

  package func begin(_ order: DeploymentOrder) async throws(ToolFailure) -> DeploymentStanding {
    let known = try await find(order.effect)
    if case .unknown(let why) = known { throw .uncertain(why) }
    guard known == .absent else { return known }
    let tag = try await tagged(order)
    let pipeline = try await client.post(
      project + "/pipeline",
      [
        "ref": .string(tag),
        "variables": [
          ["key": "ASSAY_EFFECT", "value": .string(order.effect.rawValue)],
          ["key": "ASSAY_ENVIRONMENT", "value": .string(place.environment)],
          ["key": "ASSAY_TASK", "value": order.isRollback ? "rollback" : "deploy"],
        ],
      ])
    guard pipeline?["sha"]?.commit == order.sha else {
      throw .uncertain("GitLab’s answer to the pipeline is not understood.")
    }
    return .running
  }

  /// Puts the tag on the commit; by itself it deploys nothing.
  private func tagged(_ order: DeploymentOrder) async throws(ToolFailure) -> String {
    let tag = tag(of: order.effect)
    // An earlier try may have been broken off after it.
    if let existing = try await client.get(project + "/repository/tags/\(tag)") {
      guard existing["commit"]?["id"]?.commit == order.sha else {
        throw .refused("The tag \(tag) of \(projectName) is on another commit.")
      }
      return tag
    }
    do throws(ToolFailure) {
      _ = try await client.post(
        project + "/repository/tags",
        [
          "tag_name": .string(tag), "ref": .string(order.sha),
          // With it, it is a tag of its own, with a time.
          "message": .string("Assay deploys this to \(place.environment)."),
        ])
    } catch {
      guard case .uncertain(let why) = error else { throw error }
      // Without a pipeline nothing is deployed, and a tag that there is already is taken as it is.
      throw .unavailable(why)
    }
    return tag
  }

  // MARK: Asking

  package func find(_ effect: EffectID) async throws(ToolFailure) -> DeploymentStanding {
    let tag = tag(of: effect)
    // The deployment first: a later job of its pipeline may fail, or take its time, and what is live is live.
    let deployments = try await deployments(until: { $0 == tag })
    if let mine = deployments.first(where: { $0.ref == tag }) {
      return try await standing(of: mine, among: deployments)
    }
    guard let pipeline = try await pipeline(of: tag) else { return .absent }
    switch pipeline {
    case "failed", "canceled", "skipped": return .failed("its pipeline ended without success")
    case "success":
      return .unknown(
        "Its pipeline ended and no job of it named the environment \(place.environment): nobody says whether it runs."
      )
    default: return .running
    }
  }

  private func standing(
    of mine: Deployment, among deployments: [Deployment]
  ) async throws(ToolFailure) -> DeploymentStanding {
    switch mine.status {
    case "success": break
    case "failed", "canceled", "skipped": return .failed("GitLab says that it failed")
    default: return .running
    }
    guard let latest = deployments.first(where: { $0.status == "success" }), latest.id != mine.id else {
      return .live(since: mine.finished)
    }
    if latest.sha == mine.sha { return .replaced(by: latest.sha, isOlder: false) }
    let course = try await changes(from: mine.sha, to: latest.sha).course
    return .replaced(by: latest.sha, isOlder: course == .backward)
  }

  package func probe() async -> HealthSample { await health.probe() }

  package func forgeEvent(of effect: EffectID) async throws(ToolFailure) -> DeploymentRecord.ForgeEvent? {
    let tag = tag(of: effect)
    guard let mine = try await deployments(until: { $0 == tag }).first(where: { $0.ref == tag }),
      let name = RemoteName.normalised(place.repository)
    else { return nil }
    return DeploymentRecord.ForgeEvent(id: .deployment(mine.id, of: name), source: .gitlab)
  }
}
