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
      PageContent.heading("Reconciliation", lead)
      + (found.parts.isEmpty
        ? .paragraph(
          "No provider’s figures of \(found.period.lowerBound) to \(found.period.upperBound) have been taken in: assay reconcile import, assay reconcile fetch."
        )
        : found.parts.map(section).reduce(.nothing, +))
    return try layout.page("Reconciliation", at: "/reconciliation", request, context, content)
  }

  // MARK: How it looks

  private func section(_ part: Reconciliation.Part) -> PageContent {
    let words = PageContent.sentences(part.sentences)
    guard let total = part.total else { return .section(part.report.title, words) }
    let name = DataTable.id(part.report.title)
    let totals = DataTable(
      id: "\(name)-total",
      caption:
        "In total, of what can be shown\(part.report.amount == .estimated ? "; amounts are the provider’s estimates" : "").",
      columns: [DataColumn("Measure")] + Self.columns(nil),
      rows: part.measures.compactMap { measure in
        total.measures[measure].map { [.text(measure.title)] + Self.figures($0, measure) }
      }, empty: "Nothing was used.")
    let leading = part.leading
    let others = part.measures.filter { $0 != leading }
    let days = DataTable(
      id: "\(name)-days",
      caption: "By day (UTC) and model, in \(leading.title); of the other measures what is captured.",
      columns: [DataColumn("Day"), DataColumn("Model")] + Self.columns(leading)
        + others.map { DataColumn($0.title, .share, decimals: 1) },
      rows: part.rows.map { row in
        let time =
          row.days.lowerBound == row.days.upperBound
          ? "\(row.days.lowerBound)" : "\(row.days.lowerBound) to \(row.days.upperBound)"
        guard !row.isWithheld else {
          return [.text(time), .text("too few people, or not all days taken in")]
            + Array(repeating: .withheld, count: 5 + others.count)
        }
        let measured = row.measures[leading] ?? Measured(reported: nil, captured: nil)
        return [.text(time + (row.isProvisional ? " (may still grow)" : "")), .text(row.subject.title)]
          + Self.figures(measured, leading) + others.map { Self.rate(row.measures[$0]) }
      }, empty: "Nothing was used.")
    return .section(part.report.title, words + .table(totals) + .table(days))
  }

  /// - Parameter measure: `nil` where rows are of different ones.
  private static func columns(_ measure: BillMeasure?) -> [DataColumn] {
    let kind: DataColumn.Kind = measure == .amount ? .money : .count
    return [
      DataColumn("Reported", kind), DataColumn("Assay has", kind),
      DataColumn("Captured", .share, decimals: 1),
      DataColumn("Missing", kind), DataColumn("Beyond", kind),
    ]
  }

  private static func figures(_ measured: Measured, _ measure: BillMeasure) -> [DataValue] {
    func figure(_ value: Int64?) -> DataValue {
      measure == .amount ? .money(value.map { NanoDollars($0) }) : .count(value)
    }
    let isCompared = measured.reported != nil && measured.captured != nil
    return [
      figure(measured.reported), figure(measured.captured), rate(measured),
      figure(isCompared ? measured.missing : nil), figure(isCompared ? measured.beyond : nil),
    ]
  }

  private static func rate(_ measured: Measured?) -> DataValue {
    .share(measured?.capturedThousandths.map { Double($0) / 1000 })
  }
}
