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
        tools.effectClass, risk: .high, reversibility: .compensable, audience: .organisation(ToolParts.system)
      ),
      answers: .system(ToolParts.system))
  }

  func perform(_ call: ToolCall) async throws(ToolFailure) -> ToolResult {
    let ground = try tools.ground(try ToolParts.text("target", in: call))
    let order = try order(call)
    // Known already: its answer was lost, and what runs now is its own doing.
    if try await ground.target.find(call.effect) == .absent {
      let changes = try await ground.target.changes(from: order.from, to: order.sha)
      guard changes.course == .backward else {
        throw .refused(
          "\(order.sha.prefix(10)) is not older than \(order.from?.prefix(10) ?? ""): deploy it instead.")
      }
    }
    return try await Rollout(ground: ground, order: order).result()
  }

  func find(_ call: ToolCall) async throws(ToolFailure) -> EffectFinding {
    let ground = try tools.ground(try ToolParts.text("target", in: call))
    return try await Rollout(ground: ground, order: try order(call)).finding()
  }

  /// Going forward again to what was rolled back from is a deployment, and takes a plan.
  func undo(_ handle: JSON, of effect: EffectID) async throws(ToolFailure) -> ToolResult {
    throw .refused("A rollback is not undone: plan a deployment of what should run instead.")
  }

  private func order(_ call: ToolCall) throws(ToolFailure) -> DeploymentOrder {
    DeploymentOrder(
      call.effect, sha: try ToolParts.commit("to", in: call), from: try ToolParts.commit("from", in: call),
      isRollback: true)
  }
}
