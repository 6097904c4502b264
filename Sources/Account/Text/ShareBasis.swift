package import Ledger

/// What parts are measured by: money where there is any, otherwise calls. Never tokens, whose classes differ
/// in price a hundredfold and have no meaningful sum (law 1).
package enum ShareBasis: Sendable {
  case cost, records

  package init(_ totals: Totals) { self = (totals.cost?.count ?? 0) > 0 ? .cost : .records }

  /// Never negative.
  package func weight(_ totals: Totals) -> Int64 {
    switch self {
    case .cost: Swift.max(0, totals.cost?.count ?? 0)
    case .records: Swift.max(0, totals.records)
    }
  }

  /// `of cost`, in table heads and captions.
  package var name: String {
    switch self {
    case .cost: "cost"
    case .records: "calls"
    }
  }
}
