/// A manager and those who report to them directly, as of the week.
package struct ReportingLine: Hashable, Sendable, Codable {
  package var manager: Int64
  package var reports: Set<Int64>

  package init(manager: Int64, reports: Set<Int64>) {
    self.manager = manager
    self.reports = reports
  }
}

/// All that a week's cells are made of. Goes no further than the lattice.
package struct WeekOfUse: Sendable, Codable, Hashable {
  package var week: Week
  package var contributions: [Contribution]
  /// Who belonged to which team (with those above it) and cost centre, those included who used nothing: that they
  /// used nothing is a figure of theirs too.
  package var members: [Contributor: Set<Grouping>]
  /// Groups that somebody manages by any route, and who does: they know who is in them, and what they used themselves.
  package var managed: [Grouping: Set<Int64>]
  package var lines: [ReportingLine]
  /// Whether managers could see direct reports' use of this week; what they know is then taken as known.
  package var areReportsVisible: Bool
  package var floors: Floors

  package init(
    week: Week, contributions: [Contribution], members: [Contributor: Set<Grouping>] = [:],
    managed: [Grouping: Set<Int64>] = [:], lines: [ReportingLine] = [], areReportsVisible: Bool = false,
    floors: Floors = Floors()
  ) {
    self.week = week
    self.contributions = contributions
    self.members = members
    self.managed = managed
    self.lines = lines
    self.areReportsVisible = areReportsVisible
    self.floors = floors
  }
}
