import Ledger

/// Codex CLI's rollout: response items, events, and the tokens of every response.
///
/// Field orders from recorded runs of 0.141 (events of their own, no usage records) and 0.163 (`ordinal`,
/// `item_completed`, `token_usage_record`).
struct CodexLog {
  private var context: LogContext
  private var file: LogFile
  private let isNew: Bool
  private var ordinal: Int64 = 0
  private var turnID = ""
  private var turnUsage = TokenCounts()
  private var threadUsage = TokenCounts()

  private var sitting: Sitting { context.sitting }

  init(_ context: LogContext) {
    self.context = context
    let sitting = context.sitting
    let parts = sitting.job.version.split(separator: ".").compactMap { Int($0) }
    isNew = parts.count > 1 && parts[1] >= 160
    let start = sitting.turns.first?.started ?? sitting.job.start
    file = LogFile(path: ".codex/sessions/\(start.dayPath)/rollout-\(start.fileStamp)-\(sitting.name).jsonl")
  }

  mutating func write() -> [LogFile] {
    let start = sitting.turns.first?.started ?? sitting.job.start
    var meta: [JSONText.Member] = isNew ? [("session_id", .string(sitting.name))] : []
    meta += [
      ("id", .string(sitting.name)), ("timestamp", .string(start.iso8601)),
      ("cwd", .string(sitting.directory)),
      ("originator", sitting.isScripted ? "codex_exec" : "codex-tui"),
      ("cli_version", .string(sitting.job.version)), ("source", sitting.isScripted ? "exec" : "cli"),
      ("thread_source", "user"), ("model_provider", "openai"),
    ]
    if let head = context.headSHA, let project = sitting.project {
      meta.append(
        (
          "git",
          [
            "commit_hash": .string(head), "branch": .string(sitting.branch ?? ""),
            "repository_url": .string(project.remote),
          ]
        ))
    }
    line("session_meta", .object(meta), at: start)
    for turn in sitting.turns { write(turn) }
    return [file]
  }

  private mutating func write(_ turn: Sitting.Turn) {
    turnID = context.chance.uuid(at: turn.started)
    turnUsage = TokenCounts()
    event(
      "task_started",
      [
        ("turn_id", .string(turnID)), ("started_at", .int(turn.started.seconds)),
        ("model_context_window", 258_400),
        ("collaboration_mode_kind", "default"),
      ], at: turn.started)
    line(
      "turn_context",
      [
        "turn_id": .string(turnID), "cwd": .string(sitting.directory), "approval_policy": "on-request",
        "sandbox_policy": ["type": "workspace-write"], "model": .string(sitting.model), "effort": "high",
        "summary": "auto",
      ], at: turn.started + .milliseconds(6))
    item(
      [
        ("type", "message"), ("role", "user"),
        ("content", [["type": "input_text", "text": .string(turn.prompt)]]),
      ], at: turn.started + .milliseconds(20))
    if isNew {
      completed(
        [
          "type": "UserMessage", "id": .string(context.chance.uuid(at: turn.started)),
          "content": [["type": "text", "text": .string(turn.prompt), "text_elements": []]],
        ], at: turn.started + .milliseconds(22))
    } else {
      event(
        "user_message",
        [("message", .string(turn.prompt)), ("images", []), ("local_images", []), ("text_elements", [])],
        at: turn.started + .milliseconds(22))
    }
    for step in turn.steps { write(step) }
    let end = turn.steps.last.map { $0.actions.last?.finished ?? $0.answered } ?? turn.started
    event(
      "task_complete",
      [
        ("turn_id", .string(turnID)), ("last_agent_message", .optional(turn.steps.last?.text)),
        ("completed_at", .int(end.seconds)), ("duration_ms", .int((end - turn.started).wholeMilliseconds)),
      ], at: end + .milliseconds(30))
  }

