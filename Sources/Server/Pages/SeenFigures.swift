import Charts
import Directory
import Ledger
import Visibility

/// The very figures that others get to see of somebody: of the groups they are in, and, where it is switched on,
/// their own as their manager sees them.
struct SeenFigures {
  private let weeks: [FrozenWeek]
  private let groups: Set<Visibility.Grouping>
  private let own: [Week: Visibility.Figures]
  private let names: GroupNames

  /// - Parameter own: the person's figures of closed weeks.
  init(
    of account: AccountID, weeks: [FrozenWeek], people: DirectorySnapshot, own: [Week: Visibility.Figures],
    at now: Instant
  ) {
    self.weeks = Array(weeks.suffix(Self.latest).reversed())
    self.own = own
    names = GroupNames(people)
    groups = Set([.organisation] + [people.team(of: account, at: now).map { .team($0) }].compactMap { $0 })
  }

  private static let latest = 4

  /// - Parameter onlooker: keeps their tables apart from those of others on the page.
  func content(of entries: [PersonView.Entry], for onlooker: String) -> PageContent {
    var content = PageContent.nothing
    for entry in entries {
      guard let grant = entry.decision.grant else { continue }
      if entry.page == .personUsage { content += usage(grant.form, onlooker) }
      // The same for all who see them: once on the page.
      if entry.page == .groupCells {
        content += .markup("<p><a href=\"#figures\">The figures that they see</a></p>\n")
      }
    }
    return content
  }

  /// Cells of the latest weeks, of the organisation and the person's team.
  var cells: PageContent {
    let shown = weeks.map { week in
      PageContent.markup("<h3>\(week.week)</h3>\n")
        + .table(CellTable(week, names).table { groups.contains($0.group) })
    }
    return .markup("<div id=\"figures\">\n")
      + .section(
        "The figures of your team and the organisation, as they see them",
        shown.isEmpty ? .paragraph(WeekWords.noneClosed) : shown.reduce(.nothing, +)) + .markup("</div>\n")
  }

  private func usage(_ form: Form, _ onlooker: String) -> PageContent {
    guard let usage = SharedUsage(form, of: own) else { return .nothing }
    var table = UsageTable(usage).table
    table.id = "\(onlooker)-\(table.id)"
    return .folded("The figures of you, as they see them", .table(table))
  }
}

/// A person's usage and linked outcomes as others see them.
struct UsageTable {
  let usage: SharedUsage
  init(_ usage: SharedUsage) { self.usage = usage }

  var chart: StackedBarsChart {
    StackedBarsChart(
      id: "usage-weeks", title: "Usage by closed week, and what came of it.",
      note: "US dollars at list price.", heading: "Week", unit: .dollars,
      steps: usage.weeks.map { week in
        StackedBarsChart.Step(
          week.week.description, axis: week.week.axis,
          parts: OutcomeClass.allCases.map { one in
            TonedPart(one.title.lowercased(), one.tone, (week.outcomes[one] ?? .zero).count)
          })
      }, empty: "No closed week has any use.")
  }

  var table: DataTable {
    DataTable(
      id: "usage",
      caption:
        "Cost at list price by closed week, and what came of it. Tokens of different classes are never added up.",
      columns: [DataColumn("Week"), DataColumn("Cost", .money)]
        + OutcomeClass.allCases.map { DataColumn($0.title, .money) },
      rows: usage.weeks.map { week in
        [.text(week.week.description), .money(week.cost)]
          + OutcomeClass.allCases.map { .money(week.outcomes[$0] ?? .zero) }
      }, empty: "No closed week has any use.")
  }
}
