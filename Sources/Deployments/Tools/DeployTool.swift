package import Effects
import Ledger

/// Carries out a plan, exactly the one that was named.
struct DeployTool: AgentTool {
  private let tools: DeploymentTools
  let declaration: ToolDeclaration

  init(_ tools: DeploymentTools) {
    self.tools = tools
    declaration = ToolDeclaration(
      name: "deploy",
      summary:
        "Deploys a commit to a target as deployment_plan has planned it. Refused if anything has changed since: then plan again.",
      parameters: [
        ToolParts.target(tools),
        ToolParts.commit("commit", "What to deploy: the whole name of the commit, from the plan."),
        ToolDeclaration.Parameter(
          "plan",
          ["type": "string", "minLength": 64, "maxLength": 64, "description": "The name of the plan."],
          role: .control),
        ToolParts.commit(
          "from",
          "What runs there now, from the plan; left out if nothing does. By it a deployment can be put back.",
          isRequired: false),
      ],
      effect: ToolDeclaration.Effect(
        tools.effectClass, risk: .high, reversibility: .compensable, audience: ToolParts.audience),
      answers: .system(ToolParts.system))
  }

  func perform(_ call: ToolCall) async throws(ToolFailure) -> ToolResult {
    let name = try ToolParts.text("target", in: call.arguments)
    let commit = try ToolParts.commit("commit", in: call.arguments)
    // Asked once more, after its answer was lost: what it did has made another plan of it.
    let given = DeploymentOrder(
      call.effect, sha: commit, from: try ToolParts.given("from", in: call.arguments))
    if let known = try await Rollout(ground: try tools.ground(name), order: given).known() { return known }
    let order = DeploymentOrder(call.effect, sha: commit, from: try await planned(call.arguments).from)
    return try await Rollout(ground: try tools.ground(name), order: order).result()
  }

  func approvers(of arguments: JSON) -> [String] { tools.approvers(arguments) }

  func explain(_ arguments: JSON) async throws(ToolFailure) -> [Passage] {
    try await planned(arguments).passages
  }

  /// The plan that the call names, which is what would be done now.
  private func planned(_ arguments: JSON) async throws(ToolFailure) -> DeploymentPlan {
    let name = try ToolParts.text("target", in: arguments)
    let commit = try ToolParts.commit("commit", in: arguments)
    let named = try ToolParts.text("plan", in: arguments)
    let plan = try await tools.plan(name, revision: commit)
    // An approval was of one plan. Whatever has moved since, it was not of this one.
    guard plan.hash == named else {
      throw .refused(
        "The plan \(named.prefix(10)) is not what deploying \(plan.short(commit)) to \(name) would do now; that is plan \(plan.hash.prefix(10)). Plan again and ask again."
      )
    }
    if let obstacle = plan.obstacles.first { throw .refused(obstacle) }
    if let from = try ToolParts.given("from", in: arguments), from != plan.from {
      throw .refused("\(name) runs \(plan.from.map(plan.short) ?? "nothing"), and not \(plan.short(from)).")
    }
    return plan
  }

  func find(_ call: ToolCall) async throws(ToolFailure) -> EffectFinding {
    let name = try ToolParts.text("target", in: call.arguments)
    let commit = try ToolParts.commit("commit", in: call.arguments)
    // What ran before is no longer to be seen: only the call can say it.
    let order = DeploymentOrder(
      call.effect, sha: commit, from: try ToolParts.given("from", in: call.arguments))
    return try await Rollout(ground: try tools.ground(name), order: order).finding()
  }

  func undo(_ handle: JSON, of effect: EffectID) async throws(ToolFailure) -> ToolResult {
    guard let name = handle["target"]?.string, let to = handle["to"]?.string,
      let from = handle["from"]?.string, CommitName.isWhole(to), CommitName.isWhole(from)
    else { throw .refused("This is no handle of a deployment.") }
    let order = DeploymentOrder(effect.ofUndoing, sha: to, from: from, isRollback: true)
    return try await Rollout(ground: try tools.ground(name), order: order).result()
  }
}

extension EffectID {
  /// The effect of taking this one back: the same however often that is asked for.
  package var ofUndoing: EffectID {
    EffectID(rawValue: String(Fingerprint.digits(of: ["undo", rawValue]).prefix(32)))
  }
}
