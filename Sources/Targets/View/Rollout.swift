import Foundation
package import Ledger
package import Statistics
import Visibility

/// That teams got a target, a tool or a rule at different times.
package struct Rollout: Sendable, Hashable {
  /// When each team was told; `nil`: never. Who opts out stays in their team.
  package var starts: [Int64: Instant?]
  /// Whether the order was drawn by lot: only then can what differs be put down to it.
  package var isByLot: Bool

  package init(starts: [Int64: Instant?], isByLot: Bool) {
    self.starts = starts
    self.isByLot = isByLot
  }
}

/// What a roll-out by team did, out of what was published of each team.
package struct RolloutEffect: Sendable, Hashable {
  package enum Figure: String, Sendable, Hashable, CaseIterable {
    case active
    case spendWithoutOutcome = "spend-without-outcome"
  }

  package struct Effect: Sendable, Hashable {
    package var figure: Figure
    /// `nil` where too few teams are shown in enough weeks, or none is left to compare with.
    package var rollout: StaggeredRollout?
    /// How many teams are shown in any week at all.
    package var teams: Int
  }

  package let rollout: Rollout
  package let effects: [Effect]

  init(_ rollout: Rollout, adoption: [FrozenAdoption], use: [FrozenWeek], timeZone: TimeZone) {
    self.rollout = rollout
    let series = WeekSeries(adoption.map(\.week), timeZone: timeZone)
    effects = Figure.allCases.map { figure in
      let teams = rollout.starts.sorted { $0.key < $1.key }.map { team, start in
        // What it was announced in, is on neither side: the first whole week after it is the first with it.
        StaggeredRollout.Team(
          start: start.map { series.place(of: Sides(announced: $0, timeZone: timeZone)).first }.flatMap {
            $0 < series.weeks.count ? $0 : nil
          },
          figures: Self.figures(figure, of: .team(team), adoption: adoption, use: use, in: series))
      }
      let shown = teams.filter { $0.figures.contains { $0 != nil } }
      return Effect(figure: figure, rollout: StaggeredRollout(shown), teams: shown.count)
    }
  }

  private static func figures(
    _ figure: Figure, of group: Grouping, adoption: [FrozenAdoption], use: [FrozenWeek], in series: WeekSeries
  ) -> [Double?] {
    switch figure {
    case .active:
      series.figures(of: adoption, \.week) { week in
        week.groups.first { $0.group == group }.map { AdoptionRate($0.share).middle }
      }
    case .spendWithoutOutcome:
      series.figures(of: use.filter(\.isSettled), \.week) { week in
        week.split(of: Cell(group)).flatMap { Self.notLinkedShare($0.split) }
      }
    }
  }

  private static func notLinkedShare(_ split: SettledCell.Split) -> Double? {
    let (linked, rest) =
      switch split {
      case .threeWays(let held, let other, let notLinked): (held + other, notLinked)
      case .twoWays(let linked, let notLinked): (linked, notLinked)
      }
    let all = (linked + rest).count
    return all > 0 ? Double(rest.count) / Double(all) : nil
  }
}
