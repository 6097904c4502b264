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
    let target = try ToolParts.text("target", in: call)
    let revision = try ToolParts.text("revision", in: call)
    guard CommitName.isPlain(revision) else {
      throw .refused("“revision” is no branch, tag or commit.")
    }
    let plan = try await tools.plan(target, revision: revision)
    var passages = [Passage(plan.summary, from: .system(ToolParts.system))]
    if let subjects = plan.subjects {
      passages.append(Passage(subjects, from: .untrusted("commit messages of \(plan.place.repository)")))
    }
    return ToolResult(passages)
  }
}
