import Arena
import ControlSQLite
import Directory
import Ledger

/// When somebody of the sample organisation works, and whether anything of theirs can be seen.
struct DemoWorkTime {
  private let organisation: Organisation
  private let index: Int
  private var member: Organisation.Member { organisation.members[index] }

  init(of member: Int, in organisation: Organisation) {
    index = member
    self.organisation = organisation
  }

  /// Whether the collector is on their machine. Whoever does not use AI never set it up: nothing of them can be seen,
  /// which is not the same as that there is nothing.
  static func isConnected(_ member: Organisation.Member) -> Bool { member.habit != .none }

  func note(for person: Int64, in control: ControlStore, at now: Instant) throws {
    if member.workdays != [0, 1, 2, 3, 4],
      let days = WorkingDays(Set(member.workdays.compactMap { Weekday(rawValue: $0) }))
    {
      try control.setWorkingDays(
        WorkingDaysSince(person: person, since: CalendarDay(containing: now), days: days))
    }
    for weeks in leave {
      let first = CalendarDay(containing: organisation.monday(of: weeks.lowerBound))
      let last = CalendarDay(containing: organisation.monday(of: weeks.upperBound) + .days(6))
      try control.addLeave(Absence(person: person, first: first, last: last))
    }
    if Self.isConnected(member) {
      _ = try control.createToken(
        TokenRequest(
          name: "\(member.userName)-\(1001 + index)-collect", holder: .person(person), scopes: [.ingest]),
        at: now)
    }
  }

  /// Weeks of leave, those that follow on each other together.
  private var leave: [ClosedRange<Int>] {
    member.away.sorted().reduce(into: []) { ranges, week in
      if let last = ranges.last, last.upperBound + 1 == week {
        ranges[ranges.count - 1] = last.lowerBound...week
      } else {
        ranges.append(week...week)
      }
    }
  }
}
