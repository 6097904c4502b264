import JSONScan
import Ledger

/// Turns: one user message and all that the CLI did until the next.
extension CopilotCLIReader {
  mutating func readUserMessage(
    _ unit: Span<UInt8>, _ at: Int, _ instant: Instant, _ eventID: String?, _ batch: inout FactBatch
  ) throws(JSONScanError) {
    let fields = try JSONFields(
      unit, at: at, ["content", "interactionId", "source", "isAutopilotContinuation", "agentMode"])
    var name = JSONValue.text(unit, fields[1], limit: 200)
    // A message sent into a running interaction begins a turn of its own.
    if name == nil || state.turn?.task == name { name = eventID ?? name }
    beginTurn(name, at: instant, &batch)
    if JSONValue.boolean(unit, fields[3]) == true {
      state.turn?.trigger = .hook
    } else if let source = JSONValue.text(unit, fields[2], limit: 200) {
      let trigger = trigger(source)
      state.turn?.trigger = trigger
    } else if let mode = JSONValue.text(unit, fields[4], limit: 200), Self.attended.contains(mode) {
      state.turn?.trigger = .person
    }
    if let content = JSONValue.string(unit, fields[0]), var turn = state.turn {
      JSONCursor(unit).withUTF8(content, scratch: &scratch) { turn.appendPrompt($0) }
      state.turn = turn
    }
  }

  mutating func readAbort(_ instant: Instant) {
    for index in state.pending.indices { state.pending[index].fact.exit = .interrupted }
    state.turn?.interrupted = true
    state.turn?.extend(to: instant)
    state.lastAnswer = state.turn?.ended ?? state.lastAnswer
  }

  /// Makes sure that what happens now has a turn, in a file that begins in the middle.
  mutating func ensureTurn(_ interaction: String?, at instant: Instant, _ batch: inout FactBatch) {
    if state.turn == nil { beginTurn(interaction, at: instant, &batch) }
  }

  // MARK: Inside

  private mutating func beginTurn(_ name: String?, at instant: Instant, _ batch: inout FactBatch) {
    if let done = state.turn {
      batch.turns.append(done.fact(session: state.sessionID, ownerRank: state.ownerRank))
    }
    state.turnCount &+= 1
    let identifier = name ?? "\(state.name ?? "")#\(state.turnCount)"
    // Without a mode or a source the file does not say whether a message was typed or came from a program.
    state.turn = TurnUnderway(
      id: Key128(space: "copilot-cli/turn", identifier), task: name, at: instant, trigger: .unknown,
      previousEnd: state.lastAnswer, key: key)
  }

  /// Modes in which the CLI answers to somebody who is there. Its screen writes one with each message; messages that a
  /// program hands over (`--prompt`, the SDK) have none in any of the samples. On autopilot nobody need be there.
  private static let attended: Set<String> = ["interactive", "plan", "shell"]

  /// `source` names what sent a message in place of the person: `user`, `schedule-…`, `skill-…`, `system`.
  private func trigger(_ source: String) -> TurnTrigger {
    if source == "user" { return .person }
    if source.hasPrefix("schedule") { return .schedule }
    if source.hasPrefix("agent") || source.hasPrefix("subagent") { return .agent }
    return .hook
  }
}
