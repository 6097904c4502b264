import JSONScan
import Ledger

/// Sessions, runs and what they used.
extension CopilotCLIReader {
  mutating func readStart(_ unit: Span<UInt8>, _ at: Int, _ instant: Instant) throws(JSONScanError) {
    let fields = try JSONFields(unit, at: at, ["sessionId", "copilotVersion", "startTime", "context"])
    if let version = JSONValue.text(unit, fields[1], limit: 100) { state.toolVersion = version }
    if !state.hasStart {
      if let name = JSONValue.text(unit, fields[0], limit: 200) { state.name = name }
      let stated = JSONValue.string(unit, fields[2]).flatMap { text in
        unit.withUnsafeBufferPointer {
          ISO8601Bytes.instant(UnsafeBufferPointer(rebasing: $0[text.range]))
        }
      }
      state.began = stated ?? instant
      if let stated { state.started = min(state.started ?? stated, stated) }
    }
    if let context = fields[3], JSONValue.kind(unit, context) == .object {
      try readContext(unit, context.lowerBound)
    }
    state.hasStart = true
  }

  mutating func readContext(_ unit: Span<UInt8>, _ at: Int) throws(JSONScanError) {
    let fields = try JSONFields(
      unit, at: at, ["cwd", "branch", "headCommit", "repository", "repositoryHost"])
    if let directory = JSONValue.text(unit, fields[0]) { state.directory = directory }
    if let branch = JSONValue.text(unit, fields[1]) { state.branch = branch }
    // The commit at which the session began, not those after it.
    if state.headCommit == nil, !state.hasStart {
      state.headCommit = JSONValue.text(unit, fields[2], limit: 64)?.lowercased()
    }
    if let repository = JSONValue.text(unit, fields[3], limit: 300) {
      state.remote = "https://\(JSONValue.text(unit, fields[4], limit: 200) ?? "github.com")/\(repository)"
    }
  }

  mutating func beginRun(_ scope: String, _ batch: inout FactBatch) {
    if state.run.messages > 0, !state.run.isShutDown {
      state.lacksTotals = true
      batch.usage += state.run.unplaced
      stateKnownOutput(&batch)
    } else if state.run.isShutDown {
      state.previous = state.run
    }
    state.run = CopilotRun(scope: scope)
  }

  /// A model's answer. Of one call only the output is stated.
  mutating func readAnswer(
    _ unit: Span<UInt8>, _ at: Int, _ instant: Instant, _ eventID: String?, _ position: UnitPosition,
    _ batch: inout FactBatch
  ) throws(JSONScanError) {
    let fields = try JSONFields(
      unit, at: at,
      ["messageId", "model", "content", "outputTokens", "apiCallId", "requestId", "interactionId"])
    if state.run.isShutDown { beginRun("after \(state.run.scope)", &batch) }
    ensureTurn(JSONValue.text(unit, fields[6], limit: 200), at: instant, &batch)
    state.turn?.extend(to: instant)
    state.lastAnswer = state.turn?.ended
    if let content = JSONValue.string(unit, fields[2]), var turn = state.turn {
      JSONCursor(unit).withUTF8(content, scratch: &scratch) { turn.appendOutput($0) }
      state.turn = turn
    }
    var output: Int64?
    if JSONValue.kind(unit, fields[3]) == .number {
      if let stated = JSONValue.integer(unit, fields[3]), (0...Self.maximumCount).contains(stated) {
        // An answer has output; a provider that reports no usage leaves 0 here.
        output = stated > 0 ? stated : nil
      } else {
        report(.impossibleCount, "an output count that is no count", position, &batch)
      }
    }
    let name = JSONValue.text(unit, fields[0], limit: 200) ?? eventID ?? "line \(position.number)"
    let model = JSONValue.text(unit, fields[1], limit: 200) ?? state.model
    let record = UsageRecord(
      id: Key128(space: "copilot-cli/message", "\(state.name ?? "")/\(name)"), session: state.sessionID,
      ownerRank: state.ownerRank, turn: state.turn?.id, at: instant, tool: .copilotCLI, model: model,
      counts: TokenCounts(output: output),
      requestID: JSONValue.text(unit, fields[4], limit: 200) ?? JSONValue.text(unit, fields[5], limit: 200))
    state.run.messages &+= 1
    if model == nil, state.run.unplaced.count < CopilotRun.maximumUnplaced {
      state.run.unplaced.append(record)
    } else {
      batch.usage.append(record)
    }
    if let output, let model {
      state.run.output[model] = min((state.run.output[model] ?? 0) &+ output, Self.maximumCount)
    }
  }

