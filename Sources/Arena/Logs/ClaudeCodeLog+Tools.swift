import Ledger

/// Tool calls, their results and subagents.
extension ClaudeCodeLog {
  /// The tool's name and its input.
  static func call(_ kind: Sitting.Action.Kind, in context: LogContext, shape: Shape) -> (String, JSONText) {
    switch kind {
    case .read(let path, _):
      return ("Read", ["file_path": .string(context.absolute(path))])
    case .search(let pattern, _):
      return (
        "Grep",
        ["pattern": .string(pattern), "path": .string(context.sitting.directory), "output_mode": "content"]
      )
    case .edit(let edit):
      let path = JSONText.string(context.absolute(edit.path))
      if edit.before == nil {
        return ("Write", ["file_path": path, "content": .string(edit.after.fileText)])
      }
      let (old, new) = edit.replacement
      return (
        "Edit",
        ["replace_all": false, "file_path": path, "old_string": .string(old), "new_string": .string(new)]
      )
    case .run(let command):
      return ("Bash", ["command": .string(command.line), "description": .string(command.purpose)])
    case .delegate(let errand):
      return (
        shape <= .early ? "Task" : "Agent",
        [
          "description": .string(errand.description), "prompt": .string(errand.prompt),
          "subagent_type": "general-purpose",
        ]
      )
    }
  }

  mutating func result(of action: Sitting.Action, id: String, source: String) {
    var content: JSONText
    var isError: Bool?
    var detail: JSONText
    var sandboxed = false
    switch action.kind {
    case .read(let path, let lines):
      content = .string(LogContext.numbered(lines))
      detail = [
        "type": "text",
        "file": [
          "filePath": .string(context.absolute(path)), "content": .string(lines.joined(separator: "\n")),
          "numLines": .int(Int64(lines.count)), "startLine": 1, "totalLines": .int(Int64(lines.count)),
        ],
      ]
    case .search(_, let hits):
      let text = LogContext.listed(hits)
      content = .string(text)
      detail = [
        "mode": "content", "numFiles": 0, "filenames": [], "content": .string(text),
        "numLines": .int(Int64(hits.count)),
      ]
    case .edit(let edit):
      (content, detail) = applied(edit)
    case .run(let command):
      let output = context.output(command)
      isError = command.exit != 0
      content = .string(command.exit == 0 ? output : "Exit code \(command.exit)\n\(output)")
      detail =
        command.exit == 0
        ? [
          "stdout": .string(output), "stderr": "", "interrupted": false, "isImage": false,
          "noOutputExpected": false,
        ] : .string("Error: Exit code \(command.exit)\n\(output)")
      sandboxed = true
    case .delegate(let errand):
      let name = delegate(errand, id: id)
      (content, detail) = report(errand, agent: name, at: action.finished)
    }
    var block: [JSONText.Member] = [
      ("tool_use_id", .string(id)), ("type", "tool_result"), ("content", content),
    ]
    if let isError { block.append(("is_error", .bool(isError))) }
    var extra: [JSONText.Member] = []
    // Subagents' results carry no detail.
    if agent == nil { extra.append(("toolUseResult", detail)) }
    if shape == .late, sandboxed { extra.append(("sandboxed", false)) }
    extra.append(("sourceToolAssistantUUID", .string(source)))
    if shape == .late {
      extra.append(
        (
          "permissionDecision",
          ["decision": "accept", "source": sitting.isScripted ? "config" : "user", "reasonType": "mode"]
        ))
    }
    user(content: [.object(block)], at: action.finished, extra: extra)
  }

  private func applied(_ edit: FileEdit) -> (content: JSONText, detail: JSONText) {
    let path = context.absolute(edit.path)
    let note = shape >= .middle ? " (file state is current in your context)" : ""
    guard let before = edit.before else {
      var detail: [JSONText.Member] = [
        ("type", "create"), ("filePath", .string(path)), ("content", .string(edit.after.fileText)),
        ("structuredPatch", []), ("originalFile", .null),
      ]
      if shape >= .middle { detail.append(("userModified", false)) }
      return (.string("File created successfully at: \(path)\(note)"), .object(detail))
    }
    let (old, new) = edit.replacement
    let hunk = edit.hunk()
    return (
      .string("The file \(path) has been updated successfully.\(note)"),
      [
        "filePath": .string(path), "oldString": .string(old), "newString": .string(new),
        "originalFile": .string(before.fileText),
        "structuredPatch": [
          [
            "oldStart": .int(Int64(hunk.oldStart)), "oldLines": .int(Int64(hunk.oldLines)),
            "newStart": .int(Int64(hunk.newStart)), "newLines": .int(Int64(hunk.newLines)),
            "lines": .strings(hunk.lines),
          ]
        ],
        "userModified": false, "replaceAll": false,
      ]
    )
  }

  /// Writes the subagent's own file and returns its name.
  private mutating func delegate(_ errand: Sitting.Errand, id: String) -> String {
    let name = shape == .legacy ? "a\(context.chance.hex(6))" : "a\(context.chance.hex(16))"
    let base = shape == .legacy ? folder : "\(folder)/\(sitting.name)/subagents"
    subagents.append(LogFile(path: "\(base)/agent-\(name).jsonl"))
    let outer = (agent, parent)
    agent = name
    parent = nil
    user(content: .string(errand.prompt), at: errand.started, extra: [])
    for step in errand.steps { write(step, prompt: errand.prompt) }
    (agent, parent) = outer
    if shape >= .middle {
      var meta = LogFile(path: "\(base)/agent-\(name).meta.json")
      let about: JSONText = [
        "agentType": "general-purpose", "isBuiltIn": true, "description": .string(errand.description),
        "toolUseId": .string(id), "spawnDepth": 1, "model": .string(sitting.model), "finished": true,
      ]
      about.append(to: &meta.bytes)
      subagents.insert(meta, at: subagents.count - 1)
    }
    return name
  }

  private func report(_ errand: Sitting.Errand, agent: String, at instant: Instant) -> (JSONText, JSONText) {
    let last = errand.steps.last?.counts ?? TokenCounts()
    let total = (last.input ?? 0) + (last.cacheRead ?? 0) + (last.cacheWrite5m ?? 0) + (last.output ?? 0)
    let text: JSONText = ["type": "text", "text": .string(errand.report)]
    let uses = errand.steps.reduce(0) { $0 + $1.actions.count }
    let time = (instant - errand.started).wholeMilliseconds
    let footer: JSONText = [
      "type": "text",
      "text": .string("agentId: \(agent) (for resuming to continue this agent's work if needed)"),
    ]
    return (
      [text, footer],
      [
        "status": "completed", "prompt": .string(errand.prompt), "agentId": .string(agent), "content": [text],
        "totalDurationMs": .int(time), "totalTokens": .int(total), "totalToolUseCount": .int(Int64(uses)),
        "usage": usage(last, isPlaceholder: false),
      ]
    )
  }
}
