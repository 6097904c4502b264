import Ledger

/// What the height of a bar counts.
package enum BarUnit: Hashable, Sendable {
  /// Weights are nano-dollars.
  case dollars
  case calls

  package func text(_ weight: Int64) -> String {
    switch self {
    case .dollars: NanoDollars(weight).text
    case .calls: Figures.counted(weight, "call")
    }
  }

  /// At the axis, where there is little room.
  func tick(_ weight: Int64) -> String {
    switch self {
    case .calls: return Figures.grouped(weight)
    case .dollars:
      if weight == 0 { return "$0" }
      let text = Figures.decimal(NanoDollars(weight))
      return text.contains(".") ? "$\(text)" : "$\(Figures.grouped(weight / NanoDollars.perDollar))"
    }
  }
}

/// The name of a step under the axis.
package struct AxisName: Hashable, Sendable {
  package var short: String
  /// With the year, where it has to be said which.
  package var long: String
  package var year: Int

  package init(_ short: String, long: String? = nil, year: Int = 0) {
    self.short = short
    self.long = long ?? short
    self.year = year
  }
}

/// Bars along time, stacked by what came of it, from a zero baseline.
package struct StackedBars: Sendable {
  package struct Step: Hashable, Sendable {
    package var label: String
    /// `nil` for a step that is not named under the axis.
    package var axis: AxisName?
    package var parts: [TonedPart]

    package init(_ label: String, axis: AxisName?, parts: [TonedPart]) {
      self.label = label
      self.axis = axis
      self.parts = parts
    }

    package var weight: Int64 { parts.reduce(0) { $0 &+ Swift.max(0, $1.weight) } }
  }

  let steps: [Step]
  let unit: BarUnit
  let width: Double
  let name: String
  let title: String
  let description: String
  let amount: @Sendable (Int64) -> String

  package init(
    _ steps: [Step], unit: BarUnit, width: Double, name: String, title: String, description: String,
    amount: @escaping @Sendable (Int64) -> String
  ) {
    self.steps = steps
    self.unit = unit
    self.width = width
    self.name = name
    self.title = title
    self.description = description
    self.amount = amount
  }

  private let height = 210.0
  private let left = 52.0

  package func svg() -> String {
    let ticks = AxisTicks.whole(upTo: steps.map(\.weight).max() ?? 0)
    let top = Double(Swift.max(ticks.last ?? 1, 1))
    var body = ""
    for tick in ticks {
      let y = place(tick, top)
      body +=
        "<path class=\"axis\" d=\"M\(n(left)),\(n(y))H\(n(width))\"/>"
        + "<text class=\"q\" x=\"\(n(left - 8))\" y=\"\(n(y + 4))\" text-anchor=\"end\">"
        + "\(Markup.escape(unit.tick(tick)))</text>\n"
    }
    let step = (width - left) / Double(Swift.max(1, steps.count))
    let bar = Swift.max(1, Swift.min(step * 0.78, 26))
    for (index, entry) in steps.enumerated() where entry.weight > 0 {
      let x = left + step * (Double(index) + 0.5) - bar / 2
      body += "<g><title>\(Markup.escape(words(entry)))</title>"
      var below: Int64 = 0
      for part in entry.parts where part.weight > 0 {
        let (y0, y1) = (place(below, top), place(below &+ part.weight, top))
        below &+= part.weight
        body +=
          "<rect fill=\"\(part.tone.fill)\" x=\"\(n(x))\" y=\"\(n(y1))\" "
          + "width=\"\(n(bar))\" height=\"\(n(y0 - y1))\"/>"
      }
      body += "</g>\n"
    }
    body += axisNames(step)
    return """
      <svg class="\(name)" viewBox="0 -10 \(n(width)) \(n(height + 36))" width="\(n(width))" role="img" \
      aria-labelledby="\(name)-st \(name)-sd">
      <title id="\(name)-st">\(Markup.escape(title))</title>
      <desc id="\(name)-sd">\(Markup.escape(description))</desc>
      \(body)</svg>

      """
  }

  private func words(_ step: Step) -> String {
    let parts = step.parts.filter { $0.weight > 0 }.map { "\($0.label) \(amount($0.weight))" }
    return "\(step.label): \(amount(step.weight)) (\(parts.joined(separator: ", ")))"
  }

  private func place(_ weight: Int64, _ top: Double) -> Double { height - Double(weight) / top * height }

  /// Names under the bars, at least 58 units apart.
  private func axisNames(_ step: Double) -> String {
    var text = ""
    var free = left - 30
    let years = Set(steps.compactMap(\.axis?.year))
    var named: Int?
    for (index, entry) in steps.enumerated() {
      let x = left + step * (Double(index) + 0.5)
      guard let axis = entry.axis, x >= free, x < width - 18 else { continue }
      // Where the series crosses a year, the first name of each says which.
      let isNewYear = years.count > 1 && axis.year != named
      named = axis.year
      let label = isNewYear ? axis.long : axis.short
      text +=
        "<text class=\"q\" x=\"\(n(x))\" y=\"\(n(height + 20))\" text-anchor=\"middle\">"
        + "\(Markup.escape(label))</text>\n"
      free = x + (label.count > 6 ? 84 : 58)
    }
    return text
  }

  private func n(_ value: Double) -> String { Markup.number(value) }
}

/// Round numbers at an axis.
package enum AxisTicks {
  /// Zero and up to four round numbers, the last at or above the largest value.
  package static func whole(upTo largest: Int64) -> [Int64] {
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
}
