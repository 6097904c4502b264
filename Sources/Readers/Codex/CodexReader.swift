import Foundation
import JSONScan
package import Ledger

/// Reads Codex CLI's rollouts (`rollout-*.jsonl`).
///
/// Each response is counted once, whatever re-emits it: by its `response_id` where the version writes
/// `token_usage_record`s (0.163), else as the increment of the thread's running total. Totals are identified
/// by the thread in which the history began, so that a fork's copy of its parent's history is the parent's.
/// A file may hold both, one after the other, when a newer version resumed an older session.
package struct CodexReader: SourceReader {
  package static let tool = Tool.codex
  package static let version = 3

  package static let places: [SearchPlace] = [
    SearchPlace(
      ".codex/sessions", override: ("CODEX_HOME", "sessions"), maximumDepth: 4, shape: shape(of:)),
    SearchPlace(
      ".codex/archived_sessions", override: ("CODEX_HOME", "archived_sessions"), maximumDepth: 4,
      shape: shape(of:)),
  ]

  @Sendable
  private static func shape(of path: String) -> SourceShape? {
    let name = path.split(separator: "/").last ?? ""
    return name.hasPrefix("rollout-") && name.hasSuffix(".jsonl") ? .lines : nil
  }

  package static func recognises(head: Span<UInt8>) -> Bool {
    var end = 0
    while end < head.count, head[end] != 0x0A { end += 1 }
    var cursor = JSONCursor(head.extracting(0..<end))
    var isRolloutType = false
    var hasPayload = false
    do throws(JSONScanError) {
      try cursor.enterObject()
      while let key = try cursor.nextKey() {
        if cursor.text(key, equals: "payload") {
          hasPayload = true
          if isRolloutType { return true }
        }
        if cursor.text(key, equals: "type"), let type = try cursor.stringIfPresent() {
          for name: StaticString in ["session_meta", "response_item", "event_msg", "turn_context"]
          where cursor.text(type, equals: name) { isRolloutType = true }
        } else {
          try cursor.skipValue()
        }
      }
    } catch {
      // The first line may be longer than the head; what was seen of it decides.
    }
    return isRolloutType && hasPayload
  }

  let key: SipHash24.Key
  var state: CodexState
  /// Room for strings with escapes; kept so that it is allocated once.
  var scratch: [UInt8] = []

  package init(source: SourceDescription, key: SipHash24.Key, checkpoint: [UInt8]?) throws {
    self.key = key
    guard let checkpoint else {
      state = CodexState()
      state.thread = Self.threadName(inPath: source.path)
      state.root = state.thread
      return
    }
    state = try ReaderCheckpoint.decode(CodexState.self, from: checkpoint)
    guard state.layout == CodexState.currentLayout else { throw ReaderCheckpoint.Unusable() }
  }

  package func checkpoint() throws -> [UInt8] { try ReaderCheckpoint.encode(state) }

  package mutating func read(
    _ unit: Span<UInt8>, at position: UnitPosition, into batch: inout FactBatch
  ) {
    do throws(JSONScanError) {
      let line = try CodexLine(unit)
      try take(line, unit, position, &batch)
    } catch {
      batch.diagnostics.append(
        Diagnostic(kind: .brokenLine, line: position.number, detail: error.description))
    }
  }

  package mutating func finish(into batch: inout FactBatch) {
    // Edits wait for their call's result: until then they are proposals.
    for call in state.pending { batch.toolCalls.append(call.fact) }
    guard state.hasMeta || state.started != nil else { return }
    if var turn = state.turn {
      if turn.outputBytes > 0, !state.statedUsage, isBeforeTokenCounts { reportUnknownUsage(&turn, &batch) }
      batch.turns.append(turn.fact(session: state.sessionID, ownerRank: state.ownerRank))
    }
    var session = SessionFact(
      id: state.sessionID, tool: .codex, name: state.thread ?? "", directory: state.directory,
      branch: state.branch, headCommit: state.headCommit, remote: state.remote,
      toolVersion: state.toolVersion, started: state.started, ended: state.ended,
      parent: state.parentThread.map { .ofCodex($0) })
    if let turn = state.turn, turn.outputBytes > 0, !state.statedUsage {
      session.flags.insert(.totalsMissing)
    }
    batch.sessions.append(session)
  }

  private mutating func take(
    _ line: CodexLine, _ unit: Span<UInt8>, _ position: UnitPosition, _ batch: inout FactBatch
  ) throws(JSONScanError) {
    if case .unknown(let name) = line.kind { reportUnknownType(name, position, &batch) }
    let at = instant(line, unit, position, &batch)
    switch line.kind {
    case .sessionMeta: try readSessionMeta(unit, line.payload, at)
    case .turnContext: try readTurnContext(unit, line.payload, at)
    case .worldState: try readWorldState(unit, line.payload)
    case .settingsApplied: try readSettings(unit, line.payload)
    case .usageRecord: try readUsageRecord(unit, line.payload, at, position, &batch)
    case .tokenCount: try readTokenCount(unit, line.payload, at, position, &batch)
    case .taskStarted: try readTaskStarted(unit, line.payload, at)
    case .taskComplete: try readTaskComplete(unit, line.payload, at, &batch)
    case .turnAborted: readTurnAborted(at, &batch)
    case .userMessage: try readUserMessage(unit, line.payload, at, &batch)
    case .message: try readMessage(unit, line.payload, at, &batch)
    case .functionCall: try readFunctionCall(unit, line.payload, at, &batch)
    case .customCall: try readCustomCall(unit, line.payload, at, &batch)
    case .localShellCall: try readLocalShellCall(unit, line.payload, at, &batch)
    case .callOutput: try readCallOutput(unit, line.payload, at, &batch)
    case .patchEnd: try readPatchEnd(unit, line.payload, at, &batch)
    case .itemCompleted: try readItem(unit, line.payload, at, &batch)
    case .mcpEnd: try readToolServerEnd(unit, line.payload)
    case .webSearchEnd: try readWebSearch(unit, line.payload, at, &batch)
    case .other, .unknown: break
    }
  }

  /// When the line was written. Without a readable time it is the time of the line before.
  private mutating func instant(
    _ line: CodexLine, _ unit: Span<UInt8>, _ position: UnitPosition, _ batch: inout FactBatch
  ) -> Instant {
    let stated = line.timestamp.flatMap { text in
      unit.withUnsafeBufferPointer {
        ISO8601Bytes.instant(UnsafeBufferPointer(rebasing: $0[text.range]))
      }
    }
    if line.timestamp != nil, stated == nil {
      batch.diagnostics.append(
        Diagnostic(kind: .doubtfulTime, line: position.number, detail: "the time cannot be read"))
    } else if let stated, let latest = state.latest, stated + .days(1) < latest {
      batch.diagnostics.append(
        Diagnostic(
          kind: .doubtfulTime, line: position.number,
          detail: "the time is more than a day before that of an earlier line"))
    }
    if let stated {
      state.latest = max(state.latest ?? stated, stated)
      state.started = min(state.started ?? stated, stated)
      state.ended = max(state.ended ?? stated, stated)
    }
    return stated ?? state.latest ?? Instant(milliseconds: 0)
  }

  private mutating func reportUnknownType(
    _ name: String?, _ position: UnitPosition, _ batch: inout FactBatch
  ) {
    let name = name ?? "(no name)"
    guard !state.unknownTypes.contains(name), state.unknownTypes.count < CodexState.maximumUnknownTypes
    else { return }
    state.unknownTypes.append(name)
    batch.diagnostics.append(
      Diagnostic(
        kind: .unknownRecord, line: position.number,
        detail: "record type \(name); this and later ones are skipped"))
  }

  /// The thread's identifier at the end of `rollout-<time>-<uuid>.jsonl`, else the file's name.
  private static func threadName(inPath path: String) -> String? {
    guard let name = path.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last else { return nil }
    let stem = name.hasSuffix(".jsonl") ? name.dropLast(6) : name
    return String(stem.hasPrefix("rollout-") && stem.count > 36 ? stem.suffix(36) : stem)
  }
}
