import JSONScan
import Ledger

extension OpenCodeReader {
  // MARK: Sessions

  mutating func readSession(
    _ text: JSONCursor, named name: String?, into batch: inout FactBatch
  ) throws(JSONScanError) {
    var cursor = text
    let record = try OpenCodeRecord(&cursor)
    guard let id = record.id.map({ text.decoded($0) }) ?? name, !id.isEmpty else {
      unknownRecords += 1
      return
    }
    beginSession(id, into: &batch)
    guard var session = state.session else { return }
    session.fact.directory = record.directory.map { text.decoded($0) }.flatMap { $0.isEmpty ? nil : $0 }
    session.fact.toolVersion = record.version.map { text.decoded($0) }.flatMap { $0.isEmpty ? nil : $0 }
    session.version = session.fact.toolVersion.flatMap { OpenCodeVersion($0) }
    if let parent = record.parentID, !parent.isEmpty {
      session.fact.parent = .ofOpenCode(text.decoded(parent))
    }
    session.created = record.created
    if let created = record.created { session.fact.extend(to: created) }
    state.session = session
  }

  /// Makes `name` the session that messages belong to, and hands over the one before.
  private mutating func beginSession(_ name: String, into batch: inout FactBatch) {
    if state.session?.fact.name == name { return }
    closeMessage(into: &batch)
    closeTurn(into: &batch)
    if let before = state.session { batch.sessions.append(before.fact) }
    state.lastAnswer = nil
    state.session = OpenSession(
      fact: SessionFact(id: .ofOpenCode(name), tool: .openCode, name: name))
  }

  // MARK: Messages

  mutating func readMessage(
    _ text: JSONCursor, named name: String?, of sessionName: String?, number: Int, into batch: inout FactBatch
  ) throws(JSONScanError) {
    var cursor = text
    let record = try OpenCodeRecord(&cursor)
    closeMessage(into: &batch)
    guard let id = record.id.map({ text.decoded($0) }) ?? name, !id.isEmpty, let role = record.role else {
      unknownRecords += 1
      return
    }
    if let session = record.sessionID.map({ text.decoded($0) }) ?? sessionName {
      beginSession(session, into: &batch)
    } else if state.session == nil {
      beginSession("unknown", into: &batch)
    }
    let isAnswer = text.text(role, equals: "assistant")
    guard isAnswer || text.text(role, equals: "user") else {
      unknownRecords += 1
      return
    }
    if record.created == nil {
      batch.diagnostics.append(
        Diagnostic(kind: .doubtfulTime, line: number, detail: "a message without a time"))
    }
    guard let at = record.created ?? state.lastAnswer ?? state.session?.fact.started else { return }
    let tokens = try tokens(of: record, text)
    if isCopy(record, text, tokens, at: at) { return }
    state.session?.fact.extend(to: at)
    if let directory = record.workingDirectory, state.session?.fact.directory == nil {
      state.session?.fact.directory = text.decoded(directory)
    }
    var message = OpenMessage(name: id, isAnswer: isAnswer, at: at)
    if isAnswer {
      readAnswer(
        record, text, tokens, version: state.session?.version, number: number, into: &message)
    } else {
      beginTurn(id, at: at, into: &batch)
      message.turn = state.turn?.id
    }
    state.message = message
  }

  private mutating func readAnswer(
    _ record: OpenCodeRecord, _ text: JSONCursor, _ tokens: OpenCodeTokens?, version: OpenCodeVersion?,
    number: Int, into message: inout OpenMessage
  ) {
    guard let session = state.session else { return }
    // An answer names the message that it answers.
    message.turn =
      record.parentID.map { TurnID(space: "opencode/turn", text.decoded($0)) } ?? state.turn?.id
    message.provider = record.provider.map { text.decoded($0) }
    let wasAborted = record.error.map { text.text($0, equals: "MessageAbortedError") } ?? false
    var usage = UsageRecord(
      id: EventID(space: "opencode/message", message.name), session: session.fact.id, ownerRank: .stated,
      turn: message.turn, at: message.at, tool: .openCode, model: record.model.map { text.decoded($0) },
      counts: TokenCounts())
    switch tokens?.counts(version: version, provider: message.provider) ?? .missing {
    case .known(let counts): usage.counts = counts
    case .impossible:
      message.problem = Diagnostic(
        kind: .impossibleCount, line: number, detail: "the tokens of an answer cannot be")
    case .missing where record.hasError && !wasAborted: usage.kind = .notBilled
    case .missing:
      message.problem = Diagnostic(kind: .usageMissing, line: number, detail: "an answer without tokens")
    }
    message.usage = usage
    let end = max(record.completed ?? message.at, message.at)
    state.lastAnswer = state.lastAnswer.map { max($0, end) } ?? end
    state.session?.fact.extend(to: end)
    if state.turn?.id == message.turn {
      state.turn?.extend(to: end)
      if wasAborted { state.turn?.interrupted = true }
    }
  }

