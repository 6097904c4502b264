/// The picture people remember: bands of spend, widths to scale, from left to right.
struct FlowDiagram {
  let flow: Flow
  let width: Double
  /// How a weight is printed beside its node.
  let amount: (Int64) -> String
  /// The class that style sheets show or hide it by.
  let name: String
  /// A prefix that keeps identifiers apart where several pictures stand on one page.
  let id: String
  let title: String
  let description: String

  init(
    _ flow: Flow, width: Double, name: String, id: String, title: String, description: String,
    amount: @escaping (Int64) -> String
  ) {
    self.flow = flow
    self.width = width
    self.amount = amount
    self.name = name
    self.id = "\(id)-\(name)"
    self.title = title
    self.description = description
  }

  private let leftMargin = 132.0
  private let rightMargin = 150.0
  private let nodeWidth = 9.0
  private let gap = 16.0

  private struct Box {
    var x: Double
    var y: Double
    var height: Double
  }

  func svg() -> String {
    let rows = flow.columns.map(\.count).max() ?? 1
    let height = Swift.max(320, Double(rows) * 52)
    let boxes = layout(height)
    var body = ""
    for column in flow.links.indices { body += bands(column, boxes) }
    for (column, nodes) in flow.columns.enumerated() {
      for (index, node) in nodes.enumerated() {
        let box = boxes[column][index]
        let edge = node.tone.fill == Tone.untold.fill ? " stroke=\"var(--hatch)\"" : ""
        body +=
          "<rect fill=\"\(node.tone.fill)\"\(edge) x=\"\(n(box.x))\" y=\"\(n(box.y))\" width=\"\(n(nodeWidth))\" "
          + "height=\"\(n(Swift.max(1, box.height)))\"/>\n"
      }
    }
    for column in flow.columns.indices { body += labels(column, boxes[column], height) }
    return """
      <svg class="\(name)" viewBox="0 -6 \(n(width)) \(n(height + 12))" width="\(n(width))" \
      role="img" aria-labelledby="\(id)-t \(id)-d">
      <title id="\(id)-t">\(Markup.escape(title))</title>
      <desc id="\(id)-d">\(Markup.escape(description))</desc>
      \(body)</svg>

      """
  }

  /// Every column to the same scale, centred.
  private func layout(_ height: Double) -> [[Box]] {
    let rows = flow.columns.map(\.count).max() ?? 1
    let scale = (height - gap * Double(rows - 1)) / Double(Swift.max(1, flow.total))
    let inner = width - leftMargin - rightMargin - nodeWidth
    return flow.columns.enumerated().map { column, nodes in
      let x = leftMargin + inner * Double(column) / Double(Swift.max(1, flow.columns.count - 1))
      let used =
        nodes.reduce(0) { $0 + Double($1.weight) * scale } + gap * Double(Swift.max(0, nodes.count - 1))
      var y = (height - used) / 2
      return nodes.map { node in
        let box = Box(x: x, y: y, height: Double(node.weight) * scale)
        y += box.height + gap
        return box
      }
    }
  }

  private func bands(_ column: Int, _ boxes: [[Box]]) -> String {
    let links = flow.links[column]
    let (left, right) = (boxes[column], boxes[column + 1])
    let scale = Self.scale(left, flow.columns[column])
    var starts: [Flow.Link: Double] = [:]
    var offsets = [Double](repeating: 0, count: left.count)
    for link in links.sorted(by: { ($0.from, $0.to, $0.tone.order) < ($1.from, $1.to, $1.tone.order) }) {
      starts[link] = left[link.from].y + offsets[link.from]
      offsets[link.from] += Double(link.weight) * scale
    }
    var text = ""
    offsets = [Double](repeating: 0, count: right.count)
    for link in links.sorted(by: { ($0.to, $0.from, $0.tone.order) < ($1.to, $1.from, $1.tone.order) }) {
      let thickness = Double(link.weight) * scale
      let y0 = starts[link] ?? 0
      let y1 = right[link.to].y + offsets[link.to]
      offsets[link.to] += thickness
      let from = flow.columns[column][link.from].label
      let to = flow.columns[column + 1][link.to].label
      let words = "\(from) → \(to)" + (to == link.meaning ? "" : ", \(link.meaning)")
      text +=
        "<path class=\"band\" fill=\"\(link.tone.fill)\" d=\""
        + ribbon(left[link.from].x + nodeWidth, y0, right[link.to].x, y1, Swift.max(thickness, 0.6))
        + "\" data-v=\"\(link.weight)\"><title>\(Markup.escape("\(words): \(amount(link.weight))"))</title></path>\n"
    }
    return text
  }

  private func ribbon(_ x0: Double, _ y0: Double, _ x1: Double, _ y1: Double, _ height: Double) -> String {
    let middle = (x0 + x1) / 2
    return "M\(n(x0)),\(n(y0))C\(n(middle)),\(n(y0)) \(n(middle)),\(n(y1)) \(n(x1)),\(n(y1))"
      + "V\(n(y1 + height))C\(n(middle)),\(n(y1 + height)) \(n(middle)),\(n(y0 + height)) "
      + "\(n(x0)),\(n(y0 + height))Z"
  }

  /// Names beside the nodes: left of the first column, right of the others; moved apart where nodes are thin,
  /// with a line to the node where they moved far.
  private func labels(_ column: Int, _ boxes: [Box], _ height: Double) -> String {
    let isFirst = column == 0
    let isLast = column == flow.columns.count - 1
    let wanted = boxes.map { $0.y + $0.height / 2 }
    // In the middle names stand on the bands, in one line; at the sides they have room for two.
    let isMiddle = !isFirst && !isLast
    let places = Spread.places(wanted, spacing: isMiddle ? 22 : 36, from: -8, to: height + 8)
    var text = ""
    for (index, node) in flow.columns[column].enumerated() {
      let box = boxes[index]
      let y = places[index]
      let x = isFirst ? box.x - 10 : box.x + nodeWidth + 10
      if abs(y - wanted[index]) > 5 {
        let edge = isFirst ? box.x : box.x + nodeWidth
        let bend = isFirst ? edge - 4 : edge + 4
        text +=
          "<path class=\"lead-line\" d=\"M\(n(edge)),\(n(wanted[index]))L\(n(bend)),\(n(wanted[index]))"
          + "L\(n(x + (isFirst ? 3 : -3))),\(n(y))\"/>\n"
      }
      let anchor = isFirst ? " text-anchor=\"end\"" : ""
      let share = isLast ? "\(Shares.text(node.weight, of: flow.total)) · " : ""
      let label = Markup.escape(Display.cut(node.label, to: isMiddle ? 28 : 20))
      let figure = Markup.escape(share + amount(node.weight))
      if isMiddle {
        text +=
          "<text class=\"halo\" x=\"\(n(x))\" y=\"\(n(y + 4))\"><tspan class=\"b\">\(label)</tspan>"
          + "<tspan dx=\"8\">\(figure)</tspan></text>\n"
      } else {
        text +=
          "<text class=\"b\" x=\"\(n(x))\" y=\"\(n(y - 3))\"\(anchor)>\(label)</text>"
          + "<text class=\"q\" x=\"\(n(x))\" y=\"\(n(y + 13))\"\(anchor)>\(figure)</text>\n"
      }
    }
    return text
  }

  private static func scale(_ boxes: [Box], _ nodes: [Flow.Node]) -> Double {
    let weight = nodes.reduce(0) { $0 + Double($1.weight) }
    return weight > 0 ? boxes.reduce(0) { $0 + $1.height } / weight : 0
  }

  private func n(_ value: Double) -> String { Markup.number(value) }
}
