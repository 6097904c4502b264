import Charts
import Ledger

/// The account along time, in steps that give a readable number of bars. Steps without use are there too.
struct Series {
  struct Step {
    var day: CivilDay
    var label: String
    var states: [StateTotals]
    var weight: Int64
  }

  let grouping: Grouping
  let steps: [Step]
  /// Steps before the first one shown, left out because nobody could see them.
  let omitted: Int

  private static let mostSteps = 120

  init(_ account: Account, basis: ShareBasis) {
    guard let days = account.activeDays else {
      (grouping, steps, omitted) = (.day, [], 0)
      return
    }
    let count = days.upperBound.number - days.lowerBound.number + 1
    let grouping: Grouping = count <= 62 ? .day : count <= 62 * 7 ? .week : .month
    var groups: [String: AccountGroup] = [:]
    for group in account.groups(by: grouping) { groups[group.key] = group }

    var day = days.lowerBound
    if grouping == .week { day = day.weekStart }
    if grouping == .month { day = day.monthStart }
    var months = 0
    if grouping == .month {
      // Only as many months as are shown, whatever year a broken clock claims.
      let (from, to) = (day.yearMonthDay, days.upperBound.yearMonthDay)
      months = Swift.max(0, (to.year - from.year) * 12 + to.month - from.month + 1 - Self.mostSteps)
      let first = from.year * 12 + from.month - 1 + months
      day = CivilDay(year: first / 12, month: first % 12 + 1, day: 1)
    }
    var steps: [Step] = []
    while day <= days.upperBound {
      let (key, label, next): (String, String, CivilDay) =
        switch grouping {
        case .week: (day.isoWeekName, "the week of \(day.long)", day.advanced(by: 7))
        case .month: (day.isoMonth, String(day.long.drop { $0 != " " }.dropFirst()), day.nextMonthStart)
        default: (day.iso, "\(day.weekdayName) \(day.long)", day.advanced(by: 1))
        }
      let group = groups[key]
      steps.append(
        Step(
          day: day, label: label, states: group?.states ?? [],
          weight: group?.states.reduce(Int64(0)) { $0 &+ basis.weight($1.totals) } ?? 0))
      day = next
    }
    self.grouping = grouping
    self.steps = steps
    omitted = months
  }
}

extension Series {
  /// Ready to be drawn. Of days only Mondays are named, where there is more than a week of them.
  func bars(_ basis: ShareBasis) -> [StackedBarsChart.Step] {
    steps.map { step in
      let isNamed = grouping != .day || step.day.weekday == 0 || steps.count < 8
      let year = step.day.yearMonthDay.year
      let name =
        grouping == .month
        ? AxisName(step.label) : AxisName(step.day.short, long: step.day.long, year: year)
      return StackedBarsChart.Step(
        step.label, axis: isNamed ? name : nil, parts: step.states.parts(basis))
    }
  }
}

extension [StateTotals] {
  /// As they are drawn.
  func parts(_ basis: ShareBasis) -> [TonedPart] {
    map { TonedPart($0.state.rawValue, .state($0.state), basis.weight($0.totals)) }
  }
}
