import Arena
import Charts

/// A judge's card beside those of simpler detectors, as tables and pictures.
struct ScoreSheet: Encodable {
  var card: ScoreCard
  /// `nil` where it was not measured how the judge errs.
  var groups: GroupTrials?
  var baselines: [BaselineScore]
  /// Lines and files that the readers could not read.
  var problems: Int

  static let caveat = "On simulated organisations; of real ones nobody knows the truth."

  var kinds: DataTable {
    DataTable(
      id: "kinds", caption: "Kind by kind",
      columns: [
        DataColumn("Kind"), DataColumn("Fitted"), DataColumn("Person-months", .count),
        DataColumn("With a false finding", .count), DataColumn("Upper bound", .share, decimals: 2),
        DataColumn("Tokens found", .share), DataColumn("Sessions found", .share),
        DataColumn("Delay", .number(unit: "days", decimals: 1)),
        DataColumn("Calibration error", .number(unit: "", decimals: 3)),
      ],
      rows: card.kinds.map { kind in
        [
          .text(kind.kind.rawValue), .text(kind.isFitted ? "yes" : "held out"), .count(kind.personMonths),
          .count(kind.falseMonths), .share(kind.falseRateBound), .share(kind.tokenRecall),
          .share(kind.sessionRecall), .number(kind.medianDelayDays), .number(kind.calibrationError),
        ]
      })
  }

  var detectors: DataTable {
    DataTable(
      id: "detectors",
      caption: "Beside simpler detectors, each as rarely wrong as it can be on the kinds seen in fitting",
      columns: [
        DataColumn("Detector"), DataColumn("Tokens found, seen kinds", .share),
        DataColumn("Tokens found, unseen", .share), DataColumn("False, seen (bound)", .share, decimals: 2),
        DataColumn("False, unseen (bound)", .share, decimals: 2),
        DataColumn("Worst honest kind (bound)", .share, decimals: 2),
        DataColumn("Average precision", .number(unit: "", decimals: 3), hasIntervals: true),
        DataColumn("Precision at 1 %", .share), DataColumn("at 5 %", .share), DataColumn("at 10 %", .share),
      ],
      rows: ([card] + baselines.map(\.card)).map { card in
        [
          .text(card.judge), .share(card.seen.tokenRecall), .share(card.unseen.tokenRecall),
          .share(card.seen.falseRateBound), .share(card.unseen.falseRateBound),
          .share([card.seen.worstBound, card.unseen.worstBound].compactMap { $0 }.max()),
          card.averagePrecision.map { .interval(Interval($0.value, from: $0.low, to: $0.high)) } ?? .missing,
        ] + card.precision.map { .share($0.precision) }
      })
  }

  var reliability: TimeSeriesChart {
    let bins = card.calibration.bins
    return TimeSeriesChart(
      id: "reliability", title: "What was said and what was so",
      note:
        "Sessions by the probability that the judge gave them, at \(Self.percent(card.calibratedAt)) purposeless. \(Self.caveat)",
      heading: "Probability", kind: .share,
      steps: bins.map { bin in
        let label = "\(Self.percent(bin.low)) to \(Self.percent(bin.high))"
        return TimeSeriesChart.Step(label, axis: nil)
      },
      lines: [
        .init("said", bins.map { $0.cases > 0 ? .share($0.said) : .missing }),
        .init("found", bins.map { $0.cases > 0 ? .share($0.found) : .missing }),
      ])
  }

  var content: PageContent {
    .heading("How often a judge is wrong", Self.caveat)
      + .section("Kinds of people", .table(kinds))
      + .section("Detectors", .table(detectors))
      + (groups.map { .section("Groups", .table($0.table)) } ?? .nothing)
      + .section("Calibration", .chart(reliability) + .paragraph(calibrationText))
  }

  private var calibrationText: String {
    let above = card.calibration.expectedErrorAboveHalf.map { "\(Self.rounded($0))" } ?? "not measured"
    return
      "Expected calibration error \(Self.rounded(card.calibration.expectedError)); above one half \(above); log loss \(Self.rounded(card.calibration.logLoss)) nats, at \(Self.percent(card.calibratedAt)) purposeless sessions."
  }

  var text: String {
    """
    \(Self.caveat) Judge: \(card.judge). Lines that could not be read: \(problems).

    \(kinds.lines.joined(separator: "\n"))

    \(detectors.lines.joined(separator: "\n"))

    \((groups?.table.lines ?? ["How the judge errs on groups was not measured."]).joined(separator: "\n"))

    \(calibrationText)

    """
  }

  private static func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }
  private static func rounded(_ value: Double) -> Double { (value * 10_000).rounded() / 10_000 }
}
