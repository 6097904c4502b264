package import Ledger

/// One value of a table or of a chart. What is not known and what is not shown are values of their own, so that neither
/// can be taken for zero.
package indirect enum DataValue: Hashable, Sendable {
  case text(String)
  /// Text with the swatch of what it stands for.
  case toned(String, Tone)
  case count(Int64)
  case money(NanoDollars)
  /// Of a whole that is 1.
  case share(Double)
  /// In the unit of its column.
  case number(Double)
  /// An estimate and where it lies, in the unit of its column: dollars, a share, or the column's own.
  case interval(Interval)
  /// One after the other in time; drawn as a line.
  case trend([DataValue])
  /// A whole and its parts; drawn as a bar.
  case parts([TonedPart])
  /// Not known (law 2).
  case missing
  /// Known, and not shown (law 6).
  case withheld

  /// `nil` is missing.
  package static func money(_ amount: NanoDollars?) -> DataValue { amount.map { .money($0) } ?? .missing }
  package static func count(_ count: Int64?) -> DataValue { count.map { .count($0) } ?? .missing }
  package static func count(_ count: Int) -> DataValue { .count(Int64(count)) }
  package static func share(_ share: Double?) -> DataValue { share.map { .share($0) } ?? .missing }
  package static func number(_ number: Double?) -> DataValue { number.map { .number($0) } ?? .missing }
  package static func text(_ text: String?) -> DataValue { text.map { .text($0) } ?? .missing }

  /// For drawing: dollars, a count, a share, or the column's unit; `nil` where there is nothing to draw.
  package var magnitude: Double? {
    let size: Double? =
      switch self {
      case .count(let count): Double(count)
      case .money(let amount): Double(amount.count) / Double(NanoDollars.perDollar)
      case .share(let share): share
      case .number(let number): number
      case .interval(let interval): interval.estimate
      case .text, .toned, .trend, .parts, .missing, .withheld: nil
      }
    return size.flatMap { $0.isFinite ? $0 : nil }
  }

  /// Where it lies, of a value with an interval that can be drawn.
  package var bounds: ClosedRange<Double>? {
    guard case .interval(let interval) = self, interval.low.isFinite, interval.high.isFinite,
      interval.low <= interval.high
    else { return nil }
    return interval.low...interval.high
  }
}

/// An estimate and where it lies.
package struct Interval: Hashable, Sendable {
  package var low: Double
  package var estimate: Double
  package var high: Double

  package init(_ estimate: Double, from low: Double, to high: Double) {
    self.low = low
    self.estimate = estimate
    self.high = high
  }

  package func contains(_ value: Double) -> Bool { low <= value && value <= high }
}
