package import Ledger

/// What `--by` takes.
package enum Grouping: String, CaseIterable, Sendable, Hashable {
  case day, week, month, session, project, tool, model, state
  /// The providers' five-hour limit windows, per tool.
  case window
  /// The providers' weekly limit windows, per tool.
  case weeklyWindow = "weekly-window"

  /// Whether its groups follow one another in time, and are listed so.
  package var isChronological: Bool {
    switch self {
    case .day, .week, .month, .window, .weeklyWindow: true
    case .session, .project, .tool, .model, .state: false
    }
  }

  /// As the head of a table's first column.
  package var heading: String {
    switch self {
    case .day: "Day"
    case .week: "Week"
    case .month: "Month"
    case .session: "Session"
    case .project: "Project"
    case .tool: "Tool"
    case .model: "Model"
    case .state: "State"
    case .window: "5-hour window"
    case .weeklyWindow: "Weekly window"
    }
  }
}

/// One line of a grouping: its own totals, and how they divide among states.
package struct AccountGroup: Hashable, Sendable {
  /// Stable and without spaces where the grouping has such a name: `2026-W47`, `claude-code`.
  package var key: String
  /// For people.
  package var label: String
  /// The first instant of a group that is a stretch of time, and the first one after it.
  package var start: Instant?
  package var end: Instant?
  package var totals: Totals
  /// All seven, in the order of the enum.
  package var states: [StateTotals]
  /// Of a group that is one session: the state that cost most.
  package var state: OutcomeState?

  /// The totals of one state.
  package func totals(in state: OutcomeState) -> Totals {
    states.first { $0.state == state }?.totals ?? .zero
  }
}

/// The part of an account that is in one state, and how far it got.
package struct StateTotals: Hashable, Sendable {
  package var state: OutcomeState
  package var totals: Totals
  /// What is known of how far it got, least first; the rest of `totals` has no tier.
  package var tiers: [TierTotals]

  /// `held` is always shown with its tiers; the others where they say more than that it landed.
  package var showsTiers: Bool {
    !tiers.isEmpty && (state == .held || tiers.contains { $0.tier != .landed })
  }

  package init(state: OutcomeState, totals: Totals = .zero, tiers: [TierTotals] = []) {
    self.state = state
    self.totals = totals
    self.tiers = tiers
  }
}

package struct TierTotals: Hashable, Sendable {
  package var tier: OutcomeTier
  package var totals: Totals

  package init(tier: OutcomeTier, totals: Totals) {
    self.tier = tier
    self.totals = totals
  }
}

/// Adds cells up by state and tier. Most groups are in two or three of them, so that a short list is both
/// smaller and faster than a table of all.
struct StateSplit {
  private struct Part {
    var state: OutcomeState
    var tier: OutcomeTier?
    var totals: Totals
  }

  private var parts: [Part] = []

  static func index(of state: OutcomeState) -> Int {
    switch state {
    case .held: 0
    case .fresh: 1
    case .reverted: 2
    case .open: 3
    case .explored: 4
    case .unexplained: 5
    case .unknown: 6
    }
  }

  mutating func add(_ cell: RollupCell) { add(cell.totals, cell.state, cell.tier) }

  mutating func add(_ other: StateSplit) {
    for part in other.parts { add(part.totals, part.state, part.tier) }
  }

  private mutating func add(_ totals: Totals, _ state: OutcomeState, _ tier: OutcomeTier?) {
    for index in parts.indices where parts[index].state == state && parts[index].tier == tier {
      parts[index].totals += totals
      return
    }
    parts.append(Part(state: state, tier: tier, totals: totals))
  }

  var totals: Totals { parts.reduce(into: .zero) { $0 += $1.totals } }

  /// All seven, in the order of the enum.
  var all: [StateTotals] {
    OutcomeState.allCases.map { state in
      let own = parts.filter { $0.state == state }
      let tiers = own.compactMap { part in part.tier.map { TierTotals(tier: $0, totals: part.totals) } }
      return StateTotals(
        state: state, totals: own.reduce(into: .zero) { $0 += $1.totals },
        tiers: tiers.sorted { $0.tier < $1.tier })
    }
  }

  /// Those that anything is in, in the order of the enum.
  var present: [StateTotals] {
    all.filter { state in parts.contains { $0.state == state.state } }
  }
}

/// Splits by key, remembering the last one: neighbouring cells mostly belong together.
struct SplitsByKey<Key: Hashable> {
  private(set) var keys: [Key] = []
  private(set) var splits: [StateSplit] = []
  private var places: [Key: Int] = [:]
  private var last: (key: Key, place: Int)?

  /// Where the split of `key` is; a new one is empty.
  mutating func place(of key: Key) -> Int {
    if let last, last.key == key { return last.place }
    let place = places[key] ?? keys.count
    if place == keys.count {
      places[key] = place
      keys.append(key)
      splits.append(StateSplit())
    }
    last = (key, place)
    return place
  }

  mutating func add(_ cell: RollupCell, to key: Key) { splits[place(of: key)].add(cell) }
  mutating func add(_ split: StateSplit, to key: Key) { splits[place(of: key)].add(split) }
}
