import ControlSQLite
import Directory
import Foundation
import Judgement
import Ledger
import Waste

/// What a policy reads into one person's own sessions, made when that person asks and kept nowhere.
struct FindingsReading: Sendable {
  let ledger: any LedgerStore
  let control: ControlStore
  let prices: PriceCatalogue
  let basis: JudgementBasis

  /// How far back waste is looked for.
  static let span = Duration.days(30)

  /// Every session that was observed, judged among the person's others, by the time at which they began. What the person
  /// contested is no finding.
  func judgements(of account: AccountID) throws -> (policy: EvidencePolicy, all: [Judgement]) {
    let policy = basis.policy(in: try control.snapshot())
    var sessions: [SessionObservations] = []
    try ledger.forEachAccount([account]) { _, observed in
      sessions += observed.compactMap { SessionObservations($0) }
    }
    let said = Dictionary(
      try control.remarks(by: account).compactMap { remark in
        remark.kind == .contest ? remark.session.map { ($0, remark.text.text) } : nil
      }, uniquingKeysWith: { first, _ in first })
    let judged = Judge(policy: policy).judge(sessions).map { judgement in
      var judgement = judgement
      if let words = said[judgement.session] { judgement.contest(words) }
      return judgement
    }
    return (policy, judged)
  }

  /// What could have been had for less in the sessions that used anything of late.
  func waste(of account: AccountID, at now: Instant) throws -> WasteReport {
    let recent = now - Self.span..<now
    let sessions = Set(try ledger.cells(in: recent, of: account).map(\.session)).sorted()
    let search = WasteSearch(prices: prices)
    var found: [Waste] = []
    for part in stride(from: 0, to: sessions.count, by: 256) {
      let some = Array(sessions[part..<min(part + 256, sessions.count)])
      for course in SessionCourse.courses(try ledger.facts(of: some), try ledger.usage(of: some).records) {
        found += search.waste(in: course).filter { recent.contains($0.at) }
      }
    }
    return WasteReport(found, sessions: sessions.count)
  }
}
