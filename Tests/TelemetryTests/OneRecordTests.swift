import Foundation
import Ledger
import LedgerSQLite
import Readers
import Telemetry
import TestCorpus
import Testing

/// The lab's runs, of which there are logs, telemetry and the provider's bill: each call is one record, whatever comes
/// first.
@Suite(.disabled(if: Samples.isMissing, "no samples: set ASSAY_SAMPLES")) struct OneRecordTests {
  enum Order: CaseIterable { case logsOnly, telemetryOnly, logsFirst, telemetryFirst, interleaved }

  static let runs = [
    "claude-code-2.1.1", "claude-code-2.1.59", "claude-code-2.1.119", "claude-code-2.1.257",
    "claude-code-2.1.329",
    "codex-0.133.0", "codex-0.163.0",
  ]

  @Test("log and telemetry of a run, in either order", arguments: runs)
  func once(_ run: String) throws {
    var counted: [Order: [SessionID: [UsageRecord]]] = [:]
    for order in Order.allCases { counted[order] = try collect(run, order) }
    let logs = try #require(counted[.logsOnly])
    let both = try #require(counted[.logsFirst])
    #expect(counted[.telemetryFirst] == both && counted[.interleaved] == both, "whatever comes first")

    let truth = try BilledCall.read(Samples.url("lab/\(run)/cap/ledger.jsonl"))
    let names = Set(truth.compactMap(\.request_id))
    let hasNames = !["claude-code-2.1.1", "claude-code-2.1.59"].contains(run) && !run.hasPrefix("codex")
    for (session, records) in both {
      let own = logs[session] ?? []
      if hasNames {
        let requests = records.compactMap(\.requestID).filter(names.contains)
        #expect(requests.count == Set(requests).count, "no request twice")
      } else if own.contains(where: { $0.kind == .itemised }) {
        #expect(records == own, "without a name that both have, the log alone counts")
      }
    }
    if hasNames {
      // Every call that either knows, and no more.
      let seen = Set(both.values.flatMap(\.self).compactMap(\.requestID)).intersection(names)
      let inLogs = Set(logs.values.flatMap(\.self).compactMap(\.requestID)).intersection(names)
      let inTelemetry = Set(
        try #require(counted[.telemetryOnly]).values.flatMap(\.self).compactMap(\.requestID)
      )
      .intersection(names)
      #expect(seen == inLogs.union(inTelemetry) && seen.count > inLogs.count)
    }
    // No class of a session comes to more than was billed.
    let billed = [SessionID: TokenCounts](truth)
    for (session, sum) in [SessionID: TokenCounts](both.values.flatMap(\.self)) {
      guard let limit = billed[session] else { continue }
      #expect((sum.input ?? 0) <= (limit.input ?? 0) && (sum.output ?? 0) <= (limit.output ?? 0))
      #expect((sum.cacheRead ?? 0) <= (limit.cacheRead ?? 0))
    }
  }

  @Test(
    "telemetry alone: a session's turns count until a log brings its own",
    arguments: ["claude-code-2.1.329", "codex-0.163.0"])
  func turns(_ run: String) throws {
    for order in [Order.logsFirst, .telemetryFirst] {
      let directory = try TemporaryDirectory()
      let ledger = try SQLiteLedger(path: directory.path("ledger"))
      let alone = try telemetry(run)
      let logs = try logs(run)
      let prompts = alone.flatMap(\.turns).count
      if order == .telemetryFirst {
        try ledger.append(alone, surviving: .crash)
        let facts = try ledger.facts()
        #expect(facts.turns.count == Set(alone.flatMap(\.turns).map(\.id)).count && prompts > 3)
        #expect(facts.turns.allSatisfy { $0.ownerRank == .telemetry })
      }
      try ledger.append(logs, surviving: .crash)
      if order == .logsFirst { try ledger.append(alone, surviving: .crash) }
      let sessions = Set(try ledger.facts().turns.filter { $0.ownerRank != .telemetry }.map(\.session))
      #expect(!sessions.isEmpty)
      for session in sessions {
        let facts = try ledger.facts(of: [session])
        #expect(facts.turns.allSatisfy { $0.ownerRank != .telemetry })
        let own = Set(facts.turns.map(\.id))
        #expect(facts.toolCalls.allSatisfy { own.contains($0.turn) })
      }
    }
  }

  // MARK: What there is of a run

  private func collect(_ run: String, _ order: Order) throws -> [SessionID: [UsageRecord]] {
    let directory = try TemporaryDirectory()
    let ledger = try SQLiteLedger(path: directory.path("ledger"))
    let logs = try order == .telemetryOnly ? [] : logs(run)
    let telemetry = try order == .logsOnly ? [] : telemetry(run)
    switch order {
    case .logsOnly, .telemetryOnly, .logsFirst:
      for batch in logs + telemetry { try ledger.append([batch], surviving: .crash) }
    case .telemetryFirst: for batch in telemetry + logs { try ledger.append([batch], surviving: .crash) }
    case .interleaved:
      for index in 0..<max(logs.count, telemetry.count) {
        // Twice, as a client does that had no answer.
        let batches = [telemetry, logs, telemetry].compactMap { $0.indices.contains(index) ? $0[index] : nil }
        try ledger.append(batches, surviving: .crash)
      }
    }
    let sessions = try ledger.sessions().map(\.id)
    return Dictionary(grouping: try ledger.usage(of: sessions).records, by: \.session)
  }

  private func telemetry(_ run: String) throws -> [FactBatch] {
    let lines = String(decoding: try Samples.bytes("lab/\(run)/cap/otlp-logs.jsonl"), as: UTF8.self)
    return lines.split(separator: "\n").map { line in
      let reading = OTLPRequest.read(
        .logs, contentType: "application/json", bytes: Array(line.utf8), account: .local)
      #expect(reading.answer.status == 200 && reading.rejected.isEmpty)
      return reading.facts
    }
  }

  private func logs(_ run: String) throws -> [FactBatch] {
    let home = try Samples.url("lab/\(run)/home")
    let paths =
      FileManager.default.enumerator(atPath: home.path)?.allObjects.compactMap { $0 as? String } ?? []
    let isCodex = run.hasPrefix("codex")
    return try paths.sorted().filter {
      $0.hasSuffix(".jsonl") && ($0.contains("/projects/") || $0.contains("/sessions/"))
    }.map { path in
      let bytes = try Array(Data(contentsOf: home.appending(path: path)))
      return isCodex
        ? try Self.read(bytes, path, CodexReader.self) : try Self.read(bytes, path, ClaudeCodeReader.self)
    }
  }

  private static func read<R: SourceReader>(_ bytes: [UInt8], _ path: String, _: R.Type) throws -> FactBatch {
    var reader = try R(
      source: SourceDescription(path: path, shape: .lines), key: SipHash24.Key(k0: 1, k1: 2), checkpoint: nil)
    var batch = FactBatch()
    for (number, line) in bytes.split(separator: 0x0A).enumerated() {
      let line = Array(line)
      reader.read(line.span, at: UnitPosition(number: number + 1), into: &batch)
    }
    reader.finish(into: &batch)
    batch.diagnostics = []
    return batch
  }
}
