/// How many fall into each of some ordered bins, with a line where a threshold lies; and, where something changed, before
/// and after it: what holds now filled, what was before outlined over it.
package struct DistributionChart: Chart {
  package struct Bin: Hashable, Sendable {
    package var label: String
    /// How many bins of the usual width it stands for: more than one where some had to be put together. Its bar is as
    /// much wider and lower, so that areas can be compared.
    package var span: Int
    /// One for each series.
    package var values: [DataValue]

    package init(_ label: String, span: Int = 1, _ values: [DataValue]) {
      self.label = label
      self.span = Swift.max(1, span)
      self.values = values
    }
  }

  /// A line between two bins.
  package struct Threshold: Hashable, Sendable {
    package var label: String
    /// How many bins of the usual width lie below it; a fraction lies within one.
    package var position: Double

    package init(_ label: String, after position: Double) {
      self.label = label
      self.position = position
    }
  }

  package var id: String
  package var title: String
  package var note: String
  package var empty: String
  /// What a bin is: “Days with use in the week”.
  package var heading: String
  /// What is counted in the bins, and in which unit.
  package var kind: DataColumn.Kind
  /// The names of the series: the first is filled; a second, if there is one, outlined.
  package var series: [String]
  package var bins: [Bin]
  package var thresholds: [Threshold]

  package init(
    id: String, title: String, note: String = "", heading: String, kind: DataColumn.Kind, series: [String],
    bins: [Bin], thresholds: [Threshold] = [], empty: String = "There is nothing to draw yet."
  ) {
    self.id = id
    self.title = title
    self.empty = empty
    self.heading = heading
    self.kind = kind
    self.series = series
    self.bins = bins
    self.thresholds = thresholds
    self.note =
      bins.contains { $0.span > 1 }
      ? "\(note) Wider bars are bins put together; each is as high as one of its bins on average." : note
  }

  package var isEmpty: Bool { bins.allSatisfy { $0.values.allSatisfy { $0 == .missing } } }

  // MARK: In figures

  package var table: DataTable {
    DataTable(
      id: id, caption: "",
      columns: [DataColumn(heading)]
        + series.map { name in DataColumn(name, kind, hasIntervals: false) },
      rows: bins.map { bin in
        [.text(bin.span > 1 ? "\(bin.label) (put together)" : bin.label)]
          + series.indices.map { bin.values.indices.contains($0) ? bin.values[$0] : .missing }
      }, empty: empty)
  }

  package var description: String {
    let parts = series.enumerated().map { index, name in
      let words = bins.map { bin in
        "\(bin.label): \(bin.values.indices.contains(index) ? read(bin.values[index]) : Figures.missing)"
      }
      return "\(name): \(words.joined(separator: ", "))."
    }
    return (parts + thresholds.map { "\($0.label)." }).joined(separator: " ")
  }

  private func read(_ value: DataValue) -> String {
    ColumnText(DataColumn("", kind), of: [value]).text(value)
  }

  // MARK: Drawn

  package func drawings() -> String {
    DrawingWidth.allCases.map { DistributionDrawing(chart: self, width: $0, read: read).svg }.joined()
  }
}

/// A drawing of a distribution for one width of a screen.
private struct DistributionDrawing {
  let chart: DistributionChart
  let width: DrawingWidth
  let read: (DataValue) -> String
  let axis: ValueAxis
  let top: Double

  private let left = 52.0
  private let plot = 190.0

  init(chart: DistributionChart, width: DrawingWidth, read: @escaping (DataValue) -> String) {
    self.chart = chart
    self.width = width
    self.read = read
    top = 12 + 18 * Double(chart.thresholds.count) + (chart.series.count > 1 ? 22 : 0)
    axis = ValueAxis(
      of: chart.bins.flatMap { bin in bin.values.compactMap { $0.magnitude.map { $0 / Double(bin.span) } } },
      chart.kind)
  }

