import Charts
import Hummingbird
import Ledger
import Reconciliation
import Visibility

/// The ledger against the providers' own figures, for finance and platform: sums of the whole organisation, by closed
/// week divided so that nobody's use can be told from them.
struct ReconciliationPages: Sendable {
  let reading: ReconciliationReading
  let sight: Sight
  let layout: PageLayout

  func add(to router: Router<AssayContext>) {
    router.get("/reconciliation") { request, context in try page(request, context) }
  }

  private func page(_ request: Request, _ context: AssayContext) throws -> Response {
    let grant = try sight.ask(.reconciliation, on: .organisation, context)
    let question = try ReconciliationQuestion(request.uri.queryParameters, at: context.asked)
    let found = try reading.comparison(question, at: context.asked)
    let lead =
      reading.isLocal
      ? "What providers say was used, and what of it the ledger has."
      : "What providers say was used, and what of it the ledger has. \(grant.form.sentence)"
    let content =
      PagePart.heading("Reconciliation", lead)
      + (found.parts.isEmpty
        ? PagePart.paragraph(
          "No provider’s figures of \(found.period.lowerBound) to \(found.period.upperBound) have been taken in: assay reconcile import, assay reconcile fetch."
        )
        : found.parts.map(section).joined())
    return layout.page("Reconciliation", at: "/reconciliation", for: context.caller, content)
  }

  // MARK: How it looks

  private func section(_ part: Reconciliation.Part) -> String {
    let words = part.sentences.map(PagePart.paragraph).joined()
    guard let total = part.total else { return PagePart.section(part.report.title, words) }
    let totals = PageTable(
      caption:
        "In total, of what can be shown\(part.report.amount == .estimated ? "; amounts are the provider’s estimates" : "").",
      columns: ["Measure", "Reported", "Assay has", "Captured", "Missing", "Beyond"],
      rows: part.measures.compactMap { measure in
        total.measures[measure].map { [measure.title] + Self.figures($0, measure) }
      }, empty: "Nothing was used.")
    let leading = part.leading
    let others = part.measures.filter { $0 != leading }
    let days = PageTable(
      caption: "By day (UTC) and model, in \(leading.title); of the other measures what is captured.",
      columns: ["Day", "Model", "Reported", "Assay has", "Captured", "Missing", "Beyond"]
        + others.map(\.title),
      rows: part.rows.map { row in
        let time =
          row.days.lowerBound == row.days.upperBound
          ? "\(row.days.lowerBound)" : "\(row.days.lowerBound) to \(row.days.upperBound)"
        guard !row.isWithheld else {
          return [time, "too few people, or not all days taken in"]
            + Array(repeating: Figures.missing, count: 5 + others.count)
        }
        let measured = row.measures[leading] ?? Measured(reported: nil, captured: nil)
        return [time + (row.isProvisional ? " (may still grow)" : ""), row.subject.title]
          + Self.figures(measured, leading) + others.map { Self.rate(row.measures[$0]) }
      }, empty: "Nothing was used.")
    return PagePart.section(part.report.title, words + totals.html + days.html)
  }

  private static func figures(_ measured: Measured, _ measure: BillMeasure) -> [String] {
    func figure(_ value: Int64?) -> String {
      guard let value else { return Figures.missing }
      return measure == .amount ? NanoDollars(value).dollars : Figures.grouped(value)
    }
    let isCompared = measured.reported != nil && measured.captured != nil
    return [
      figure(measured.reported), figure(measured.captured), rate(measured),
      figure(isCompared ? measured.missing : nil), figure(isCompared ? measured.beyond : nil),
    ]
  }

  private static func rate(_ measured: Measured?) -> String {
    measured?.capturedThousandths.map(Reconciliation.Part.percent) ?? Figures.missing
  }
}
