import Effects

/// Puts back what ran before.
struct RollbackTool: AgentTool {
  private let tools: DeploymentTools
  let declaration: ToolDeclaration

  init(_ tools: DeploymentTools) {
    self.tools = tools
    declaration = ToolDeclaration(
      name: "rollback",
      summary:
        "Puts an older release of a target back. Refused if something else than “from” runs by now.",
      parameters: [
        ToolParts.target(tools),
        ToolParts.commit("to", "The commit to go back to."),
        ToolParts.commit("from", "The commit that runs now."),
      ],
      effect: ToolDeclaration.Effect(
        tools.effectClass, risk: .high, reversibility: .compensable, audience: ToolParts.audience),
      answers: .system(ToolParts.system))
  }

  func perform(_ call: ToolCall) async throws(ToolFailure) -> ToolResult {
    let ground = try tools.ground(try ToolParts.text("target", in: call.arguments))
    let order = try order(call.arguments, call.effect)
    let rollout = Rollout(ground: ground, order: order)
    // Asked once more, after its answer was lost.
    if let known = try await rollout.known() { return known }
    try await checkIsOlder(order, ground.target)
    return try await rollout.result()
  }

  func approvers(of arguments: JSON) -> [String] { tools.approvers(arguments) }

  func explain(_ arguments: JSON) async throws(ToolFailure) -> [Passage] {
    let target = try tools.ground(try ToolParts.text("target", in: arguments)).target
    // Nothing is ordered: the effect has no name yet.
    let order = try order(arguments, EffectID(rawValue: ""))
    try await checkIsOlder(order, target)
    let runs = try await target.current()?.sha
    guard runs == order.from else {
      throw .refused(
        "\(target.place.name) runs \(runs?.prefix(10) ?? "nothing") by now, not \(order.from?.prefix(10) ?? "")."
      )
    }
    let words = "\(target.place.name) runs \(order.from ?? "nothing"). The older \(order.sha) is put back."
    return [Passage(words, from: .system(ToolParts.system))]
  }

  private func checkIsOlder(_ order: DeploymentOrder, _ target: any DeployTarget) async throws(ToolFailure) {
    guard try await target.changes(from: order.from, to: order.sha).course == .backward else {
      throw .refused(
        "\(order.sha.prefix(10)) is not older than \(order.from?.prefix(10) ?? ""): deploy it instead.")
    }
  }

  func find(_ call: ToolCall) async throws(ToolFailure) -> EffectFinding {
    let ground = try tools.ground(try ToolParts.text("target", in: call.arguments))
    return try await Rollout(ground: ground, order: try order(call.arguments, call.effect)).finding()
  }

  /// Going forward again to what was rolled back from is a deployment, and takes a plan.
  func undo(_ handle: JSON, of effect: EffectID) async throws(ToolFailure) -> ToolResult {
    throw .refused("A rollback is not undone: plan a deployment of what should run instead.")
  }

  private func order(_ arguments: JSON, _ effect: EffectID) throws(ToolFailure) -> DeploymentOrder {
    DeploymentOrder(
      effect, sha: try ToolParts.commit("to", in: arguments),
      from: try ToolParts.commit("from", in: arguments),
      isRollback: true)
  }
}
