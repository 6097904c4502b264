import JSONScan
import Ledger

/// How tool calls ended: exit states, the commits their output names, and what was really applied.
extension CodexReader {
  mutating func readCallOutput(
    _ unit: Span<UInt8>, _ at: Int, _ instant: Instant, _ batch: inout FactBatch
  ) throws(JSONScanError) {
    let fields = try JSONFields(unit, at: at, ["call_id", "output"])
    guard let id = JSONValue.text(unit, fields[0], limit: 200) else { return }
    state.turn?.extend(to: instant)
    // A result whose call was never seen (a truncated file) says nothing that can be placed.
    guard let index = state.pending.firstIndex(where: { $0.callID == id }) else { return }
    var call = state.pending.remove(at: index)
    let output = try CodexOutput(unit, fields[1], isCommand: call.fact.kind == .command, scratch: &scratch)
    if call.fact.exit == .unknown || output.exit == .failed { call.fact.exit = output.exit }
    if let success = output.stated { call.fact.exit = success ? .succeeded : .failed }
    var maker = call
    if call.isPoll {
      maker = endBackgroundCommand(call, output, &batch) ?? call
    } else if let process = output.process {
      call.process = process
      if state.running.count >= CodexState.maximumRunning { emit(state.running.removeFirst(), &batch) }
      state.running.append(call)
    }
    if maker.makesCommit || maker.makesPullRequest, let text = output.text(unit) {
      mention(text, of: maker, at: instant, &batch)
    }
    emit(call, &batch)
  }

  /// The background command that a poll was about; it is handed over again if it has ended.
  private mutating func endBackgroundCommand(
    _ poll: CodexCall, _ output: CodexOutput, _ batch: inout FactBatch
  ) -> CodexCall? {
    guard let index = state.running.firstIndex(where: { $0.process == poll.process }) else { return nil }
    guard output.process == nil else { return state.running[index] }
    var command = state.running.remove(at: index)
    command.fact.exit = output.exit
    emit(command, &batch)
    return command
  }

