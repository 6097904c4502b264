import Charts
import Foundation
import Ledger
import TestCorpus
import Testing

@Suite("Drawings of anything")
struct DrawingTests {
  @Test("Every coordinate is a finite number inside its picture", arguments: 0..<60)
  func inside(seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed))
    for chart in Self.charts(&random) where !chart.isEmpty {
      let drawings = chart.drawings()
      #expect(!drawings.contains("nan") && !drawings.contains("inf"))
      for match in drawings.matches(of: /<svg class="[a-z]+" viewBox="0 (\S+) (\S+) (\S+)"[\s\S]*?<\/svg>/) {
        let (y, width, height) = (
          try #require(Double(match.output.1)), try #require(Double(match.output.2)),
          try #require(Double(match.output.3))
        )
        Self.check(String(match.output.0), x: -2...(width + 2), y: (y - 2)...(y + height + 2), chart.id)
      }
      _ = chart.html(Downloads())
    }
  }

  /// Boxes, circles, names and paths; paths only use absolute M, L, H, V, C and Z.
  private static func check(
    _ svg: String, x xs: ClosedRange<Double>, y ys: ClosedRange<Double>, _ name: String
  ) {
    for match in svg.matches(of: /<(rect|circle|text)[^>]*? c?x="([^"]*)" c?y="([^"]*)"/) {
      let (x, y) = (Double(match.output.2), Double(match.output.3))
      #expect(x.map(xs.contains) ?? false, "\(name): \(match.output.0)")
      #expect(y.map(ys.contains) ?? false, "\(name): \(match.output.0)")
    }
    for match in svg.matches(of: /<rect[^>]*? width="([^"]*)" height="([^"]*)"/) {
      #expect((Double(match.output.1) ?? -1) >= 0, "\(name): \(match.output.0)")
      #expect((Double(match.output.2) ?? -1) >= 0, "\(name): \(match.output.0)")
    }
    for match in svg.matches(of: /\sd="([^"]*)"/) {
      for command in match.output.1.matches(of: /([MLHVCZ])([^MLHVCZ]*)/) {
        let numbers = command.output.2.split { $0 == "," || $0 == " " }.map { Double($0) }
        for (index, number) in numbers.enumerated() {
          let isX = command.output.1 == "H" || (command.output.1 != "V" && index % 2 == 0)
          #expect(number.map((isX ? xs : ys).contains) ?? false, "\(name): \(command.output.0)")
        }
      }
    }
  }

  private static let doubles = [0, -1, 0.5, 1e300, -1e300, .nan, .infinity, 1e-300, 123.456, 80, 81, 82]
  private static let integers: [Int64] = [0, 1, 5, 1000, .max, .max / 3, 1_000_000_007]

  private static func value(_ random: inout SeededGenerator) -> DataValue {
    let double = doubles.randomElement(using: &random) ?? 0
    let integer = integers.randomElement(using: &random) ?? 0
    switch Int.random(in: 0..<8, using: &random) {
    case 0: return .missing
    case 1: return .withheld
    case 2: return .count(Bool.random(using: &random) ? integer : -integer)
    case 3: return .money(NanoDollars(integer))
    case 4: return .share(double)
    case 5: return .interval(Interval(double, from: doubles.randomElement(using: &random) ?? 0, to: 90))
    case 6: return .text("no number")
    default: return .number(double)
    }
  }

  private static func charts(_ random: inout SeededGenerator) -> [any Chart] {
    let kinds: [DataColumn.Kind] = [.count, .money, .share, .number(unit: "h", decimals: 1), .tokens]
    let kind = kinds.randomElement(using: &random) ?? .count
    let count = [0, 1, 2, 7, 26, 130].randomElement(using: &random) ?? 1
    let tones: [Tone] = Tone.outcomes
    func values(_ count: Int, _ random: inout SeededGenerator) -> [DataValue] {
      (0..<count).map { _ in value(&random) }
    }
    func parts(_ random: inout SeededGenerator) -> [TonedPart] {
      (0..<Int.random(in: 0...4, using: &random)).map { index in
        TonedPart(
          "p\(index)", tones.randomElement(using: &random) ?? .plain,
          integers.randomElement(using: &random) ?? 0
        )
      }
    }
    let long = String(repeating: "a long name ", count: 8)
    var lines: [TimeSeriesChart.Line] = []
    for _ in 0..<Int.random(in: 0...6, using: &random) {
      lines.append(.init(long, values(count + 1, &random)))
    }
    let targets = values(Int.random(in: 0...3, using: &random), &random).map {
      TimeSeriesChart.Target(long, $0, from: 1)
    }
    var steps: [StackedBarsChart.Step] = []
    for index in 0..<count {
      let isWithheld = Bool.random(using: &random)
      steps.append(
        .init(
          "s\(index)", axis: AxisName("s\(index)"), parts: isWithheld ? [] : parts(&random),
          isWithheld: isWithheld))
    }
    var bins: [DistributionChart.Bin] = []
    for index in 0..<Swift.min(count, 30) {
      bins.append(.init("\(index)", span: Int.random(in: 0...3, using: &random), values(2, &random)))
    }
    let tops = (0..<Int.random(in: 1...5, using: &random)).map { _ in
      Int64.random(in: 0...(.max / 40), using: &random)
    }
    let below = tops.map { $0 / 3 }
    let flow = Flow(
      columns: [
        tops.enumerated().map { Flow.Node("\(long) \($0)", weight: $1) },
        [
          Flow.Node("held", weight: tops.reduce(0, +) - below.reduce(0, +), tone: .state(.held)),
          Flow.Node("unknown", weight: below.reduce(0, +), tone: .state(.unknown)),
        ],
      ],
      links: [
        tops.indices.flatMap { index in
          [
            Flow.Link(
              from: index, to: 0, tone: .state(.held), meaning: "held", weight: tops[index] - below[index]),
            Flow.Link(from: index, to: 1, tone: .state(.unknown), meaning: "unknown", weight: below[index]),
          ]
        }
      ], total: tops.reduce(0, +))
    return [
      FlowChart(id: "flow", title: "t", heading: "h", unit: .dollars, flow: flow),
      TimeSeriesChart(
        id: "series", title: "t", heading: "h", kind: kind,
        steps: (0..<count).map { .init("s\($0)", axis: AxisName("\($0)", long: "\($0) x", year: $0 / 20)) },
        lines: lines, targets: targets,
        marks: [.init(long, at: 0), .init(long, at: count), .init("m", at: 99)]),
      StackedBarsChart(id: "bars", title: "t", heading: "h", unit: .dollars, steps: steps),
      DistributionChart(
        id: "bins", title: "t", heading: "h", kind: kind, series: ["a", "b"], bins: bins,
        thresholds: [.init(long, after: 2.5), .init("b", after: .infinity)]),
    ]
  }
}
