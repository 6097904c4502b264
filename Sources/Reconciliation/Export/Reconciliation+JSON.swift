package import Charts
import Ledger

extension Reconciliation {
  /// What `assay reconcile --json` and the API answer; docs/reconciliation.md describes it. Unknown is null.
  package var json: JSONValue {
    .object([
      ("format", .string("assay-reconciliation/1")), ("from", .string(period.lowerBound.description)),
      ("to", .string(period.upperBound.description)), ("reports", .array(parts.map(\.json))),
    ])
  }
}

extension Reconciliation.Part {
  fileprivate var json: JSONValue {
    .object([
      ("report", .string(report.rawValue)), ("provider", .string(report.provider.rawValue)),
      ("amount", .optional(report.amount?.rawValue)),
      ("summary", .strings(sentences.map { $0.replacing("\u{A0}", with: " ") })),
      ("days", .strings(days.map(\.description))),
      ("provisional_days", .strings(provisional.map(\.description))),
      ("uncovered_days", .strings(uncovered.map(\.description))),
      ("totals", total.map { measures(of: $0) } ?? .null), ("rows", .array(rows.map(item))),
    ])
  }

  private func item(_ row: ReconciliationRow) -> JSONValue {
    var members: [(String, JSONValue)] = [
      ("from", .string(row.days.lowerBound.description)), ("to", .string(row.days.upperBound.description)),
      ("subject", .string(row.subject.name)),
      ("model", .optional(row.subject.model)), ("withheld", .bool(row.isWithheld)),
    ]
    if !row.isWithheld {
      members += [
        ("provisional", .bool(row.isProvisional)), ("records", .integer(row.records)),
        ("unknown_records", .optional(row.saysKinds ? row.unknownRecords : nil)),
        ("unpriced_records", .optional(row.saysKinds ? row.unpricedRecords : nil)),
        ("gateway_records", .optional(row.saysKinds ? row.gatewayRecords : nil)),
        ("subscription_records", .optional(row.saysKinds ? row.subscriptionRecords : nil)),
        ("measures", measures(of: row)),
      ]
    }
    return .object(members)
  }

  private func measures(of row: ReconciliationRow) -> JSONValue {
    .object(
      measures.compactMap { measure in
        row.measures[measure].map { measured in
          (
            measure.rawValue,
            .object([
              ("reported", .optional(measured.reported)), ("captured", .optional(measured.captured)),
              ("matched", .integer(measured.matched)), ("missing", .integer(measured.missing)),
              ("uncompared", .integer(measured.uncompared)), ("beyond", .integer(measured.beyond)),
              ("captured_thousandths", .optional(measured.capturedThousandths)),
            ])
          )
        }
      })
  }
}

extension BillSubject {
  var name: String {
    switch self {
    case .model: "model"
    case .all: "all"
    case .several: "several"
    case .apart: "none"
    }
  }

  var model: String? { if case .model(let name) = self { name } else { nil } }
}
