package import Directory
package import Visibility

/// What a team's AI use led to, week by week: written from outcomes that everybody may read of the team, with the team's
/// own words beside them for those who are of it. Words are never added into figures (DESIGN, law 4).
///
/// An issue is of the week that was closed last. What came of use is known four weeks later, so each issue tells how the
/// week four weeks before turned out.
package struct TeamDigest: Hashable, Sendable {
  /// Weeks between an issue's week and the one whose outcomes it tells.
  package static let settlingWeeks = 4

  /// What one week says of the team.
  package enum Use: Hashable, Sendable {
    case figures(CellFigures)
    /// Nobody of the team used anything.
    case none
    /// Too few people, or a figure that with others would show what some of them used.
    case withheld
  }

  /// How a week's use turned out.
  package struct Outcome: Hashable, Sendable {
    package var week: Week
    package var use: Use
    /// `nil` where the split would show what some of them used.
    package var split: SettledCell.Split?
    /// How many changes that AI sessions had a part in came of it; `nil` where that is not shown.
    package var changes: CellChanges?

    package init(week: Week, use: Use, settled: SettledCell?) {
      self.week = week
      self.use = use
      split = settled?.split
      changes = settled?.changes
    }
  }

  package var team: String
  package var organisation: String
  package var week: Week
  package var use: Use
  /// `nil` where the week was not closed, or is not settled yet.
  package var outcome: Outcome?
  /// What the team shared within the week; `nil` for readers who are not of the team.
  package var words: [SharedFeedback]?

  /// - Parameters:
  ///   - weeks: all that are closed, in order of time.
  ///   - words: `nil` for readers who are not of the team.
  /// - Returns: `nil` if the week is not closed.
  package init?(
    of team: Team, in organisation: String, week: Week, weeks: [FrozenWeek], words: [SharedFeedback]?
  ) {
    guard let place = weeks.firstIndex(where: { $0.week == week }) else { return nil }
    let cell = Cell(.team(team.id))
    self.team = team.name
    self.organisation = organisation
    self.week = week
    use = Use(weeks[place][cell])
    let before = week.advanced(by: -Self.settlingWeeks)
    outcome = weeks[..<place].last { $0.week == before && $0.isSettled }.map { settled in
      Outcome(week: before, use: Use(settled[cell]), settled: settled.split(of: cell))
    }
    self.words = words
  }
}

extension TeamDigest.Use {
  init(_ published: PublishedCell?) {
    switch published?.content {
    case .figures(let figures): self = .figures(figures)
    case .none?: self = .none
    case nil: self = .withheld
    }
  }
}
