import Charts
import Foundation
import Ledger
import TestCorpus
import Testing

@Suite("Charts")
struct ChartTests {
  static let weeks = (1...6).map { "2026-W0\($0)" }
  static let steps = weeks.map { TimeSeriesChart.Step($0, axis: AxisName(String($0.dropFirst(5)))) }

  static let adoption = TimeSeriesChart(
    id: "adoption", title: "Three in four use AI in a week.", heading: "Week", kind: .share, steps: steps,
    lines: [
      .init("everybody", [.share(0.5), .share(0.55), .missing, .share(0.7), .withheld, .share(0.75)]),
      .init(
        "with an interval", (0..<6).map { .interval(Interval(0.3, from: 0.2, to: 0.3 + Double($0) / 50)) }),
    ],
    targets: [.init("target", .share(0.8), from: 2)], marks: [.init("target announced", at: 2)])

  static let bars = StackedBarsChart(
    id: "spend", title: "Spend by week.", heading: "Week", unit: .dollars,
    steps: [
      .init(
        "2026-W01", axis: AxisName("W01"),
        parts: [
          TonedPart("held", .state(.held), 3_000_000_000), TonedPart("not linked", .notLinked, 1_500_000_000),
        ]),
      .init("2026-W02", axis: AxisName("W02"), parts: [], isWithheld: true),
      .init("2026-W03", axis: nil, parts: [TonedPart("held", .state(.held), 7_000_000_000)]),
    ])

  static let distribution = DistributionChart(
    id: "days", title: "Most use AI on three days.", heading: "Days", kind: .count,
    series: ["after the announcement", "before"],
    bins: [
      .init("0", [.count(4), .count(9)]), .init("1–2", span: 2, [.count(12), .withheld]),
      .init("3", [.count(30), .count(11)]),
    ], thresholds: [.init("the target’s line", after: 1)])

  static let flow = FlowChart(
    id: "flow", title: "Where it went.", heading: "Team", unit: .dollars,
    flow: Flow(
      columns: [
        [.init("Dock", weight: 50_000_000_000), .init("Quay", weight: 30_000_000_000)],
        [
          .init("held", weight: 60_000_000_000, tone: .state(.held)),
          .init("not linked", weight: 20_000_000_000, tone: .notLinked),
        ],
      ],
      links: [
        [
          .init(from: 0, to: 0, tone: .state(.held), meaning: "held", weight: 40_000_000_000),
          .init(from: 0, to: 1, tone: .notLinked, meaning: "not linked", weight: 10_000_000_000),
          .init(from: 1, to: 0, tone: .state(.held), meaning: "held", weight: 20_000_000_000),
          .init(from: 1, to: 1, tone: .notLinked, meaning: "not linked", weight: 10_000_000_000),
        ]
      ], total: 80_000_000_000))

  static let examples: [any Chart] = [adoption, bars, distribution, flow]

  // MARK: The same in figures

