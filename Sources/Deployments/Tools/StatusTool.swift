import Effects

/// Reads what runs, and how a deployment stands.
struct StatusTool: AgentTool {
  private let tools: DeploymentTools
  let declaration: ToolDeclaration

  init(_ tools: DeploymentTools) {
    self.tools = tools
    declaration = ToolDeclaration(
      name: "deployment_status",
      summary: "Says what runs in a target and whether it is well now.",
      parameters: [
        ToolParts.target(tools),
        ToolDeclaration.Parameter(
          "deployment",
          [
            "type": "string", "maxLength": 300,
            "description": "One deployment, as deploy or rollback named it; without it, only what runs.",
          ], role: .control, isRequired: false),
      ],
      answers: .system(ToolParts.system))
  }

  func perform(_ call: ToolCall) async throws(ToolFailure) -> ToolResult {
    let ground = try tools.ground(try ToolParts.text("target", in: call.arguments))
    let release = try await ground.target.current()
    var lines = ["\(ground.target.place.name) runs \(release?.sha ?? "nothing")."]
    if let release {
      let sample = await ground.target.probe()
      // What the service says of itself may be anybody's text: only whether it is well is told.
      let isWell = sample.complaint(of: release.sha, slow: ground.terms.criteria.slow) == nil
      lines.append(isWell ? "Asked just now, it is well." : "Asked just now, it is not well.")
    }
    if let named = call.arguments["deployment"]?.string {
      guard let subject = DeploymentSubject(named), subject.place == ground.target.place.name else {
        throw .refused("“deployment” is not one of this target’s.")
      }
      lines.append(Rollout.sentence(try await ground.target.find(subject.effect)))
    }
    return ToolResult([Passage(lines.joined(separator: "\n"), from: .system(ToolParts.system))])
  }
}
