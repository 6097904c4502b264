package import Effects
package import Journal
package import Ledger

/// Taking back steps of a run: a run of its own, so that it is journalled, shown and followed like any other.
package enum Undoing {
  /// Begins it; asked for twice, it is the same run, unless the first came to nothing.
  ///
  /// - Parameters:
  ///   - steps: Taken back one after the other, the last first, as they were built up. With one that cannot be, it ends.
  ///   - account: Who asks for it.
  package static func begin(
    steps: [Int], of run: Run, by account: AccountID, in journal: any JournalStore
  ) throws(JournalError) -> Run {
    let steps = steps.sorted(by: >)
    let names = steps.map(String.init).joined(separator: ", ")
    var attempt = 1
    while true {
      let undoing = try journal.begin(
        RunRequest(
          account: account, agent: run.agent, folder: run.folder,
          purpose: Passage(
            "Undo \(steps.count == 1 ? "step" : "steps") \(names) of run \(run.id).", from: .owner),
          parent: run.id, occurrence: "undo \(run.id) \(names) \(attempt)",
          planned: PlannedCourse(
            steps.map { PlannedCall(tool: UndoTool.name, arguments: ["step": .integer(Int64($0))]) }
          ).journalled))
      guard undoing.status.isOver, undoing.status != .done else { return undoing }
      attempt += 1
    }
  }
}

/// The hand that takes a step of another run back, by the tool that made it. Only a run that was begun to undo has it.
package struct UndoTool: AgentTool {
  package static let name = "undo"

  let steps: [Step]
  let tools: [any AgentTool]
  package let declaration: ToolDeclaration

  /// - Parameters:
  ///   - steps: Of the run whose steps are to be taken back.
  ///   - tools: Of the agent.
  package init(steps: [Step], tools: [any AgentTool]) {
    self.steps = steps
    self.tools = tools
    let effects = steps.filter { $0.state == .done }.compactMap { step in
      tools.first { $0.made(step) }?.declaration.effect
    }
    declaration = ToolDeclaration(
      name: Self.name, summary: "Takes back what a step of an earlier run did.",
      parameters: [.init("step", ["type": "integer", "minimum": 1], role: .control)],
      // What it is to be undone by takes our name for it, or finds things as they were: twice is once. It reaches whom the
      // steps reached.
      effect: .init(
        effects.contains { $0.kind == .blind } ? .blind : .keyed, risk: effects.map(\.risk).max() ?? .low,
        reversibility: .compensable,
        audience: effects.map(\.audience).first { $0 != .run } ?? .run),
      answers: .system("assay"))
  }

  /// Whom the organisation wants asked before the step is done, and so before it is undone.
  package func approvers(of arguments: JSON) -> [String] {
    guard let step = step(arguments), let done = step.arguments.shown else { return [] }
    return tools.first { $0.made(step) }?.approvers(of: done) ?? []
  }

  private func step(_ arguments: JSON) -> Step? {
    guard case .integer(let number)? = arguments["step"] else { return nil }
    return steps.first { $0.number == Int(exactly: number) }
  }

  package func perform(_ call: ToolCall) async throws(ToolFailure) -> ToolResult {
    guard let step = step(call.arguments), case .effect(let name, _) = step.kind, let effect = step.effect
    else { throw .refused("There is no such step.") }
    guard step.state == .done, let handle = step.result.whole?.undo else {
      throw .refused("Step \(step.number) has nothing to undo, or what it takes is not kept any more.")
    }
    guard let tool = tools.first(where: { $0.made(step) }) else {
      throw .refused("The agent has no \(name) any more, and so nothing to undo it with.")
    }
    return try await tool.undo(handle, of: effect)
  }
}

extension AgentTool {
  /// Whether a step was a call of this tool.
  fileprivate func made(_ step: Step) -> Bool {
    if case .effect(declaration.name, _) = step.kind { true } else { false }
  }
}
