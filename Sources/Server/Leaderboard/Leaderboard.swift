import ControlSQLite
import Directory
import Foundation
import Ledger
import Synchronization
import Visibility

/// Places by cost, where an organisation switched that on: each person's own, and to a direct manager a report's. There is
/// no list, here or anywhere: what is kept in between has costs and no names.
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
  private static let patience = Duration.hours(1)

  private struct Sums: Sendable {
    var weeks: [Week]
    var made: Instant
    /// Of each person who spent anything, the most first.
    var costs: [NanoDollars]
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
  func standing(of person: Person, in weeks: [Week], at now: Instant) throws -> Standing? {
    let sums = try sums(of: weeks, at: now)
    guard sums.count >= Floors.least.manager, let period = period(of: weeks) else { return nil }
    var own = Visibility.Figures(records: 0)
    for cell in try ledger.cells(in: period, of: person.account) { own += Visibility.Figures(of: cell) }
    var standing = Standing(place: nil, cost: own.cost, tokens: own.tokens)
    if standing.cost.count > 0 { standing.place = 1 + sums.prefix { $0 > standing.cost }.count }
    return standing
  }

  private func period(of weeks: [Week]) -> Range<Instant>? {
    guard let first = weeks.first?.bounds(in: timeZone), let last = weeks.last?.bounds(in: timeZone) else {
      return nil
    }
    return first.lowerBound..<last.upperBound
  }

  private func sums(of weeks: [Week], at now: Instant) throws -> [NanoDollars] {
    if let known = kept.withLock({ $0 }), known.weeks == weeks, now < known.made + Self.patience {
      return known.costs
    }
    guard let period = period(of: weeks) else { return [] }
    let people = try control.snapshot()
    var byPerson: [Int64: NanoDollars] = [:]
    for (account, cost) in try ledger.spend(in: period) {
      guard case .person = people.identity(of: account),
        let person = people.person(of: account, at: period.upperBound - .milliseconds(1))
      else { continue }
      byPerson[person, default: .zero] += cost
    }
    let costs = byPerson.values.filter { $0.count > 0 }.sorted(by: >)
    kept.withLock { $0 = Sums(weeks: weeks, made: now, costs: costs) }
    return costs
  }
}
