import Charts
import Ledger

/// The tables of the page.
extension Account {
  /// The states with what they mean: the legend of every picture.
  func stateTable(_ basis: ShareBasis) -> DataTable {
    let scale = MoneyScale(fitting: states.map(\.totals.knownCost))
    let whole = states.reduce(Int64(0)) { $0 &+ basis.weight($1.totals) }
    let rows = states.map { state in
      let tiers = (state.showsTiers ? state.tiers : []).reversed().map { tier in
        "\(tier.tier.name) \(basis == .cost ? scale.text(tier.totals.knownCost) : Figures.grouped(tier.totals.records))"
      }
      let meaning = state.state.meaning + (tiers.isEmpty ? "" : ": " + tiers.joined(separator: ", "))
      return [
        DataValue.toned(state.state.rawValue, .state(state.state)),
        whole > 0 ? .share(Double(basis.weight(state.totals)) / Double(whole)) : .missing,
        .money(state.totals.knownCost), .count(state.totals.records), .text(meaning),
      ]
    }
    return DataTable(
      id: "states", caption: "Every token is in exactly one state; the states add up to the whole.",
      columns: [
        DataColumn("State"), DataColumn("share of \(basis.name)", .share), DataColumn("cost", .money),
        DataColumn("calls", .count), DataColumn("means", .words),
      ], rows: rows)
  }

  /// The chosen grouping, with each token class in a column of its own.
  func groupTable(_ grouping: Grouping, _ basis: ShareBasis, limit: Int = 200) -> DataTable {
    let all = groups(by: grouping)
    let shown = grouping.isChronological ? all.suffix(limit) : all.prefix(limit)
    let classes = TokenClass.allCases.filter { totals.tokens($0) != 0 }
    let isOfSessions = grouping == .session
    func row(_ label: String, _ totals: Totals, _ states: [StateTotals], state: OutcomeState? = nil)
      -> DataTable.Row
    {
      let held = states.first { $0.state == .held }.map { basis.weight($0.totals) } ?? 0
      let whole = basis.weight(totals)
      let head: [DataValue] = [.text(label), .money(totals.knownCost)]
      let mostly = state.map { DataValue.toned($0.rawValue, .state($0)) } ?? .text("")
      return DataTable.Row(
        head + (isOfSessions ? [mostly] : []) + [
          whole > 0 ? .share(Double(held) / Double(whole)) : .missing, .count(totals.records),
          .parts(states.parts(basis).filter { $0.weight > 0 }),
        ] + classes.map { .count(totals.tokens($0)) })
    }
    let cut =
      shown.count < all.count
      ? " The \(shown.count) \(grouping.isChronological ? "latest" : "costliest") of \(all.count); all are in --csv and --json."
      : ""
    return DataTable(
      id: "groups",
      caption: "Token classes are priced differently and are never added up. – is unknown.\(cut)",
      columns: [DataColumn(grouping.heading), DataColumn("cost", .money)]
        + (isOfSessions ? [DataColumn("state")] : [])
        + [
          DataColumn("held", .share), DataColumn("calls", .count),
          DataColumn("what it bought", .parts(basis.unit)),
        ] + classes.map { DataColumn($0.shortLabel, .tokens) },
      rows: shown.map { row($0.label, $0.totals, $0.states, state: $0.state) },
      foot: row("all", totals, states))
  }

  /// The sessions that cost most, with the commits they led to.
  func sessionTable(
    _ basis: ShareBasis, at address: ((SessionID) -> String)?, limit: Int = 12
  ) -> DataTable {
    let dearest = sessions.filter { basis.weight($0.totals) > 0 }.sorted {
      let (x, y) = (basis.weight($0.totals), basis.weight($1.totals))
      return x == y ? SessionAccount.precedes($0, $1) : x > y
    }.prefix(limit)
    var clock = ZoneClock(timeZone)
    let rows = dearest.map { entry in
      let session = entry.session
      let commits = session.commits.prefix(3).map { String($0.prefix(8)) }.joined(separator: " ")
      let more = session.commits.count > 3 ? " and \(session.commits.count - 3) more" : ""
      let when = session.started.map { "\(clock.day(of: $0).short) \(clock.clock($0))" }
      let cells: [DataValue] = [
        .text(session.name), .text(session.project), .text(session.tool?.displayName), .text(when),
        .money(entry.totals.knownCost), .toned(entry.state.rawValue, .state(entry.state)),
        commits.isEmpty ? .missing : .text(commits + more),
      ]
      return DataTable.Row(cells, link: address?(session.id))
    }
    return DataTable(
      id: "sessions",
      caption: address == nil
        ? "assay explain SESSION shows one line by line, with the reasons for its state."
        : "Each has a page of its own, with what came of it.",
      columns: [
        DataColumn("Session", .code), DataColumn("project"), DataColumn("tool"), DataColumn("began"),
        DataColumn("cost", .money), DataColumn("mostly"), DataColumn("commits", .code),
      ], rows: rows)
  }

  /// What could not be read, by file and kind.
  func diagnosticTable() -> DataTable {
    let rows = diagnostics.prefix(100).map { diagnostic in
      let lines = diagnostic.lines.prefix(5).map(String.init).joined(separator: ", ")
      return [
        DataValue.text(diagnostic.source), .text(diagnostic.kind.words), .count(diagnostic.count),
        lines.isEmpty ? .missing : .text(lines),
      ]
    }
    let cut = diagnostics.count > 100 ? " The first 100 of \(diagnostics.count)." : ""
    return DataTable(
      id: "unread", caption: "Skipped or read with a doubt; nothing else was lost.\(cut)",
      columns: [
        DataColumn("Source", .code), DataColumn("what", .words), DataColumn("times", .count),
        DataColumn("lines"),
      ], rows: rows)
  }
}

extension ShareBasis {
  var unit: BarUnit { self == .cost ? .dollars : .calls }
}
