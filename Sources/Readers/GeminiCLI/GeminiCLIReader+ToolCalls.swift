import JSONScan
import Ledger

extension GeminiCLIReader {
  /// The calls of one answer, each with what was asked and what came back.
  mutating func readToolCalls(
    _ text: JSONCursor, turn: TurnID, at: Instant, into message: inout GeminiOpenMessage
  ) throws(JSONScanError) {
    var cursor = text
    guard cursor.nextKind() == .array else { return }
    try cursor.enterArray()
    var ordinal = 0
    while try cursor.nextElement() {
      let call = cursor.extracting(try cursor.skipValue())
      var inner = call
      guard inner.nextKind() == .object else { continue }
      try readToolCall(GeminiToolCall(&inner), call, ordinal: ordinal, turn: turn, at: at, into: &message)
      ordinal += 1
    }
  }

  private mutating func readToolCall(
    _ call: GeminiToolCall, _ cursor: JSONCursor, ordinal: Int, turn: TurnID, at answered: Instant,
    into message: inout GeminiOpenMessage
  ) throws(JSONScanError) {
    let name = call.name.map { cursor.decoded($0) } ?? ""
    let at = call.timestamp.flatMap { instant($0, cursor) } ?? answered
    let kind = ToolNames.kind(of: name)
    let text = cursor.extracting(call.arguments ?? 0..<0)
    var inner = text
    let arguments = try GeminiArguments(&inner)
    let output = kind == .command || kind == .edit ? try self.output(of: call, cursor) : ""
    var exit = call.exit
    if kind == .command, exit == .succeeded, let code = Self.exitCode(in: output), code != 0 {
      exit = .failed
    }

    var fact = ToolCallFact(
      id: callID(call, cursor, ordinal: ordinal, message: message.id), turn: turn, at: at, name: name,
      kind: kind, exit: exit)
    if let target = arguments.target.map({ text.decoded($0) }) {
      fact.target = PathHash(target, key: key)
      if kind == .read || kind == .search { fact.aim = SelfMetering.aim(ofPath: target) }
    }
    if kind == .command, let command = arguments.command.map({ text.decoded($0) }) {
      let judged = CommandLine.judge(command)
      fact.command = judged.kind
      fact.aim = SelfMetering.aim(ofCommand: command)
      if fact.target == nil, let target = judged.target {
        fact.target = PathHash(target.absolute(in: state.directory), key: key)
      }
      if judged.makesCommit {
        for subject in CommitMessage.subjects(in: command, key: key) {
          message.mentions.append(
            OutcomeMention(turn: turn, at: at, kind: .message, value: subject.hexadecimal))
        }
      }
      noteOutcomes(
        of: command, makesCommit: judged.makesCommit, output: output, exit: exit, turn: turn, at: at,
        into: &message)
    }
    if kind == .edit {
      var original: [LineHash] = []
      if let range = call.original {
        var text = cursor.extracting(range)
        original = lines(try text.string(), text)
      }
      readEdit(arguments, text, original: original, fact, into: &message)
      if exit == .succeeded, let path = arguments.path.map({ text.decoded($0) }) {
        noteDirectory(path: path, output: output)
      }
    }
    message.toolCalls.append(fact)
  }

  /// What an edit added and removed: `write_file` states the whole new file, and newer versions the old one with
  /// the result; `replace` states both sides of what it replaced.
  private mutating func readEdit(
    _ arguments: GeminiArguments, _ text: JSONCursor, original: [LineHash], _ fact: ToolCallFact,
    into message: inout GeminiOpenMessage
  ) {
    guard let path = fact.target, arguments.content != nil || arguments.newText != nil else { return }
    let new = (arguments.content ?? arguments.newText).map { lines($0, text) } ?? []
    let old = arguments.content != nil ? original : arguments.oldText.map { lines($0, text) } ?? []
    let change = TextLines.difference(from: old, to: new)
    message.edits.append(
      EditFact(
        id: fact.id, turn: fact.turn, at: fact.at, path: path, added: change.added, removed: change.removed,
        exit: fact.exit, changedByPerson: arguments.wasChangedByPerson,
        isWholeFile: arguments.content != nil && original.isEmpty))
  }

  private func noteOutcomes(
    of command: String, makesCommit: Bool, output: String, exit: ExitState, turn: TurnID, at: Instant,
    into message: inout GeminiOpenMessage
  ) {
    guard exit != .rejected else { return }
    if makesCommit {
      for sha in CommandLine.commitsMade(inOutput: output) {
        message.mentions.append(OutcomeMention(turn: turn, at: at, kind: .committed, value: sha))
      }
    }
    if command.contains("pr create") || command.contains("mr create") {
      for address in CommandLine.pullRequests(inOutput: output) {
        message.mentions.append(OutcomeMention(turn: turn, at: at, kind: .pullRequest, value: address))
      }
    }
  }

  /// The recording does not say where the session ran, but an edit does: asked for a relative path, the tool
  /// answers with the absolute one.
  private mutating func noteDirectory(path: String, output: String) {
    guard state.directory == nil, !path.isEmpty, !path.hasPrefix("/"), !path.hasPrefix(".") else { return }
    guard let end = output.firstRange(of: "/" + path)?.lowerBound,
      let start = output[..<end].firstRange(of: ": /")
    else { return }
    state.directory = String(output[output.index(start.lowerBound, offsetBy: 2)..<end])
  }

  /// What a tool answered, without what only the model is to see of a file.
  private mutating func output(of call: GeminiToolCall, _ cursor: JSONCursor) throws(JSONScanError) -> String
  {
    guard let range = call.result else { return "" }
    var text = cursor.extracting(range)
    guard let output = try GeminiToolCall.output(&text) else { return "" }
    return cursor.extracting(range).decoded(output)
  }

  /// `Exit Code: 1` on a line of its own; a command that fails is a call that succeeds.
  private static func exitCode(in output: String) -> Int? {
    guard let mark = output.firstRange(of: "\nExit Code: ") else { return nil }
    return Int(output[mark.upperBound...].prefix { $0 == "-" || $0.isASCII && $0.isNumber })
  }

  private func callID(
    _ call: GeminiToolCall, _ cursor: JSONCursor, ordinal: Int, message: EventID
  ) -> Key128 {
    let id = call.id.map { cursor.decoded($0) } ?? ""
    return id.utf8.count >= 16
      ? Key128(space: "gemini-cli/call", id) : Key128(part: ordinal, of: message)
  }

  private mutating func lines(_ string: JSONString, _ cursor: JSONCursor) -> [LineHash] {
    let key = key
    return cursor.withUTF8(string, scratch: &scratch) { TextLines.hashes($0, key: key) }
  }
}
