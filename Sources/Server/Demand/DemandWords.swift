import Account
import Charts
import Demand
import Directory
import Foundation
import Ledger
import Statistics
import Visibility

/// What a page and programs say of demand.
struct DemandWords {
  private let shown: DemandReading.Shown
  private var report: DemandReport { shown.report }

  init(_ shown: DemandReading.Shown) { self.shown = shown }

  var lead: String {
    let weeks = Figures.counted(shown.weeks.count, "closed week")
    guard let first = shown.weeks.first, let last = shown.weeks.last else { return "" }
    return
      "What is likely to be used in the \(Figures.counted(report.ahead, "week")) after \(last), from \(weeks), \(first) to \(last). No figure is of a person."
  }

  /// What the forecast is corrected by.
  var corrections: [String] {
    let purposeless =
      shown.estimatedWeeks > 0
      ? "Purposeful is what remains without the share of tokens that was estimated to be purposeless in the last \(Figures.counted(shown.estimatedWeeks, "settled week")), both ranges at their worst."
      : "How much of it is purposeful is not said: nothing was estimated yet."
    let target =
      shown.target.map { target in
        report.cost.withoutTarget == nil
          ? "What it would be without the target “\(target.name)” cannot be said: too few weeks around its announcement, or something else was announced in them."
          : "If the target “\(target.name)” went: at the level of the four weeks before it was announced, if what changed then went with it. What came after a date did not all come of it, and habits stay: a reading, and no promise."
      } ?? "No target is in force."
    return [purposeless, target]
  }

  var chart: TimeSeriesChart {
    let past = shown.costs.suffix(52)
    let weeks = shown.weeks.suffix(52)
    let ahead = report.cost.forecast?.weeks ?? []
    let none = [DataValue](repeating: .missing, count: past.count)
    let expected = ahead.map { amount -> DataValue in
      amount.range.map { .interval(Interval(amount.value, from: $0.lowerBound, to: $0.upperBound)) }
        ?? .interval(Interval(amount.value, from: amount.value, to: amount.value))
    }
    var lines = [
      TimeSeriesChart.Line(
        "Spent",
        past.map { $0.map { .money($0) } ?? .withheld } + ahead.map { _ in .missing })
    ]
    if !ahead.isEmpty { lines.append(TimeSeriesChart.Line("Forecast", none + expected)) }
    return TimeSeriesChart(
      id: "spend", title: "Spend by week, and where the next weeks are likely to be.",
      note: "US dollars at list price. The band holds four of five weeks, if what comes is like what was.",
      heading: "Week", kind: .money,
      steps: weeks.map { TimeSeriesChart.Step($0.description, axis: $0.axis) }
        + ahead.indices.map { TimeSeriesChart.Step("\($0 + 1) ahead", axis: nil) },
      lines: lines)
  }

  var models: [String] {
    var sentences = [
      "A model is shown by name where enough people used it, in a week and with each tool; the others are “other models”. Each week’s tokens are rounded to three figures. What was among the others in most weeks has no forecast of its own."
    ]
    if shown.weeksWithoutModels > 0 {
      sentences.append(
        "Of \(Figures.counted(shown.weeksWithoutModels, "week")) nothing can be said by model; they are not taken for zero."
      )
    }
    return sentences
  }

  // MARK: Commitments

  var commitments: [String] {
    report.commitments.isEmpty
      ? ["Nothing is declared. demand: commitments in the server’s settings says what was committed to."]
      : report.commitmentSentences
        + ["At list price, of closed weeks; a week that lies partly in a term counts with its part."]
  }

  var commitmentTable: DataTable {
    DataTable(
      id: "commitments", caption: "Spend against commitments; the range holds four cases of five.",
      columns: [
        DataColumn("Commitment"), DataColumn("From"), DataColumn("Until"), DataColumn("Committed", .money),
        DataColumn("Spent", .money), DataColumn("At its end", .money, hasIntervals: true),
        DataColumn("Likely"),
      ],
      rows: report.commitments.map { one in
        let (term, outlook) = (one.commitment, one.outlook)
        let end = outlook.forecast.map { amount -> DataValue in
          let range = amount.range ?? amount.value...amount.value
          return .interval(Interval(amount.value, from: range.lowerBound, to: range.upperBound))
        }
        let standing =
          switch outlook.standing {
          case .below: "less than committed"
          case .above: "more than committed"
          case .open: "either way"
          case .unknown: "too few weeks"
          }
        return [
          .text(term.name), .text("\(CalendarDay(containing: term.from))"),
          .text("\(CalendarDay(containing: term.until - .milliseconds(1)))"), .money(term.amount),
          .money(outlook.spent), end ?? .missing, .text(standing),
        ]
      }, empty: "None.")
  }

  // MARK: Footprint

  var footprint: [String] {
    [
      "Of \(Figures.counted(shown.weeks.count, "closed week")). Ranges are from the least to the most that has been published, times each other: the most is often some hundred times the least. That is what is known.",
      shown.weeksWithUnexplained > 0
        ? "Unexplained is use of which everything was seen and nothing came; it is said of \(Figures.counted(shown.weeksWithUnexplained, "settled week")) in which enough people had such use and enough had other. It is no judgement: there may be reasons that no record shows."
        : "Of the unexplained part nothing can be said yet: it takes settled weeks with enough people on either side.",
    ]
  }

  var reading: [String] {
    [
      "A week is counted once it is closed, two days after its end, and never changes. Weeks that cannot be shown are not zero: they are left out.",
      "Costs are list prices worked out from tokens, not an invoice.",
      "On made-up series of 20 to 104 weeks, 78 to 85 of 100 amounts lay in their range.",
      "assay demand forecasts the same of one’s own records.",
    ]
  }

  // MARK: For programs

  private static let format = "assay-demand/1"

  static let nothing: JSONValue = .object([
    ("format", .string(format)), ("first_week", .null), ("last_week", .null), ("report", .null),
  ])

  static func document(_ shown: DemandReading.Shown) -> JSONValue {
    .object([
      ("format", .string(format)), ("first_week", .optional(shown.weeks.first?.description)),
      ("last_week", .optional(shown.weeks.last?.description)),
      ("estimated_weeks", .integer(Int64(shown.estimatedWeeks))),
      ("weeks_without_models", .integer(Int64(shown.weeksWithoutModels))),
      ("weeks_with_unexplained", .integer(Int64(shown.weeksWithUnexplained))),
      ("report", shown.report.json),
    ])
  }
}
