import ControlSQLite
import Directory
import Foundation
import Ledger
import Synchronization
import Visibility

/// Places by cost, where an organisation switched that on: each person's own, and to a direct manager a report's. There is
/// no list that anybody sees.
///
/// Sums are made once for each set of closed weeks, and a place is read from them alone: whoever sent use of their own
/// afterwards could else try out between which costs the others' lie.
final class Leaderboard: Sendable {
  /// Where somebody stands.
  struct Standing: Hashable, Sendable {
    /// From 1; equal costs share a place. `nil` without any cost.
    var place: Int?
    /// At list price.
    var cost: NanoDollars
    var tokens: TokenCounts
  }

  /// The latest of its weeks that are closed.
  static let weeks = 4
  private struct Sums: Sendable {
    var weeks: [Week]
    /// Of each person who spent anything.
    var costs: [Int64: NanoDollars]
    /// Whose accounts they are.
    var accounts: [Int64: [AccountID]]
  }

  private let ledger: any LedgerStore
  private let control: ControlStore
  private let timeZone: TimeZone
  private let kept = Mutex<Sums?>(nil)

  init(ledger: any LedgerStore, control: ControlStore, timeZone: TimeZone) {
    self.ledger = ledger
    self.control = control
    self.timeZone = timeZone
  }

  /// The weeks that places are made of now; empty until the first is closed.
  func weeks(of board: VisibilitySettings.Leaderboard) throws -> [Week] {
    try control.frozenWeeks().map(\.week).filter { board.since <= $0 && $0 <= board.until }.suffix(Self.weeks)
  }

  /// - Returns: `nil` if so few spent anything that a place would say what the others did.
  func standing(of person: Person, in weeks: [Week]) throws -> Standing? {
    let sums = try sums(of: weeks)
    let floor = try control.visibilitySettings().floors.manager
    guard sums.costs.count >= floor, let period = period(of: weeks) else { return nil }
    guard let cost = sums.costs[person.id] else {
      return Standing(place: nil, cost: .zero, tokens: TokenCounts())
    }
    var own = Visibility.Figures(records: 0)
    for account in sums.accounts[person.id] ?? [] {
      for cell in try ledger.cells(in: period, of: account) { own += Visibility.Figures(of: cell) }
    }
    return Standing(
      place: 1 + sums.costs.values.count { $0 > cost }, cost: cost, tokens: own.tokens)
  }

  private func period(of weeks: [Week]) -> Range<Instant>? {
    guard let first = weeks.first?.bounds(in: timeZone), let last = weeks.last?.bounds(in: timeZone) else {
      return nil
    }
    return first.lowerBound..<last.upperBound
  }

  private func sums(of weeks: [Week]) throws -> Sums {
    if let known = kept.withLock({ $0 }), known.weeks == weeks { return known }
    var sums = Sums(weeks: weeks, costs: [:], accounts: [:])
    guard let period = period(of: weeks) else { return sums }
    let people = try control.snapshot()
    for (account, cost) in try ledger.spend(in: period) where cost.count > 0 {
      guard case .person = people.identity(of: account),
        let person = people.person(of: account, at: period.upperBound - .milliseconds(1))
      else { continue }
      sums.costs[person] = NanoDollars(
        Int64(clamping: Int128(sums.costs[person]?.count ?? 0) + Int128(cost.count)))
      sums.accounts[person, default: []].append(account)
    }
    let made = sums
    kept.withLock { $0 = made }
    return sums
  }
}
