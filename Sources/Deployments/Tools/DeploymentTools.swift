package import Effects
package import Ledger

/// The hands of an agent that deploys: over the targets that its folder grants, and no others.
package struct DeploymentTools: Sendable {
  /// A target and what was settled for it.
  package struct Ground: Sendable {
    package var target: any DeployTarget
    package var terms: DeploymentTerms

    package init(_ target: any DeployTarget, terms: DeploymentTerms) {
      self.target = target
      self.terms = terms
    }
  }

  let grounds: [String: Ground]

  /// - Parameter grounds: Each known by the name of its place.
  package init(_ grounds: [Ground]) {
    self.grounds = Dictionary(grounds.map { ($0.target.place.name, $0) }) { first, _ in first }
  }

  /// Only these targets, by name.
  ///
  /// - Parameter holdFor: How long what is deployed has to stand at least, where that is longer than the target's own time.
  package func limited(to names: [String], holdFor: Duration? = nil) -> DeploymentTools {
    DeploymentTools(
      grounds.values.filter { names.contains($0.target.place.name) }.map { ground in
        var ground = ground
        ground.terms.criteria.holdFor = max(ground.terms.criteria.holdFor, holdFor ?? .zero)
        return ground
      })
  }

  /// `deployment_plan`, `deployment_status`, `deploy`, `rollback`.
  package var tools: [any AgentTool] {
    [PlanTool(self), StatusTool(self), DeployTool(self), RollbackTool(self)]
  }

  /// The plan as things stand now: what an approval of a call of `deploy` shows.
  ///
  /// - Parameter revision: A branch, a tag, or a commit.
  package func plan(_ name: String, revision: String) async throws(ToolFailure) -> DeploymentPlan {
    let ground = try ground(name)
    let target = ground.target
    let sha = try await target.resolve(revision)
    let from = try await target.current()?.sha
    let changes = try await target.changes(from: from, to: sha)
    let checks = try await target.checks(of: sha)
    let main = try await target.resolve(ground.terms.mainline)
    let isOnMainline =
      if main == sha { true } else { try await target.changes(from: sha, to: main).course == .forward }
    return DeploymentPlan(
      place: target.place, from: from, to: sha, changes: changes, checks: checks, terms: ground.terms,
      isOnMainline: isOnMainline)
  }

  /// The watch over what a result of `deploy` or `rollback` says is to be followed.
  package func watch(over subject: DeploymentSubject, begun: Instant) throws(ToolFailure) -> HealthWatch {
    let ground = try ground(subject.place)
    return HealthWatch(subject.effect, sha: subject.sha, criteria: ground.terms.criteria, begun: begun)
  }

  package func ground(_ name: String) throws(ToolFailure) -> Ground {
    guard let ground = grounds[name] else {
      let known = grounds.keys.sorted().joined(separator: ", ")
      throw .refused("There is no target “\(name.prefix(100))” here; there is: \(known).")
    }
    return ground
  }

  /// Whom the organisation named for the target of a call.
  func approvers(_ arguments: JSON) -> [String] {
    arguments["target"]?.string.flatMap { grounds[$0] }?.terms.approvers ?? []
  }

  /// That of the target of which least can be found out after a crash.
  var effectClass: EffectClass {
    let order: [EffectClass] = [.pure, .keyed, .queryable, .blind]
    let classes = grounds.values.map(\.target.effectClass)
    return order.last { classes.contains($0) } ?? .blind
  }
}
