import Arena
import Attribution
import Collection
import Derivation
import Foundation
import Judgement
import Ledger
import LedgerSQLite
import Schedules
import Surroundings

/// One directory that `assay arena make` wrote, read by the ordinary readers, beside its truth.
struct ArenaReading {
  let truth: ArenaTruth
  var people: [Reader]
  var features: [SessionFeatures]
  /// What the readers could not read.
  let problems: Int

  struct Reader {
    var truth: ArenaTruth.Person
    /// By the time at which they began.
    var observed: [SessionObservations]
    var declared: [DeclaredSchedule]
    /// By the session's identifier; what no record is left of is not in it.
    var labels: [SessionID: ArenaTruth.Session]
    /// Sessions of the truth in which nothing is the session's own.
    var empty: [ArenaTruth.Session]
  }

  /// Reads everything that is new into a ledger in the directory itself.
  init(directory: String, wantsFeatures: Bool, progress: ProgressLine) async throws {
    let file = "\(directory)/\(ArenaTruth.fileName)"
    guard let bytes = FileManager.default.contents(atPath: file) else {
      throw CommandFailure("\(file) cannot be read. Name a directory that `assay arena make` wrote.")
    }
    do {
      truth = try JSONDecoder().decode(ArenaTruth.self, from: bytes)
    } catch {
      throw CommandFailure("\(file) is of another version of Assay. Make the organisation anew.")
    }
    let ledger = try SQLiteLedger(path: "\(directory)/ledger.sqlite")
    let homes = truth.people.map { HomeDirectory(path: "\(directory)/homes/\($0.name)") }
    let outcome = try await Collector(store: ledger).collect(Discovery(homes: homes)) { done, total in
      progress.show("reading \(directory)", done: done, of: total)
    }
    let derivation = Derivation(
      store: ledger, prices: try PriceCatalogue.builtIn(), policy: AttributionPolicy(),
      repositories: ["\(directory)/repositories"], directories: GeminiProjects.directories(of: homes),
      cacheDirectory: "\(directory)/ledger.sqlite.repositories")
    // Grace and hold windows are over for all of it.
    try await derivation.run(now: truth.organisation.end + .days(60)) { progress.show($0) }
    progress.clear()
    problems = try ledger.diagnostics().count + outcome.discovery.unreadable.count

    let facts = try ledger.sessions()
    let ids = Dictionary(
      facts.map { (Name(tool: $0.tool, name: $0.name), $0.id) }, uniquingKeysWith: { first, _ in first })
    var observed: [SessionID: SessionObservations] = [:]
    try ledger.forEachAccount(nil) { _, sessions in
      for session in sessions { observed[session.session] = SessionObservations(session) }
    }
    people = try truth.people.map { person in try Self.reader(person, ids: ids, observed: observed) }
    features = wantsFeatures ? try FeatureReading(ledger: ledger, facts: facts).features(of: people) : []
  }

  private struct Name: Hashable {
    var tool: Tool
    var name: String
  }

  private static func reader(
    _ person: ArenaTruth.Person, ids: [Name: SessionID], observed: [SessionID: SessionObservations]
  ) throws -> Reader {
    var reader = Reader(truth: person, observed: [], declared: [], labels: [:], empty: [])
    for session in person.sessions {
      if let id = ids[Name(tool: session.tool, name: session.name)], let facts = observed[id] {
        reader.labels[id] = session
        reader.observed.append(facts)
      } else {
        reader.empty.append(session)
      }
    }
    reader.observed.sort {
      ($0.started?.milliseconds ?? 0, $0.session.low) < ($1.started?.milliseconds ?? 0, $1.session.low)
    }
    reader.declared = try person.schedules.map { schedule in
      DeclaredSchedule(
        name: schedule.text,
        schedule: try Schedule("\(schedule.minuteOfDay % 60) \(schedule.minuteOfDay / 60) * * *"),
        tolerance: .seconds(schedule.toleranceMinutes * 60))
    }
    return reader
  }

  /// As `judge` sees them.
  ///
  /// - Parameter isOpen: Whether a finding needs no bits, only all else that a finding needs.
  func judged(by judge: Judge, isOpen: Bool = false) -> [JudgedPerson] {
    var judge = judge
    let roundTarget = judge.policy.weight(of: .roundTarget)
    if isOpen { judge.policy.findingBits = -10_000 }
    return people.map { person in
      let scores = judge.score(person.observed, declared: person.declared)
      let present = judge.present(person.observed, declared: person.declared)
      var sessions: [JudgedSession] = []
      for (index, facts) in person.observed.enumerated() {
        guard let label = person.labels[facts.session] else { continue }
        let kinds = present[index].filter { $0 != .prior }
        // A number that it stopped at makes no finding.
        let bits = scores[index].bits - (isOpen && kinds.contains(.roundTarget) ? roundTarget : 0)
        sessions.append(
          JudgedSession(
            name: label.name, started: label.started, isPerformed: label.isPerformed,
            performedTokens: label.performed.allClassesTogether, realTokens: label.real.allClassesTogether,
            bits: bits, isFinding: scores[index].isFinding, isComplete: scores[index].isComplete,
            evidence: kinds.map(\.rawValue)))
      }
      for label in person.empty {
        sessions.append(
          JudgedSession(
            name: label.name, started: label.started, isPerformed: label.isPerformed,
            performedTokens: label.performed.allClassesTogether, realTokens: label.real.allClassesTogether,
            bits: judge.policy.weight(of: .prior), isFinding: false, isComplete: false))
      }
      return JudgedPerson(
        name: person.truth.name, kind: person.truth.kind, weeks: truth.organisation.weeks, sessions: sessions)
    }
  }
}