  var svg: String {
    var body = axis.ticks.map { tick in
      "<path class=\"axis\" d=\"M\(n(left)),\(n(y(tick)))H\(n(width.units))\"/>"
        + "<text class=\"q\" x=\"\(n(left - 8))\" y=\"\(n(y(tick) + 4))\" text-anchor=\"end\">"
        + "\(Markup.escape(axis.text(tick)))</text>\n"
    }.joined()
    for index in chart.series.indices.prefix(2) { body += bars(index) }
    body += names + labels + thresholds
    return Drawing(chart: chart, width: width.units, height: top + plot + 32, name: width.rawValue).svg(body)
  }

  private var units: Int { Swift.max(1, chart.bins.reduce(0) { $0 + $1.span }) }
  private var unit: Double { (width.units - left - 4) / Double(units) }
  private func x(_ position: Double) -> Double { left + unit * position }
  private func y(_ value: Double) -> Double { top + plot * (1 - axis.share(value)) }

  private func bars(_ series: Int) -> String {
    var position = 0
    return chart.bins.map { bin in
      defer { position += bin.span }
      let value = bin.values.indices.contains(series) ? bin.values[series] : .missing
      let start = x(Double(position)) + unit * 0.06
      let size = unit * (Double(bin.span) - 0.12)
      let words = Markup.escape("\(chart.series[series]), \(bin.label): \(read(value))")
      guard let magnitude = value.magnitude else {
        // Not shown is not none.
        return value == .withheld
          ? "<rect fill=\"\(Tone.untold.fill)\" x=\"\(n(start))\" y=\"\(n(top + plot - 12))\" width=\"\(n(size))\" height=\"12\"><title>\(words)</title></rect>\n"
          : ""
      }
      let (foot, head) = (y(0), y(magnitude / Double(bin.span)))
      return
        "<rect class=\"\(series == 0 ? "bin" : "bin-before")\" x=\"\(n(start))\" y=\"\(n(Swift.min(foot, head)))\" "
        + "width=\"\(n(size))\" height=\"\(n(abs(foot - head)))\" data-v=\"\(Markup.escape(value.data))\"><title>\(words)</title></rect>\n"
    }.joined()
  }

  /// Which marks are which, above the plot.
  private var names: String {
    guard chart.series.count > 1 else { return "" }
    let place = 12.0
    return chart.series.prefix(2).enumerated().map { index, name in
      let start = left + Double(index) * (width.units - left) / 2
      return
        "<rect class=\"\(index == 0 ? "bin" : "bin-before")\" x=\"\(n(start))\" y=\"\(n(place - 9))\" width=\"14\" height=\"10\"/>"
        + "<text x=\"\(n(start + 20))\" y=\"\(n(place))\">\(Markup.escape(Display.cut(name, to: width == .broad ? 40 : 18)))</text>\n"
    }.joined()
  }

  /// Under the bars, where there is room.
  private var labels: String {
    var position = 0
    var free = -Double.infinity
    return chart.bins.map { bin in
      defer { position += bin.span }
      let middle = x(Double(position) + Double(bin.span) / 2)
      let half = Double(Display.width(bin.label)) * 3.6
      guard middle - half >= free else { return "" }
      free = middle + half + 4
      return
        "<text class=\"q\" x=\"\(n(middle))\" y=\"\(n(top + plot + 18))\" text-anchor=\"middle\">\(Markup.escape(bin.label))</text>\n"
    }.joined()
  }

  private var thresholds: String {
    chart.thresholds.enumerated().map { row, threshold in
      let position = threshold.position.isFinite ? threshold.position : 0
      let place = x(Swift.min(Swift.max(position, 0), Double(units)))
      let isRight = place > width.units / 2
      let text = 12 + 18 * Double(row) + (chart.series.count > 1 ? 22 : 0)
      return
        "<path class=\"mark\" d=\"M\(n(place)),\(n(text - 9))V\(n(top + plot))\"/>"
        + "<text class=\"halo b\" x=\"\(n(isRight ? place - 6 : place + 6))\" y=\"\(n(text))\"\(isRight ? " text-anchor=\"end\"" : "")>"
        + "\(Markup.escape(Display.cut(threshold.label, to: width == .broad ? 44 : 22)))</text>\n"
    }.joined()
  }

  private func n(_ value: Double) -> String { Markup.number(value) }
}