  @Test("Lines are drawn from the very values of their table, and gaps stay gaps")
  func seriesAgree() {
    let csv = Self.columns(Self.adoption.table.csv)
    let drawn = Self.adoption.drawings().matches(of: /<g class="line[^"]*" data-v="([^"]*)"/).map {
      $0.output.1.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    #expect(drawn.count == 4, "two lines, for two widths")
    for width in 0..<2 {
      #expect(drawn[width * 2] == csv["everybody (share of 1)"])
      #expect(drawn[width * 2 + 1] == csv["with an interval (share of 1)"])
    }
    #expect(csv["everybody (share of 1)"]?[2] == "" && csv["everybody (share of 1)"]?[4] == "withheld")
    let paths = Self.adoption.drawings().firstMatch(of: /<g class="line l1"[\s\S]*?<\/g>/)?.output ?? ""
    #expect(paths.matches(of: /<path/).count == 1, "of three stretches only one has two points")
    #expect(csv["target (share of 1)"] == ["", "", "0.8", "0.8", "0.8", "0.8"])
    #expect(csv["What happened"]?[2] == "target announced")
  }

  @Test("Bars, bins and bands are as high as their tables say")
  func heightsAgree() {
    let bars = Self.data(in: Self.bars.drawings())
    #expect(bars == (0..<2).flatMap { _ in ["3000000000", "1500000000", "7000000000"] })
    #expect(Self.columns(Self.bars.table.csv)["All (USD)"] == ["4.5", "withheld", "7"])
    let bins = Self.data(in: Self.distribution.drawings())
    #expect(bins == (0..<2).flatMap { _ in ["4", "12", "30", "9", "11"] })
    #expect(Self.columns(Self.distribution.table.csv)["before"] == ["9", "withheld", "11"])
    let flow = Self.data(in: Self.flow.drawings())
    #expect(Set(flow) == ["40000000000", "10000000000", "20000000000"] && flow.count == 8)
    #expect(Self.columns(Self.flow.table.csv)["held (USD)"] == ["40", "20"])
    #expect(Self.columns(Self.flow.table.csv)["All (USD)"] == ["50", "30"])
  }

  // MARK: For everybody

  @Test(
    "Each has a sentence above it, words for who cannot see it, and its table behind it", arguments: 0..<4)
  func accessible(index: Int) {
    let chart = Self.examples[index]
    let html = chart.html(Downloads())
    #expect(html.contains("<figcaption><strong>\(chart.title)</strong>"))
    #expect(html.contains("<table role=\"table\" id=\"t-\(chart.id)\""))
    #expect(html.contains("?table=\(chart.id)&amp;as=json"))
    let pictures = html.matches(of: /<svg class="(wide|medium|broad|narrow)"[\s\S]*?<\/svg>/).map(\.output.0)
    #expect(pictures.count == 2)
    for picture in pictures {
      #expect(picture.contains("role=\"img\"") && picture.contains("<title id="))
      #expect(picture.contains(chart.description))
    }
    #expect(!html.contains("style="), "the strict Content-Security-Policy allows none")
    #expect(!html.contains("#") || html.firstMatch(of: /fill="#/) == nil, "colours come from the palette")
  }

  @Test("Whatever things are called, it is text", arguments: 0..<4)
  func hostile(index: Int) {
    let name = "</title><script>alert(1)</script>\"'&\u{202E}"
    let chart: any Chart =
      switch index {
      case 0:
        TimeSeriesChart(
          id: "x", title: name, note: name, heading: name, kind: .number(unit: name, decimals: 1),
          steps: [.init(name, axis: AxisName(name))], lines: [.init(name, [.number(1)])],
          targets: [.init(name, .number(2))], marks: [.init(name, at: 0)])
      case 1:
        StackedBarsChart(
          id: "x", title: name, note: name, heading: name, unit: .calls,
          steps: [.init(name, axis: AxisName(name), parts: [TonedPart(name, .plain, 1)])])
      case 2:
        DistributionChart(
          id: "x", title: name, heading: name, kind: .count, series: [name, name],
          bins: [.init(name, [.count(1), .count(2)])], thresholds: [.init(name, after: 1)])
      default:
        FlowChart(
          id: "x", title: name, heading: name, unit: .calls,
          flow: Flow(
            columns: [[.init(name, weight: 1)], [.init(name, weight: 1)]],
            links: [[.init(from: 0, to: 0, tone: .plain, meaning: name, weight: 1)]], total: 1))
      }
    let html = chart.html(Downloads())
    #expect(!html.contains("<script") && html.contains("&lt;script&gt;"))
    #expect(!html.unicodeScalars.contains("\u{202E}"))
  }

  @Test("Without anything to draw it says why, and what to do")
  func empty() {
    var series = Self.adoption
    series.lines = [.init("nobody", [.missing, .missing])]
    series.empty = "Nothing yet: connect a source."
    #expect(series.html() == "<p class=\"quiet\">Nothing yet: connect a source.</p>\n")
    series.steps = []
    #expect(series.isEmpty)
    var bars = Self.bars
    bars.steps = []
    #expect(bars.isEmpty && !bars.html().contains("<svg"))
  }

  @Test("All withheld is drawn as withheld, not as nothing and not as zero")
  func withheld() {
    var series = Self.adoption
    series.lines = [.init("everybody", Array(repeating: .withheld, count: 6))]
    series.targets = []
    #expect(!series.isEmpty)
    #expect(series.drawings().matches(of: /url\(#hatch\)/).count == 12)
    #expect(series.description.contains("nothing that can be shown"))
    #expect(series.drawings().firstMatch(of: /<circle/) == nil)
  }

  @Test("A fifth line is in the table, and the drawing says that it is not drawn")
  func tooMany() {
    let chart = TimeSeriesChart(
      id: "many", title: "Many.", heading: "Week", kind: .count, steps: Self.steps,
      lines: (1...5).map { .init("line \($0)", [.count($0), .count($0)]) })
    #expect(chart.drawings().matches(of: /<g class="line/).count == 8)
    #expect(chart.note.contains("the first 4 of 5") && chart.table.columns.count == 6)
  }

  static func data(in svg: String) -> [String] {
    svg.matches(of: /data-v="([^"]*)"/).map { String($0.output.1) }
  }

  /// Of a CSV without quoted fields.
  static func columns(_ csv: String) -> [String: [String]] {
    let lines = csv.components(separatedBy: "\r\n").filter { !$0.isEmpty }.map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    guard let head = lines.first else { return [:] }
    return Dictionary(
      head.enumerated().map { index, name in
        (name, lines.dropFirst().map { $0.indices.contains(index) ? $0[index] : "" })
      }, uniquingKeysWith: { first, _ in first })
  }
}
