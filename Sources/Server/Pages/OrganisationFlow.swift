import Charts
import Ledger
import Visibility

/// The published costs of settled weeks on their way: from tools to whether they are linked to an outcome, and on to whether
/// that held, which is said of more than of single tools.
struct OrganisationFlow {
  private struct Ways {
    var linked: Int64 = 0
    var notLinked: Int64 = 0

    var weight: Int64 { linked + notLinked }

    static func += (a: inout Ways, b: Ways) {
      a.linked += b.linked
      a.notLinked += b.notLinked
    }

    func less(_ others: [Ways]) -> Ways {
      others.reduce(self) { Ways(linked: $0.linked - $1.linked, notLinked: $0.notLinked - $1.notLinked) }
    }
  }

  private let weeks: [FrozenWeek]
  private var tools: [Tool: Ways] = [:]
  /// What is left of the whole: tools that are not shown by themselves.
  private var others = Ways()
  /// What came of the whole, by name.
  private var outcomes: [TonedPart] = []

  /// - Parameter settled: those of whose whole nothing is said are left out.
  init(_ settled: [FrozenWeek]) {
    weeks = settled.filter { $0.split(of: Cell(.organisation)) != nil }
    for week in weeks { add(week) }
    outcomes.sort { (Self.order($0), $0.label) < (Self.order($1), $1.label) }
  }

  private static func order(_ part: TonedPart) -> Int { Tone.outcomes.firstIndex(of: part.tone) ?? 0 }

  /// Sums and differences of what everybody can read here anyway.
  private mutating func add(_ week: FrozenWeek) {
    guard let whole = week.split(of: Cell(.organisation))?.split else { return }
    for part in whole.parts where part.weight > 0 {
      if let index = outcomes.firstIndex(where: { $0.tone == part.tone }) {
        outcomes[index].weight += part.weight
      } else {
        outcomes.append(part)
      }
    }
    let known = Tool.allCases.compactMap { tool in
      week.split(of: Cell(.organisation, tool: tool)).map { (tool, Self.ways($0.split)) }
    }
    let rest = Self.ways(whole).less(known.map(\.1))
    // Where versions differ the whole may be less than its parts; then it alone counts.
    guard rest.linked >= 0, rest.notLinked >= 0 else {
      others += Self.ways(whole)
      return
    }
    for (tool, ways) in known { tools[tool, default: Ways()] += ways }
    others += rest
  }

  private static func ways(_ split: SettledCell.Split) -> Ways {
    switch split {
    case .threeWays(let held, let otherLinked, let notLinked):
      Ways(linked: held.count + otherLinked.count, notLinked: notLinked.count)
    case .twoWays(let linked, let notLinked): Ways(linked: linked.count, notLinked: notLinked.count)
    }
  }

  private var total: Int64 { outcomes.reduce(0) { $0 + $1.weight } }

  private func share(of tone: Tone) -> String? {
    outcomes.first { $0.tone == tone }.map { Shares.text($0.weight, of: total) }
  }

  private var period: String {
    guard let first = weeks.first?.week, let last = weeks.last?.week else { return "" }
    return first == last ? "\(first)" : "\(first) to \(last)"
  }

  /// What the page says first.
  var lead: String {
    guard total > 0 else { return "What came of a week’s use is settled four weeks after its end." }
    let start = "\(Figures.counted(weeks.count, "settled week")), \(period): \(NanoDollars(total).text)."
    let rest = [
      share(of: .state(.held)).map { "\($0) of it held" },
      share(of: .notLinked).map { "\($0) is linked to no outcome" },
    ].compactMap(\.self)
    return rest.isEmpty ? start : "\(start) \(rest.joined(separator: ", "))."
  }

  var chart: FlowChart {
    let named = tools.sorted { a, b in
      a.value.weight != b.value.weight
        ? a.value.weight > b.value.weight : a.key.displayName < b.key.displayName
    }.map { (name: $0.key.displayName, ways: $0.value) }
    let sources = (named + [(name: named.isEmpty ? "all tools" : "other tools", ways: others)])
      .filter { $0.ways.weight > 0 }
    let linked = sources.reduce(Int64(0)) { $0 + $1.ways.linked }
    let notLinked = sources.reduce(Int64(0)) { $0 + $1.ways.notLinked }
    let first = sources.enumerated().flatMap { from, source in
      [
        Flow.Link(from: from, to: 0, tone: .linked, meaning: "linked", weight: source.ways.linked),
        Flow.Link(from: from, to: 1, tone: .notLinked, meaning: "not linked", weight: source.ways.notLinked),
      ]
    }
    let second = outcomes.enumerated().map { to, part in
      Flow.Link(
        from: part.tone == .notLinked ? 1 : 0, to: to, tone: part.tone, meaning: part.label,
        weight: part.weight)
    }
    return FlowChart(
      id: "flow", title: "Where the spend of \(period) went: from tools to what came of it.",
      note:
        "Widths are to scale, in US dollars at list price. Weeks that are not settled yet are not in it; whether an outcome held is said of all tools together.",
      heading: "Tool", unit: .dollars,
      flow: Flow(
        columns: [
          sources.map { Flow.Node($0.name, weight: $0.ways.weight) },
          [
            Flow.Node("linked", weight: linked, tone: .linked),
            Flow.Node("not linked", weight: notLinked, tone: .notLinked),
          ],
          outcomes.map { Flow.Node($0.label, weight: $0.weight, tone: $0.tone) },
        ], links: [first, second], total: total),
      empty:
        "No week of this quarter is settled yet: what came of a week’s use is said four weeks after its end, and only where enough people were active. The weeks’ costs are below."
    )
  }
}
