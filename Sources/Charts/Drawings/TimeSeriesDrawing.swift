/// A drawing of lines along time for one width of a screen.
struct TimeSeriesDrawing {
  private let chart: TimeSeriesChart
  private let width: DrawingWidth
  private let axis: ValueAxis
  private let left = 52.0
  private let right: Double
  private let top: Double
  private let plot: Double = 200

  init(chart: TimeSeriesChart, width: DrawingWidth) {
    self.chart = chart
    self.width = width
    right = width.units - (width == .broad ? 150 : 92)
    top = 12 + 17 * Double(chart.marks.count)
    var sizes = chart.targets.compactMap(\.value.magnitude)
    for line in chart.drawn {
      for value in line.values {
        if let size = value.magnitude { sizes.append(size) }
        if let bounds = value.bounds { sizes += [bounds.lowerBound, bounds.upperBound] }
      }
    }
    axis = ValueAxis(of: sizes, chart.kind)
  }

  var svg: String {
    let body = scale + bands + targets + marks + gaps + lines + names
    let dates = AxisNames(chart.steps.map(\.axis), from: left, to: right, y: top + plot + 22).svg
    return Drawing(chart: chart, width: width.units, height: top + plot + 34, name: width.rawValue)
      .svg(body + dates)
  }

  private func x(_ step: Double) -> Double {
    left + (right - left) * (step + 0.5) / Double(Swift.max(1, chart.steps.count))
  }

  private func y(_ value: Double) -> Double { top + plot * (1 - axis.share(value)) }

  private var scale: String {
    axis.ticks.map { tick in
      "<path class=\"axis\" d=\"M\(n(left)),\(n(y(tick)))H\(n(right))\"/>"
        + "<text class=\"q\" x=\"\(n(left - 8))\" y=\"\(n(y(tick) + 4))\" text-anchor=\"end\">"
        + "\(Markup.escape(axis.text(tick)))</text>\n"
    }.joined()
  }

  /// Intervals, as far as each stretch of them goes.
  private var bands: String {
    chart.drawn.enumerated().map { index, line in
      var stretches: [[(Int, ClosedRange<Double>)]] = [[]]
      for (step, value) in line.values.prefix(chart.steps.count).enumerated() {
        if let bounds = value.bounds {
          stretches[stretches.count - 1].append((step, bounds))
        } else {
          stretches.append([])
        }
      }
      return stretches.map { stretch in
        guard stretch.count > 1 else {
          // One alone is a whisker.
          return stretch.map { step, bounds in
            "<path class=\"whisker\" d=\"M\(n(x(Double(step)))),\(n(y(bounds.lowerBound)))V\(n(y(bounds.upperBound)))\"/>"
          }.joined()
        }
        let above = stretch.map { "\(n(x(Double($0)))),\(n(y($1.upperBound)))" }
        let below = stretch.reversed().map { "\(n(x(Double($0)))),\(n(y($1.lowerBound)))" }
        return "<path class=\"area a\(index + 1)\" d=\"M\((above + below).joined(separator: "L"))Z\"/>\n"
      }.joined()
    }.joined()
  }

  private var lines: String {
    chart.drawn.enumerated().map { index, line in
      let values = Array(line.values.prefix(chart.steps.count))
      var body = ""
      for run in Runs.of(values) where run.count > 1 {
        let points = run.map { "\(n(x(Double($0.index)))),\(n(y($0.value)))" }
        body += "<path d=\"M\(points.joined(separator: "L"))\"/>"
      }
      let isCrowded = chart.steps.count > 60
      for run in Runs.of(values) {
        for point in run where run.count == 1 || (width == .broad && !isCrowded) {
          let words = "\(line.name), \(chart.steps[point.index].label): \(chart.read(values[point.index]))"
          body +=
            "<circle cx=\"\(n(x(Double(point.index))))\" cy=\"\(n(y(point.value)))\" r=\"\(run.count == 1 ? 3 : 2.2)\">"
            + "<title>\(Markup.escape(words))</title></circle>"
        }
      }
      let data = values.map(\.data).joined(separator: ",")
      return "<g class=\"line l\(index + 1)\" data-v=\"\(Markup.escape(data))\">\(body)</g>\n"
    }.joined()
  }

