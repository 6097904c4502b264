package import Ledger

/// What a cell says.
package struct CellFigures: Sendable, Hashable, Codable {
  /// At list price.
  package var cost: NanoDollars
  /// All classes or none: with the prices, which are public, cost and all classes but one would give the last away.
  package var tokens: TokenCounts?
  package var people: PeopleBand
  package var coverage: Coverage
}

package struct PublishedCell: Sendable, Hashable, Codable {
  package enum Content: Sendable, Hashable, Codable {
    case figures(CellFigures)
    /// Nobody in it used anything.
    case none
  }

  package var cell: Cell
  /// The version of the week that it came with.
  package var version: Int
  package var content: Content
}

/// A published cell's cost by what came of it, said once, when the week is settled.
package struct SettledCell: Sendable, Hashable, Codable {
  package enum Split: Sendable, Hashable, Codable {
    case threeWays(held: NanoDollars, otherLinked: NanoDollars, notLinked: NanoDollars)
    case twoWays(linked: NanoDollars, notLinked: NanoDollars)
  }

  package var cell: Cell
  /// The version of the cell whose cost is split.
  package var version: Int
  package var split: Split
  /// `nil` where they are not shown, and for weeks that were settled before there were any.
  package var changes: CellChanges?
}

/// How many changes that AI sessions are linked to came of a cell's use.
package struct CellChanges: Sendable, Hashable, Codable {
  /// Those that stood for the hold window.
  package var held: Int64
  /// All that landed. `nil` where with ``held`` it would say whose were undone.
  package var landed: Int64?
  /// Of ``landed``: those that went live with a deployment that an incident is put down to. `nil` where that would say
  /// whose they were.
  package var failed: Int64?

  package init(held: Int64, landed: Int64? = nil, failed: Int64? = nil) {
    self.held = held
    self.landed = landed
    self.failed = failed
  }
}

/// All that was ever published of a closed week. Nothing in it changes; late use can only add a version of a cell.
///
/// It says no more than everybody may read: why a cell is missing is not in it, for that would say something of those
/// who are in the cell.
package struct FrozenWeek: Sendable, Hashable, Codable {
  package let week: Week
  /// The newest version that any cell has.
  package internal(set) var version: Int
  package let floors: Floors
  /// Whether it was made so that managers may see direct reports' use of this week beside it.
  package let areReportsVisible: Bool
  /// Every version of every cell, in the order of publication.
  package internal(set) var published: CellHistory<PublishedCell>
  package internal(set) var settled: CellHistory<SettledCell>
  /// Whether costs were split by outcome; after that nothing is added any more.
  package internal(set) var isSettled: Bool

  init(
    week: Week, floors: Floors, areReportsVisible: Bool, published: [PublishedCell]
  ) {
    self.week = week
    version = 1
    self.floors = floors
    self.areReportsVisible = areReportsVisible
    self.published = CellHistory(published)
    settled = CellHistory()
    isSettled = false
  }

  /// The newest version of a cell; `nil` if nothing is said of it.
  package subscript(_ cell: Cell) -> PublishedCell? { published[cell] }

  package func split(of cell: Cell) -> SettledCell? { settled[cell] }

  /// What to say where a cell is missing; always the same, whatever the reason.
  package static let whyMissing =
    "Not shown: too few people, or a figure that together with others would show what some of them used. Wider groups or all tools together may be shown."
}

/// A longer period is the sum of those weeks that are published for the cell, so that it says nothing new.
package struct PeriodFigures: Sendable, Hashable {
  package var cell: Cell
  package var cost: NanoDollars
  /// `nil` if a week in it shows no tokens.
  package var tokens: TokenCounts?
  /// Weeks in the sum, those without any use included.
  package var weeks: [Week]
  /// Weeks of the period of which nothing is said.
  package var missing: [Week]

  package init(_ cell: Cell, over period: [FrozenWeek]) {
    var (cost, tokens) = (NanoDollars.zero, Optional(TokenCounts()))
    var (weeks, missing): ([Week], [Week]) = ([], [])
    for week in period.sorted(by: { $0.week < $1.week }) {
      guard let published = week[cell] else {
        missing.append(week.week)
        continue
      }
      weeks.append(week.week)
      guard case .figures(let figures) = published.content else { continue }
      cost += figures.cost
      tokens = tokens.flatMap { sum in figures.tokens.map { sum + $0 } }
    }
    self.cell = cell
    self.cost = cost
    self.tokens = tokens
    self.weeks = weeks
    self.missing = missing
  }
}
