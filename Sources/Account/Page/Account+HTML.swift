package import Charts
import Foundation
package import Ledger

extension Account {
  /// One page that needs nothing else: no script, no font, no picture from elsewhere.
  package func html(by grouping: Grouping = .project, generatedAt: Instant, generator: String = "assay")
    -> String
  {
    PageFrame(
      title: "What AI tokens bought, \(periodText)", style: .inline, generator: generator,
      footer:
        "\(generator), \(generatedAt.utc). Costs are list prices worked out from tokens, not an invoice."
    ).document(content(by: grouping).html())
  }

  /// The account as the inside of a page: heading, picture, tables.
  ///
  /// - Parameter address: where a session has a page of its own; `nil` where none has.
  package func content(
    by grouping: Grouping = .project, sessionsAt address: ((SessionID) -> String)? = nil
  ) -> PageContent {
    let basis = ShareBasis(totals)
    let header = PageContent.markup(
      """
      <header>
      <h1>What AI tokens bought</h1>
      <p class="quiet small">\(Markup.escape("\(periodText) · days of \(timeZone.identifier)"))</p>
      <p class="lead">\(Markup.escape(headline))</p>
      \(totals.records > 0 ? "<p class=\"quiet\">\(Markup.escape(coveredText)).</p>" : "")
      </header>

      """)
    return header + (totals.records > 0 ? sections(grouping, basis, address) : Self.nothing)
  }

  private static let nothing = PageContent.markup(
    "<p>Nothing to show yet. <code>assay doctor</code> says where Assay looked and what it needs; "
      + "<code>assay demo</code> shows a sample.</p>\n")

  private func sections(
    _ grouping: Grouping, _ basis: ShareBasis, _ address: ((SessionID) -> String)?
  ) -> PageContent {
    let series = Series(self, basis: basis)
    let diagnostics = diagnosticTable()
    return .section("Where it went", .chart(flowChart(basis)))
      + .section("The states, and what they mean", .table(stateTable(basis)))
      + (series.steps.contains { $0.weight > 0 }
        ? .section("By \(series.grouping.rawValue)", .chart(seriesChart(series, basis))) : .nothing)
      + .section("By \(grouping.heading.lowercased())", .table(groupTable(grouping, basis)))
      + .section("Sessions that cost most", .table(sessionTable(basis, at: address)))
      + .section("What this rests on", .sentences(coverageSentences))
      + (diagnostics.rows.isEmpty ? .nothing : .section("What could not be read", .table(diagnostics)))
      + .folded("The words used here", .markup(Self.words))
  }

  private func flowChart(_ basis: ShareBasis) -> FlowChart {
    let missing = totals.unknownRecords + totals.unpricedRecords
    let note =
      missing > 0 && basis == .cost
      ? " \(Figures.counted(missing, "call has", "calls have")) no known cost and no width here." : ""
    return FlowChart(
      id: "flow",
      title: "Where the \(basis == .cost ? "spend" : "calls") went: from tools to outcome states.",
      note: "Widths are to scale, in \(basis == .cost ? "US dollars at list price" : "model calls").\(note)",
      heading: "Tool", unit: basis.unit, flow: AccountFlow(self, basis: basis, projects: 7).flow)
  }

  private func seriesChart(_ series: Series, _ basis: ShareBasis) -> StackedBarsChart {
    let top = series.steps.max { $0.weight < $1.weight }?.label ?? ""
    let noun = basis == .cost ? "Spend" : "Calls"
    let when = series.grouping == .day ? "on" : "in"
    let omitted =
      series.omitted > 0 ? " \(Figures.counted(series.omitted, "earlier month")) are left out." : ""
    return StackedBarsChart(
      id: "series",
      title: "\(noun) by \(series.grouping.rawValue), and what it bought: most \(when) \(top).",
      note: "Stacked in the order of the states above, from the baseline up.\(omitted)",
      heading: series.grouping.heading, unit: basis.unit, steps: series.bars(basis))
  }

  private static let words = """
    <dl>
    <dt>call</dt><dd>One request to a model, as a tool's own records report it.</dd>
    <dt>cost</dt><dd>The list price of its tokens. Where nothing could be priced it is –, which is not zero.</dd>
    <dt>input, cache read, write, output</dt><dd>Input that was not cached; input read from a cache; input written
    to a cache for five minutes or an hour; what the model wrote, its reasoning included.</dd>
    <dt>hold window</dt><dd>How long an outcome must stand before it counts as held: 14 days unless set otherwise.</dd>
    <dt>landed, reviewed, deployed</dt><dd>How far an outcome got.</dd>
    <dt>unexplained</dt><dd>No outcome was found. That says nothing about the work: reading, thinking and throwing
    a draft away leave no commit.</dd>
    </dl>

    """
}
