import JSONScan
import Ledger

/// Tool calls as they are made; ``CodexResults`` ends them.
extension CodexReader {
  /// A call with JSON arguments, which are a string.
  mutating func readFunctionCall(
    _ unit: Span<UInt8>, _ at: Int, _ instant: Instant, _ batch: inout FactBatch
  ) throws(JSONScanError) {
    let fields = try JSONFields(unit, at: at, ["name", "arguments", "call_id", "namespace"])
    let name = JSONValue.text(unit, fields[0], limit: 200) ?? ""
    var call = beginCall(
      name, JSONValue.text(unit, fields[2], limit: 200), isMCP: isServer(unit, fields[3]), instant, &batch)
    if let string = JSONValue.string(unit, fields[1]) {
      var arguments: [UInt8] = []
      JSONCursor(unit).unescape(string, into: &arguments)
      readArguments(arguments.span, of: &call)
    }
    hold(call, &batch)
  }

  /// A call with free text, above all `apply_patch`.
  mutating func readCustomCall(
    _ unit: Span<UInt8>, _ at: Int, _ instant: Instant, _ batch: inout FactBatch
  ) throws(JSONScanError) {
    let fields = try JSONFields(unit, at: at, ["name", "input", "call_id"])
    let name = JSONValue.text(unit, fields[0], limit: 200) ?? ""
    var call = beginCall(name, JSONValue.text(unit, fields[2], limit: 200), isMCP: false, instant, &batch)
    if let string = JSONValue.string(unit, fields[1]) {
      let key = key
      let files = JSONCursor(unit).withUTF8(string, scratch: &scratch) { PatchText.applyPatch($0, key: key) }
      addEdits(files, to: &call, workingDirectory: state.directory)
    }
    hold(call, &batch)
  }

  mutating func readLocalShellCall(
    _ unit: Span<UInt8>, _ at: Int, _ instant: Instant, _ batch: inout FactBatch
  ) throws(JSONScanError) {
    let fields = try JSONFields(unit, at: at, ["call_id", "action", "id"])
    let id = JSONValue.text(unit, fields[0], limit: 200) ?? JSONValue.text(unit, fields[2], limit: 200)
    var call = beginCall("local_shell", id, isMCP: false, instant, &batch)
    if let action = fields[1], JSONValue.kind(unit, action) == .object {
      let fields = try JSONFields(unit, at: action.lowerBound, ["command", "working_directory"])
      if let command = try commandText(unit, fields[0]) {
        take(command, in: JSONValue.text(unit, fields[1]), of: &call)
      }
    }
    hold(call, &batch)
  }

  /// A search leaves one event; its model-side record has no identifier.
  mutating func readWebSearch(
    _ unit: Span<UInt8>, _ at: Int, _ instant: Instant, _ batch: inout FactBatch
  ) throws(JSONScanError) {
    let fields = try JSONFields(unit, at: at, ["call_id", "query", "id"])
    let id = JSONValue.text(unit, fields[0], limit: 200) ?? JSONValue.text(unit, fields[2], limit: 200)
    var call = beginCall("web_search", id, isMCP: false, instant, &batch)
    call.fact.exit = .succeeded
    if let query = JSONValue.text(unit, fields[1]) { call.fact.target = PathHash(query, key: key) }
    emit(call, &batch)
  }

  // MARK: Arguments

  private mutating func readArguments(_ arguments: Span<UInt8>, of call: inout CodexCall) {
    // Arguments that are no JSON are the model's mistake; the call is still a call.
    guard
      let fields = try? JSONFields(
        arguments, at: 0,
        [
          "cmd", "command", "workdir", "session_id", "input", "patch", "path", "file_path", "dir_path",
          "pattern", "url", "query",
        ])
    else { return }
    let directory = JSONValue.text(arguments, fields[2]) ?? state.directory
    switch call.fact.kind {
    case .command:
      if call.fact.name == "write_stdin" {
        call.isPoll = true
        call.process = JSONValue.integer(arguments, fields[3])
      }
      if let command = try? commandText(arguments, fields[0] ?? fields[1]) {
        take(command, in: directory, of: &call)
      }
    case .edit:
      if let string = JSONValue.string(arguments, fields[4] ?? fields[5]) {
        let key = key
        let files = JSONCursor(arguments).withUTF8(string, scratch: &scratch) {
          PatchText.applyPatch($0, key: key)
        }
        addEdits(files, to: &call, workingDirectory: directory)
      }
    case .read, .search, .web, .agent, .mcp, .plan, .other:
      for index in 6...11 {
        if let target = JSONValue.text(arguments, fields[index]) {
          call.fact.target = PathHash(target, key: key)
          if call.fact.kind == .read || call.fact.kind == .search {
            call.fact.aim = SelfMetering.aim(ofPath: target)
          }
          break
        }
      }
    }
  }

