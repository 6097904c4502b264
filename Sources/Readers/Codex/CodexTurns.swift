import JSONScan
import Ledger

/// Turns: one user message and all that Codex did until the next.
///
/// A task (`task_started` … `task_complete`) may take further messages while it runs; each is a turn.
extension CodexReader {
  mutating func readTaskStarted(_ unit: Span<UInt8>, _ at: Int, _ instant: Instant) throws(JSONScanError) {
    let fields = try JSONFields(unit, at: at, ["turn_id", "turn_attribution"])
    guard let task = JSONValue.text(unit, fields[0], limit: 200) else { return }
    beginTask(task, at: instant)
  }

  mutating func beginTask(_ task: String, at instant: Instant) {
    guard state.turn?.task != task, state.task?.id != task else { return }
    state.task = (task, instant)
  }

  mutating func readTaskComplete(
    _ unit: Span<UInt8>, _ at: Int, _ instant: Instant, _ batch: inout FactBatch
  ) throws(JSONScanError) {
    let task = JSONValue.text(unit, try JSONFields(unit, at: at, ["turn_id"])[0], limit: 200)
    guard var turn = state.turn, task == nil || turn.task == task else { return }
    turn.extend(to: instant)
    turn.completed = true
    if turn.outputBytes > 0 { reportUnknownUsage(&turn, &batch) }
    state.lastAnswer = turn.ended
    state.turn = turn
  }

  mutating func readTurnAborted(_ instant: Instant, _ batch: inout FactBatch) {
    for index in state.pending.indices where state.pending[index].fact.exit == .unknown {
      state.pending[index].fact.exit = .interrupted
    }
    guard state.turn != nil else { return }
    state.turn?.interrupted = true
    state.turn?.completed = true
    state.turn?.extend(to: instant)
    state.lastAnswer = state.turn?.ended
  }

  /// The event that stands for each message somebody really sent.
  mutating func readUserMessage(
    _ unit: Span<UInt8>, _ at: Int, _ instant: Instant, _ batch: inout FactBatch
  ) throws(JSONScanError) {
    let fields = try JSONFields(unit, at: at, ["message", "kind"])
    if JSONValue.kind(unit, fields[1]) == .string, !JSONValue.equals(unit, fields[1], "plain") { return }
    state.writesUserEvents = true
    state.candidate = nil
    beginTurn(at: instant, &batch)
    appendPrompt(unit, fields[0])
  }

  /// The `UserMessage` item of versions since 0.149, in place of the event.
  mutating func readUserItem(
    _ unit: Span<UInt8>, _ content: Range<Int>?, _ instant: Instant, _ batch: inout FactBatch
  ) throws(JSONScanError) {
    state.writesUserEvents = true
    state.candidate = nil
    beginTurn(at: instant, &batch)
    for text in try texts(unit, content) { appendPrompt(unit, text) }
  }

  /// A message as model input or output.
  mutating func readMessage(
    _ unit: Span<UInt8>, _ at: Int, _ instant: Instant, _ batch: inout FactBatch
  ) throws(JSONScanError) {
    let fields = try JSONFields(unit, at: at, ["role", "content"])
    if JSONValue.equals(unit, fields[0], "assistant") {
      ensureTurn(at: instant, &batch)
      for range in try texts(unit, fields[1]) {
        guard let string = JSONValue.string(unit, range) else { continue }
        JSONCursor(unit).withUTF8(string, scratch: &scratch) { state.turn?.appendOutput($0) }
      }
      state.turn?.extend(to: instant)
      state.lastAnswer = state.turn?.ended
    } else if JSONValue.equals(unit, fields[0], "user"), !state.writesUserEvents {
      let parts = try texts(unit, fields[1])
      guard !parts.contains(where: { isInserted(unit, $0) }) else { return }
      var candidate = newTurn(id: Key128(high: 0, low: 0), task: nil, at: instant)
      for range in parts {
        guard let string = JSONValue.string(unit, range) else { continue }
        JSONCursor(unit).withUTF8(string, scratch: &scratch) { candidate.appendPrompt($0) }
      }
      state.candidate = candidate
    }
  }

