import Effects

/// Reads what a deployment would do, and gives the plan its name.
struct PlanTool: AgentTool {
  private let tools: DeploymentTools
  let declaration: ToolDeclaration

  init(_ tools: DeploymentTools) {
    self.tools = tools
    declaration = ToolDeclaration(
      name: "deployment_plan",
      summary:
        "Says what deploying a revision to a target would change, which checks are green and who has to approve. Gives the plan that deploy takes.",
      parameters: [
        ToolParts.target(tools),
        ToolDeclaration.Parameter(
          "revision",
          ["type": "string", "maxLength": 250, "description": "A branch, a tag or a commit."],
          role: .control),
      ],
      answers: .untrusted)
  }

  func perform(_ call: ToolCall) async throws(ToolFailure) -> ToolResult {
    let target = try ToolParts.text("target", in: call.arguments)
    let revision = try ToolParts.text("revision", in: call.arguments)
    guard CommitName.isPlain(revision) else {
      throw .refused("“revision” is no branch, tag or commit.")
    }
    return ToolResult(try await tools.plan(target, revision: revision).passages)
  }
}
