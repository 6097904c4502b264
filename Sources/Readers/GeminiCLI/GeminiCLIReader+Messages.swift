import JSONScan
import Ledger

extension GeminiCLIReader {
  // MARK: What a person or the tool says

  mutating func readUser(
    _ record: GeminiRecord, _ cursor: JSONCursor, line: Int, into batch: inout FactBatch
  ) throws(JSONScanError) {
    guard let at = time(of: record, cursor, line: line, into: &batch) else { return }
    let id = TurnID(space: "gemini-cli/turn", identifier(record.id, cursor, at: at))
    closeMessage(into: &batch)
    var turn = TurnUnderway(
      id: id, task: nil, at: at, trigger: state.isSubagent ? .agent : .person,
      previousEnd: state.lastAnswer, key: key)
    if let content = record.content {
      var text = cursor.extracting(content)
      let hasToolAnswer = try GeminiText.forEach(&text, scratch: &scratch) { turn.appendPrompt($0) }
      // The history has tools' answers as messages of the user's.
      if hasToolAnswer, turn.promptBytes == 0 { return }
    }
    // The same message again: the turn it began is still the one that is open.
    guard state.turn?.id != id else { return }
    if let before = state.turn { batch.turns.append(fact(of: before)) }
    state.turn = turn
    noteSession(at: at)
  }

  mutating func readNotice(_ record: GeminiRecord, _ cursor: JSONCursor) throws(JSONScanError) {
    guard let content = record.content, state.turn != nil else { return }
    var text = cursor.extracting(content)
    var wasCancelled = false
    try GeminiText.forEach(&text, scratch: &scratch) { bytes in
      if bytes.starts(with: "Request cancelled".utf8) { wasCancelled = true }
    }
    if wasCancelled { state.turn?.interrupted = true }
  }

  // MARK: Answers

  mutating func readAnswer(
    _ record: GeminiRecord, _ cursor: JSONCursor, line: Int, into batch: inout FactBatch
  ) throws(JSONScanError) {
    guard let at = time(of: record, cursor, line: line, into: &batch) else { return }
    let id = EventID(space: "gemini-cli/message", identifier(record.id, cursor, at: at))
    let isRepeated = state.message?.id == id
    if !isRepeated { closeMessage(into: &batch) }
    noteSession(at: at)

    var message = GeminiOpenMessage(id: id)
    let turn = state.known[id] ?? state.turn?.id
    message.usage = try usage(record, cursor, id: id, turn: turn, at: at, line: line, into: &batch)
    if let turn {
      if let content = record.content, !isRepeated, state.known[id] == nil {
        var text = cursor.extracting(content)
        try GeminiText.forEach(&text, scratch: &scratch) { state.turn?.appendOutput($0) }
      }
      if let calls = record.toolCalls {
        try readToolCalls(cursor.extracting(calls), turn: turn, at: at, into: &message)
      }
    }
    state.message = message
    let end = message.toolCalls.map(\.at).max().map { max($0, at) } ?? at
    if state.known[id] == nil { state.turn?.extend(to: end) }
    state.lastAnswer = state.lastAnswer.map { max($0, end) } ?? end
    noteSession(at: end)
  }

  /// The call that a message reports; `nil` for one that the tool made up (it names no model).
  private mutating func usage(
    _ record: GeminiRecord, _ cursor: JSONCursor, id: EventID, turn: TurnID?, at: Instant, line: Int,
    into batch: inout FactBatch
  ) throws(JSONScanError) -> UsageRecord? {
    var counts = TokenCounts()
    var tokens = GeminiTokens.missing
    if let range = record.tokens {
      var text = cursor.extracting(range)
      tokens = try GeminiTokens(&text)
    }
    let isUnnamed = record.model?.isEmpty ?? true
    var problem: Diagnostic?
    switch tokens {
    case .known(let known, let addsUp):
      counts = known
      if !addsUp {
        problem = Diagnostic(
          kind: .impossibleCount, line: line,
          detail: "the tokens do not add up to their total; they were taken")
      }
    case .missing:
      if isUnnamed { return nil }
      problem = Diagnostic(kind: .usageMissing, line: line, detail: "an answer without tokens")
    case .impossible:
      problem = Diagnostic(kind: .impossibleCount, line: line, detail: "the tokens of an answer cannot be")
    }
    // A line may come before its tokens: what it lacks is counted once it is known to stay so.
    state.messageProblem = problem
    return UsageRecord(
      id: id, session: sessionID, ownerRank: ownerRank(at), turn: turn, at: at, tool: .geminiCLI,
      model: isUnnamed ? nil : record.model.map { cursor.decoded($0) }, counts: counts)
  }

  // MARK: Handing over

  /// Hands over the open answer and forgets it.
  mutating func closeMessage(into batch: inout FactBatch) {
    handOverMessage(into: &batch)
    reportProblem(into: &batch)
    guard let message = state.message.take() else { return }
    if state.known.count >= Self.maximumKnown { state.known.removeAll() }
    state.known.updateValue(message.usage?.turn, forKey: message.id)
  }

  mutating func reportProblem(into batch: inout FactBatch) {
    if let problem = state.messageProblem.take() { batch.diagnostics.append(problem) }
  }

  /// Hands over the open answer as far as it goes; of several reports of one call in a batch the last stands.
  func handOverMessage(into batch: inout FactBatch) {
    guard let message = state.message else { return }
    if let usage = message.usage {
      if state.known[usage.id] != nil, let index = batch.usage.lastIndex(where: { $0.id == usage.id }) {
        batch.usage[index] = usage
      } else {
        batch.usage.append(usage)
      }
    }
    batch.toolCalls += message.toolCalls
    batch.edits += message.edits
    batch.mentions += message.mentions
  }

  func fact(of turn: TurnUnderway) -> TurnFact {
    turn.fact(session: sessionID, ownerRank: ownerRank(turn.started))
  }

  // MARK: Names and times

  func eventID(_ record: GeminiRecord, _ cursor: JSONCursor) -> EventID? {
    guard record.id != nil else { return nil }
    return EventID(
      space: "gemini-cli/message", identifier(record.id, cursor, at: Instant(milliseconds: 0)))
  }

  /// A message's identifier. They are UUIDs, which a resumed session keeps; shorter ones are not unique by
  /// themselves, and for want of any the time must do.
  private func identifier(_ id: JSONString?, _ cursor: JSONCursor, at: Instant) -> String {
    guard let id, !id.isEmpty else { return "\(state.name)/at/\(at.milliseconds)" }
    let text = cursor.decoded(id)
    return text.utf8.count >= 16 ? text : "\(state.name)/\(text)"
  }

  private func ownerRank(_ at: Instant) -> OwnerRank {
    state.isNameStated ? .stated : .fileBegan(state.session?.started ?? at)
  }

  /// The record's time, or that of the record before it.
  private mutating func time(
    of record: GeminiRecord, _ cursor: JSONCursor, line: Int, into batch: inout FactBatch
  ) -> Instant? {
    let stated = record.timestamp.flatMap { instant($0, cursor) }
    if let stated {
      if let last = state.lastTime, last - stated > .days(1) {
        batch.diagnostics.append(
          Diagnostic(kind: .doubtfulTime, line: line, detail: "more than a day before the record before it"))
      }
      state.lastTime = stated
    } else {
      batch.diagnostics.append(
        Diagnostic(
          kind: .doubtfulTime, line: line,
          detail: state.lastTime == nil ? "a message without a time; skipped" : "a message without a time"))
    }
    return stated ?? state.lastTime
  }
}
