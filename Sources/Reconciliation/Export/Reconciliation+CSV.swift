import Charts
import Ledger

extension Reconciliation {
  /// A row a day, model and measure; unknown is empty.
  package var csv: String {
    let head = [
      "report", "from", "to", "subject", "model", "measure", "reported", "captured", "matched", "missing",
      "uncompared", "beyond", "captured_thousandths", "provisional", "withheld",
    ]
    let rows = parts.flatMap { part in
      part.rows.flatMap { row -> [[String]] in
        let start = [
          row.report.rawValue, row.days.lowerBound.description, row.days.upperBound.description,
          row.subject.name, row.subject.model ?? "",
        ]
        let end = [row.isProvisional ? "true" : "false", row.isWithheld ? "true" : "false"]
        guard !row.isWithheld else { return [start + Array(repeating: "", count: 8) + end] }
        return part.measures.compactMap { measure in
          row.measures[measure].map { one in
            let figures: [Int64?] = [
              one.reported, one.captured, one.matched, one.missing, one.uncompared, one.beyond,
              one.capturedThousandths,
            ]
            return start + [measure.rawValue] + figures.map { $0.map { "\($0)" } ?? "" } + end
          }
        }
      }
    }
    return CSV.document(head: head, rows: rows)
  }
}
