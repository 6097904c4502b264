import Ledger

/// OpenCode's JSON storage: a file for the session, one for each message and one for each part.
struct OpenCodeLog {
  private var context: LogContext
  private var files: [LogFile] = []
  private var count: Int64 = 0

  private var sitting: Sitting { context.sitting }
  private static let root = ".local/share/opencode/storage"

  init(_ context: LogContext) { self.context = context }

  mutating func write() -> [LogFile] {
    // The tool names a project by the root commit of its repository, or `global`.
    let project =
      context.shas[CommitMark(rawValue: 1)].flatMap { sitting.project == nil ? nil : $0 } ?? "global"
    let start = sitting.turns.first?.started ?? sitting.job.start
    let end = sitting.turns.last?.steps.last?.answered ?? start
    add(
      "project/\(project)",
      [
        "id": .string(project), "worktree": .string(sitting.directory), "vcs": "git",
        "time": ["created": .int(start.milliseconds), "initialized": .int(start.milliseconds)],
      ])
    add(
      "session/\(project)/\(sitting.name)",
      [
        "id": .string(sitting.name), "slug": .string("calm-\(sitting.name.suffix(6).lowercased())"),
        "version": .string(sitting.job.version), "projectID": .string(project),
        "directory": .string(sitting.directory),
        "title": .string(String(sitting.turns.first?.prompt.prefix(48) ?? "")),
        "time": ["created": .int(start.milliseconds), "updated": .int(end.milliseconds)],
        "summary": .object(summary()),
      ])
    for turn in sitting.turns { write(turn) }
    return files
  }

  private func summary() -> [JSONText.Member] {
    let edits = sitting.steps.flatMap(\.actions).compactMap { action -> FileEdit? in
      if case .edit(let edit) = action.kind { edit } else { nil }
    }
    return [
      ("additions", .int(Int64(edits.reduce(0) { $0 + $1.added.count }))),
      ("deletions", .int(Int64(edits.reduce(0) { $0 + $1.removed.count }))),
      ("files", .int(Int64(Set(edits.map(\.path)).count))),
    ]
  }

  private mutating func write(_ turn: Sitting.Turn) {
    let asked = identifier("msg", at: turn.started)
    add(
      "message/\(sitting.name)/\(asked)",
      [
        "id": .string(asked), "sessionID": .string(sitting.name), "role": "user",
        "time": ["created": .int(turn.started.milliseconds)], "agent": "build",
        "model": ["providerID": "anthropic", "modelID": .string(sitting.model)],
      ])
    part(of: asked, at: turn.started, [("type", "text"), ("text", .string(turn.prompt))])
    for step in turn.steps { write(step, after: asked) }
  }

  private mutating func write(_ step: Sitting.Step, after asked: String) {
    let id = identifier("msg", at: step.started)
    let end = step.actions.last?.finished ?? step.answered
    let counts = step.counts
    let reason: JSONText = step.actions.isEmpty ? "stop" : "tool-calls"
    let tokens: JSONText = [
      "input": .int(counts.input ?? 0), "output": .int(counts.output ?? 0),
      "reasoning": .int(counts.reasoning ?? 0),
      "cache": [
        "read": .int(counts.cacheRead ?? 0),
        "write": .int((counts.cacheWrite5m ?? 0) + (counts.cacheWrite1h ?? 0)),
      ],
    ]
    add(
      "message/\(sitting.name)/\(id)",
      [
        "id": .string(id), "sessionID": .string(sitting.name), "role": "assistant",
        "time": ["created": .int(step.started.milliseconds), "completed": .int(end.milliseconds)],
        "parentID": .string(asked), "modelID": .string(sitting.model), "providerID": "anthropic",
        "mode": "build",
        "agent": "build", "path": ["cwd": .string(sitting.directory), "root": .string(sitting.directory)],
        "cost": 0, "tokens": tokens, "finish": reason,
      ])
    part(of: id, at: step.started, [("type", "step-start")])
    if let text = step.text {
      let time: JSONText = [
        "start": .int(step.started.milliseconds), "end": .int(step.answered.milliseconds),
      ]
      part(of: id, at: step.answered, [("type", "text"), ("text", .string(text)), ("time", time)])
    }
    for action in step.actions { tool(action, of: id, from: step.answered) }
    part(
      of: id, at: end, [("type", "step-finish"), ("reason", reason), ("cost", 0), ("tokens", tokens)])
  }

  private mutating func tool(_ action: Sitting.Action, of message: String, from start: Instant) {
    var name: String
    var input: JSONText
    var output: String
    var metadata: JSONText = .object([])
    switch action.kind {
    case .read(let path, let lines):
      name = "read"
      input = ["filePath": .string(context.absolute(path))]
      output = "<file>\n\(LogContext.numbered(lines))\n</file>"
    case .search(let pattern, let hits):
      name = "grep"
      input = ["pattern": .string(pattern)]
      output = LogContext.listed(hits)
      metadata = ["matches": .int(Int64(hits.count)), "truncated": false]
    case .edit(let edit):
      let path = JSONText.string(context.absolute(edit.path))
      let diff = JSONText.string("--- \(edit.path)\n+++ \(edit.path)\n\(edit.hunk().unified)")
      if edit.before == nil {
        name = "write"
        input = ["filePath": path, "content": .string(edit.after.fileText)]
        output = "Wrote file successfully."
        metadata = ["diagnostics": .object([]), "filepath": path, "exists": false]
      } else {
        let (old, new) = edit.replacement
        name = "edit"
        input = ["filePath": path, "oldString": .string(old), "newString": .string(new)]
        output = "Edit applied successfully."
        metadata = [
          "diagnostics": .object([]), "diff": diff,
          "filediff": [
            "file": path, "before": .string(edit.before?.fileText ?? ""),
            "after": .string(edit.after.fileText),
            "additions": .int(Int64(edit.added.count)), "deletions": .int(Int64(edit.removed.count)),
          ],
        ]
      }
    case .run(let command):
      name = "bash"
      input = ["command": .string(command.line), "description": .string(command.purpose)]
      output = context.output(command)
      metadata = [
        "output": .string(output), "exit": .int(command.exit), "description": .string(command.purpose),
      ]
    case .delegate(let errand):
      name = "task"
      input = ["description": .string(errand.description), "prompt": .string(errand.prompt)]
      output = errand.report
    }
    let state: JSONText = [
      "status": "completed", "input": input, "output": .string(output), "title": .string(name),
      "metadata": metadata,
      "time": ["start": .int(start.milliseconds), "end": .int(action.finished.milliseconds)],
    ]
    let call = JSONText.string("toolu_01\(context.chance.base62(22))")
    part(
      of: message, at: action.finished,
      [("type", "tool"), ("callID", call), ("tool", .string(name)), ("state", state)])
  }

  private mutating func part(of message: String, at instant: Instant, _ members: [JSONText.Member]) {
    let id = identifier("prt", at: instant)
    let head: [JSONText.Member] = [
      ("id", .string(id)), ("sessionID", .string(sitting.name)), ("messageID", .string(message)),
    ]
    add("part/\(message)/\(id)", .object(head + members))
  }

  /// Ascending by time and then by count, as the tool sorts its files by name.
  private mutating func identifier(_ prefix: String, at instant: Instant) -> String {
    count += 1
    let time = String(instant.milliseconds &* 0x1000 &+ count, radix: 16)
    return "\(prefix)_\(time.suffix(12))\(context.chance.base62(14))"
  }

  private mutating func add(_ path: String, _ value: JSONText) {
    files.append(LogFile(path: "\(Self.root)/\(path).json", indented: value))
  }
}
