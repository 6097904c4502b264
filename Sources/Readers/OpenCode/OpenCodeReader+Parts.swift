import JSONScan
import Ledger

extension OpenCodeReader {
  mutating func readPart(
    _ text: JSONCursor, of messageName: String?, number: Int, into batch: inout FactBatch
  ) throws(JSONScanError) {
    var cursor = text
    let record = try OpenCodeRecord(&cursor)
    // Parts of copies, and of messages that were broken, have none.
    guard let message = state.message else { return }
    if let name = record.messageID.map({ text.decoded($0) }) ?? messageName, name != message.name { return }
    guard let type = record.type else {
      unknownRecords += 1
      return
    }
    if text.text(type, equals: "text") {
      readText(record, text, of: message)
    } else if text.text(type, equals: "tool") {
      try readTool(record, text, of: message, into: &batch)
    } else if text.text(type, equals: "step-finish") {
      try readStep(record, text, number: number, of: message, into: &batch)
    } else if text.text(type, equals: "compaction") {
      state.hasSyntheticText = true
    } else if !Self.otherTypes.contains(where: { text.text(type, equals: $0) }) {
      unknownRecords += 1
    }
  }

  /// Known, and nothing in them is of use. (`patch` names a tree of OpenCode's own snapshots, not a commit.)
  private static let otherTypes: [StaticString] = [
    "reasoning", "file", "step-start", "snapshot", "patch", "agent", "subtask", "retry",
  ]

  private mutating func readText(_ record: OpenCodeRecord, _ text: JSONCursor, of message: OpenMessage) {
    guard let string = record.text, message.turn != nil, state.turn?.id == message.turn else { return }
    if record.isSynthetic {
      if !message.isAnswer { state.hasSyntheticText = true }
      return
    }
    if !message.isAnswer { state.hasWrittenText = true }
    text.withUTF8(string, scratch: &scratch) { bytes in
      if message.isAnswer { state.turn?.appendOutput(bytes) } else { state.turn?.appendPrompt(bytes) }
    }
  }

  private mutating func readStep(
    _ record: OpenCodeRecord, _ text: JSONCursor, number: Int, of message: OpenMessage,
    into batch: inout FactBatch
  ) throws(JSONScanError) {
    guard let range = record.tokens else { return }
    var cursor = text.extracting(range)
    let tokens = try OpenCodeTokens(&cursor)
    switch tokens.counts(version: state.session?.version, provider: message.provider) {
    case .known(let counts):
      state.message?.steps += counts
      state.message?.stepCount += 1
    case .impossible:
      batch.diagnostics.append(
        Diagnostic(kind: .impossibleCount, line: number, detail: "the tokens of a step cannot be"))
    case .missing: break
    }
  }

  // MARK: Tools

  private mutating func readTool(
    _ record: OpenCodeRecord, _ text: JSONCursor, of message: OpenMessage, into batch: inout FactBatch
  ) throws(JSONScanError) {
    guard let turn = message.turn, let tool = record.tool, let range = record.state else { return }
    let body = text.extracting(range)
    var cursor = body
    guard cursor.nextKind() == .object else { return }
    let call = try OpenCodeToolState(&cursor)
    let name = text.decoded(tool)
    let kind = ToolNames.kind(of: name)
    var exit = call.exit(body)
    if kind == .command, exit == .succeeded, let code = call.exitCode, code != 0 { exit = .failed }
    let at = call.started ?? message.at
    if let ended = call.ended { noteEnd(ended, of: message) }

    var fact = ToolCallFact(
      id: callID(record, text, of: message), turn: turn, at: at, name: name, kind: kind, exit: exit)
    if let target = call.target.map({ body.decoded($0) }) {
      fact.target = PathHash(target, key: key)
      if kind == .read || kind == .search { fact.aim = SelfMetering.aim(ofPath: target) }
    }
    if kind == .command, let command = call.command.map({ body.decoded($0) }) {
      let judged = CommandLine.judge(command)
      fact.command = judged.kind
      fact.aim = SelfMetering.aim(ofCommand: command)
      if fact.target == nil, let target = judged.target {
        fact.target = PathHash(target.absolute(in: state.session?.fact.directory), key: key)
      }
      if judged.makesCommit {
        batch.addMessages(CommitMessage.subjects(in: command, key: key), turn: turn, at: at)
      }
      noteOutcomes(of: command, makesCommit: judged.makesCommit, call, body, fact, into: &batch)
    }
    if kind == .edit { readEdit(call, body, fact, into: &batch) }
    batch.toolCalls.append(fact)
  }

  private mutating func noteEnd(_ ended: Instant, of message: OpenMessage) {
    state.session?.fact.extend(to: ended)
    if state.turn?.id == message.turn { state.turn?.extend(to: ended) }
  }

  private func noteOutcomes(
    of command: String, makesCommit: Bool, _ call: OpenCodeToolState, _ body: JSONCursor,
    _ fact: ToolCallFact,
    into batch: inout FactBatch
  ) {
    guard fact.exit != .rejected, let output = call.output else { return }
    func mention(_ kind: OutcomeMention.Kind, _ values: [String]) {
      for value in values {
        batch.mentions.append(OutcomeMention(turn: fact.turn, at: fact.at, kind: kind, value: value))
      }
    }
    if makesCommit {
      mention(.committed, CommandLine.commitsMade(inOutput: body.decoded(output)))
    }
    if command.contains("pr create") || command.contains("mr create") {
      mention(.pullRequest, CommandLine.pullRequests(inOutput: body.decoded(output)))
    }
  }

  /// What an edit added and removed: both sides of a replacement, the whole of a written file, or a patch.
  private mutating func readEdit(
    _ call: OpenCodeToolState, _ body: JSONCursor, _ fact: ToolCallFact, into batch: inout FactBatch
  ) {
    let key = key
    if let patch = call.patch {
      let files = body.withUTF8(patch, scratch: &scratch) { PatchText.applyPatch($0, key: key) }
      for (index, file) in files.enumerated() {
        batch.edits.append(
          EditFact(
            id: Key128(part: index, of: fact.id), turn: fact.turn, at: fact.at,
            path: PathHash(file.path, key: key), added: file.added, removed: file.removed, exit: fact.exit))
      }
      return
    }
    guard let path = fact.target, !call.newTexts.isEmpty else { return }
    var added: [LineHash] = []
    var removed: [LineHash] = []
    for (old, new) in call.newTexts {
      let change = TextLines.difference(from: old.map { lines($0, body) } ?? [], to: lines(new, body))
      added += change.added
      removed += change.removed
    }
    batch.edits.append(
      EditFact(
        id: fact.id, turn: fact.turn, at: fact.at, path: path, added: added, removed: removed,
        exit: fact.exit,
        isWholeFile: call.newTexts.contains { $0.old == nil }))
  }

  private mutating func lines(_ string: JSONString, _ cursor: JSONCursor) -> [LineHash] {
    let key = key
    return cursor.withUTF8(string, scratch: &scratch) { TextLines.hashes($0, key: key) }
  }

  /// From the provider's call identifier where it is long enough to be unique.
  private func callID(_ record: OpenCodeRecord, _ text: JSONCursor, of message: OpenMessage) -> Key128 {
    let id = (record.callID ?? record.id).map { text.decoded($0) } ?? ""
    return Key128(space: "opencode/call", id.utf8.count >= 16 ? id : "\(message.name)/\(id)")
  }
}
