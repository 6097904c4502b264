import Ledger

/// GitHub Copilot CLI's events; the tokens of a run are in its `session.shutdown` only.
struct CopilotLog {
  private var context: LogContext
  private var file: LogFile
  private var parent: String?

  private var sitting: Sitting { context.sitting }
  private var folder: String { ".copilot/session-state/\(context.sitting.name)" }

  init(_ context: LogContext) {
    self.context = context
    file = LogFile(path: "")
    file.path = "\(folder)/events.jsonl"
  }

  mutating func write() -> [LogFile] {
    let start = sitting.turns.first?.started ?? sitting.job.start
    var place: [JSONText.Member] = [("cwd", .string(sitting.directory))]
    if let head = context.headSHA {
      place += [
        ("gitRoot", .string(sitting.directory)), ("branch", .string(sitting.branch ?? "")),
        ("headCommit", .string(head)),
      ]
    }
    event(
      "session.start",
      [
        "sessionId": .string(sitting.name), "version": 1, "producer": "copilot-agent",
        "copilotVersion": .string(sitting.job.version), "startTime": .string(start.iso8601),
        "context": .object(place), "alreadyInUse": false, "remoteSteerable": false,
      ], at: start)
    event("session.model_change", ["newModel": .string(sitting.model)], at: start + .milliseconds(14))
    for turn in sitting.turns { write(turn) }
    if !sitting.job.incidents.contains(.killed) { shutDown(from: start) }
    return [file, workspace(from: start)]
  }

  private func workspace(from start: Instant) -> LogFile {
    let text = """
      id: \(sitting.name)
      cwd: \(sitting.directory)
      git_root: \(sitting.directory)
      branch: \(sitting.branch ?? "")
      summary_count: 0
      created_at: \(start.iso8601)

      """
    return LogFile(path: "\(folder)/workspace.yaml", bytes: Array(text.utf8))
  }

  private mutating func write(_ turn: Sitting.Turn) {
    let interaction = JSONText.string(context.chance.uuid())
    event(
      "user.message",
      [
        "content": .string(turn.prompt),
        "transformedContent": .string(
          "<current_datetime>\(turn.started.iso8601)</current_datetime>\n\n\(turn.prompt)"),
        "attachments": [], "agentMode": "interactive", "interactionId": interaction,
      ], at: turn.started)
    for (index, step) in turn.steps.enumerated() {
      let number = JSONText.string(String(index))
      event("assistant.turn_start", ["turnId": number, "interactionId": interaction], at: step.started)
      write(step, interaction: interaction)
      let end = step.actions.last?.finished ?? step.answered
      event("assistant.turn_end", ["turnId": number], at: end + .milliseconds(20))
    }
  }

  private mutating func write(_ step: Sitting.Step, interaction: JSONText) {
    var calls: [(id: String, name: String, arguments: JSONText)] = []
    for action in step.actions {
      let (name, arguments) = request(action.kind)
      calls.append(("call_\(context.chance.base62(24))", name, arguments))
    }
    let requests = calls.map { call -> JSONText in
      [
        "toolCallId": .string(call.id), "name": .string(call.name), "arguments": call.arguments,
        "type": "function",
      ]
    }
    event(
      "assistant.message",
      [
        "messageId": .string(context.chance.uuid()), "content": .string(step.text ?? ""),
        "toolRequests": .array(requests), "interactionId": interaction,
        "outputTokens": .int(step.counts.output ?? 0),
      ], at: step.answered)
    for (call, action) in zip(calls, step.actions) {
      event(
        "tool.execution_start",
        ["toolCallId": .string(call.id), "toolName": .string(call.name), "arguments": call.arguments],
        at: step.answered + .milliseconds(1))
      let output = result(action.kind)
      event(
        "tool.execution_complete",
        [
          "toolCallId": .string(call.id), "model": .string(sitting.model), "interactionId": interaction,
          "success": true, "result": ["content": .string(output), "detailedContent": .string(output)],
          "toolTelemetry": .object([]),
        ], at: action.finished)
    }
  }

  private func request(_ kind: Sitting.Action.Kind) -> (String, JSONText) {
    switch kind {
    case .read(let path, _): return ("view", ["path": .string(context.absolute(path))])
    case .search(let pattern, _): return ("grep", ["pattern": .string(pattern)])
    case .edit(let edit):
      let path = JSONText.string(context.absolute(edit.path))
      if edit.before == nil { return ("create", ["path": path, "file_text": .string(edit.after.fileText)]) }
      let (old, new) = edit.replacement
      return ("edit", ["path": path, "old_str": .string(old), "new_str": .string(new)])
    case .run(let command):
      return ("bash", ["command": .string(command.line), "description": .string(command.purpose)])
    case .delegate(let errand): return ("task", ["prompt": .string(errand.prompt)])
    }
  }

  private func result(_ kind: Sitting.Action.Kind) -> String {
    switch kind {
    case .read(_, let lines): LogContext.numbered(lines)
    case .search(_, let hits): LogContext.listed(hits)
    case .edit(let edit):
      edit.before == nil
        ? "Created file \(context.absolute(edit.path)) with \(edit.after.fileText.utf8.count) characters"
        : "File \(context.absolute(edit.path)) updated with changes."
    case .run(let command): "\(context.output(command))\n<exited with exit code \(command.exit)>"
    case .delegate(let errand): errand.report
    }
  }

  private mutating func shutDown(from start: Instant) {
    let steps = sitting.steps
    let sum = steps.reduce(TokenCounts()) { $0 + $1.counts }
    let edits = steps.flatMap(\.actions).compactMap { action -> FileEdit? in
      if case .edit(let edit) = action.kind { edit } else { nil }
    }
    let usage: JSONText = [
      "inputTokens": .int((sum.input ?? 0) + (sum.cacheRead ?? 0)), "outputTokens": .int(sum.output ?? 0),
      "cacheReadTokens": .int(sum.cacheRead ?? 0), "cacheWriteTokens": 0,
      "reasoningTokens": .int(sum.reasoning ?? 0),
    ]
    let metrics: JSONText = ["requests": ["count": .int(Int64(steps.count)), "cost": 1], "usage": usage]
    let changes: JSONText = [
      "linesAdded": .int(Int64(edits.reduce(0) { $0 + $1.added.count })),
      "linesRemoved": .int(Int64(edits.reduce(0) { $0 + $1.removed.count })),
      "filesModified": .strings(Set(edits.map { context.absolute($0.path) }).sorted()),
    ]
    let end = steps.map(\.answered).max() ?? start
    event(
      "session.shutdown",
      [
        "shutdownType": "routine", "totalPremiumRequests": .int(Int64(sitting.turns.count)),
        "totalApiDurationMs": .int(Int64(steps.count) * 3800), "sessionStartTime": .int(start.milliseconds),
        "codeChanges": changes, "modelMetrics": .object([(sitting.model, metrics)]),
        "currentModel": .string(sitting.model),
      ], at: end + .seconds(20))
  }

  private mutating func event(_ type: String, _ data: JSONText, at instant: Instant) {
    let id = context.chance.uuid()
    file.append(line: [
      "type": .string(type), "data": data, "id": .string(id), "timestamp": .string(instant.iso8601),
      "parentId": .optional(parent),
    ])
    parent = id
  }
}