  private mutating func write(_ step: Sitting.Step) {
    if let thinking = step.thinking {
      item(
        [("type", "reasoning")] + identified("rs")
          + [
            ("summary", [["type": "summary_text", "text": .string(thinking)]]), ("content", .null),
            ("encrypted_content", .string("gAAAAA\(context.chance.base62(240))")),
          ], at: step.answered - .milliseconds(400))
    }
    if let text = step.text {
      let id = "msg_\(context.chance.hex(24))"
      if isNew {
        completed(
          ["type": "AgentMessage", "id": .string(id), "content": [["type": "Text", "text": .string(text)]]],
          at: step.answered - .milliseconds(200))
      } else {
        event(
          "agent_message",
          [("message", .string(text)), ("phase", "commentary"), ("memory_citation", .null)],
          at: step.answered - .milliseconds(200))
      }
      let part: [JSONText.Member] = [("type", "output_text"), ("text", .string(text))]
      item(
        [("type", "message")] + (isNew ? [("id", .string(id))] : [])
          + [
            ("role", "assistant"), ("content", [.object(part + (isNew ? [("annotations", [])] : []))]),
          ], at: step.answered - .milliseconds(198))
    }
    var calls: [String] = []
    for action in step.actions { calls.append(request(action, at: step.answered - .milliseconds(20))) }
    usage(step.counts, at: step.answered)
    for (call, action) in zip(calls, step.actions) { result(action, call: call) }
    tokenCount(step.counts, at: (step.actions.last?.finished ?? step.answered) + .milliseconds(4))
    // Older versions repeat the last count when the rate limits are refreshed.
    if !isNew, context.chance.happens(30) {
      tokenCount(step.counts, at: (step.actions.last?.finished ?? step.answered) + .milliseconds(60))
    }
  }

  // MARK: Tools

  private static func shell(_ kind: Sitting.Action.Kind) -> String {
    switch kind {
    case .read(let path, _): "cat \(path)"
    case .search(let pattern, _): "rg -n '\(pattern)'"
    case .run(let command): command.line
    case .edit, .delegate: ""
    }
  }

  private mutating func request(_ action: Sitting.Action, at instant: Instant) -> String {
    let call = "call_\(context.chance.base62(24))"
    if case .edit(let edit) = action.kind {
      item(
        [("type", "custom_tool_call")] + identified("ct")
          + [
            ("status", "completed"), ("call_id", .string(call)), ("name", "apply_patch"),
            ("input", .string(Self.patch(edit))),
          ], at: instant)
    } else {
      let arguments: JSONText = [
        "cmd": .string(Self.shell(action.kind)), "workdir": .string(sitting.directory),
      ]
      item(
        [("type", "function_call")] + identified("fc")
          + [
            ("name", "exec_command"), ("arguments", .string(arguments.text)), ("call_id", .string(call)),
          ], at: instant)
    }
    return call
  }

  /// As the model writes it: relative paths, one line of context.
  static func patch(_ edit: FileEdit) -> String {
    if edit.before == nil {
      return
        (["*** Begin Patch", "*** Add File: \(edit.path)"] + edit.after.map { "+" + $0 } + ["*** End Patch"])
        .fileText
    }
    return
      (["*** Begin Patch", "*** Update File: \(edit.path)", "@@"] + edit.hunk(context: 1).lines
      + ["*** End Patch"]).fileText
  }

