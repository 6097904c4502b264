import Ledger

/// Claude Code's events (<https://docs.anthropic.com/en/docs/claude-code/monitoring-usage>). Its four classes of tokens
/// are disjoint. Versions since 2.1.119 name the provider's request, as its transcripts do.
extension Gathering {
  mutating func takeClaudeRequest() {
    guard let at = instant() else { return }
    var counts = TokenCounts(
      input: tokens(.inputTokens), cacheRead: tokens(.cacheReadTokens), output: tokens(.outputTokens))
    // Before 2.1.329 cache writes have one count for both lifetimes.
    let written = tokens(.cacheCreationTokens)
    counts.cacheWrite5m = tokens(.cacheCreation5m)
    counts.cacheWrite1h = tokens(.cacheCreation1h)
    if let written {
      let split = (counts.cacheWrite5m ?? 0) + (counts.cacheWrite1h ?? 0)
      if written > split { counts.cacheWrite5m = (counts.cacheWrite5m ?? 0) + (written - split) }
      if split == 0 { counts.cacheWrite5m = counts.cacheWrite5m ?? 0 }
    }
    let request = name(.requestID)
    add(
      counts, by: .claudeCode, at: at, model: .model, id: request.map { .anthropicRequest($0) },
      requestID: request, turn: prompt(.claudeCode),
      service: UsageRecord.Service(isFast: item.equals(.speed, "fast")))
  }

  /// The result of a tool call, or the person's refusal of one.
  mutating func takeClaudeTool() {
    var exit = ExitState.unknown
    if let success = item.truth(.success) {
      exit = success ? .succeeded : .failed
    } else if item.equals(.decision, "reject") {
      exit = .rejected
    } else if !item.has(.success) {
      return passOver()
    }
    takeTool(.claudeCode, name: .toolName, call: .toolUseID, exit: exit)
  }

  // MARK: What the tools have in common

  /// The turn that a record belongs to; `nil` if it does not say.
  ///
  /// Logs name turns otherwise, and know more of them: where a session has turns of its log's, the ledger leaves
  /// telemetry's out.
  func prompt(_ tool: Tool) -> TurnID? {
    switch tool {
    case .claudeCode:
      item.range(.promptID).map { range in item.withText(range) { TurnID(space: "claude-code/prompt", $0) } }
    case .geminiCLI:
      item.range(.promptIDOfGemini).map { range in
        item.withText(range) { TurnID(space: "gemini-cli/prompt", $0) }
      }
    // Each task is a trace of its own, if traces are on.
    case .codex: traceID.map { range in item.withText(range) { TurnID(space: "codex/trace", $0) } }
    case .openCode, .copilotCLI, .cursor, .assayAgent, .other: nil
    }
  }

  private var traceID: Range<Int>? {
    guard let range = item.range(item.traceID), range.count == 16,
      item.text[range].contains(where: { $0 != 0 })
    else { return nil }
    return range
  }

  /// A message to the tool: its length, and when it was. When its turn ended nothing says.
  mutating func takePrompt(_ tool: Tool) {
    guard let at = instant(), let session = session(tool, at: at), session.isNamed else { return }
    let length = item.integer(item[.promptLength]).flatMap {
      (0...TelemetryLimits.tokens).contains($0) ? $0 : nil
    }
    result.facts.turns.append(
      TurnFact(
        id: prompt(tool) ?? contentKey(space: "telemetry/turn", session: session.id), session: session.id,
        ownerRank: .telemetry, started: at, ended: at, trigger: trigger, promptBytes: length ?? 0))
  }

  private var trigger: TurnTrigger {
    if let isInteractive = item.truth(.interactive) { return isInteractive ? .person : .script }
    if item.equals(.originator, "codex_exec") || item.begins(item[.entrypoint], "sdk") { return .script }
    return item.equals(.entrypoint, "cli") || item.has(.originator) ? .person : .unknown
  }

  /// A tool call: its name and how it ended, nothing of what it was given or gave.
  mutating func takeTool(_ tool: Tool, name field: Field, call: Field?, exit: ExitState, isMCP: Bool = false)
  {
    guard let at = instant(), let session = session(tool, at: at) else { return }
    guard let turn = prompt(tool) else { return doubt(.noTurn) }
    guard let name = name(field) else { return passOver() }
    let id: Key128
    if let call, let identifier = self.name(call) {
      id = Key128(space: "telemetry/tool-call", "\(session.id.hexadecimal)/\(identifier)")
    } else {
      id = contentKey(space: "telemetry/tool-call", session: session.id)
    }
    result.facts.toolCalls.append(
      ToolCallFact(
        id: id, turn: turn, at: at, name: name, kind: isMCP ? .mcp : ToolNames.kind(of: name), exit: exit))
    // The commit that the call made, on the results of those that made one.
    if exit == .succeeded, let range = item.range(.revision), (7...64).contains(range.count),
      item.text[range].allSatisfy({ $0 &- 0x30 < 10 || $0 &- 0x61 < 6 })
    {
      result.facts.mentions.append(
        OutcomeMention(turn: turn, at: at, kind: .committed, value: item.string(range)))
    }
  }
}