  /// A command is one string, or a vector of which `bash -lc` leaves the last.
  private func commandText(_ bytes: Span<UInt8>, _ range: Range<Int>?) throws(JSONScanError) -> String? {
    guard let range else { return nil }
    if let string = JSONValue.string(bytes, range) { return JSONCursor(bytes).decoded(string) }
    guard JSONValue.kind(bytes, range) == .array else { return nil }
    var words: [String] = []
    var cursor = JSONCursor(bytes, at: range.lowerBound)
    try cursor.enterArray()
    while try cursor.nextElement() {
      if let word = try cursor.stringIfPresent() { words.append(cursor.decoded(word)) }
    }
    if words.count == 3, words[1].hasPrefix("-"), words[1].hasSuffix("c") { return words[2] }
    return words.joined(separator: " ")
  }

  private mutating func take(_ command: String, in directory: String?, of call: inout CodexCall) {
    let judged = CommandLine.judge(command)
    call.fact.command = judged.kind
    call.fact.aim = SelfMetering.aim(ofCommand: command)
    call.makesCommit = judged.makesCommit
    if judged.makesCommit { call.subjects = CommitMessage.subjects(in: command, key: key) }
    var command = command
    let key = key
    let found = command.withUTF8 { text in
      let appliesPatch =
        PatchText.contains(text, "*** Begin Patch")
        && (PatchText.contains(text, "apply_patch") || PatchText.contains(text, "applypatch"))
      return (
        opensRequest: PatchText.contains(text, "gh pr create") || PatchText.contains(text, "glab mr create"),
        patch: appliesPatch ? PatchText.applyPatch(text, key: key) : nil,
        hasDocument: PatchText.contains(text, "<<")
      )
    }
    call.makesPullRequest = found.opensRequest
    if let patch = found.patch {
      addEdits(patch, to: &call, workingDirectory: directory)
    } else if found.hasDocument, let written = HereDocument.written(by: command, key: key) {
      addEdits([FilePatch(path: written.path, added: written.lines)], to: &call, workingDirectory: directory)
    }
    if call.fact.target == nil, let target = judged.target {
      call.fact.target = PathHash(target.absolute(in: directory), key: key)
    }
  }

  func addEdits(_ files: [FilePatch], to call: inout CodexCall, workingDirectory: String?) {
    for (index, file) in files.enumerated() where !file.added.isEmpty || !file.removed.isEmpty {
      call.edits.append(
        EditFact(
          id: Key128(part: index, of: call.fact.id), turn: call.fact.turn, at: call.fact.at,
          path: PathHash(file.path.absolute(in: workingDirectory), key: key), added: file.added,
          removed: file.removed))
    }
    if call.fact.target == nil { call.fact.target = call.edits.first?.path }
  }

  // MARK: Keeping

  mutating func beginCall(
    _ name: String, _ callID: String?, isMCP: Bool, _ instant: Instant, _ batch: inout FactBatch
  ) -> CodexCall {
    ensureTurn(at: instant, &batch)
    state.turn?.extend(to: instant)
    let turn = state.turn?.id ?? Key128(high: 0, low: 0)
    let identifier: String
    if let callID {
      identifier = callID
    } else {
      state.unnamedCalls &+= 1
      identifier = "#\(state.unnamedCalls)"
    }
    // Some providers number the calls of each conversation, so the task or thread belongs to the name.
    let owner = state.turn?.task ?? state.root ?? state.thread ?? ""
    return CodexCall(
      callID: identifier,
      fact: ToolCallFact(
        id: Key128(space: "codex/call", "\(owner)/\(identifier)"), turn: turn, at: instant, name: name,
        kind: isMCP ? .mcp : kind(of: name)))
  }

  private mutating func hold(_ call: CodexCall, _ batch: inout FactBatch) {
    batch.addMessages(call.subjects, turn: call.fact.turn, at: call.fact.at)
    state.pending.removeAll { $0.callID == call.callID }
    if state.pending.count >= CodexState.maximumPending { emit(state.pending.removeFirst(), &batch) }
    state.pending.append(call)
  }

  func emit(_ call: CodexCall, _ batch: inout FactBatch) {
    batch.toolCalls.append(call.fact)
    for var edit in call.edits {
      edit.exit = call.fact.exit
      batch.edits.append(edit)
    }
  }

  private func isServer(_ unit: Span<UInt8>, _ namespace: Range<Int>?) -> Bool {
    JSONValue.text(unit, namespace, limit: 200)?.hasPrefix("mcp") ?? false
  }

  private func kind(of name: String) -> ToolCallKind {
    switch name {
    case "shell_command", "container.exec", "unified_exec", "local_shell": .command
    case "list_dir", "grep_files": .search
    case "send_input", "send_message", "close_agent", "resume_agent", "wait_agent", "list_agents": .agent
    default: hasDoubleUnderscore(name) ? .mcp : ToolNames.kind(of: name)
    }
  }

  /// As in the names of a server's tools, `server__tool`.
  private func hasDoubleUnderscore(_ name: String) -> Bool {
    var previous: UInt8 = 0
    for byte in name.utf8 {
      if byte == 0x5F, previous == 0x5F { return true }
      previous = byte
    }
    return false
  }
}
