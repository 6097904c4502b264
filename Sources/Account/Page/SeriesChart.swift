import Ledger

/// Bars along time, stacked by state, from a zero baseline.
struct SeriesChart {
  let series: Series
  let basis: ShareBasis
  let width: Double
  let name: String
  let title: String
  let description: String
  let amount: (Int64) -> String

  private let height = 210.0
  private let left = 52.0

  func svg() -> String {
    let largest = series.steps.map(\.weight).max() ?? 0
    let ticks = Self.ticks(upTo: largest)
    let top = Double(Swift.max(ticks.last ?? 1, 1))
    var body = ""
    for tick in ticks {
      let y = place(tick, top)
      body +=
        "<path class=\"axis\" d=\"M\(n(left)),\(n(y))H\(n(width))\"/>"
        + "<text class=\"q\" x=\"\(n(left - 8))\" y=\"\(n(y + 4))\" text-anchor=\"end\">"
        + "\(Markup.escape(Self.tickText(tick, basis)))</text>\n"
    }
    let step = (width - left) / Double(Swift.max(1, series.steps.count))
    let bar = Swift.max(1, Swift.min(step * 0.78, 26))
    for (index, entry) in series.steps.enumerated() where entry.weight > 0 {
      let x = left + step * (Double(index) + 0.5) - bar / 2
      body += "<g><title>\(Markup.escape(words(entry)))</title>"
      var below: Int64 = 0
      for state in entry.states {
        let weight = basis.weight(state.totals)
        guard weight > 0 else { continue }
        let (y0, y1) = (place(below, top), place(below &+ weight, top))
        below &+= weight
        body +=
          "<rect style=\"fill:\(Markup.fill(state.state))\" x=\"\(n(x))\" y=\"\(n(y1))\" "
          + "width=\"\(n(bar))\" height=\"\(n(y0 - y1))\"/>"
      }
      body += "</g>\n"
    }
    body += dates(step)
    return """
      <svg class="\(name)" viewBox="0 -10 \(n(width)) \(n(height + 36))" width="\(n(width))" role="img" \
      aria-labelledby="\(name)-st \(name)-sd">
      <title id="\(name)-st">\(Markup.escape(title))</title>
      <desc id="\(name)-sd">\(Markup.escape(description))</desc>
      \(body)</svg>

      """
  }

  private func words(_ step: Series.Step) -> String {
    let parts = step.states.filter { basis.weight($0.totals) > 0 }.map {
      "\($0.state.rawValue) \(amount(basis.weight($0.totals)))"
    }
    return "\(step.label): \(amount(step.weight)) (\(parts.joined(separator: ", ")))"
  }

  private func place(_ weight: Int64, _ top: Double) -> Double { height - Double(weight) / top * height }

  /// Dates under the bars, at least 58 units apart; days are named on Mondays.
  private func dates(_ step: Double) -> String {
    var text = ""
    var free = left - 30
    let years = Set(series.steps.map(\.day.yearMonthDay.year))
    var named: Int?
    for (index, entry) in series.steps.enumerated() {
      let x = left + step * (Double(index) + 0.5)
      let isMarked = series.grouping != .day || entry.day.weekday == 0 || series.steps.count < 8
      guard isMarked, x >= free, x < width - 18 else { continue }
      // Where the series crosses a year, the first date of each says which.
      let year = entry.day.yearMonthDay.year
      let isNewYear = years.count > 1 && year != named && series.grouping != .month
      named = year
      let label = series.grouping == .month ? entry.label : isNewYear ? entry.day.long : entry.day.short
      text +=
        "<text class=\"q\" x=\"\(n(x))\" y=\"\(n(height + 20))\" text-anchor=\"middle\">"
        + "\(Markup.escape(label))</text>\n"
      free = x + (isNewYear || series.grouping == .month ? 84 : 58)
    }
    return text
  }

  /// Zero and up to four round numbers, the last at or above the largest bar.
  static func ticks(upTo largest: Int64) -> [Int64] {
    guard largest > 0 else { return [0] }
    var step: Int64 = 1
    let factors: [Int64] = [1, 2, 5]
    var magnitude: Int64 = 1
    search: while magnitude <= Int64.max / 100 {
      for factor in factors {
        step = magnitude * factor
        if largest / step < 4 { break search }
      }
      magnitude *= 10
    }
    let count = largest / step + (largest % step == 0 ? 0 : 1)
    return (0...Swift.max(1, Swift.min(count, 5))).map { step &* $0 }
  }

  static func tickText(_ tick: Int64, _ basis: ShareBasis) -> String {
    switch basis {
    case .records: return Figures.grouped(tick)
    case .cost:
      if tick == 0 { return "$0" }
      let text = Figures.decimal(NanoDollars(tick))
      return text.contains(".") ? "$\(text)" : "$\(Figures.grouped(tick / NanoDollars.perDollar))"
    }
  }

  private func n(_ value: Double) -> String { Markup.number(value) }
}
