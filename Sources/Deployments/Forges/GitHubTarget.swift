package import Effects
import Foundation
package import Ledger

/// Deployments by GitHub: a deployment is created, and a workflow is dispatched that carries it out and posts its
/// statuses; or, where no workflow is named, whatever listens to `deployment` events does.
///
/// GitHub has no idempotency key: the effect id stands in the deployment's payload, and in the workflow's input
/// `assay_effect`, which its `run-name` has to show. docs.github.com/rest/deployments, …/rest/actions/workflows.
package struct GitHubTarget: DeployTarget {
  package var place: DeploymentPlace
  let client: ForgeClient
  let settings: Settings
  private let health: any HealthProbe
  private let now: @Sendable () -> Instant

  package struct Settings: Hashable, Sendable {
    package var owner: String
    package var name: String
    /// The workflow's file, such as `deploy.yml`; `nil` if something else carries deployments out.
    package var workflow: String?
    /// The branch or tag whose workflow file is used.
    package var ref: String
    /// How long a run that was dispatched may be missing from the list before it counts as not dispatched. Less than a
    /// recovery goes on asking (`Recovery.Settings`), and by this machine's clock.
    package var listedWithin: Duration

    package init(
      owner: String, name: String, workflow: String? = nil, ref: String = "main",
      listedWithin: Duration = .minutes(1)
    ) {
      self.owner = owner
      self.name = name
      self.workflow = workflow
      self.ref = ref
      self.listedWithin = listedWithin
    }
  }

  package init(
    place: DeploymentPlace, client: ForgeClient, settings: Settings, health: any HealthProbe,
    now: @escaping @Sendable () -> Instant = { Instant(Date()) }
  ) {
    self.place = place
    self.client = client
    self.settings = settings
    self.health = health
    self.now = now
  }

  package var effectClass: EffectClass { .queryable }
  package var isToldByForge: Bool { true }

  var repository: String {
    "/repos/\(ForgeClient.escaped(settings.owner))/\(ForgeClient.escaped(settings.name))"
  }

  // MARK: Doing

  package func begin(_ order: DeploymentOrder) async throws(ToolFailure) -> DeploymentStanding {
    let known = try await located(order.effect)
    if let known {
      guard known.deployment.sha == order.sha else {
        throw .refused(
          "GitHub’s deployment \(known.deployment.id) has this effect’s name and is of another commit.")
      }
      switch try await standing(of: known) {
      // An earlier try was broken off before the workflow was dispatched.
      case .absent: break
      case .unknown(let why): throw .uncertain(why)
      case let standing: return standing
      }
    }
    // Not `??`: its right side cannot wait.
    let deployment = if let known { known.deployment } else { try await create(order) }
    if let workflow = settings.workflow { try await dispatch(workflow, order, deployment) }
    return .running
  }

  private func create(_ order: DeploymentOrder) async throws(ToolFailure) -> Deployment {
    let answer = try await client.post(
      repository + "/deployments",
      [
        "ref": .string(order.sha), "task": task(order),
        // What was planned is what is deployed: GitHub would merge the main branch into it first.
        "auto_merge": false,
        // Checks are in the plan, and what is not green is an obstacle there. GitHub would hold a rollback up by the
        // checks of a commit that ran before.
        "required_contexts": [],
        "payload": ["assay_effect": .string(order.effect.rawValue)],
        "environment": .string(place.environment), "production_environment": .bool(place.isProduction),
        "description": .string("Assay \(order.effect.rawValue)"),
      ])
    guard let deployment = answer.flatMap({ Deployment($0) }), deployment.sha == order.sha else {
      throw .uncertain("GitHub’s answer to the deployment is not understood.")
    }
    return deployment
  }

  private func task(_ order: DeploymentOrder) -> JSON { order.isRollback ? "rollback" : "deploy" }

  private func dispatch(
    _ workflow: String, _ order: DeploymentOrder, _ deployment: Deployment
  ) async throws(ToolFailure) {
    do throws(ToolFailure) {
      _ = try await client.post(
        repository + "/actions/workflows/\(ForgeClient.escaped(workflow))/dispatches",
        [
          "ref": .string(settings.ref),
          "inputs": [
            "assay_effect": .string(order.effect.rawValue), "sha": .string(order.sha),
            "environment": .string(place.environment), "deployment": .string(String(deployment.id)),
            "task": task(order),
          ],
        ])
    } catch {
      switch error {
      case .uncertain: throw error
      case .refused(let why), .unavailable(let why):
        // Nothing will carry it out. Said where others look, and where it is found when it is asked for again.
        _ = try? await client.post(
          repository + "/deployments/\(deployment.id)/statuses",
          ["state": "error", "description": "Assay could not dispatch the workflow."])
        throw .refused(
          "The workflow \(workflow) on \(settings.ref) could not be dispatched: \(why) It takes the inputs assay_effect, sha, environment, deployment and task; see docs/agents.md."
        )
      }
    }
  }

  // MARK: Asking

  package func find(_ effect: EffectID) async throws(ToolFailure) -> DeploymentStanding {
    guard let located = try await located(effect) else { return .absent }
    return try await standing(of: located)
  }

  private func standing(of located: Located) async throws(ToolFailure) -> DeploymentStanding {
    let deployment = located.deployment
    let statuses = try await statuses(of: deployment)
    let live = statuses.last { $0.state == "success" }
    switch statuses.first?.state {
    case "success":
      // In production GitHub leaves a success what it was when the next one comes.
      if let other = try await liveOne(of: located.newer) {
        return try await replaced(deployment, by: other.sha)
      }
      return .live(since: live?.at)
    case "failure", "error": return .failed("GitHub says that it failed")
    case "inactive":
      guard live != nil else { return .failed("it was made inactive before it ran") }
      // Inactive after success: elsewhere than in production another one took its place.
      guard let other = try await current()?.sha else {
        return .unknown("GitHub says that it is inactive, and of no other that it runs.")
      }
      return try await replaced(deployment, by: other)
    default:
      guard let workflow = settings.workflow else { return .running }
      return try await dispatched(deployment, workflow, isSpokenOf: !statuses.isEmpty)
    }
  }

  private func replaced(
    _ deployment: Deployment, by other: String
  ) async throws(ToolFailure) -> DeploymentStanding {
    guard other != deployment.sha else { return .replaced(by: other, isOlder: false) }
    return .replaced(
      by: other, isOlder: try await changes(from: deployment.sha, to: other).course == .backward)
  }

  /// How a deployment stands of which no status says the end.
  private func dispatched(
    _ deployment: Deployment, _ workflow: String, isSpokenOf: Bool
  ) async throws(ToolFailure) -> DeploymentStanding {
    let (runs, isWhole) = try await runs(of: workflow, since: deployment.created)
    if let effect = deployment.effect, let run = runs.first(where: { $0.title.contains(effect.rawValue) }) {
      guard run.isCompleted else { return .running }
      return run.hasSucceeded
        ? .unknown("Its workflow ended and posted no status: nobody says whether it runs.")
        : .failed("its workflow ended without success")
    }
    if isSpokenOf { return .running }
    // Created, and broken off before it was dispatched; or dispatched, and not listed yet.
    guard let created = deployment.created, now() - created > settings.listedWithin else {
      return .unknown("Its workflow is not listed yet.")
    }
    guard isWhole, runs.allSatisfy(\.namesAnEffect) else {
      return .unknown(
        "A run of \(workflow) does not say for which deployment it is: its run-name has to contain inputs.assay_effect."
      )
    }
    return .absent
  }

  package func probe() async -> HealthSample { await health.probe() }

  package func forgeEvent(of effect: EffectID) async throws(ToolFailure) -> DeploymentRecord.ForgeEvent? {
    guard let deployment = try await located(effect)?.deployment,
      let name = RemoteName.normalised(place.repository)
    else { return nil }
    return DeploymentRecord.ForgeEvent(id: .deployment(deployment.id, of: name), source: .github)
  }
}
