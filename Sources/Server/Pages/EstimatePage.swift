import Account
import Charts
import ControlSQLite
import Directory
import Hummingbird
import Judgement
import Visibility

/// How much of the whole organisation's use was purposeless, as far as that can be estimated: week by settled week, as it
/// was published, with how wrong it may be. Of no group within it, and of nobody.
struct EstimatePage: Sendable {
  let control: ControlStore
  let sight: Sight
  let layout: PageLayout

  static let address = "/organisation/estimate"
  private static let title = "Purposeless use"

  func add(to router: Router<AssayContext>) {
    router.get("/organisation/estimate") { request, context in
      _ = try sight.ask(.organisationTotals, on: .organisation, context)
      let targets = try control.targets()
      let content = try Self.content(
        Self.weeks(control), announced: targets.map { ($0.name, Week(containing: $0.announced)) })
      return try layout.page(Self.title, at: OverviewPage.path, request, context, content)
    }
  }

  struct OfWeek: Sendable {
    var week: Week
    /// `nil` where nothing may be said.
    var estimate: PublishedEstimate?
  }

  /// In the order of time, a year at most.
  static func weeks(_ control: ControlStore) throws -> [OfWeek] {
    try control.estimates().sorted { $0.key < $1.key }.suffix(53).map {
      OfWeek(week: $0.key, estimate: $0.value)
    }
  }

  /// - Parameter announced: targets, each with the week in which it was.
  static func content(_ weeks: [OfWeek], announced: [(name: String, week: Week)]) throws -> PageContent {
    let heading = PageContent.heading(
      Self.title,
      "How much of all use served no purpose, as far as can be estimated. No figure is of a person.")
    guard let latest = weeks.last(where: { $0.estimate != nil }), let estimate = latest.estimate else {
      return heading
        + .paragraph(
          "Nothing is estimated yet: a week is, once it is settled, if twenty people or more were active in it and the errors of the judge are known."
        )
    }
    return heading + .section("By week", .chart(chart(weeks, latest.week, estimate, announced)))
      + .section("What speaks for it, in \(latest.week)", .table(kinds(of: estimate)))
      + .section("How to read it", .sentences(reading(estimate)))
      + .link(OverviewPage.path, "The organisation")
  }

  private static func chart(
    _ weeks: [OfWeek], _ latest: Week, _ estimate: PublishedEstimate,
    _ announced: [(name: String, week: Week)]
  ) -> TimeSeriesChart {
    func values(_ share: (PublishedEstimate) -> PublishedEstimate.Share) -> [DataValue] {
      weeks.map { one in one.estimate.map { share($0).value } ?? .withheld }
    }
    return TimeSeriesChart(
      id: "estimate",
      title:
        "In \(latest) \(estimate.weeks.share) % of person-weeks were purposeless, or between \(estimate.weeks.low) and \(estimate.weeks.high) %.",
      note: "The bands hold the true share 95 times in 100 where the judge errs as it was measured to.",
      heading: "Week", kind: .share,
      steps: weeks.map { TimeSeriesChart.Step($0.week.description, axis: $0.week.axis) },
      lines: [
        TimeSeriesChart.Line("Of person-weeks", values(\.weeks)),
        TimeSeriesChart.Line("Of tokens", values(\.tokens)),
      ],
      marks: announced.compactMap { target in
        // One from before all that is shown changed nothing in it.
        guard let first = weeks.first, target.week >= first.week else { return nil }
        return weeks.firstIndex { $0.week >= target.week }.map {
          TimeSeriesChart.Mark("“\(target.name)” announced", at: $0)
        }
      })
  }

  private static func kinds(of estimate: PublishedEstimate) -> DataTable {
    DataTable(
      id: "kinds", caption: "Shares of all tokens, by what speaks most against a purpose.",
      columns: [DataColumn("What"), DataColumn("Share", .share)],
      rows: estimate.kinds.sorted { ($0.value, $1.key.rawValue) > ($1.value, $0.key.rawValue) }.map {
        [.text($0.key.title), .share(Double($0.value) / 100)]
      }, empty: "Nothing that comes to one in a hundred.")
  }

  private static func reading(_ estimate: PublishedEstimate) -> [String] {
    [
      "Each session is judged by what was observed of it and by what came of it; how much it used is no evidence. From how the scores of all of them lie, and from how often the judge errs, follows what share of them has no purpose. It does not follow which.",
      "How often the judge errs was measured \(estimate.measuredOn). Real people differ from simulated ones, and so may the errors.",
      "Where records are incomplete nothing is judged, and it counts neither way.",
      "That the share rose after a target was announced does not say that it rose because of it.",
      "Estimated once, when a week is settled, in whole percents, for twenty active people or more, and never changed. Policy \(estimate.policy).",
    ]
  }
}

extension PublishedEstimate.Share {
  fileprivate var value: DataValue {
    .interval(Interval(Double(share) / 100, from: Double(low) / 100, to: Double(high) / 100))
  }
}
