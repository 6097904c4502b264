import Ledger

/// The tools' counters of tokens. They make no records.
extension Gathering {
  /// Whether the metric that is being read is one.
  var isMeter: Bool {
    item.equals(item.name, "claude_code.token.usage") || item.equals(item.name, "gemini_cli.token.usage")
  }

  mutating func takePoint() {
    let tool: Tool = item.begins(item.name, "claude_code.") ? .claudeCode : .geminiCLI
    guard let at = instant() else { return }
    guard let `class` = meterClass, let count = item.integer(item.number),
      (0...TelemetryLimits.tokens).contains(count)
    else { return passOver() }
    let started = Instant(milliseconds: Int64(item.startTime / 1_000_000))
    var session: SessionID?
    if let name = name(.sessionID) { session = SessionID.named(name, by: tool) }
    result.meters.append(
      TokenMeter(
        tool: tool, session: session, model: name(.model), class: `class`, count: count,
        started: item.startTime == 0 ? nil : started, at: at, isDelta: item.isDelta))
  }

  private var meterClass: TokenMeter.Class? {
    if item.equals(.type, "input") { return .input }
    if item.equals(.type, "output") { return .output }
    if item.equals(.type, "cacheRead") || item.equals(.type, "cache") { return .cacheRead }
    if item.equals(.type, "cacheCreation") { return .cacheWrite }
    if item.equals(.type, "thought") { return .reasoning }
    return item.equals(.type, "tool") ? .tool : nil
  }
}
