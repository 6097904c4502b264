package import Directory
import Ledger
package import Visibility

/// Who of the eligible used AI in a week, and on how many days. Goes no further than ``FrozenAdoption``.
package struct WeekOfAdoption: Sendable, Hashable {
  /// Somebody who is counted: in the directory, in the group that the target is for, and with at least one working day
  /// of their own that is no leave.
  package struct Participant: Sendable, Hashable {
    package var person: Int64
    /// The team they were in, if any.
    package var team: Int64?
    /// On how many days of the week they asked for something themself; `nil` if nothing of them could be seen.
    package var days: Int?
    package var isPartTime: Bool
    /// How much they used in the week: what they asked for themselves, or in the unit of the target's least amount; `nil`
    /// where that is not known whole.
    package var amount: Double?

    package init(
      person: Int64, team: Int64?, days: Int?, isPartTime: Bool = false, amount: Double? = nil
    ) {
      self.amount = amount
      self.person = person
      self.team = team
      self.days = days
      self.isPartTime = isPartTime
    }
  }

  package var week: Week
  /// As it was in force when the week was counted.
  package var target: AdoptionTarget
  package var participants: [Participant]
  /// How many are in the group and were on leave on all their working days.
  package var away: Int
  /// As ``WeekOfUse`` has them.
  package var managed: [Grouping: Set<Int64>]
  package var lines: [ReportingLine]
  package var areReportsVisible: Bool
  package var floors: Floors

  package init(
    week: Week, target: AdoptionTarget, participants: [Participant], away: Int = 0,
    managed: [Grouping: Set<Int64>] = [:], lines: [ReportingLine] = [], areReportsVisible: Bool = false,
    floors: Floors = Floors()
  ) {
    self.week = week
    self.target = target
    self.participants = participants
    self.away = away
    self.managed = managed
    self.lines = lines
    self.areReportsVisible = areReportsVisible
    self.floors = floors
  }

  /// What is known of somebody's week.
  enum State: Int, CaseIterable, Sendable { case active, inactive, notConnected }

  func state(of one: Participant) -> State {
    guard let days = one.days else { return .notConnected }
    guard days >= target.leastDays else { return .inactive }
    guard let least = target.leastAmount else { return .active }
    guard let amount = one.amount else { return .notConnected }
    return amount >= Double(least.count) ? .active : .inactive
  }

  /// Which groups the lattice admits: with one figure of each of the eligible, whether they used AI or not, so that no
  /// combination of groups leaves too few of them. What anybody did plays no part in it.
  func admittedGroups() -> [Grouping] {
    let one = Figures(cost: NanoDollars(1))
    let use = WeekOfUse(
      week: week,
      contributions: participants.map { participant in
        Contribution(
          .person(participant.person), in: Set([participant.team.map(Grouping.team)].compactMap { $0 }),
          tool: .other, figures: one)
      }, managed: managed.filter { $0.key.dimension == .team }, lines: lines,
      areReportsVisible: areReportsVisible, floors: floors)
    return Lattice().close(use).week.published.map(\.cell).filter { $0.tool == nil }.map(\.group)
  }
}
