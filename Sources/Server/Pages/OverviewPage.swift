import Charts
import ControlSQLite
import Foundation
import Hummingbird
import Ledger
import Visibility

/// The organisation as a whole: where its spend went, week by week, and what changed. Of closed weeks only, as they were
/// published.
struct OverviewPage: Sendable {
  let control: ControlStore
  let sight: Sight
  let target: TargetReading
  let layout: PageLayout

  static let path = "/organisation"
  private static let title = "The organisation"

  func add(to router: Router<AssayContext>) {
    router.get("/organisation") { request, context in try page(request, context) }
  }

  private func page(_ request: Request, _ context: AssayContext) throws -> Response {
    let grant = try sight.ask(.organisationTotals, on: .organisation, context)
    guard let choice = try WeekChoice(request, among: control.frozenWeeks(), at: Self.path) else {
      return try layout.page(
        Self.title, at: Self.path, request, context,
        .heading(Self.title, "What its AI tokens bought, once a week of them has been closed.")
          + .paragraph(WeekWords.noneClosed))
    }
    let weeks = Array(choice.quarter)
    let flow = OrganisationFlow(weeks.filter(\.isSettled))
    let seesSources = sight.opens(.sources, on: .configuration, to: context.caller)
    let content =
      PageContent.heading(Self.title, flow.lead) + choice.content
      + .section("Where it went", .chart(flow.chart))
      + .section("What changed", .sentences(WeekChange(choice).sentences))
      + .section("Week by week", .chart(OrganisationWeeks(weeks).chart))
      + (sight.opens(.adoptionTarget, on: .organisation, to: context.caller)
        ? try target.shown().map { TargetSections($0).overview } ?? .nothing : .nothing)
      + .link(EstimatePage.address, "How much of it was purposeless, as far as can be estimated")
      + .link(DemandPage.address, "What is likely to be used in the weeks ahead")
      + .section("By tool", .table(tools(choice)))
      + .section(
        "What this rests on",
        .sentences(rests(choice, grant))
          + (seesSources ? .link("/sources", "What was read, and what could not be") : .nothing))
    return try layout.page(Self.title, at: Self.path, request, context, content)
  }

  /// The organisation and each tool in the week.
  private func tools(_ choice: WeekChoice) -> DataTable {
    let cells = [Cell(.organisation)] + Tool.allCases.map { Cell(.organisation, tool: $0) }
    let rows = cells.filter { choice.week[$0] != nil }.map { cell -> [DataValue] in
      let name = cell.tool?.displayName ?? "All tools"
      let trend = DataValue.trend(choice.quarter.map { CellValue.cost(of: cell, in: $0) })
      let split = choice.week.split(of: cell).map { DataValue.parts($0.split.parts) } ?? .missing
      let start: [DataValue] = [.text(name), CellValue.cost(of: cell, in: choice.week), trend]
      guard case .figures(let figures)? = choice.week[cell]?.content else {
        return start + (choice.week.isSettled ? [.missing] : []) + [.text("none"), .missing]
      }
      return start + (choice.week.isSettled ? [split] : [])
        + [.text(figures.people.rawValue), .text(figures.coverage.rawValue)]
    }
    return DataTable(
      id: "tools", caption: "\(choice.week.week), cost at list price. \(FrozenWeek.whyMissing)",
      columns: [DataColumn("Tool"), DataColumn("Cost", .money), DataColumn("Quarter", .trend)]
        + (choice.week.isSettled ? [DataColumn("What came of it", .parts(.dollars))] : [])
        + [DataColumn("Active people"), DataColumn("Known")],
      rows: rows, empty: "Nothing of \(choice.week.week) can be shown: too few people were active.")
  }

  private func rests(_ choice: WeekChoice, _ grant: Grant) -> [String] {
    var sentences = [
      "\(grant.form.sentence) A week is closed two days after its end; what was closed never changes.",
      "Costs are list prices worked out from tokens, not an invoice.",
      "Held: an outcome that stood for two weeks. Linked, not held: an outcome that is fresh, open, or was reverted. Not linked: no outcome was found, or the evidence is incomplete, which says nothing about the work.",
    ]
    if case .figures(let figures)? = choice.week[Cell(.organisation)]?.content {
      sentences.append("What is known of \(choice.week.week): \(figures.coverage.sentence)")
    }
    let gaps = choice.quarter.filter { $0[Cell(.organisation)] == nil }.map(\.week.description)
    if !gaps.isEmpty {
      sentences.append("Not shown, since too few people were active: \(gaps.joined(separator: ", ")).")
    }
    return sentences
  }
}

extension Coverage {
  var sentence: String {
    switch self {
    case .complete: "complete; all calls have tokens and a price."
    case .nearly: "nearly all; at least 95 % of calls have tokens and a price."
    case .partly: "partly; at least 80 % of calls have tokens and a price, and the cost is that of those."
    case .poor: "less than 80 % of calls have tokens and a price, so that the true cost is higher."
    }
  }
}
