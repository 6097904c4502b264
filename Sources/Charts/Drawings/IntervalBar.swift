/// An estimate and where it lies, in a cell of a table, to the same scale in all of a column. Where the interval contains
/// what the column is compared with, the mark is hollow: such differences are noise and look alike.
struct IntervalBar {
  /// What the whole width of a column's bars stands for.
  struct Scale: Hashable {
    var low: Double
    var high: Double
    var reference: Double?

    /// `nil` if the column has no intervals.
    init?(of values: [DataValue], _ column: DataColumn) {
      guard column.hasIntervals else { return nil }
      let bounds = values.compactMap(\.bounds)
      let reference = column.reference.flatMap { $0.isFinite ? $0 : nil }
      let all = bounds.flatMap { [$0.lowerBound, $0.upperBound] } + [reference, 0].compactMap { $0 }
      guard let low = all.min(), let high = all.max(), low < high, (high - low).isFinite else { return nil }
      (self.low, self.high, self.reference) = (low, high, reference)
    }
  }

  let interval: Interval
  let scale: Scale

  init(_ interval: Interval, scale: Scale) {
    self.interval = interval
    self.scale = scale
  }

  private static let width = 104.0
  private static let height = 16.0

  /// What it says stands beside it as text.
  var svg: String {
    let middle = Self.height / 2
    let rule = scale.reference.map {
      "<path class=\"rule\" d=\"M\(n(x($0))),0V\(n(Self.height))\"/>"
    }
    let data = [interval.low, interval.estimate, interval.high].map(DataValue.decimal).joined(separator: " ")
    let isNoise = scale.reference.map(interval.contains) ?? false
    return
      "<svg class=\"interval\" viewBox=\"0 0 \(n(Self.width)) \(n(Self.height))\" width=\"\(n(Self.width))\" "
      + "height=\"\(n(Self.height))\" aria-hidden=\"true\" data-v=\"\(data)\">"
      + (rule ?? "")
      + "<path class=\"whisker\" d=\"M\(n(x(interval.low))),\(n(middle))H\(n(x(interval.high)))\"/>"
      + "<circle class=\"\(isNoise ? "hollow" : "dot")\" cx=\"\(n(x(interval.estimate)))\" cy=\"\(n(middle))\" r=\"3\"/></svg>"
  }

  private func x(_ value: Double) -> Double {
    let share = (value - scale.low) / (scale.high - scale.low)
    return 4 + (Self.width - 8) * Swift.min(Swift.max(share, 0), 1)
  }

  private func n(_ value: Double) -> String { Markup.number(value) }
}
