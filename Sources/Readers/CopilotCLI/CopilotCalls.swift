import JSONScan
import Ledger

/// Tool calls, from `tool.execution_start` to `tool.execution_complete`, and the edits and commits in them.
extension CopilotCLIReader {
  mutating func readToolStart(
    _ unit: Span<UInt8>, _ at: Int, _ instant: Instant, _ batch: inout FactBatch
  ) throws(JSONScanError) {
    let fields = try JSONFields(
      unit, at: at, ["toolCallId", "toolName", "arguments", "mcpServerName", "model"])
    guard let id = JSONValue.text(unit, fields[0], limit: 200) else { return }
    if let model = JSONValue.text(unit, fields[4], limit: 200) { state.model = state.model ?? model }
    ensureTurn(nil, at: instant, &batch)
    guard let turn = state.turn?.id else { return }
    state.turn?.extend(to: instant)
    let name = JSONValue.text(unit, fields[1], limit: 200) ?? ""
    let isServer = JSONValue.kind(unit, fields[3]) == .string
    var call = CopilotCall(
      callID: id,
      fact: ToolCallFact(
        id: Key128(space: "copilot-cli/call", "\(state.name ?? "")/\(id)"), turn: turn, at: instant,
        name: name, kind: isServer ? .mcp : kind(of: name)))
    if let arguments = fields[2], JSONValue.kind(unit, arguments) == .object {
      try readArguments(unit, arguments.lowerBound, of: &call)
    } else if let text = JSONValue.string(unit, fields[2]) {
      // Some tools take their arguments as text: JSON, or a patch as it is.
      var decoded: [UInt8] = []
      JSONCursor(unit).unescape(text, into: &decoded)
      if decoded.first == 0x7B {
        try? readArguments(decoded.span, 0, of: &call)
      } else {
        let key = key
        addEdits(decoded.withUnsafeBufferPointer { PatchText.applyPatch($0, key: key) }, to: &call)
      }
    }
    batch.addMessages(call.subjects, turn: turn, at: instant)
    state.pending.removeAll { $0.callID == id }
    if state.pending.count >= CopilotState.maximumPending {
      batch.toolCalls.append(state.pending.removeFirst().fact)
    }
    state.pending.append(call)
  }

  mutating func readToolComplete(
    _ unit: Span<UInt8>, _ at: Int, _ instant: Instant, _ batch: inout FactBatch
  ) throws(JSONScanError) {
    let fields = try JSONFields(unit, at: at, ["toolCallId", "success", "result", "error", "model"])
    state.turn?.extend(to: instant)
    if let model = JSONValue.text(unit, fields[4], limit: 200), state.model == nil { state.model = model }
    // A result whose call was never seen (a truncated file) says nothing that can be placed.
    guard let id = JSONValue.text(unit, fields[0], limit: 200),
      let index = state.pending.firstIndex(where: { $0.callID == id })
    else { return }
    var call = state.pending.remove(at: index)
    var output: String?
    var isSuccess = JSONValue.boolean(unit, fields[1])
    if let result = fields[2], JSONValue.kind(unit, result) == .object {
      let parts = try JSONFields(
        unit, at: result.lowerBound, ["content", "detailedContent", "text_result_for_llm", "result_type"])
      output =
        JSONValue.text(unit, parts[0], limit: .max) ?? JSONValue.text(unit, parts[1], limit: .max)
        ?? JSONValue.text(unit, parts[2], limit: .max)
      if isSuccess == nil, parts[3] != nil { isSuccess = JSONValue.equals(unit, parts[3], "success") }
    }
    if let isSuccess { call.fact.exit = isSuccess ? .succeeded : .failed }
    if let error = fields[3], JSONValue.kind(unit, error) == .object {
      let code = try JSONFields(unit, at: error.lowerBound, ["code"])[0]
      if JSONValue.equals(unit, code, "rejected") || JSONValue.equals(unit, code, "denied") {
        call.fact.exit = .rejected
      }
    }
    if call.fact.kind == .command, let output, let code = exitCode(output) {
      call.fact.exit = code == 0 ? .succeeded : .failed
    }
    if let output { mention(output, of: call, at: instant, &batch) }
    batch.toolCalls.append(call.fact)
    for var edit in call.edits {
      edit.exit = call.fact.exit
      batch.edits.append(edit)
    }
  }