  private func mention(
    _ output: String, of call: CodexCall, at instant: Instant, _ batch: inout FactBatch
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

  /// `item_completed` (since 0.149) carries what several events did before.
  mutating func readItem(
    _ unit: Span<UInt8>, _ at: Int, _ instant: Instant, _ batch: inout FactBatch
  ) throws(JSONScanError) {
    guard let item = try JSONFields(unit, at: at, ["item"])[0], JSONValue.kind(unit, item) == .object
    else { return }
    var cursor = JSONCursor(unit, at: item.lowerBound)
    try cursor.enterObject()
    while let key = try cursor.nextKey() {
      guard cursor.text(key, equals: "type") else {
        try cursor.skipValue()
        continue
      }
      guard let type = try cursor.stringIfPresent() else { return }
      if cursor.text(type, equals: "UserMessage") {
        try readUserItem(unit, try JSONFields(unit, at: item.lowerBound, ["content"])[0], instant, &batch)
      } else if cursor.text(type, equals: "CommandExecution") {
        try readCommandItem(unit, item.lowerBound)
      } else if cursor.text(type, equals: "FileChange") {
        try readPatchEnd(unit, item.lowerBound, instant, &batch)
      } else if cursor.text(type, equals: "WebSearch") {
        try readWebSearch(unit, item.lowerBound, instant, &batch)
      } else if cursor.text(type, equals: "McpToolCall") {
        try readToolServerEnd(unit, item.lowerBound)
      }
      return
    }
  }

  private mutating func readCommandItem(_ unit: Span<UInt8>, _ at: Int) throws(JSONScanError) {
    let fields = try JSONFields(unit, at: at, ["id", "exit_code", "status"])
    guard let index = pendingIndex(unit, fields[0]) else { return }
    if let code = JSONValue.integer(unit, fields[1]) {
      state.pending[index].fact.exit = code == 0 ? .succeeded : .failed
    }
    if JSONValue.equals(unit, fields[2], "declined") { state.pending[index].fact.exit = .rejected }
  }

  /// `patch_apply_end` and the `FileChange` item: whether a patch was applied, and what it did.
  mutating func readPatchEnd(
    _ unit: Span<UInt8>, _ at: Int, _ instant: Instant, _ batch: inout FactBatch
  ) throws(JSONScanError) {
    let fields = try JSONFields(unit, at: at, ["call_id", "id", "success", "status", "changes"])
    var exit = ExitState.unknown
    if let success = JSONValue.boolean(unit, fields[2]) { exit = success ? .succeeded : .failed }
    if JSONValue.equals(unit, fields[3], "completed") { exit = .succeeded }
    if JSONValue.equals(unit, fields[3], "failed") { exit = .failed }
    if JSONValue.equals(unit, fields[3], "declined") { exit = .rejected }
    if let index = pendingIndex(unit, fields[0] ?? fields[1]) {
      state.pending[index].fact.exit = exit
      if state.pending[index].edits.isEmpty {
        let files = try changes(unit, fields[4])
        addEdits(files, to: &state.pending[index], workingDirectory: state.directory)
      }
    }
  }

  /// `mcp_tool_call_end`: only says that the call went to a server, and whether it worked.
  mutating func readToolServerEnd(_ unit: Span<UInt8>, _ at: Int) throws(JSONScanError) {
    let fields = try JSONFields(unit, at: at, ["call_id", "id", "result", "status"])
    guard let index = pendingIndex(unit, fields[0] ?? fields[1]) else { return }
    state.pending[index].fact.kind = .mcp
    if let result = fields[2], JSONValue.kind(unit, result) == .object {
      let outcome = try JSONFields(unit, at: result.lowerBound, ["Ok", "Err"])
      if outcome[0] != nil { state.pending[index].fact.exit = .succeeded }
      if outcome[1] != nil { state.pending[index].fact.exit = .failed }
    }
    if JSONValue.equals(unit, fields[3], "failed") { state.pending[index].fact.exit = .failed }
  }

  // MARK: Inside

  private func pendingIndex(_ unit: Span<UInt8>, _ id: Range<Int>?) -> Int? {
    guard let id = JSONValue.text(unit, id, limit: 200) else { return nil }
    return state.pending.firstIndex { $0.callID == id }
  }

  /// `{path: {type: add|delete, content} | {type: update, unified_diff, move_path}}`.
  private mutating func changes(_ unit: Span<UInt8>, _ range: Range<Int>?) throws(JSONScanError)
    -> [FilePatch]
  {
    guard let range, JSONValue.kind(unit, range) == .object else { return [] }
    var files: [FilePatch] = []
    var cursor = JSONCursor(unit, at: range.lowerBound)
    let key = key
    try cursor.enterObject()
    while let path = try cursor.nextKey() {
      let change = try cursor.skipValue()
      guard JSONValue.kind(unit, change) == .object else { continue }
      let fields = try JSONFields(
        unit, at: change.lowerBound, ["type", "content", "unified_diff", "move_path"])
      var file = FilePatch(path: cursor.decoded(JSONString(range: path)))
      if let moved = JSONValue.text(unit, fields[3]) { file.path = moved }
      if let diff = JSONValue.string(unit, fields[2]) {
        (file.added, file.removed) = JSONCursor(unit).withUTF8(diff, scratch: &scratch) {
          PatchText.unifiedDiff($0, key: key)
        }
      } else if let content = JSONValue.string(unit, fields[1]) {
        let lines = JSONCursor(unit).withUTF8(content, scratch: &scratch) { TextLines.hashes($0, key: key) }
        if JSONValue.equals(unit, fields[0], "delete") { file.removed = lines } else { file.added = lines }
      }
      files.append(file)
    }
    return files
  }
}