  /// Makes sure that what happens now has a turn: of a message seen only as model input, or of a task
  /// without any message, such as a compaction.
  mutating func ensureTurn(at instant: Instant, _ batch: inout FactBatch) {
    if let candidate = state.candidate, !state.writesUserEvents {
      state.candidate = nil
      beginTurn(at: candidate.started, prompt: candidate, &batch)
    } else if let task = state.task {
      beginTurn(at: task.at, trigger: state.trigger == .person ? .unknown : state.trigger, &batch)
    } else if state.turn == nil {
      beginTurn(at: instant, trigger: state.trigger == .person ? .unknown : state.trigger, &batch)
    }
  }

  // MARK: Inside

  private mutating func beginTurn(
    at instant: Instant, trigger: TurnTrigger? = nil, prompt: TurnUnderway? = nil,
    _ batch: inout FactBatch
  ) {
    let task: String?
    let name: String
    if let begun = state.task {
      task = begun.id
      name = begun.id
      state.steerCount = 0
    } else if let running = state.turn, !running.completed, let id = running.task {
      task = id
      state.steerCount &+= 1
      name = "\(id)#\(state.steerCount)"
    } else {
      task = nil
      state.turnCount &+= 1
      name = "\(state.thread ?? "")#\(state.turnCount)"
    }
    if var done = state.turn {
      if done.outputBytes > 0, !done.interrupted, done.task == nil || done.task != task {
        reportUnknownUsage(&done, &batch)
      }
      batch.turns.append(done.fact(session: state.sessionID, ownerRank: state.ownerRank))
    }
    state.task = nil
    let id = Key128(space: "codex/turn", name)
    if var prompt {
      prompt.id = id
      prompt.task = task
      state.turn = prompt
    } else {
      state.turn = newTurn(id: id, task: task, at: instant)
    }
    state.turn?.trigger = trigger ?? state.trigger
  }

  private func newTurn(id: TurnID, task: String?, at instant: Instant) -> TurnUnderway {
    TurnUnderway(
      id: id, task: task, at: instant, trigger: state.trigger, previousEnd: state.lastAnswer, key: key)
  }

  private mutating func appendPrompt(_ unit: Span<UInt8>, _ range: Range<Int>?) {
    guard let string = JSONValue.string(unit, range) else { return }
    JSONCursor(unit).withUTF8(string, scratch: &scratch) { state.turn?.appendPrompt($0) }
  }

  /// The `text` of each part of a message's content.
  private func texts(_ unit: Span<UInt8>, _ content: Range<Int>?) throws(JSONScanError) -> [Range<Int>] {
    guard let content else { return [] }
    if JSONValue.kind(unit, content) == .string { return [content] }
    guard JSONValue.kind(unit, content) == .array else { return [] }
    var texts: [Range<Int>] = []
    var cursor = JSONCursor(unit, at: content.lowerBound)
    try cursor.enterArray()
    while try cursor.nextElement() {
      let start = cursor.position
      let isObject = cursor.nextKind() == .object
      try cursor.skipValue()
      if isObject, let text = try JSONFields(unit, at: start, ["text"])[0] { texts.append(text) }
    }
    return texts
  }

  /// Whether Codex put the text there itself: context in tags, and the contents of AGENTS.md.
  private func isInserted(_ unit: Span<UInt8>, _ range: Range<Int>) -> Bool {
    guard let string = JSONValue.string(unit, range) else { return false }
    for prefix: StaticString in [
      "<environment_context>", "<user_instructions>", "<INSTRUCTIONS>", "<skill>", "<turn_aborted>",
      "<permissions instructions>", "<user_shell_command>", "<subagent_notification>", "<user_action>",
      "# AGENTS.md instructions",
    ] where string.range.count >= prefix.utf8CodeUnitCount {
      let head = string.range.lowerBound..<string.range.lowerBound + prefix.utf8CodeUnitCount
      if JSONCursor(unit).text(head, equals: prefix) { return true }
    }
    return false
  }
}
