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

/// Adds cells up by state and tier.
struct StateSplit {
  private var states = [Totals](repeating: .zero, count: OutcomeState.allCases.count)
  private var tiers: [Int: [OutcomeTier: Totals]] = [:]
  private(set) var totals = Totals.zero

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

  mutating func add(_ cell: AccountCell) {
    let index = Self.index(of: cell.state)
    states[index] += cell.totals
    totals += cell.totals
    if let tier = cell.tier { tiers[index, default: [:]][tier, default: .zero] += cell.totals }
  }

  /// All seven, in the order of the enum.
  var all: [StateTotals] {
    OutcomeState.allCases.map { state in
      let index = Self.index(of: state)
      let known = tiers[index] ?? [:]
      return StateTotals(
        state: state, totals: states[index],
        tiers: known.keys.sorted().map { TierTotals(tier: $0, totals: known[$0] ?? .zero) })
    }
  }
}