  /// A call as OpenCode 2 keeps it. What its turns and tools did is not read, so that the session holds usage only.
  mutating func readStepOfVersion2(
    _ text: JSONCursor, number: Int, into batch: inout FactBatch
  ) throws(JSONScanError) {
    var cursor = text
    let record = try OpenCodeRecord(&cursor)
    closeMessage(into: &batch)
    guard let id = record.id.map({ text.decoded($0) }), let session = record.sessionID,
      let at = record.created
    else {
      unknownRecords += 1
      return
    }
    beginSession(text.decoded(session), into: &batch)
    let tokens = try tokens(of: record, text)
    if isCopy(record, text, tokens, at: at) { return }
    state.session?.fact.flags.insert(.usageOnly)
    state.session?.fact.extend(to: at)
    var message = OpenMessage(name: id, isAnswer: true, at: at)
    readAnswer(record, text, tokens, version: .reasoningApart, number: number, into: &message)
    message.turn = nil
    message.usage?.turn = nil
    state.message = message
  }

  private func tokens(of record: OpenCodeRecord, _ text: JSONCursor) throws(JSONScanError) -> OpenCodeTokens?
  {
    guard let range = record.tokens else { return nil }
    var cursor = text.extracting(range)
    return try OpenCodeTokens(&cursor)
  }

  // MARK: Copies

  /// Whether the message was copied into this session by a fork and its original has been read. Notes it otherwise,
  /// so that copies of it will be known.
  private mutating func isCopy(
    _ record: OpenCodeRecord, _ text: JSONCursor, _ tokens: OpenCodeTokens?, at: Instant
  ) -> Bool {
    guard let session = state.session, record.created != nil else { return false }
    let fingerprint = Self.fingerprint(record, text, tokens, at: at)
    if let created = session.created, at < created, let original = state.originals[fingerprint],
      original != session.fact.id
    {
      state.session?.fact.parent = session.fact.parent ?? original
      state.session?.fact.forkedAt = max(session.fact.forkedAt ?? at, at)
      return true
    }
    if state.originals.count < Self.maximumOriginals, state.originals[fingerprint] == nil {
      state.originals[fingerprint] = session.fact.id
    }
    return false
  }

  /// A hash of what a fork keeps of a message: all but the identifiers.
  private static func fingerprint(
    _ record: OpenCodeRecord, _ text: JSONCursor, _ tokens: OpenCodeTokens?, at: Instant
  ) -> UInt64 {
    var hash = SipHash24(key: .names)
    func add(_ value: Int64) {
      for shift in stride(from: Int64(0), to: 64, by: 8) {
        hash.append(UInt8(truncatingIfNeeded: value >> shift))
      }
    }
    add(at.milliseconds)
    add(record.completed?.milliseconds ?? 0)
    for count in [tokens?.input, tokens?.output, tokens?.reasoning, tokens?.cacheRead, tokens?.cacheWrite] {
      add(count?.value ?? -1)
    }
    for string in [record.role, record.model, record.provider] {
      for byte in string.map({ text.rawBytes($0) }) ?? [] { hash.append(byte) }
      hash.append(0)
    }
    return hash.finalize64()
  }

  // MARK: Turns

  private mutating func beginTurn(_ message: String, at: Instant, into batch: inout FactBatch) {
    let id = TurnID(space: "opencode/turn", message)
    guard state.turn?.id != id else { return }
    closeTurn(into: &batch)
    state.turn = TurnUnderway(
      id: id, task: nil, at: at, trigger: state.session?.fact.parent == nil ? .person : .agent,
      previousEnd: state.lastAnswer, key: key)
  }

  private mutating func closeTurn(into batch: inout FactBatch) {
    if let turn = currentTurn { batch.turns.append(turn) }
    state.turn = nil
    state.hasWrittenText = false
    state.hasSyntheticText = false
  }

  /// The open turn as it stands. One that has only text of the tool's own was begun by the tool.
  var currentTurn: TurnFact? {
    guard let session = state.session, var turn = state.turn else { return nil }
    if state.hasSyntheticText, !state.hasWrittenText, turn.trigger == .person { turn.trigger = .hook }
    return turn.fact(session: session.fact.id, ownerRank: .stated)
  }

  // MARK: Handing over

  mutating func closeMessage(into batch: inout FactBatch) {
    handOverMessage(into: &batch)
    state.message = nil
  }

  mutating func handOverMessage(into batch: inout FactBatch) {
    guard let message = state.message, var usage = message.usage else { return }
    if message.stepCount > 0 {
      usage.counts = usage.counts.merged(with: message.steps)
      usage.kind = .itemised
    }
    if usage.counts.isUnknown, let problem = message.problem { batch.diagnostics.append(problem) }
    state.message?.problem = nil
    batch.usage.append(usage)
  }
}
