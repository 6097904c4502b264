package import Ledger
import JSONScan

/// Reads the sessions of GitHub's Copilot CLI (`session-state/<id>/events.jsonl`).
///
/// The file itemises only the output of each answer (`assistant.message`); all classes are stated once for
/// each run of the CLI, in its `session.shutdown`. So each answer becomes a record of which only the output
/// is known, and each run's totals become ``SessionTotalFact``s under the run's name: what they exceed the
/// answers by is the run's use that cannot be placed on a turn. A run that was killed has no totals; its
/// answers stand alone, and a total of just these keeps another run's remainder from being set off against
/// them. Versions that keep accounts over resumes (`session.usage_checkpoint`) may state cumulative totals;
/// such a total takes the place of the one that it continues.
package struct CopilotCLIReader: SourceReader {
  package static let tool = Tool.copilotCLI
  package static let version = 3

  package static let places: [SearchPlace] = [
    SearchPlace(
      ".copilot/session-state", override: ("COPILOT_HOME", "session-state"), maximumDepth: 2
    ) { path in
      let parts = path.split(separator: "/")
      if parts.count == 2 { return parts[1] == "events.jsonl" ? .lines : nil }
      return parts.count == 1 && path.hasSuffix(".jsonl") ? .lines : nil
    }
  ]

  package static func recognises(head: Span<UInt8>) -> Bool {
    var end = 0
    while end < head.count, head[end] != 0x0A { end += 1 }
    let line = head.extracting(0..<end)
    guard let event = try? CopilotLine(line), event.kind == .sessionStart, let data = event.data,
      let fields = try? JSONFields(line, at: data, ["copilotVersion", "vscodeVersion"])
    else { return false }
    // The editor's extension writes events of the same kind.
    return fields[0] != nil && fields[1] == nil
  }

  let key: SipHash24.Key
  var state: CopilotState
  /// Room for strings with escapes; kept so that it is allocated once.
  var scratch: [UInt8] = []

  package init(source: SourceDescription, key: SipHash24.Key, checkpoint: [UInt8]?) throws {
    self.key = key
    guard let checkpoint else {
      state = CopilotState()
      let parts = source.path.split(whereSeparator: { $0 == "/" || $0 == "\\" })
      if let file = parts.last {
        state.name = String(file == "events.jsonl" ? parts.dropLast().last ?? file : file.dropLast(6))
      }
      return
    }
    state = try ReaderCheckpoint.decode(CopilotState.self, from: checkpoint)
    guard state.layout == CopilotState.currentLayout else { throw ReaderCheckpoint.Unusable() }
  }

  package func checkpoint() throws -> [UInt8] { try ReaderCheckpoint.encode(state) }

  package mutating func read(
    _ unit: Span<UInt8>, at position: UnitPosition, into batch: inout FactBatch
  ) {
    do throws(JSONScanError) {
      let line = try CopilotLine(unit)
      if case .unknown(let name) = line.kind { reportUnknownType(name, position, &batch) }
      guard line.kind != .other, let data = line.data else { return }
      let at = instant(line, unit, position, &batch)
      try take(line, unit, data, at, position, &batch)
    } catch {
      batch.diagnostics.append(
        Diagnostic(kind: .brokenLine, line: position.number, detail: error.description))
    }
  }

  package mutating func finish(into batch: inout FactBatch) {
    for call in state.pending { batch.toolCalls.append(call.fact) }
    batch.usage += state.run.unplaced
    stateKnownOutput(&batch)
    guard state.hasStart || state.started != nil else { return }
    if let turn = state.turn {
      batch.turns.append(turn.fact(session: state.sessionID, ownerRank: state.ownerRank))
    }
    var session = SessionFact(
      id: state.sessionID, tool: .copilotCLI, name: state.name ?? "", directory: state.directory,
      branch: state.branch, headCommit: state.headCommit, remote: state.remote,
      toolVersion: state.toolVersion, started: state.started, ended: state.ended)
    if state.lacksTotals || (state.run.messages > 0 && !state.run.isShutDown) {
      session.flags.insert(.totalsMissing)
    }
    batch.sessions.append(session)
  }

  private mutating func take(
    _ line: CopilotLine, _ unit: Span<UInt8>, _ data: Int, _ at: Instant, _ position: UnitPosition,
    _ batch: inout FactBatch
  ) throws(JSONScanError) {
    let id = line.id.map { JSONCursor(unit).decoded($0) }
    switch line.kind {
    case .sessionStart, .sessionResume:
      beginRun(id ?? "line \(position.number)", &batch)
      try readStart(unit, data, at)
    case .contextChanged: try readContext(unit, data)
    case .modelChange:
      if let model = JSONValue.text(unit, try JSONFields(unit, at: data, ["newModel"])[0], limit: 200) {
        state.model = model
      }
    case .usageCheckpoint: state.keepsAccounts = true
    case .shutdown: try readShutdown(unit, data, at, id, position, &batch)
    case .userMessage: try readUserMessage(unit, data, at, id, &batch)
    case .assistantMessage: try readAnswer(unit, data, at, id, position, &batch)
    case .turnEnd:
      state.turn?.extend(to: at)
      state.lastAnswer = state.turn?.ended ?? state.lastAnswer
    case .abort: readAbort(at)
    case .toolStart: try readToolStart(unit, data, at, &batch)
    case .toolComplete: try readToolComplete(unit, data, at, &batch)
    case .other, .unknown: break
    }
  }

  /// When the event happened. Without a readable time it is the time of the event before.
  private mutating func instant(
    _ line: CopilotLine, _ unit: Span<UInt8>, _ position: UnitPosition, _ batch: inout FactBatch
  ) -> Instant {
    let stated = line.timestamp.flatMap { text in
      unit.withUnsafeBufferPointer {
        ISO8601Bytes.instant(UnsafeBufferPointer(rebasing: $0[text.range]))
      }
    }
    guard let stated else {
      batch.diagnostics.append(
        Diagnostic(kind: .doubtfulTime, line: position.number, detail: "the time cannot be read"))
      return state.latest ?? Instant(milliseconds: 0)
    }
    if let latest = state.latest, stated + .days(1) < latest {
      batch.diagnostics.append(
        Diagnostic(
          kind: .doubtfulTime, line: position.number,
          detail: "the time is more than a day before that of an earlier event"))
    }
    state.latest = max(state.latest ?? stated, stated)
    state.started = min(state.started ?? stated, stated)
    state.ended = max(state.ended ?? stated, stated)
    return stated
  }

  private mutating func reportUnknownType(
    _ name: String?, _ position: UnitPosition, _ batch: inout FactBatch
  ) {
    let name = name ?? "(no name)"
    guard !state.unknownTypes.contains(name), state.unknownTypes.count < CopilotState.maximumUnknownTypes
    else { return }
    state.unknownTypes.append(name)
    batch.diagnostics.append(
      Diagnostic(
        kind: .unknownRecord, line: position.number,
        detail: "event type \(name); this and later ones are skipped"))
  }
}
