/// A small line in a cell of a table: how something went, without an axis. Gaps stay gaps, and the last value is marked.
struct Sparkline {
  let values: [DataValue]
  let read: (DataValue) -> String

  init(_ values: [DataValue], read: @escaping (DataValue) -> String) {
    self.values = values
    self.read = read
  }

  private static let width = 104.0
  private static let height = 22.0

  var svg: String {
    let known = values.enumerated().compactMap { index, value in value.magnitude.map { (index, $0) } }
    guard let last = known.last else {
      return
        "<span class=\"none\">\(values.contains(.withheld) ? ColumnText.withheld : Figures.missing)</span>"
    }
    let top = Swift.max(known.map(\.1).max() ?? 0, 0)
    let bottom = Swift.min(known.map(\.1).min() ?? 0, 0)
    let span = top - bottom > 0 && (top - bottom).isFinite ? top - bottom : 1
    let step = (Self.width - 6) / Double(Swift.max(1, values.count - 1))
    func x(_ index: Int) -> Double { values.count == 1 ? Self.width / 2 : 3 + step * Double(index) }
    func y(_ value: Double) -> Double { 3 + (Self.height - 6) * (1 - (value - bottom) / span) }

    let words = Markup.escape(description(known.map(\.0)))
    var body = ""
    for run in Runs.of(values) {
      let points = run.map { "\(n(x($0.index))),\(n(y($0.value)))" }
      body +=
        run.count == 1
        ? "<circle class=\"dot\" cx=\"\(n(x(run[0].index)))\" cy=\"\(n(y(run[0].value)))\" r=\"1.2\"/>"
        : "<path class=\"spark-line\" d=\"M\(points.joined(separator: "L"))\"/>"
    }
    body += "<circle class=\"dot\" cx=\"\(n(x(last.0)))\" cy=\"\(n(y(last.1)))\" r=\"2.4\"/>"
    let data = values.map { $0.magnitude.map(DataValue.decimal) ?? "" }.joined(separator: " ")
    return
      "<svg class=\"spark\" viewBox=\"0 0 \(n(Self.width)) \(n(Self.height))\" width=\"\(n(Self.width))\" "
      + "height=\"\(n(Self.height))\" role=\"img\" aria-label=\"\(words)\" data-v=\"\(Markup.escape(data))\">"
      + "<title>\(words)</title>\(body)</svg>"
  }

  private func description(_ known: [Int]) -> String {
    guard let first = known.first, let last = known.last else { return "" }
    let gaps = values.count - known.count
    let gone = gaps == 0 ? "" : ", \(gaps) of \(values.count) not shown"
    return first == last
      ? "\(read(values[last]))\(gone)" : "from \(read(values[first])) to \(read(values[last]))\(gone)"
  }

  private func n(_ value: Double) -> String { Markup.number(value) }
}

/// The stretches of a series without a gap in them.
enum Runs {
  static func of(_ values: [DataValue]) -> [[(index: Int, value: Double)]] {
    var runs: [[(index: Int, value: Double)]] = []
    var isOpen = false
    for (index, value) in values.enumerated() {
      guard let size = value.magnitude else {
        isOpen = false
        continue
      }
      if isOpen, !runs.isEmpty {
        runs[runs.count - 1].append((index, size))
      } else {
        runs.append([(index, size)])
      }
      isOpen = true
    }
    return runs
  }
}
