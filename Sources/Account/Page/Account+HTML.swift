import Charts
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
    ).document(htmlSections(by: grouping))
  }

  /// The account as the inside of a page: heading, picture, tables.
  package func htmlSections(by grouping: Grouping = .project) -> String {
    let basis = ShareBasis(totals)
    return """
      <header>
      <h1>What AI tokens bought</h1>
      <p class="quiet small">\(Markup.escape("\(periodText) · days of \(timeZone.identifier)"))</p>
      <p class="lead">\(Markup.escape(headline))</p>
      \(totals.records > 0 ? "<p class=\"quiet\">\(Markup.escape(coveredText)).</p>" : "")
      </header>
      \(totals.records > 0 ? sections(grouping, basis) : emptySection)
      """
  }

  private var emptySection: String {
    "<p>Nothing to show yet. <code>assay doctor</code> says where Assay looked and what it needs; "
      + "<code>assay demo</code> shows a sample.</p>\n"
  }

  private func sections(_ grouping: Grouping, _ basis: ShareBasis) -> String {
    let diagnostics = diagnosticTable()
    let sentences = coverageSentences.map { "<li>\(Markup.escape($0))</li>\n" }.joined()
    return flowSection(basis)
      + "<section>\n<h2>The states, and what they mean</h2>\n\(stateTable(basis))</section>\n"
      + seriesSection(basis)
      + "<section>\n<h2>By \(grouping.heading.lowercased())</h2>\n\(groupTable(grouping, basis))</section>\n"
      + "<section>\n<h2>Sessions that cost most</h2>\n\(sessionTable(basis))</section>\n"
      + "<section>\n<h2>What this rests on</h2>\n<ul class=\"plain\">\n\(sentences)</ul>\n"
      + (diagnostics.isEmpty ? "" : "<h2>What could not be read</h2>\n\(diagnostics)") + "</section>\n"
      + Self.words
  }

  private func amount(_ basis: ShareBasis) -> @Sendable (Int64) -> String {
    let scale = MoneyScale(fitting: [totals.knownCost])
    return { weight in basis == .cost ? scale.text(NanoDollars(weight)) : Figures.counted(weight, "call") }
  }

  private func flowSection(_ basis: ShareBasis) -> String {
    let amount = amount(basis)
    let tools = groups(by: .tool).filter { basis.weight($0.totals) > 0 }
    let title = "Where the \(basis == .cost ? "spend" : "calls") went: from tools to outcome states"
    let description =
      tools.map { group in
        let parts = group.states.filter { basis.weight($0.totals) > 0 }.map {
          "\($0.state.rawValue) \(amount(basis.weight($0.totals)))"
        }
        return "\(group.label) \(amount(basis.weight(group.totals))): \(parts.joined(separator: ", "))."
      }.joined(separator: " ")
    func picture(_ name: String, _ width: Double, _ projects: Int) -> String {
      FlowDiagram(
        AccountFlow(self, basis: basis, projects: projects).flow, width: width, name: name, title: title,
        description: description, amount: amount
      ).svg()
    }
    // To scale among tools as well, as the bands are.
    let widest = tools.map { basis.weight($0.totals) }.max() ?? 1
    let bars = tools.map { group in
      let whole = basis.weight(group.totals)
      let words = group.states.filter { basis.weight($0.totals) > 0 }.map {
        "\($0.state.rawValue)\(Figures.joint)\(Shares.text(basis.weight($0.totals), of: whole))"
      }
      return "<li><div class=\"row\"><span>\(Markup.escape(group.label))</span>"
        + "<span>\(Markup.escape(amount(basis.weight(group.totals))))</span></div>"
        + Markup.mix(group.states.parts(basis), of: widest)
        + "<div class=\"quiet small\" aria-hidden=\"true\">\(Markup.escape(words.joined(separator: " · ")))</div></li>\n"
    }.joined()
    let missing = totals.unknownRecords + totals.unpricedRecords
    let note =
      missing > 0 && basis == .cost
      ? " \(Figures.counted(missing, "call has", "calls have")) no known cost and no width here." : ""
    return """
      <section>
      <h2>\(Markup.escape(title))</h2>
      <figure>
      <figcaption>Widths are to scale, in \(basis == .cost ? "US dollars at list price" : "model calls").\(note)</figcaption>
      \(picture("wide", 1112, 7))\(picture("medium", 780, 0))<div class="narrow"><ul>
      \(bars)</ul></div>
      </figure>
      <details><summary>The picture as a table</summary>
      \(flowTable(basis))</details>
      </section>

      """
  }

  private func seriesSection(_ basis: ShareBasis) -> String {
    let series = Series(self, basis: basis)
    let amount = amount(basis)
    guard let top = series.steps.max(by: { $0.weight < $1.weight }), top.weight > 0 else { return "" }
    let noun = basis == .cost ? "Spend" : "Calls"
    let when = series.grouping == .day ? "on" : "in"
    let title = "\(noun) by \(series.grouping.rawValue), and what it bought: most \(when) \(top.label)"
    let description =
      "\(series.steps.count) bars. The highest, \(top.label), is \(amount(top.weight)). All together \(amount(series.steps.reduce(0) { $0 &+ $1.weight }))."
    let omitted =
      series.omitted > 0 ? " \(Figures.counted(series.omitted, "earlier month")) are left out." : ""
    let pictures = [("wide", 1112.0), ("medium", 780), ("narrow", 350)].map { name, width in
      StackedBars(
        series.bars(basis), unit: basis == .cost ? .dollars : .calls, width: width, name: name, title: title,
        description: description, amount: amount
      ).svg()
    }
    return """
      <section>
      <h2>\(Markup.escape(title))</h2>
      <figure>
      <figcaption>Stacked in the order of the states above, from the baseline up.\(omitted)</figcaption>
      \(pictures.joined())</figure>
      <details><summary>The series as a table</summary>
      \(seriesTable(series, basis, amount: amount))</details>
      </section>

      """
  }

  private static let words = """
    <section>
    <h2>Words</h2>
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
    </section>

    """
}
