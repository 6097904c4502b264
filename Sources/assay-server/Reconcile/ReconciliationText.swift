import Charts
import Ledger
import Reconciliation

/// A comparison on a terminal: of each report what there is to say, its totals by measure, and its days and models.
struct ReconciliationText {
  private let found: Reconciliation

  init(_ found: Reconciliation) { self.found = found }

  var text: String {
    guard !found.parts.isEmpty else {
      return
        "No provider's figures of \(found.period.lowerBound) to \(found.period.upperBound) have been taken in: assay reconcile import, assay reconcile fetch.\n"
    }
    return found.parts.map(section).joined(separator: "\n")
  }

  private func section(_ part: Reconciliation.Part) -> String {
    let heading = part.report.title + (part.report.amount == .estimated ? " (amounts are its estimates)" : "")
    let sentences = part.sentences.map { $0.replacing("\u{A0}", with: " ") + "\n" }.joined()
    guard let total = part.total else { return "\(heading)\n\(sentences)" }
    var totals = ListTable(headings: ["MEASURE", "REPORTED", "ASSAY", "CAPTURED", "MISSING", "BEYOND"])
    totals.rows = part.measures.compactMap { measure in
      total.measures[measure].map { [measure.title] + Self.figures($0, measure) }
    }
    let leading = part.leading
    let others = part.measures.filter { $0 != leading }
    var days = ListTable(
      headings: ["DAY", "MODEL", "REPORTED", "ASSAY", "CAPTURED", "MISSING", "BEYOND"]
        + others.map { $0.title.uppercased() })
    days.rows = part.rows.map { row in
      let day = "\(row.days.lowerBound)" + (row.isProvisional ? "*" : "")
      let measured = row.measures[leading] ?? Measured(reported: nil, captured: nil)
      return [day, row.subject.title] + Self.figures(measured, leading)
        + others.map { Self.rate(row.measures[$0]) }
    }
    let note = part.provisional.isEmpty ? "" : "* may still grow\n"
    return
      "\(heading)\n\(sentences)\n\(totals.text(empty: ""))\nBy day and model, in \(leading.title):\n\(days.text(empty: "Nothing was used."))\(note)"
  }

  private static func figures(_ measured: Measured, _ measure: BillMeasure) -> [String] {
    let scale = MoneyScale(
      fitting: [measured.reported, measured.captured].map { $0.map { NanoDollars($0) } })
    func figure(_ value: Int64?) -> String {
      guard let value else { return Figures.missing }
      return measure == .amount ? scale.text(NanoDollars(value)) : Figures.grouped(value)
    }
    let isCompared = measured.reported != nil && measured.captured != nil
    return [
      figure(measured.reported), figure(measured.captured), rate(measured),
      figure(isCompared ? measured.missing : nil), figure(isCompared ? measured.beyond : nil),
    ]
  }

  private static func rate(_ measured: Measured?) -> String {
    measured?.capturedThousandths.map { Reconciliation.Part.percent($0).replacing("\u{A0}", with: " ") }
      ?? Figures.missing
  }
}
