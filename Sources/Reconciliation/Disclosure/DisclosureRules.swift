package import Ledger

/// When figures are enough people's to be shown.
package struct DisclosureRules: Sendable {
  /// How many active people there have to be.
  package var floor: Int
  /// Whose an account is on a day; `nil` for programs' own.
  package var person: @Sendable (AccountID, CalendarDay) -> Int64?
  /// Whether one or two of several parts are nearly all of them.
  package var isDominated: @Sendable ([Double]) -> Bool

  package init(
    floor: Int, person: @escaping @Sendable (AccountID, CalendarDay) -> Int64?,
    isDominated: @escaping @Sendable ([Double]) -> Bool
  ) {
    self.floor = floor
    self.person = person
    self.isDominated = isDominated
  }

  private enum Contributor: Hashable {
    case person(Int64)
    case account(AccountID)
  }

  /// Whether the sum of some use says nothing of anybody in particular. No use says nothing.
  func admits(_ use: [DayUse]) -> Bool {
    guard !use.isEmpty else { return true }
    var people: Set<Int64> = []
    var sums: [Contributor: [Double]] = [:]
    for one in use {
      let person = person(one.account, one.day)
      if let person, !one.isByProgram { people.insert(person) }
      let values = Self.values(of: one)
      let contributor: Contributor = person.map { .person($0) } ?? .account(one.account)
      sums[contributor] = sums[contributor].map { zip($0, values).map { $0 + $1 } } ?? values
    }
    guard people.count >= floor else { return false }
    return (0..<Self.values(of: use[0]).count).allSatisfy { index in
      let parts = sums.values.map { $0[index] }
      // Of nothing nobody has more than another.
      return parts.allSatisfy { $0 == 0 } || !isDominated(parts)
    }
  }

  func people(in use: [DayUse]) -> Int {
    Set(use.compactMap { $0.isByProgram ? nil : person($0.account, $0.day) }).count
  }

  private static func values(of use: DayUse) -> [Double] {
    let totals = use.totals
    return TokenCounts.classes.map { Double(totals.counts[keyPath: $0] ?? 0) }
      + [Double(totals.cost?.count ?? 0), Double(totals.records)]
  }
}
