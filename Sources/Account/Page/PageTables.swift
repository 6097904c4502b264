import Charts
import Ledger

/// The tables of the page. Their roles are spelt out, since they fold into blocks on narrow screens and would
/// otherwise stop being tables for a screen reader.
extension Account {
  private static func cell(_ head: String, _ text: String, class name: String = "") -> String {
    let attribute = name.isEmpty ? "" : " class=\"\(name)\""
    return "<td role=\"cell\"\(attribute) data-h=\"\(Markup.escape(head))\">\(text)</td>"
  }

  private static func head(_ columns: [(String, isText: Bool)]) -> String {
    let cells = columns.map { name, isText in
      "<th role=\"columnheader\" scope=\"col\"\(isText ? " class=\"t\"" : "")>\(Markup.escape(name))</th>"
    }
    return "<thead role=\"rowgroup\"><tr role=\"row\">\(cells.joined())</tr></thead>\n"
  }

  private static func table(
    caption: String, head: String, body: [String], foot: String? = nil, class name: String = "fold-late"
  ) -> String {
    let rows = body.map { "<tr role=\"row\">\($0)</tr>\n" }.joined()
    let foot = foot.map { "<tfoot role=\"rowgroup\"><tr role=\"row\">\($0)</tr></tfoot>" } ?? ""
    return "<table role=\"table\" class=\"\(name)\"><caption>\(Markup.escape(caption))</caption>\n\(head)"
      + "<tbody role=\"rowgroup\">\n\(rows)</tbody>\(foot)</table>\n"
  }

  private static func rowHead(_ markup: String, class name: String = "") -> String {
    let attribute = name.isEmpty ? "" : " class=\"\(name)\""
    return "<th role=\"rowheader\" scope=\"row\"\(attribute)>\(markup)</th>"
  }

  /// The states with what they mean: the legend of every picture.
  func stateTable(_ basis: ShareBasis) -> String {
    let scale = MoneyScale(fitting: states.map(\.totals.knownCost))
    let rows = zip(states, sharesByState).map { state, share in
      let tiers = (state.showsTiers ? state.tiers : []).reversed().map { tier in
        "\(tier.tier.name) \(basis == .cost ? scale.text(tier.totals.knownCost) : Figures.grouped(tier.totals.records))"
      }
      let meaning = state.state.meaning + (tiers.isEmpty ? "" : ": " + tiers.joined(separator: ", "))
      return Self.rowHead(Markup.swatch(.state(state.state)) + state.state.rawValue, class: "state")
        + Self.cell("share of \(basis.name)", Markup.escape(share.text))
        + Self.cell("cost", Markup.escape(scale.text(state.totals.knownCost)))
        + Self.cell("calls", Figures.grouped(state.totals.records))
        + Self.cell("means", Markup.escape(meaning), class: "words t")
    }
    return Self.table(
      caption: "Every token is in exactly one state; the states add up to the whole.",
      head: Self.head([
        ("State", true), ("share of \(basis.name)", false), ("cost", false), ("calls", false),
        ("means", true),
      ]), body: rows)
  }

  /// The chosen grouping, with each token class in a column of its own.
  func groupTable(_ grouping: Grouping, _ basis: ShareBasis, limit: Int = 200) -> String {
    let all = groups(by: grouping)
    let shown = grouping.isChronological ? all.suffix(limit) : all.prefix(limit)
    let scale = MoneyScale(fitting: all.map(\.totals.knownCost) + [totals.knownCost])
    let classes = TokenClass.allCases.filter { totals.tokens($0) != 0 }
    let isOfSessions = grouping == .session
    func row(_ label: String, _ totals: Totals, _ states: [StateTotals], state: OutcomeState? = nil) -> String
    {
      let held = states.first { $0.state == .held }.map { basis.weight($0.totals) } ?? 0
      return Self.rowHead(label)
        + Self.cell("cost", Markup.escape(scale.text(totals.knownCost)))
        + (isOfSessions
          ? Self.cell("state", state.map { Markup.swatch(.state($0)) + $0.rawValue } ?? "", class: "t") : "")
        + Self.cell("held", Markup.escape(Shares.text(held, of: basis.weight(totals))))
        + Self.cell("calls", Figures.grouped(totals.records))
        + Self.cell("what it bought", Markup.mix(states.parts(basis)), class: "full")
        + classes.map { Self.cell($0.shortLabel, Figures.tokens(totals.tokens($0))) }.joined()
    }
    let cut =
      shown.count < all.count
      ? " The \(shown.count) \(grouping.isChronological ? "latest" : "costliest") of \(all.count); all are in --csv and --json."
      : ""
    return Self.table(
      caption: "Token classes are priced differently and are never added up. – is unknown.\(cut)",
      head: Self.head(
        [(grouping.heading, true), ("cost", false)] + (isOfSessions ? [("state", true)] : [])
          + [("held", false), ("calls", false), ("what it bought", true)]
          + classes.map { ($0.shortLabel, false) }),
      body: shown.map { row(Markup.escape($0.label), $0.totals, $0.states, state: $0.state) },
      foot: row("all", totals, states), class: "fold dense")
  }

  /// The picture of the flow in figures: what each tool bought.
  func flowTable(_ basis: ShareBasis) -> String {
    let groups = groups(by: .tool)
    let present = states.filter { basis.weight($0.totals) > 0 }.map(\.state)
    let scale = MoneyScale(fitting: groups.map(\.totals.knownCost))
    func amount(_ totals: Totals) -> String {
      totals.isEmpty
        ? "0"
        : Markup.escape(basis == .cost ? scale.text(totals.knownCost) : Figures.grouped(totals.records))
    }
    let rows = groups.map { group in
      Self.rowHead(Markup.escape(group.label))
        + present.map { Self.cell($0.rawValue, amount(group.totals(in: $0))) }.joined()
        + Self.cell("all", amount(group.totals))
    }
    return Self.table(
      caption:
        "What each tool bought, in \(basis == .cost ? "US dollars" : "model calls"): the picture in figures.",
      head: Self.head([("Tool", true)] + present.map { ($0.rawValue, false) } + [("all", false)]), body: rows)
  }

  /// The series in figures.
  func seriesTable(_ series: Series, _ basis: ShareBasis, amount: (Int64) -> String) -> String {
    let present = states.filter { basis.weight($0.totals) > 0 }.map(\.state)
    let rows = series.steps.filter { $0.weight > 0 }.map { step in
      let cells = present.map { state in
        let weight = step.states.first { $0.state == state }.map { basis.weight($0.totals) } ?? 0
        return Self.cell(state.rawValue, weight == 0 ? "0" : Markup.escape(amount(weight)))
      }
      return Self.rowHead(Markup.escape(step.label)) + cells.joined()
        + Self.cell("all", Markup.escape(amount(step.weight)))
    }
    return Self.table(
      caption: "The same by \(series.grouping.rawValue), in figures.",
      head: Self.head(
        [(series.grouping.heading, true)] + present.map { ($0.rawValue, false) } + [("all", false)]),
      body: rows)
  }

  /// The sessions that cost most, with the commits they led to.
  func sessionTable(_ basis: ShareBasis, limit: Int = 12) -> String {
    let dearest = sessions.filter { basis.weight($0.totals) > 0 }.sorted {
      let (x, y) = (basis.weight($0.totals), basis.weight($1.totals))
      return x == y ? SessionAccount.precedes($0, $1) : x > y
    }.prefix(limit)
    guard !dearest.isEmpty else { return "" }
    var clock = ZoneClock(timeZone)
    let scale = MoneyScale(fitting: dearest.map(\.totals.knownCost))
    let rows = dearest.map { entry in
      let session = entry.session
      let commits = session.commits.prefix(3).map { "<code>\(Markup.escape(String($0.prefix(8))))</code>" }
      let more = session.commits.count > 3 ? " and \(session.commits.count - 3) more" : ""
      let when = session.started.map { "\(clock.day(of: $0).short) \(clock.clock($0))" } ?? Figures.missing
      return Self.rowHead("<code>\(Markup.escape(session.name))</code>")
        + Self.cell("project", Markup.escape(session.project ?? Figures.missing), class: "t")
        + Self.cell("tool", session.tool?.displayName ?? Figures.missing, class: "t")
        + Self.cell("began", when)
        + Self.cell("cost", Markup.escape(scale.text(entry.totals.knownCost)))
        + Self.cell("mostly", Markup.swatch(.state(entry.state)) + entry.state.rawValue, class: "t")
        + Self.cell(
          "commits", commits.isEmpty ? Figures.missing : commits.joined(separator: " ") + more, class: "t")
    }
    return Self.table(
      caption: "assay explain SESSION shows one line by line, with the reasons for its state.",
      head: Self.head([
        ("Session", true), ("project", true), ("tool", true), ("began", false), ("cost", false),
        ("mostly", true),
        ("commits", true),
      ]), body: rows, class: "fold dense")
  }

  /// What could not be read, by file and kind.
  func diagnosticTable() -> String {
    guard !diagnostics.isEmpty else { return "" }
    let rows = diagnostics.prefix(100).map { diagnostic in
      let lines = diagnostic.lines.prefix(5).map(String.init).joined(separator: ", ")
      return Self.rowHead("<code>\(Markup.escape(diagnostic.source))</code>")
        + Self.cell("what", diagnostic.kind.words, class: "words t")
        + Self.cell("times", Figures.grouped(diagnostic.count))
        + Self.cell("lines", lines.isEmpty ? Figures.missing : lines)
    }
    let cut = diagnostics.count > 100 ? " The first 100 of \(diagnostics.count)." : ""
    return Self.table(
      caption: "Skipped or read with a doubt; nothing else was lost.\(cut)",
      head: Self.head([("Source", true), ("what", true), ("times", false), ("lines", false)]), body: rows)
  }
}
