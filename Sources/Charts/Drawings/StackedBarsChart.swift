import Ledger

/// Bars along time, stacked by what came of it, from a zero baseline.
package struct StackedBarsChart: Chart {
  package struct Step: Hashable, Sendable {
    package var label: String
    /// `nil` for a step that is not named under the axis.
    package var axis: AxisName?
    package var parts: [TonedPart]
    /// Whether there is something and it is not shown; then there are no parts.
    package var isWithheld: Bool

    package init(_ label: String, axis: AxisName?, parts: [TonedPart], isWithheld: Bool = false) {
      self.label = label
      self.axis = axis
      self.parts = parts.filter { $0.weight > 0 }
      self.isWithheld = isWithheld
    }

    package var weight: Int64 {
      parts.reduce(0) { sum, part in
        let (next, isOver) = sum.addingReportingOverflow(part.weight)
        return isOver ? .max : next
      }
    }
  }

  package var id: String
  package var title: String
  package var note: String
  package var empty: String
  package var unit: BarUnit
  /// What a step is: “Week”.
  package var heading: String
  package var steps: [Step]

  package init(
    id: String, title: String, note: String = "", heading: String, unit: BarUnit, steps: [Step],
    empty: String = "There is nothing to draw yet."
  ) {
    self.id = id
    self.title = title
    self.note = note
    self.empty = empty
    self.unit = unit
    self.heading = heading
    self.steps = steps
  }

  package var isEmpty: Bool { steps.allSatisfy { $0.weight <= 0 && !$0.isWithheld } }

  // MARK: In figures

  package var table: DataTable {
    var labels: [(label: String, order: Int)] = []
    for part in steps.flatMap(\.parts) where !labels.contains(where: { $0.label == part.label }) {
      labels.append((part.label, part.tone.order))
    }
    labels.sort { ($0.order, $0.label) < ($1.order, $1.label) }
    let rows = steps.filter { $0.weight > 0 || $0.isWithheld }.map { step in
      guard !step.isWithheld else {
        return [DataValue.text(step.label)] + Array(repeating: .withheld, count: labels.count + 1)
      }
      let cells = labels.map { label, _ in
        unit.value(step.parts.filter { $0.label == label }.reduce(Int64(0)) { $0 &+ $1.weight })
      }
      return [.text(step.label)] + cells + [unit.value(step.weight)]
    }
    var table = DataTable(
      id: id, caption: "Steps without anything are left out.",
      columns: [DataColumn(heading)] + labels.map { DataColumn($0.label, unit.kind) }
        + [DataColumn("All", unit.kind)],
      rows: rows, empty: empty)
    table.hasOneScale = true
    return table
  }

  package var description: String {
    let gaps = steps.filter(\.isWithheld).count
    let gone = gaps == 0 ? "" : " \(Figures.counted(gaps, "step is", "steps are")) not shown."
    guard let top = steps.max(by: { $0.weight < $1.weight }), top.weight > 0 else {
      return "\(Figures.counted(steps.count, "step")), nothing in any.\(gone)"
    }
    return
      "\(Figures.counted(steps.count, "bar")). The highest, \(top.label), is \(unit.text(top.weight)).\(gone)"
  }

  // MARK: Drawn

  package func drawings() -> String {
    DrawingWidth.allCases.map { width in
      Drawing(chart: self, width: width.units, height: Self.height + 46, name: width.rawValue)
        .svg("<g transform=\"translate(0 10)\">\n\(body(width.units))</g>\n")
    }.joined()
  }

  private static let height = 210.0
  private static let left = 52.0

  private func body(_ width: Double) -> String {
    let largest = steps.map(\.weight).max() ?? 0
    let ticks = AxisTicks.whole(upTo: largest)
    let top = Double(Swift.max(ticks.last ?? 1, largest, 1))
    func y(_ weight: Int64) -> Double { Self.height - Double(weight) / top * Self.height }
    var body = ""
    for tick in ticks {
      body +=
        "<path class=\"axis\" d=\"M\(n(Self.left)),\(n(y(tick)))H\(n(width))\"/>"
        + "<text class=\"q\" x=\"\(n(Self.left - 8))\" y=\"\(n(y(tick) + 4))\" text-anchor=\"end\">"
        + "\(Markup.escape(unit.tick(tick)))</text>\n"
    }
    let step = (width - Self.left) / Double(Swift.max(1, steps.count))
    let bar = Swift.max(1, Swift.min(step * 0.78, 36))
    for (index, entry) in steps.enumerated() where entry.weight > 0 || entry.isWithheld {
      let x = Self.left + step * (Double(index) + 0.5) - bar / 2
      body += "<g><title>\(Markup.escape(words(entry)))</title>"
      if entry.isWithheld {
        body +=
          "<rect fill=\"\(Tone.untold.fill)\" x=\"\(n(x))\" y=\"\(n(Self.height - 14))\" width=\"\(n(bar))\" height=\"14\"/>"
      }
      var below: Int64 = 0
      for part in entry.parts {
        let end = below.addingReportingOverflow(part.weight).overflow ? Int64.max : below + part.weight
        body +=
          "<rect fill=\"\(part.tone.fill)\" x=\"\(n(x))\" y=\"\(n(y(end)))\" width=\"\(n(bar))\" "
          + "height=\"\(n(y(below) - y(end)))\" data-v=\"\(part.weight)\"/>"
        below = end
      }
      body += "</g>\n"
    }
    return body + AxisNames(steps.map(\.axis), from: Self.left, to: width, y: Self.height + 20).svg
  }

  private func words(_ step: Step) -> String {
    guard !step.isWithheld else { return "\(step.label): not shown" }
    let parts = step.parts.map { "\($0.label) \(unit.text($0.weight))" }
    return "\(step.label): \(unit.text(step.weight)) (\(parts.joined(separator: ", ")))"
  }

  private func n(_ value: Double) -> String { Markup.number(value) }
}
