import Directory
import Ledger

/// All that is counted for one scope. Counted per scope and window, not per limit: a limit that is new or changed
/// applies at once to what was used before.
struct Tally: Sendable {
  /// Calls under way, whichever windows they belong to.
  private(set) var underWay: Int64 = 0
  private var day = CalendarCounter()
  private var week = CalendarCounter()
  private var month = CalendarCounter()
  private var minute = SlidingMinute()

  func use(in window: Limit.Window, at moment: Moment) -> Use {
    switch window {
    case .minute: minute.use(at: moment.second)
    case .day: day.use(in: moment.day)
    case .week: week.use(in: moment.week)
    case .month: month.use(in: moment.month)
    }
  }

  /// When the sliding minute will have `surplus` less of `measure` than at `moment`, in seconds since 1970.
  func second(freeing surplus: Int128, of measure: Limit.Measure, at moment: Moment) -> Int64? {
    minute.second(freeing: surplus, at: moment.second) { $0[measure] }
  }

  /// When the sliding minute will have nothing of `measure`, in seconds since 1970; `nil` if it has none now.
  func secondWhenMinuteIsEmpty(of measure: Limit.Measure, at moment: Moment) -> Int64? {
    minute.secondWhenEmpty(at: moment.second) { $0[measure] }
  }

  mutating func reserve(_ amounts: Amounts, at moment: Moment) {
    day.open(moment.day)
    week.open(moment.week)
    month.open(moment.month)
    minute.open(moment.second)
    apply(.reserve(amounts), at: moment)
    underWay += 1
  }

  mutating func settle(reserved: Amounts, charged: Amounts, admitted: Moment) {
    apply(.settle(reserved: reserved, charged: charged), at: admitted)
    underWay -= 1
  }

  mutating func release(_ reserved: Amounts, admitted: Moment) {
    apply(.release(reserved), at: admitted)
    underWay -= 1
  }

  /// Adds what was charged before this book was opened, to the windows that contain `now` and no others.
  mutating func load(_ charged: Amounts, admitted: Moment, now: Moment) {
    day.open(now.day)
    week.open(now.week)
    month.open(now.month)
    let charge = UseChange.settle(reserved: Amounts(), charged: charged)
    if admitted.day == now.day { day.change(in: now.day, by: charge) }
    if admitted.week == now.week { week.change(in: now.week, by: charge) }
    if admitted.month == now.month { month.change(in: now.month, by: charge) }
    if (0...SlidingMinute.reach).contains(now.second - admitted.second) {
      minute.open(admitted.second)
      minute.change(in: admitted.second, by: charge)
    }
  }

  /// Whether nothing that is counted here can matter at `moment` or later.
  func isSpent(at moment: Moment) -> Bool {
    underWay == 0 && !week.reaches(moment.week) && !month.reaches(moment.month)
  }

  private mutating func apply(_ change: UseChange, at moment: Moment) {
    day.change(in: moment.day, by: change)
    week.change(in: moment.week, by: change)
    month.change(in: moment.month, by: change)
    minute.change(in: moment.second, by: change)
  }
}
