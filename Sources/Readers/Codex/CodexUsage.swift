import JSONScan
import Ledger

/// From a rollout's usage records and totals to the ledger's rows.
extension CodexReader {
  /// `token_usage_record`: one response with its identifier.
  mutating func readUsageRecord(
    _ unit: Span<UInt8>, _ at: Int, _ instant: Instant, _ position: UnitPosition,
    _ batch: inout FactBatch
  ) throws(JSONScanError) {
    let fields = try JSONFields(unit, at: at, ["response_id", "usage", "turn_id", "thread_id"])
    guard let response = JSONValue.text(unit, fields[0], limit: 500) else {
      // Without its identifier it cannot be told from a copy; the totals still count it.
      report(.usageMissing, "a usage record without a response_id", position, &batch)
      return
    }
    state.statedUsage = true
    let id = EventID.openAIResponse(response)
    guard let range = fields[1], JSONValue.kind(unit, range) == .object else {
      report(.usageMissing, "a usage record without usage", position, &batch)
      append(id, TokenCounts(), instant, request: response, &batch)
      return
    }
    guard let usage = totals(unit, range, position, &batch) else {
      append(id, TokenCounts(), instant, request: response, &batch)
      return
    }
    let thread = JSONValue.text(unit, fields[3], limit: 200)
    state.increments.itemise(usage)
    append(
      id, usage.counts, instant, request: response, isCopy: thread != nil && thread != state.thread, &batch)
  }

  /// `token_count`: the thread's total so far and the last response's part of it.
  mutating func readTokenCount(
    _ unit: Span<UInt8>, _ at: Int, _ instant: Instant, _ position: UnitPosition,
    _ batch: inout FactBatch
  ) throws(JSONScanError) {
    guard let info = try JSONFields(unit, at: at, ["info"])[0], JSONValue.kind(unit, info) == .object
    else { return }
    let fields = try JSONFields(unit, at: info.lowerBound, ["total_token_usage", "last_token_usage"])
    guard let totalRange = fields[0], JSONValue.kind(unit, totalRange) == .object,
      let total = totals(unit, totalRange, position, &batch)
    else { return }
    var last: CodexTotals?
    if let range = fields[1], JSONValue.kind(unit, range) == .object {
      do { last = try CodexTotals(unit, at: range.lowerBound) } catch { last = nil }
    }
    if !state.increments.hasTotal, state.increments.carriesTotals, let last, last != total {
      // A subagent's first total that is not its own shows that its history was copied.
      if !state.holdsCopies, let parent = state.parentThread { state.root = parent }
      state.holdsCopies = true
    }
    let added = state.increments.take(total: total, last: last)
    guard !added.isZero else { return }
    state.statedUsage = true
    let id = Key128(space: "codex/total", "\(state.root ?? "")/\(total.name)")
    append(id, added.counts, instant, request: nil, &batch)
  }

  /// A turn that was answered and of which nothing says what it used: a row without counts, so that the
  /// account shows the gap. Rollouts from before September 2025 have no token counts at all.
  mutating func reportUnknownUsage(_ turn: inout TurnUnderway, _ batch: inout FactBatch) {
    guard !turn.hasUsage, !state.holdsCopies, !state.increments.carriesTotals else { return }
    turn.hasUsage = true
    batch.usage.append(
      UsageRecord(
        id: Key128(part: 0, of: turn.id), session: state.sessionID, ownerRank: state.ownerRank,
        turn: turn.id, at: turn.ended, tool: .codex, model: state.model, counts: TokenCounts()))
  }

  /// Whether the version is known to write no token counts (they came in 0.30, on 6 September 2025).
  var isBeforeTokenCounts: Bool {
    guard let version = state.toolVersion else { return state.hasMeta }
    let parts = version.split(separator: ".")
    guard parts.count >= 2, parts[0] == "0", let minor = Int(parts[1]) else { return false }
    return minor < 30
  }

  // MARK: Inside

  private func totals(
    _ unit: Span<UInt8>, _ range: Range<Int>, _ position: UnitPosition, _ batch: inout FactBatch
  ) -> CodexTotals? {
    do {
      let totals = try CodexTotals(unit, at: range.lowerBound)
      if !totals.isConsistent {
        report(.impossibleCount, "a part is larger than its whole; the rest counts as 0", position, &batch)
      }
      return totals
    } catch {
      report(.impossibleCount, "a token count that is no count", position, &batch)
      return nil
    }
  }

  private func report(
    _ kind: Diagnostic.Kind, _ detail: String, _ position: UnitPosition, _ batch: inout FactBatch
  ) {
    batch.diagnostics.append(Diagnostic(kind: kind, line: position.number, detail: detail))
  }

  private mutating func append(
    _ id: EventID, _ counts: TokenCounts, _ instant: Instant, request: String?, isCopy: Bool = false,
    _ batch: inout FactBatch
  ) {
    ensureTurn(at: instant, &batch)
    state.turn?.hasUsage = true
    state.turn?.extend(to: instant)
    batch.usage.append(
      UsageRecord(
        id: id, session: state.sessionID, ownerRank: isCopy ? .statedCopy : state.ownerRank,
        turn: state.turn?.id, at: instant, tool: .codex, model: state.model, counts: counts,
        requestID: request))
  }
}
