import Account
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

  func html(of entries: [PersonView.Entry]) -> String {
    var html = ""
    for entry in entries {
      guard let grant = entry.decision.grant else { continue }
      if entry.page == .personUsage { html += usage(grant.form) }
      if entry.page == .groupCells { html += cells }
    }
    return html
  }

  /// Cells of the latest weeks, of the organisation and the person's team.
  private var cells: String {
    let shown = weeks.map { week in
      "<h3>\(week.week)</h3>\n" + CellTable(week, names).html { groups.contains($0.group) }
    }
    return Self.folded(
      "The figures of your team and the organisation, as they see them",
      shown.isEmpty ? PagePart.paragraph("No week has been closed yet.") : shown.joined())
  }

  private func usage(_ form: Form) -> String {
    guard let usage = SharedUsage(form, of: own) else { return "" }
    return Self.folded("The figures of you, as they see them", UsageTable(usage).html)
  }

  private static func folded(_ summary: String, _ content: String) -> String {
    "<details><summary>\(PageFrame.escape(summary))</summary>\n\(content)</details>\n"
  }
}

/// A person's usage and linked outcomes as others see them.
struct UsageTable {
  let usage: SharedUsage
  init(_ usage: SharedUsage) { self.usage = usage }

  var html: String {
    let rows = usage.weeks.map { week in
      [week.week.description, week.cost.dollars]
        + OutcomeClass.allCases.map { (week.outcomes[$0] ?? .zero).dollars }
    }
    return PageTable(
      caption:
        "Cost at list price by closed week, and what came of it. Tokens of different classes are never added up.",
      columns: ["Week", "Cost"] + OutcomeClass.allCases.map(\.title), rows: rows,
      empty: "No closed week has any use."
    ).html
  }
}
