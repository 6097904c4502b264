import Ledger

/// Gemini CLI's chat: one indented JSON file per session.
struct GeminiLog {
  private var context: LogContext
  private var sitting: Sitting { context.sitting }

  init(_ context: LogContext) { self.context = context }

  mutating func write() -> [LogFile] {
    var messages: [JSONText] = []
    for turn in sitting.turns {
      messages.append([
        "id": .string(context.chance.uuid()), "timestamp": .string(turn.started.iso8601), "type": "user",
        "content": .string(turn.prompt),
      ])
      for step in turn.steps { messages.append(message(step)) }
    }
    let start = sitting.turns.first?.started ?? sitting.job.start
    let end = sitting.turns.last?.steps.last?.answered ?? start
    let projectHash = SHA256.hex(sitting.directory)
    return [
      LogFile(
        path:
          ".gemini/tmp/\(projectHash)/chats/session-\(start.fileStamp.prefix(16))-\(sitting.name.prefix(8)).json",
        indented: [
          "sessionId": .string(sitting.name), "projectHash": .string(projectHash),
          "startTime": .string(start.iso8601), "lastUpdated": .string(end.iso8601),
          "messages": .array(messages), "directories": [.string(sitting.directory)],
        ])
    ]
  }

  private mutating func message(_ step: Sitting.Step) -> JSONText {
    var members: [JSONText.Member] = [
      ("id", .string(context.chance.uuid())), ("timestamp", .string(step.answered.iso8601)),
      ("type", "gemini"),
      ("content", .string(step.text ?? "")),
    ]
    if !step.actions.isEmpty {
      members.append(("toolCalls", .array(step.actions.map { call($0, at: step.answered) })))
    }
    if let thinking = step.thinking {
      let thought: JSONText = [
        "subject": "Weighing the Options", "description": .string(thinking),
        "timestamp": .string((step.answered - .milliseconds(300)).iso8601),
      ]
      members.append(("thoughts", [thought]))
    }
    let counts = step.counts
    let prompt = (counts.input ?? 0) + (counts.cacheRead ?? 0)
    let thoughts = counts.reasoning ?? 0
    let output = (counts.output ?? 0) - thoughts
    let tokens: JSONText = [
      "input": .int(prompt), "output": .int(output), "cached": .int(counts.cacheRead ?? 0),
      "thoughts": .int(thoughts), "tool": 0, "total": .int(prompt + output + thoughts),
    ]
    members += [("model", .string(sitting.model)), ("tokens", tokens)]
    return .object(members)
  }

  private mutating func call(_ action: Sitting.Action, at instant: Instant) -> JSONText {
    var name: String
    var display: String
    var arguments: JSONText
    var output: String
    var shown: JSONText = ""
    switch action.kind {
    case .read(let path, let lines):
      (name, display) = ("read_file", "ReadFile")
      arguments = ["file_path": .string(path)]
      output = lines.joined(separator: "\n")
    case .search(let pattern, let hits):
      (name, display) = ("search_file_content", "SearchText")
      arguments = ["pattern": .string(pattern)]
      output = LogContext.listed(hits)
    case .edit(let edit):
      let path = context.absolute(edit.path)
      if edit.before == nil {
        (name, display) = ("write_file", "WriteFile")
        arguments = ["file_path": .string(edit.path), "content": .string(edit.after.fileText)]
        output = "Successfully created and wrote to new file: \(path)."
      } else {
        let (old, new) = edit.replacement
        (name, display) = ("replace", "Edit")
        arguments = [
          "file_path": .string(path), "instruction": "Make the change.", "old_string": .string(old),
          "new_string": .string(new),
        ]
        output = "Successfully modified file: \(path) (1 replacements)."
      }
      shown = [
        "fileDiff": .string(edit.hunk().unified),
        "fileName": .string(String(edit.path.split(separator: "/").last ?? "")),
        "originalContent": edit.before.map { .string($0.fileText) } ?? .null,
        "newContent": .string(edit.after.fileText),
      ]
    case .run(let command):
      (name, display) = ("run_shell_command", "Shell")
      arguments = ["command": .string(command.line), "description": .string(command.purpose)]
      output =
        "Command: \(command.line)\nDirectory: (root)\nOutput: \(context.output(command))\nError: (none)\n"
        + "Exit Code: \(command.exit)\nSignal: 0\nBackground PIDs: (none)\nProcess Group PGID: 26593"
    case .delegate(let errand):
      (name, display) = ("codebase_investigator", "Codebase Investigator")
      arguments = ["objective": .string(errand.prompt)]
      output = errand.report
    }
    let id = "\(name)-\(instant.milliseconds)-\(context.chance.hex(13))"
    let response: JSONText = [
      "functionResponse": [
        "id": .string(id), "name": .string(name), "response": ["output": .string(output)],
      ]
    ]
    return [
      "id": .string(id), "name": .string(name), "args": arguments, "result": [response], "status": "success",
      "timestamp": .string(action.finished.iso8601), "resultDisplay": shown, "displayName": .string(display),
      "renderOutputAsMarkdown": true,
    ]
  }
}
