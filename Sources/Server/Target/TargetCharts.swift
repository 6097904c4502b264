import Charts
import Directory
import Ledger
import Targets
import Visibility

/// The pictures of an adoption target.
struct TargetCharts {
  let view: TargetView

  /// The organisation's rate by week, with the line that is aimed for, and where the next weeks are likely to be.
  var rate: TimeSeriesChart {
    let weeks = view.weeks
    let next = view.forecast
    let past: [DataValue] = weeks.map { week in
      week.rate.map { .interval(Interval($0.middle, from: $0.least, to: $0.most)) } ?? .withheld
    }
    let none = [DataValue](repeating: .missing, count: weeks.count)
    let expected = next.map { DataValue.interval(Interval($0.rate, from: $0.least, to: $0.most)) }
    var lines = [TimeSeriesChart.Line("Active", past + next.map { _ in .missing })]
    if !next.isEmpty { lines.append(TimeSeriesChart.Line("Forecast", none + expected)) }
    let steps = (weeks.map(\.week) + next.map(\.week)).map {
      TimeSeriesChart.Step($0.description, axis: $0.axis)
    }
    return TimeSeriesChart(
      id: "rate", title: rateTitle,
      note:
        "Share of those who are counted. The band reaches from those who were seen to be active to those who may have been; of the forecast, over four of five cases.",
      heading: "Week", kind: .share, steps: steps, lines: lines,
      targets: announced.map { from in
        [
          TimeSeriesChart.Target(
            "\(view.target.percent) % wanted", .share(Double(view.target.percent) / 100), from: from)
        ]
      } ?? [], marks: marks, empty: "No week has been counted yet.")
  }

  private var rateTitle: String {
    guard let week = view.latest, let rate = week.rate else { return "Who uses AI, by week." }
    return "In \(week.week) \(rate.text) used AI; \(week.target.percent) % were wanted."
  }

  /// The first week that is not before the announcement.
  private var announced: Int? { view.panel.divergence.firstIndex { $0.side != .before }.flatMap(place) }

  /// Where a week of the panel, which leaves some out, stands among all.
  private func place(_ index: Int) -> Int? {
    let week = view.panel.divergence[index].week
    return view.weeks.firstIndex { $0.week == week }
  }

  private var marks: [TimeSeriesChart.Mark] {
    announced.map { [TimeSeriesChart.Mark("target announced", at: $0)] } ?? []
  }

  /// On how many days people used AI, before the announcement and after it.
  var days: DistributionChart {
    let (before, after) = (view.panel.days.before, view.panel.days.after)
    let bins = (after ?? before)?.bins ?? []
    func share(_ sums: DaySums?, _ index: Int) -> DataValue {
      guard let sums, sums.bins.indices.contains(index) else { return .missing }
      return .share(sums.share(of: sums.bins[index]))
    }
    return DistributionChart(
      id: "days", title: "On how many days of a week people used AI, after the announcement and before it.",
      note: "Share of all weeks of all who are counted.", heading: "Days", kind: .share,
      series: ["After", "Before"],
      bins: bins.enumerated().map { index, bin in
        DistributionChart.Bin(bin.text, span: bin.days.count, [share(after, index), share(before, index)])
      },
      thresholds: [
        DistributionChart.Threshold("counts from here", after: Double(view.target.leastDays))
      ], empty: "No week can be divided by days yet without showing a few people.")
  }

  /// Adoption beside what held, each as compared with the weeks before.
  var divergence: TimeSeriesChart {
    let weeks = view.panel.divergence
    func line(_ name: String, _ index: (DivergenceWeek) -> Double?) -> TimeSeriesChart.Line {
      TimeSeriesChart.Line(name, weeks.map { .number(index($0)) })
    }
    return TimeSeriesChart(
      id: "divergence", title: "Adoption beside what held, as compared with the weeks before.",
      note:
        "100 is the mean of the weeks before the announcement. What held is known once a week is settled, four weeks later.",
      heading: "Week", kind: .number(unit: "", decimals: 0),
      steps: weeks.map { TimeSeriesChart.Step($0.week.description, axis: $0.week.axis) },
      lines: [
        line("Adoption", \.adoptionIndex), line("Spend that held", \.heldIndex),
        line("Changes that held", \.changesIndex),
      ],
      marks: weeks.firstIndex { $0.side != .before }.map {
        [TimeSeriesChart.Mark("target announced", at: $0)]
      } ?? [], empty: "There are too few weeks before the announcement to compare with.")
  }
}
