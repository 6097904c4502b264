import Ledger

/// Codex's events. Of a response there are two `response.completed` events, and one has counts: input includes what was
/// read from and written to the cache, output includes reasoning. Neither names the response.
extension Gathering {
  mutating func takeCodexEvent() {
    guard item.equals(.eventKind, "response.completed"), item.has(.inputCount) || item.has(.outputCount)
    else {
      return passOver()
    }
    guard let at = instant() else { return }
    let cached = tokens(.cachedCount)
    let written = tokens(.cacheWriteCount)
    let output = tokens(.outputCount)
    let input = tokens(.inputCount)
    // As in the rollouts: a part that is larger than its whole leaves nothing.
    let counts = TokenCounts(
      input: input.map { max($0 - (cached ?? 0) - (written ?? 0), 0) }, cacheRead: cached,
      cacheWrite5m: written, output: output,
      reasoning: tokens(.reasoningCount).map { min($0, output ?? $0) })
    add(counts, by: .codex, at: at, model: .model, turn: prompt(.codex))
  }

  /// Their output is in clear, and passed over.
  mutating func takeCodexTool() {
    let exit = item.truth(.success).map { $0 ? ExitState.succeeded : .failed } ?? .unknown
    takeTool(.codex, name: .toolName, call: .callID, exit: exit)
  }
}