  /// At the ends of the lines, moved apart.
  private var names: String {
    struct End {
      var name: String
      var value: String
      var x: Double
      var y: Double
      var index: Int
    }
    var ends: [End] = []
    for (index, line) in chart.drawn.enumerated() {
      let values = Array(line.values.prefix(chart.steps.count))
      guard let last = values.lastIndex(where: { $0.magnitude != nil }), let size = values[last].magnitude
      else { continue }
      let point = DataValue.number(size)
      ends.append(
        End(
          name: line.name, value: ColumnText(DataColumn("", chart.kind), of: [values[last]]).text(size),
          x: x(Double(last)), y: y(point.magnitude ?? 0), index: index))
    }
    ends.sort { ($0.y, $0.index) < ($1.y, $1.index) }
    let places = Spread.places(ends.map(\.y), spacing: 32, from: top - 4, to: top + plot + 4)
    return zip(ends, places).map { end, place in
      let start = right + 10
      let lead =
        end.x < right - 30 || abs(place - end.y) > 8
        ? "<path class=\"lead-line\" d=\"M\(n(end.x + 4)),\(n(end.y))L\(n(start - 2)),\(n(place))\"/>" : ""
      let name = Markup.escape(Display.cut(end.name, to: width == .broad ? 19 : 11))
      return lead
        + "<text class=\"b\" x=\"\(n(start))\" y=\"\(n(place - 1))\">\(name)</text>"
        + "<text class=\"q\" x=\"\(n(start))\" y=\"\(n(place + 14))\">\(Markup.escape(end.value))</text>\n"
    }.joined()
  }

  private var targets: String {
    let known = chart.targets.compactMap { target in target.value.magnitude.map { (target, $0) } }
      .sorted { $0.1 > $1.1 }
    let places = Spread.places(
      known.map { y($0.1) - 6 }, spacing: 16, from: top - 4, to: top + plot)
    return zip(known, places).map { item, place in
      let (target, value) = item
      let start = target.from <= 0 ? left : x(Double(target.from) - 0.5)
      let words = "\(target.label) \(chart.read(target.value))"
      return
        "<path class=\"target\" d=\"M\(n(start)),\(n(y(value)))H\(n(right))\" data-v=\"\(Markup.escape(target.value.data))\"/>"
        + "<text class=\"halo\" x=\"\(n(right - 4))\" y=\"\(n(place))\" text-anchor=\"end\">\(Markup.escape(words))</text>\n"
    }.joined()
  }

  /// Each with a row of its own above the plot for its name.
  private var marks: String {
    chart.marks.filter { $0.step >= 0 && $0.step <= chart.steps.count }.enumerated().map { row, mark in
      let place = x(Double(mark.step) - 0.5)
      let isRight = place > (left + right) / 2
      let text = 12 + 17 * Double(row)
      return
        "<path class=\"mark\" d=\"M\(n(place)),\(n(text - 9))V\(n(top + plot))\"/>"
        + "<text class=\"halo\" x=\"\(n(isRight ? place - 6 : place + 6))\" y=\"\(n(text))\"\(isRight ? " text-anchor=\"end\"" : "")>"
        + "\(Markup.escape(Display.cut(mark.label, to: width == .broad ? 44 : 22)))</text>\n"
    }.joined()
  }

  /// Steps of which nothing is shown: a hatched strip at the foot, so that a gap is not read as zero.
  private var gaps: String {
    let lines = chart.drawn
    return chart.steps.indices.map { step in
      let here = lines.map { $0.values.indices.contains(step) ? $0.values[step] : .missing }
      guard !here.isEmpty, here.allSatisfy({ $0.magnitude == nil }) else { return "" }
      let words = here.contains(.withheld) ? "not shown" : "not known"
      let (start, end) = (x(Double(step) - 0.5), x(Double(step) + 0.5))
      return
        "<rect fill=\"\(Tone.untold.fill)\" x=\"\(n(start))\" y=\"\(n(top + plot - 6))\" width=\"\(n(end - start))\" height=\"6\">"
        + "<title>\(Markup.escape("\(chart.steps[step].label): \(words)"))</title></rect>\n"
    }.joined()
  }

  private func n(_ value: Double) -> String { Markup.number(value) }
}