  /// `session.shutdown`: what the run used, by model.
  mutating func readShutdown(
    _ unit: Span<UInt8>, _ at: Int, _ instant: Instant, _ eventID: String?, _ position: UnitPosition,
    _ batch: inout FactBatch
  ) throws(JSONScanError) {
    let fields = try JSONFields(unit, at: at, ["modelMetrics", "accountingSnapshot"])
    if fields[1] != nil { state.keepsAccounts = true }
    if state.run.isShutDown { beginRun("after \(state.run.scope)", &batch) }
    if let metrics = fields[0], JSONValue.kind(unit, metrics) == .object {
      var cursor = JSONCursor(unit, at: metrics.lowerBound)
      try cursor.enterObject()
      while let model = try cursor.nextKey() {
        let range = try cursor.skipValue()
        guard JSONValue.kind(unit, range) == .object else { continue }
        let name = cursor.decoded(JSONString(range: model))
        guard let totals = totals(unit, range, position, &batch) else { continue }
        guard !totals.isSilent else {
          report(.usageMissing, "requests were made whose provider reported no usage", position, &batch)
          continue
        }
        state.run.totals[name] = totals
      }
    } else {
      report(.usageMissing, "a shutdown without model metrics", position, &batch)
    }
    if state.keepsAccounts, let previous = state.previous, !previous.totals.isEmpty,
      previous.totals.allSatisfy({ state.run.totals[$0.key]?.continues($0.value) ?? false })
    {
      // What was stated of this run alone while it was running is within the total now.
      for model in state.run.output.keys.sorted() {
        batch.totals.append(
          SessionTotalFact(
            session: state.sessionID, scope: state.run.scope, model: model, at: instant,
            counts: TokenCounts(output: 0)))
      }
      state.run.scope = previous.scope
    }
    place(state.run.totals.count == 1 ? state.run.totals.keys.first : nil, &batch)
    for (model, totals) in state.run.totals.sorted(by: { $0.key < $1.key }) {
      batch.totals.append(
        SessionTotalFact(
          session: state.sessionID, scope: state.run.scope, model: model, at: instant,
          counts: totals.counts))
    }
    state.run.isShutDown = true
  }

  /// The total of a run without totals is what its answers state.
  func stateKnownOutput(_ batch: inout FactBatch) {
    guard !state.run.isShutDown else { return }
    for (model, output) in state.run.output.sorted(by: { $0.key < $1.key }) {
      batch.totals.append(
        SessionTotalFact(
          session: state.sessionID, scope: state.run.scope, model: model,
          at: state.latest ?? Instant(milliseconds: 0), counts: TokenCounts(output: output)))
    }
  }

  // MARK: Inside

  /// No run uses more of one class; a larger number is no count, and sums stay far from overflow.
  static let maximumCount: Int64 = 1 << 52

  /// Answers whose model no event named are of the run's only model.
  private mutating func place(_ model: String?, _ batch: inout FactBatch) {
    for var record in state.run.unplaced {
      record.model = model
      batch.usage.append(record)
    }
    state.run.unplaced = []
  }

  private func totals(
    _ unit: Span<UInt8>, _ range: Range<Int>, _ position: UnitPosition, _ batch: inout FactBatch
  ) -> CopilotTotals? {
    guard let parts = try? JSONFields(unit, at: range.lowerBound, ["requests", "usage"]) else { return nil }
    var totals = CopilotTotals()
    if let requests = parts[0], JSONValue.kind(unit, requests) == .object,
      let fields = try? JSONFields(unit, at: requests.lowerBound, ["count"])
    {
      totals.requests = max(JSONValue.integer(unit, fields[0]) ?? 0, 0)
    }
    guard let usage = parts[1], JSONValue.kind(unit, usage) == .object,
      let fields = try? JSONFields(
        unit, at: usage.lowerBound,
        ["inputTokens", "cacheReadTokens", "cacheWriteTokens", "outputTokens", "reasoningTokens"])
    else { return totals }
    var values: [Int64?] = []
    for index in 0..<5 {
      var value: Int64?
      if JSONValue.kind(unit, fields[index]) == .number {
        value = JSONValue.integer(unit, fields[index]).flatMap {
          (0...Self.maximumCount).contains($0) ? $0 : nil
        }
        if value == nil { report(.impossibleCount, "a total that is no count", position, &batch) }
      }
      values.append(value)
    }
    (totals.input, totals.cacheRead, totals.cacheWrite) = (values[0], values[1], values[2])
    (totals.output, totals.reasoning) = (values[3], values[4])
    if totals.input != nil, !totals.isConsistent {
      report(.impossibleCount, "a part is larger than its whole; the rest counts as 0", position, &batch)
    }
    return totals
  }

  private func report(
    _ kind: Diagnostic.Kind, _ detail: String, _ position: UnitPosition, _ batch: inout FactBatch
  ) {
    batch.diagnostics.append(Diagnostic(kind: kind, line: position.number, detail: detail))
  }
}
