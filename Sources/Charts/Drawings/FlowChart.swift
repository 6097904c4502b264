import Ledger

/// The picture people remember: what spend bought, widths to scale; on narrow screens as bars, one below the other.
package struct FlowChart: Chart {
  package var id: String
  package var title: String
  package var note: String
  package var empty: String
  package var unit: BarUnit
  /// What the nodes of the first column are: “Tool”.
  package var heading: String
  package var flow: Flow

  package init(
    id: String, title: String, note: String = "", heading: String, unit: BarUnit, flow: Flow,
    empty: String = "There is nothing to draw yet."
  ) {
    self.id = id
    self.title = title
    self.note = note
    self.empty = empty
    self.unit = unit
    self.heading = heading
    self.flow = flow
  }

  package var isEmpty: Bool { flow.total <= 0 || flow.columns.first?.isEmpty != false }

  // MARK: In figures

  /// What each node of the first column came to, in the order of the last one.
  private var sources: [(node: Flow.Node, parts: [TonedPart])] {
    guard let nodes = flow.columns.first, let links = flow.links.first else { return [] }
    return nodes.enumerated().map { index, node in
      var sums: [Meaning: Int64] = [:]
      for link in links where link.from == index {
        sums[Meaning(link.tone, link.meaning), default: 0] &+= link.weight
      }
      let parts = sums.sorted { $0.key < $1.key }.map { TonedPart($0.key.words, $0.key.tone, $0.value) }
      return (node, parts)
    }
  }

  private struct Meaning: Hashable, Comparable {
    var tone: Tone
    var words: String
    init(_ tone: Tone, _ words: String) { (self.tone, self.words) = (tone, words) }
    static func < (a: Meaning, b: Meaning) -> Bool { (a.tone.order, a.words) < (b.tone.order, b.words) }
  }

  package var table: DataTable {
    let sources = sources
    let own = Set(sources.flatMap { $0.parts.map { Meaning($0.tone, $0.label) } })
    let ends = (flow.columns.last ?? []).map { Meaning($0.tone, $0.label) }
    let meanings = own.union(ends).sorted()
    let kind = unit.kind
    var table = DataTable(
      id: id, caption: "Each in a row, and what came of it in columns.",
      columns: [DataColumn(heading)] + meanings.map { DataColumn($0.words, kind) } + [
        DataColumn("All", kind)
      ],
      rows: sources.map { node, parts in
        let cells = meanings.map { meaning -> DataValue in
          // Some is said of the whole and not of each.
          guard own.contains(meaning) else { return .missing }
          let these = parts.filter { Meaning($0.tone, $0.label) == meaning }
          return unit.value(these.reduce(Int64(0)) { $0 &+ $1.weight })
        }
        return DataTable.Row([.text(node.label)] + cells + [unit.value(node.weight)])
      } + (own.isSuperset(of: ends) ? [] : [whole(meanings)]), empty: empty)
    table.hasOneScale = true
    return table
  }

  /// All together, of which more is said than of each.
  private func whole(_ meanings: [Meaning]) -> DataTable.Row {
    let nodes = flow.columns.flatMap(\.self)
    let cells = meanings.map { meaning in
      nodes.first { Meaning($0.tone, $0.label) == meaning }.map { unit.value($0.weight) } ?? .missing
    }
    return DataTable.Row([.text("All")] + cells + [unit.value(flow.total)])
  }

  package var description: String {
    let amount = amount
    return sources.map { node, parts in
      let words = parts.map { "\($0.label) \(amount($0.weight))" }
      return "\(node.label) \(amount(node.weight)): \(words.joined(separator: ", "))."
    }.joined(separator: " ")
  }

  /// All amounts with as many decimals as the whole asks for.
  private var amount: @Sendable (Int64) -> String {
    let scale = MoneyScale(fitting: [NanoDollars(flow.total)])
    return { [unit] weight in unit == .dollars ? scale.text(NanoDollars(weight)) : unit.text(weight) }
  }

  // MARK: Drawn

  package func drawings() -> String {
    func picture(_ flow: Flow, _ name: String, _ width: Double) -> String {
      FlowDiagram(
        flow, width: width, name: name, id: id, title: title, description: description, amount: amount
      ).svg()
    }
    return picture(flow, "wide", 1112) + picture(flow.withoutMiddle, "medium", 780) + bars
  }

  /// To scale among one another too, as the bands are.
  private var bars: String {
    let ends = (flow.columns.last ?? []).map { TonedPart($0.label, $0.tone, $0.weight) }
    let own = Set(sources.flatMap { $0.parts.map(\.label) })
    let all = own.isSuperset(of: ends.map(\.label)) ? [] : [("All", flow.total, ends)]
    let items = all + sources.map { ($0.node.label, $0.node.weight, $0.parts) }
    let widest = items.map(\.1).max() ?? 1
    let lines = items.map { label, weight, parts in
      let words = parts.map { "\($0.label)\(Figures.joint)\(Shares.text($0.weight, of: weight))" }
      return "<li><div class=\"row\"><span>\(Markup.escape(label))</span>"
        + "<span>\(Markup.escape(amount(weight)))</span></div>\(Markup.mix(parts, of: widest))"
        + "<div class=\"quiet small\" aria-hidden=\"true\">\(Markup.escape(words.joined(separator: " · ")))</div></li>\n"
    }
    return "<div class=\"narrow\"><ul>\n\(lines.joined())</ul></div>\n"
  }
}

extension Flow {
  /// From the first column straight to the last, for where there is no room for more.
  var withoutMiddle: Flow {
    guard columns.count > 2, let first = columns.first, let last = columns.last, let links = links.first
    else { return self }
    var sums: [Link: Int64] = [:]
    for link in links {
      guard let to = last.firstIndex(where: { $0.tone == link.tone }) else { return self }
      sums[Link(from: link.from, to: to, tone: link.tone, meaning: link.meaning, weight: 0), default: 0] &+=
        link.weight
    }
    let direct = sums.map { link, weight in
      Link(from: link.from, to: link.to, tone: link.tone, meaning: link.meaning, weight: weight)
    }
    return Flow(columns: [first, last], links: [direct], total: total)
  }
}

extension BarUnit {
  var kind: DataColumn.Kind { self == .dollars ? .money : .count }

  func value(_ weight: Int64) -> DataValue {
    self == .dollars ? .money(NanoDollars(weight)) : .count(weight)
  }
}
