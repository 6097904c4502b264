import ControlSQLite
import Effects
import Foundation
import Journal
import Ledger
import TestCorpus
import Testing

/// A child carries out runs of a pure, two keyed, a queryable and a blind effect, the last on approval, and is killed with
/// SIGKILL before and after everything that it does; the next goes on. With ASSAY_JOURNAL_RUNS=1000 as many.
struct KillTests {
  private let bench: JournalBench
  private let count = ProcessInfo.processInfo.environment["ASSAY_JOURNAL_RUNS"].flatMap { Int($0) } ?? 30

  init() throws { bench = try JournalBench() }

  /// What reached the peer: by run and tool, how often.
  private func effects(_ directory: String) throws -> [String: Int] {
    var found: [String: Int] = [:]
    for name in try FileManager.default.contentsOfDirectory(atPath: directory) where name.hasPrefix("effect-")
    {
      let text = try String(contentsOfFile: "\(directory)/\(name)", encoding: .utf8)
      for line in text.split(separator: "\n") { found[String(line), default: 0] += 1 }
    }
    return found
  }

  /// Lets children work until one has nothing left to do.
  ///
  /// - Returns: How many were killed.
  private func workToTheEnd(
    _ mode: String, _ subject: String, _ directory: String, seed: UInt64, then settle: () throws -> Void = {}
  ) throws -> Int {
    let program = try ChildProcess.built("journal-child")
    var generator = SeededGenerator(seed: seed)
    for attempt in 0..<(count * 20 + 100) {
      // Now and then from outside, at any moment: within a transaction, too.
      let isOutside = attempt % 8 == 7
      let child = try ChildProcess(
        program,
        [
          mode, subject, directory, String(UInt64.random(in: 1...UInt64.max / 2, using: &generator)),
          isOutside ? "0" : "7", String(bench.other.rawValue),
        ])
      if isOutside {
        usleep(UInt32.random(in: 10_000...120_000, using: &generator))
        child.kill()
      }
      let result = try child.wait()
      #expect(result.errors.isEmpty, "\(result.errors)")
      guard result.status == nil else { return attempt }
      try settle()
    }
    throw Unexpected()
  }

  @Test func `killed at every point, nothing happens twice, nothing is lost, and what is uncertain is blind`()
    throws
  {
    let directory = bench.place.path("peer")
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    let journal = SQLiteJournal(bench.control)
    let runs = try (0..<count).map { _ in try journal.begin(bench.request()).id }
    var uncertain = 0
    func settle() throws {
      for step in try journal.uncertain() {
        guard case .effect("post", .blind) = step.kind, let effect = step.effect else {
          Issue.record("\(step.kind) is uncertain")
          continue
        }
        uncertain += 1
        // The person looks.
        let happened = FileManager.default.fileExists(atPath: "\(directory)/effect-\(effect)")
        _ = try journal.resolve(
          step.number, in: step.run, as: happened ? .happened : .didNotHappen, by: bench.owner, via: .web)
      }
    }
    var kills = 0
    repeat {
      kills += try workToTheEnd(
        "journal", bench.path, directory, seed: UInt64(1 + kills), then: settle)
      try settle()
    } while try !journal.claimable(limit: 1).isEmpty

    let found = try effects(directory)
    for run in runs {
      #expect(try journal.run(run).status == .done)
      for tool in ["move", "label", "deploy", "post"] {
        #expect(found["\(run) \(tool)"] == 1, "\(tool) of \(run)")
      }
      #expect(found["\(run) look", default: 0] >= 1)
      #expect(try journal.spend(.run(run), since: nil).calls == 1)
      // Every approval was used once at most, and every blind step has one of its own.
      let posts = try journal.steps(of: run).filter { $0.kind == .effect(tool: "post", .blind) }
      let approvals = try journal.approvals(of: run)
      #expect(approvals.count == posts.count && approvals.allSatisfy { $0.state == .consumed })
    }
    #expect(found.count == count * 5)
    let check = try journal.verify()
    #expect(check.head.number > Int64(count * 15))
    #expect(kills > count && uncertain > 0)

    // Each point was reached and was the last of somebody.
    let points = try String(contentsOfFile: directory + "/kills", encoding: .utf8).split(separator: "\n")
    if count >= 30 {
      for part in [
        "claimed", "answer", "before the intent", "after the intent", "after the effect", "after the end",
        "approval asked for", "approval given",
      ] {
        #expect(points.contains { $0.contains(part) }, "nobody was killed: \(part)")
      }
    }

    // The control: the same deaths without a journal.
    let naive = bench.place.path("naive")
    try FileManager.default.createDirectory(atPath: naive, withIntermediateDirectories: true)
    let list = bench.place.path("runs")
    try runs.map(\.rawValue).joined(separator: "\n").write(toFile: list, atomically: true, encoding: .utf8)
    let naiveKills = try workToTheEnd("naive", list, naive, seed: 5)
    let doubled = try effects(naive).values.filter { $0 > 1 }.count
    #expect(doubled > 0, "the test would not have seen a duplicate")
    print(
      "\(count) runs, \(kills) kills, \(uncertain) resolved by a person; without a journal \(naiveKills) kills, \(doubled) doubled"
    )
  }
}
