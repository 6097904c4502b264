import Charts
import Ledger
import Visibility

/// The organisation's published weeks, one bar each.
struct OrganisationWeeks {
  let weeks: [FrozenWeek]
  init(_ weeks: [FrozenWeek]) { self.weeks = weeks }

  var chart: StackedBarsChart {
    let whole = Cell(.organisation)
    let steps = weeks.map { week -> StackedBarsChart.Step in
      let name = week.week.description
      guard let content = week[whole]?.content else {
        return .init(name, axis: week.week.axis, parts: [], isWithheld: true)
      }
      guard case .figures(let figures) = content else { return .init(name, axis: week.week.axis, parts: []) }
      let parts =
        week.split(of: whole)?.split.parts
        ?? [TonedPart(week.isSettled ? "not said" : "not settled yet", .untold, figures.cost.count)]
      return .init(name, axis: week.week.axis, parts: parts)
    }
    let open = weeks.filter { !$0.isSettled }.count
    return StackedBarsChart(
      id: "weeks", title: Self.title(steps),
      note:
        "US dollars at list price.\(open > 0 ? " What came of the latest \(Figures.counted(open, "week")) is not settled yet: hatched." : "")",
      heading: "Week", unit: .dollars, steps: steps,
      empty: "None of these weeks can be shown: too few people were active.")
  }

  private static func title(_ steps: [StackedBarsChart.Step]) -> String {
    guard let top = steps.max(by: { $0.weight < $1.weight }), top.weight > 0 else {
      return "Spend by week."
    }
    return "Spend by week, and what it bought: most in \(top.label), \(NanoDollars(top.weight).text)."
  }
}
