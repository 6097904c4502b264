import Directory
import Foundation
import Judgement
import Ledger
import Visibility

/// Makes of what was observed of people's sessions what is published of the whole organisation's use in a week: how much
/// of it was purposeless, and how wrong that may be. Scores are made for it and kept nowhere.
struct EstimateReading: Sendable {
  private let ledger: any LedgerStore
  private let people: PeopleReading
  private let judge: Judge
  private let errors: PrevalenceErrors?
  private let timeZone: TimeZone

  init(ledger: any LedgerStore, people: PeopleReading, judging basis: JudgementBasis, timeZone: TimeZone) {
    self.ledger = ledger
    self.people = people
    self.timeZone = timeZone
    judge = Judge(policy: basis.policy(in: people.snapshot))
    errors = basis.errors
  }

  /// Whether it was measured how often the judge errs; nothing is estimated before, and nothing is given up for it.
  var isMeasured: Bool { errors != nil }

  /// `nil` where nothing may be said.
  func estimate(of week: Week) throws -> PublishedEstimate? {
    guard let errors, let bounds = week.bounds(in: timeZone) else { return nil }
    var tokens: [SessionID: Int64] = [:]
    var accounts: Set<AccountID> = []
    for cell in try ledger.cells(in: bounds, of: nil) {
      tokens[cell.session, default: 0] += cell.totals.counts.weight
      accounts.insert(cell.account)
    }
    var judged: [ScoredSession] = []
    // Agents and machines are declared, and nobody's use.
    let persons = accounts.sorted().filter { people.snapshot.person(of: $0, at: bounds.lowerBound) != nil }
    try ledger.forEachAccount(persons) { account, observed in
      guard let person = people.snapshot.person(of: account, at: bounds.lowerBound) else { return }
      let sessions = observed.compactMap { SessionObservations($0) }
      for (session, score) in zip(sessions, judge.score(sessions)) {
        guard let started = session.started, bounds.contains(started), let used = tokens[session.session]
        else {
          continue
        }
        // Several accounts of one person are one person's.
        judged.append(
          ScoredSession(account: AccountID(rawValue: person), started: started, score: score, tokens: used))
      }
    }
    return PublishedEstimate(
      GroupEstimate(
        of: judged, correctedBy: errors, policy: judge.policy, floor: PublishedEstimate.fewestPeople),
      policy: judge.policy,
      measuredOn: errors.measuredOn)
  }
}
