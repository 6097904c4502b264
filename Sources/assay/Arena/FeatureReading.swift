import Arena
import Foundation
import Judgement
import Ledger
import LedgerSQLite

/// Takes from a ledger what detectors of another make would look at.
struct FeatureReading {
  private let sessions: [SessionID: SessionFact]
  private let turns: [SessionID: [TurnFact]]
  private let calls: [TurnID: [ToolCallFact]]
  private let edits: [TurnID: Int]
  private let counts: [SessionID: TokenCounts]
  private var commits: [String: [Instant]] = [:]

  init(ledger: SQLiteLedger, facts: [SessionFact]) throws {
    sessions = Dictionary(facts.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    let all = try ledger.facts()
    turns = Dictionary(grouping: all.turns, by: \.session)
    calls = Dictionary(grouping: all.toolCalls, by: \.turn)
    edits = Dictionary(grouping: all.edits, by: \.turn).mapValues(\.count)
    var counts: [SessionID: TokenCounts] = [:]
    for record in try ledger.usage(of: facts.map(\.id)).records {
      counts[record.session, default: TokenCounts()] += record.counts
    }
    self.counts = counts
    for directory in Set(facts.compactMap(\.directory)) {
      commits[directory] = Self.commits(in: directory)
    }
  }

  /// When something was committed there, on any branch; rising.
  private static func commits(in directory: String) -> [Instant] {
    guard FileManager.default.fileExists(atPath: directory + "/.git") else { return [] }
    let git = Process()
    git.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    git.arguments = ["git", "-C", directory, "log", "--all", "--format=%ct"]
    let output = Pipe()
    git.standardOutput = output
    git.standardError = FileHandle.nullDevice
    guard (try? git.run()) != nil else { return [] }
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    git.waitUntilExit()
    return text.split(separator: "\n").compactMap { Int64($0) }.sorted()
      .map { Instant(milliseconds: $0 * 1000) }
  }

  func features(of people: [ArenaReading.Reader]) -> [SessionFeatures] {
    people.flatMap { person in
      person.observed.compactMap { observed in
        person.labels[observed.session].map { features(of: observed.session, $0, of: person.truth) }
      }
    }
  }

  private func features(
    of id: SessionID, _ label: ArenaTruth.Session, of person: ArenaTruth.Person
  ) -> SessionFeatures {
    let turns = (turns[id] ?? []).sorted { $0.started.milliseconds < $1.started.milliseconds }
    let calls = turns.flatMap { self.calls[$0.id] ?? [] }
    var seen: Set<Key128> = []
    var repetitions = 0
    for call in calls {
      guard call.kind == .read || call.exit == .failed, let target = call.target else { continue }
      if !seen.insert(Key128(space: "arena/target", "\(call.kind.rawValue) \(target)")).inserted {
        repetitions += 1
      }
    }
    let pauses = turns.compactMap { $0.gap.map { Double($0.wholeMilliseconds) / 1000 } }
    let mean = pauses.isEmpty ? 0 : pauses.reduce(0, +) / Double(pauses.count)
    let spread = pauses.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(max(1, pauses.count))
    let start = turns.first?.started ?? label.started
    let end = turns.map(\.ended.milliseconds).max().map { Instant(milliseconds: $0) } ?? start
    let meanwhile = sessions[id]?.directory.flatMap { commits[$0] }?
      .count { $0.milliseconds >= start.milliseconds && $0.milliseconds <= (end + .minutes(10)).milliseconds }
    return SessionFeatures(
      person: person.name, kind: person.kind, session: label.name, started: label.started,
      isPerformed: label.isPerformed, performedTokens: label.performed.allClassesTogether,
      tokens: label.performed.allClassesTogether + label.real.allClassesTogether,
      output: counts[id]?.output ?? 0, turns: turns.count, calls: calls.count,
      reads: calls.count { $0.kind == .read }, edits: turns.reduce(0) { $0 + (edits[$1.id] ?? 0) },
      commands: calls.count { $0.kind == .command }, failures: calls.count { $0.exit == .failed },
      repetitions: repetitions, minutes: Double((end - start).wholeMilliseconds) / 60_000, meanPause: mean,
      pauseVariation: mean > 0 ? spread.squareRoot() / mean : 0,
      hour: Int(start.milliseconds / 3_600_000 % 24), promptBytes: turns.reduce(0) { $0 + $1.promptBytes },
      answerBytes: turns.reduce(0) { $0 + $1.outputBytes }, commitsMeanwhile: meanwhile ?? 0)
  }
}
