package import Effects
package import Journal
package import Ledger

/// Taking back one step of a run: a run of its own, so that it is journalled, shown and followed like any other.
package enum Undoing {
  /// Begins it; asked for twice, it is the same run.
  ///
  /// - Parameter account: Who asks for it.
  package static func begin(
    step: Int, of run: Run, by account: AccountID, in journal: any JournalStore
  ) throws(JournalError) -> Run {
    try journal.begin(
      RunRequest(
        account: account, agent: run.agent, folder: run.folder,
        purpose: Passage("Undo step \(step) of run \(run.id).", from: .owner), parent: run.id,
        occurrence: "undo \(run.id) \(step)",
        planned: PlannedCall(tool: UndoTool.name, arguments: ["step": .integer(Int64(step))]).journalled))
  }
}

/// The hand that takes a step of another run back, by the tool that made it. Only a run that was begun to undo has it.
package struct UndoTool: AgentTool {
  package static let name = "undo"

  let steps: [Step]
  let tools: [any AgentTool]
  package let declaration: ToolDeclaration
  /// Whom the organisation wants asked before the step is done, and so before it is undone.
  private let approvers: [String]

  /// - Parameters:
  ///   - step: The one that is to be taken back.
  ///   - steps: Of the run whose step it is.
  ///   - tools: Of the agent.
  package init(step: Int?, steps: [Step], tools: [any AgentTool]) {
    self.steps = steps
    self.tools = tools
    let done = steps.first { $0.number == step }
    let tool = tools.first { tool in
      if case .effect(tool.declaration.name, _)? = done?.kind { true } else { false }
    }
    let undone = tool?.declaration.effect
    approvers = done?.arguments.shown.flatMap { tool?.approvers(of: $0) } ?? []
    declaration = ToolDeclaration(
      name: Self.name, summary: "Takes back what a step of an earlier run did.",
      parameters: [.init("step", ["type": "integer", "minimum": 1], role: .control)],
      // What it is to be undone by takes our name for it, or finds things as they were: twice is once. It reaches whom the
      // step reached.
      effect: .init(
        undone?.kind == .blind ? .blind : .keyed, risk: undone?.risk ?? .low, reversibility: .compensable,
        audience: undone?.audience ?? .run),
      answers: .system("assay"))
  }

  package func approvers(of arguments: JSON) -> [String] { approvers }

  package func perform(_ call: ToolCall) async throws(ToolFailure) -> ToolResult {
    guard case .integer(let number)? = call.arguments["step"],
      let step = steps.first(where: { $0.number == Int(number) }), case .effect(let name, _) = step.kind,
      let effect = step.effect
    else { throw .refused("There is no such step.") }
    guard step.state == .done, let handle = step.result.whole?.undo else {
      throw .refused("Step \(number) has nothing to undo, or what it takes is not kept any more.")
    }
    guard let tool = tools.first(where: { $0.declaration.name == name }) else {
      throw .refused("The agent has no \(name) any more, and so nothing to undo it with.")
    }
    return try await tool.undo(handle, of: effect)
  }
}