  private mutating func result(_ action: Sitting.Action, call: String) {
    let at = action.finished
    if case .edit(let edit) = action.kind {
      let path = context.absolute(edit.path)
      let mark = edit.before == nil ? "A" : "M"
      let stdout = "Success. Updated the following files:\n\(mark) \(edit.path)\n"
      let change: JSONText =
        edit.before == nil
        ? ["type": "add", "content": .string(edit.after.fileText)]
        : ["type": "update", "unified_diff": .string(edit.hunk(context: 1).unified), "move_path": .null]
      if isNew {
        completed(
          [
            "type": "FileChange", "id": .string(call), "changes": .object([(path, change)]),
            "status": "completed", "stdout": .string(stdout), "stderr": "",
          ], at: at)
      } else {
        event(
          "patch_apply_end",
          [
            ("call_id", .string(call)), ("turn_id", .string(turnID)), ("stdout", .string(stdout)),
            ("stderr", ""), ("success", true), ("changes", .object([(path, change)])),
          ], at: at)
      }
      item(
        [
          ("type", "custom_tool_call_output"), ("call_id", .string(call)),
          ("output", .string("Exit code: 0\nWall time: 0 seconds\nOutput:\n\(stdout)")),
        ], at: at + .milliseconds(2))
      return
    }
    var exit: Int64 = 0
    var output = ""
    switch action.kind {
    case .read(_, let lines): output = lines.fileText
    case .search(_, let hits): output = LogContext.listed(hits)
    case .run(let command): (exit, output) = (command.exit, context.output(command))
    case .edit, .delegate: break
    }
    if isNew {
      completed(
        [
          "type": "CommandExecution", "id": .string(call),
          "command": .strings(["/bin/bash", "-lc", Self.shell(action.kind)]),
          "cwd": .string("file://\(sitting.directory)"), "source": "unified_exec_startup",
          "status": .string(exit == 0 ? "completed" : "failed"), "aggregated_output": .string(output),
          "exit_code": .int(exit), "duration": ["secs": 0, "nanos": 13_220_000],
        ], at: at)
    }
    item(
      [
        ("type", "function_call_output"), ("call_id", .string(call)),
        (
          "output",
          .string(
            "Chunk ID: \(context.chance.hex(6))\nWall time: 0.0132 seconds\nProcess exited with code \(exit)\n"
              + "Original token count: \(output.utf8.count / 4)\nOutput:\n\(output)")
        ),
      ], at: at + .milliseconds(2))
  }

  // MARK: Tokens

  /// Codex counts cached input as input.
  private func json(_ counts: TokenCounts) -> JSONText {
    let prompt = (counts.input ?? 0) + (counts.cacheRead ?? 0)
    let output = counts.output ?? 0
    let written: [JSONText.Member] = isNew ? [("cache_write_input_tokens", 0)] : []
    return .object(
      [("input_tokens", .int(prompt)), ("cached_input_tokens", .int(counts.cacheRead ?? 0))] + written
        + [
          ("output_tokens", .int(output)), ("reasoning_output_tokens", .int(counts.reasoning ?? 0)),
          ("total_tokens", .int(prompt + output)),
        ])
  }

  private mutating func usage(_ counts: TokenCounts, at instant: Instant) {
    turnUsage += counts
    threadUsage += counts
    guard isNew else { return }
    line(
      "token_usage_record",
      [
        "thread_id": .string(sitting.name), "turn_id": .string(turnID), "session_id": .string(sitting.name),
        "root_turn_id": .string(turnID), "response_id": .string("resp_\(context.chance.hex(48))"),
        "usage": json(counts), "turn_token_usage": json(turnUsage),
        "thread_token_usage": json(threadUsage),
      ], at: instant)
  }

  private mutating func tokenCount(_ counts: TokenCounts, at instant: Instant) {
    event(
      "token_count",
      [
        (
          "info",
          [
            "total_token_usage": json(threadUsage), "last_token_usage": json(counts),
            "model_context_window": 258_400,
          ]
        ),
        ("rate_limits", ["limit_id": "codex", "primary": .null, "secondary": .null, "plan_type": .null]),
      ], at: instant)
  }

  // MARK: Lines

  private mutating func line(_ type: String, _ payload: JSONText, at instant: Instant) {
    var members: [JSONText.Member] = [("timestamp", .string(instant.iso8601))]
    if isNew { members.append(("ordinal", .int(ordinal))) }
    ordinal += 1
    file.append(line: .object(members + [("type", .string(type)), ("payload", payload)]))
  }

  private mutating func item(_ members: [JSONText.Member], at instant: Instant) {
    line("response_item", .object(members), at: instant)
  }

  /// Only newer versions name their items.
  private mutating func identified(_ prefix: String) -> [JSONText.Member] {
    let id = "\(prefix)_\(context.chance.hex(24))"
    return isNew ? [("id", .string(id))] : []
  }

  private mutating func event(_ type: String, _ members: [JSONText.Member], at instant: Instant) {
    line("event_msg", .object([("type", .string(type))] + members), at: instant)
  }

  private mutating func completed(_ item: JSONText, at instant: Instant) {
    event(
      "item_completed",
      [
        ("thread_id", .string(sitting.name)), ("turn_id", .string(turnID)), ("item", item),
        ("started_at_ms", .int(instant.milliseconds)), ("completed_at_ms", .int(instant.milliseconds)),
      ], at: instant)
  }
}