  // MARK: Inside

  private mutating func readArguments(
    _ bytes: Span<UInt8>, _ at: Int, of call: inout CopilotCall
  ) throws(JSONScanError) {
    let fields = try JSONFields(
      bytes, at: at,
      [
        "command", "path", "file_text", "old_str", "new_str", "patch", "input", "pattern", "url", "query",
        "insert_text", "content",
      ])
    if let path = JSONValue.text(bytes, fields[1]) {
      call.fact.target = PathHash(path, key: key)
      if call.fact.kind == .read || call.fact.kind == .search {
        call.fact.aim = SelfMetering.aim(ofPath: path)
      }
    }
    switch call.fact.kind {
    case .command:
      guard let command = JSONValue.text(bytes, fields[0], limit: .max) else { return }
      let judged = CommandLine.judge(command)
      call.fact.command = judged.kind
      call.fact.aim = SelfMetering.aim(ofCommand: command)
      call.makesCommit = judged.makesCommit
      if judged.makesCommit { call.subjects = CommitMessage.subjects(in: command, key: key) }
      call.makesPullRequest = command.contains("gh pr create")
      if let written = HereDocument.written(by: command, key: key) {
        addEdits([FilePatch(path: written.path, added: written.lines)], to: &call)
      }
      if call.fact.target == nil, let target = judged.target {
        call.fact.target = PathHash(target.absolute(in: state.directory), key: key)
      }
    case .edit:
      if let patch = JSONValue.string(bytes, fields[5] ?? fields[6]) {
        let key = key
        addEdits(
          JSONCursor(bytes).withUTF8(patch, scratch: &scratch) { PatchText.applyPatch($0, key: key) },
          to: &call)
      } else if let path = JSONValue.text(bytes, fields[1]) {
        let old = lines(bytes, fields[3])
        let new = lines(bytes, fields[2] ?? fields[4] ?? fields[10] ?? fields[11])
        let change = TextLines.difference(from: old, to: new)
        addEdits([FilePatch(path: path, added: change.added, removed: change.removed)], to: &call)
      }
    case .read, .search, .web, .agent, .mcp, .plan, .other:
      for index in 7...9 where call.fact.target == nil {
        call.fact.target = JSONValue.text(bytes, fields[index]).map { PathHash($0, key: key) }
      }
    }
  }

  private mutating func lines(_ bytes: Span<UInt8>, _ range: Range<Int>?) -> [LineHash] {
    guard let text = JSONValue.string(bytes, range) else { return [] }
    let key = key
    return JSONCursor(bytes).withUTF8(text, scratch: &scratch) { TextLines.hashes($0, key: key) }
  }

  private func addEdits(_ files: [FilePatch], to call: inout CopilotCall) {
    for (index, file) in files.enumerated() where !file.added.isEmpty || !file.removed.isEmpty {
      call.edits.append(
        EditFact(
          id: Key128(part: index, of: call.fact.id), turn: call.fact.turn, at: call.fact.at,
          path: PathHash(file.path.absolute(in: state.directory), key: key), added: file.added,
          removed: file.removed))
    }
    if call.fact.target == nil { call.fact.target = call.edits.first?.path }
  }

  private func mention(
    _ output: String, of call: CopilotCall, at instant: Instant, _ batch: inout FactBatch
  ) {
    if call.makesCommit {
      for sha in CommandLine.commitsMade(inOutput: output) {
        batch.mentions.append(
          OutcomeMention(turn: call.fact.turn, at: instant, kind: .committed, value: sha))
      }
    }
    if call.makesPullRequest {
      for address in CommandLine.pullRequests(inOutput: output) {
        batch.mentions.append(
          OutcomeMention(turn: call.fact.turn, at: instant, kind: .pullRequest, value: address))
      }
    }
  }

  /// The shell's result ends with `<exited with exit code 0>`.
  private func exitCode(_ output: String) -> Int? {
    let tail = output.suffix(80)
    guard let sign = tail.firstRange(of: "exited with exit code ") else { return nil }
    return Int(tail[sign.upperBound...].prefix { $0 == "-" || $0.isNumber })
  }

  private func kind(of name: String) -> ToolCallKind {
    if name.hasPrefix("github-mcp-server") || name.contains("__") { return .mcp }
    return ToolNames.kind(of: name)
  }
}
