import Ledger
package import Visibility

/// What the organisation's use comes to for one active person in a year: of the whole, never of a person or a team.
///
/// How many are active is published as a band only, so that every figure is a range; and it is a guess at a year from
/// some weeks.
package struct YearlyUse: Sendable, Hashable {
  /// At most as much, and at least; `nil` where the band has no upper end.
  package struct Bounds: Sendable, Hashable {
    package var least: Double?
    package var most: Double
  }

  /// Weeks that it is made of.
  package var weeks: Int
  package var dollars: Bounds
  /// Tokens by class, by their place in ``TokenCounts/classes``; without those of which nothing is known. Classes have
  /// different prices and are never added up.
  package var tokens: [Int: Bounds]

  /// - Parameter cells: the organisation's, of closed weeks.
  package init?(_ cells: [CellFigures]) {
    guard !cells.isEmpty else { return nil }
    weeks = cells.count
    let fewest = Double(cells.reduce(0) { $0 + $1.people.bounds.least })
    let upper = cells.compactMap { $0.people.bounds.most }
    let most = upper.count == cells.count ? Double(upper.reduce(0, +)) : nil
    func bounds(_ sum: Double) -> Bounds {
      Bounds(least: most.map { sum / $0 * Self.weeksInYear }, most: sum / fewest * Self.weeksInYear)
    }
    dollars = bounds(cells.reduce(0) { $0 + $1.cost.inDollars })
    tokens = [:]
    for (place, path) in TokenCounts.classes.enumerated() {
      let known = cells.compactMap { $0.tokens?[keyPath: path] }
      if known.count == cells.count { tokens[place] = bounds(known.reduce(0) { $0 + Double($1) }) }
    }
  }

  private static let weeksInYear = 365.25 / 7

  /// What the press has named as a year’s use of an engineer paid $500,000.
  package static let pressTokens: Int64 = 4_000_000
  package static let pressDollars: Int64 = 250_000
}

extension PeopleBand {
  package var bounds: (least: Int, most: Int?) {
    switch self {
    case .from5: (5, 9)
    case .from10: (10, 19)
    case .from20: (20, 49)
    case .from50: (50, 99)
    case .from100: (100, 199)
    case .from200: (200, nil)
    }
  }
}
