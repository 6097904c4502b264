package import Ledger

/// What figures of people may be added up over, beside the organisation as a whole. Teams may be nested.
package enum Grouping: Hashable, Comparable, Sendable, Codable {
  case organisation
  case team(Int64)
  case application(Int64)
  case useCase(String)
  case costCentre(String)

  /// Groups of one dimension partition people's use, but for nested teams.
  package enum Dimension: Int, CaseIterable, Comparable, Sendable, Codable {
    case organisation, team, application, useCase, costCentre

    package static func < (a: Dimension, b: Dimension) -> Bool { a.rawValue < b.rawValue }
  }

  package var dimension: Dimension {
    switch self {
    case .organisation: .organisation
    case .team: .team
    case .application: .application
    case .useCase: .useCase
    case .costCentre: .costCentre
    }
  }
}

/// One place of the fixed lattice within a week: a group, with all tools together or with one of them. There is no
/// other filter.
package struct Cell: Hashable, Sendable, Codable {
  package var group: Grouping
  /// `nil` for all tools together.
  package var tool: Tool?

  package init(_ group: Grouping, tool: Tool? = nil) {
    self.group = group
    self.tool = tool
  }
}

/// Who contributed to a figure.
package enum Contributor: Hashable, Comparable, Sendable, Codable {
  /// A person of the directory; what their agents spent is theirs too, but does not make them active.
  case person(Int64)
  /// An account that is nobody's in the directory. Protected as if it were a person's, and never counted as one.
  case account(AccountID)
}

/// What one contributor used in one week within one set of groups, with one tool.
package struct Contribution: Sendable, Hashable, Codable {
  package var contributor: Contributor
  /// The team and those above it, the application, the use case, the cost centre, as of the time of use; the
  /// organisation is understood.
  package var groups: Set<Grouping>
  package var tool: Tool
  package var figures: Figures
  /// Whether a person asked for any of it, rather than a schedule, a hook or an agent.
  package var isHumanInitiated: Bool
  /// The version of the week that it came in with: 1 if it was there when the week was closed, higher if it was late.
  package var version: Int

  package init(
    _ contributor: Contributor, in groups: Set<Grouping>, tool: Tool, figures: Figures,
    isHumanInitiated: Bool = true, version: Int = 1
  ) {
    self.contributor = contributor
    self.groups = groups
    self.tool = tool
    self.figures = figures
    self.isHumanInitiated = isHumanInitiated
    self.version = version
  }

  var isActive: Bool {
    if case .person = contributor { isHumanInitiated } else { false }
  }
}

/// What is added up.
package struct Figures: Sendable, Hashable, Codable {
  package var cost: NanoDollars
  package var tokens: TokenCounts
  /// The cost by what came of it; adds up to ``cost``. Looked at only when a week is settled.
  package var outcomes: [OutcomeState: NanoDollars]
  package var records: Int64
  /// Of ``records``: those without tokens or without a price.
  package var unknownRecords: Int64
  /// What landed of it; `nil` where that was not looked for. Looked at only when a week is settled.
  package var changes: ChangeCounts?

  package init(
    cost: NanoDollars = .zero, tokens: TokenCounts = TokenCounts(),
    outcomes: [OutcomeState: NanoDollars] = [:], records: Int64 = 1, unknownRecords: Int64 = 0,
    changes: ChangeCounts? = nil
  ) {
    self.cost = cost
    self.tokens = tokens
    self.outcomes = outcomes
    self.records = records
    self.unknownRecords = unknownRecords
    self.changes = changes
  }

  package static func += (a: inout Figures, b: Figures) {
    a.cost.addClamped(b.cost)
    a.tokens += b.tokens
    for (state, cost) in b.outcomes { a.outcomes[state, default: .zero].addClamped(cost) }
    a.records &+= b.records
    a.unknownRecords &+= b.unknownRecords
    if let more = b.changes { a.changes = (a.changes ?? ChangeCounts()) + more }
  }
}

extension NanoDollars {
  /// What machines report can be made up: sums of it stop at the largest amount there is, and never turn negative.
  fileprivate mutating func addClamped(_ other: NanoDollars) {
    let (sum, isOver) = count.addingReportingOverflow(other.count)
    count = isOver ? .max : sum
  }
}
