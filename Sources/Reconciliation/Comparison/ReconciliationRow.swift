package import Ledger

/// A report's figures of a day and model against the ledger's.
package struct ReconciliationRow: Hashable, Sendable {
  package var report: BillReport
  package var days: ClosedRange<CalendarDay>
  package var subject: BillSubject
  package var measures: [BillMeasure: Measured]
  /// The ledger's model calls, and of these: without known tokens, without a price, passed on by the gateway.
  package var records: Int64 = 0
  package var unknownRecords: Int64 = 0
  package var unpricedRecords: Int64 = 0
  package var gatewayRecords: Int64 = 0
  /// Known to be paid by a subscription, and so left out of what is compared with the bill of an API.
  package var subscriptionRecords: Int64 = 0
  /// Whether the counts of kinds of calls above are said.
  package var saysKinds = true
  /// The provider's figures of the day may still grow.
  package var isProvisional = false
  /// There are figures, of too few people to be shown.
  package var isWithheld = false
  /// Which of the ledger's use it is made of, for whoever has to know whose.
  package var use: [DayUse] = []

  /// On the bill and not in the ledger, or the other way round.
  package var isOnOneSideOnly: Bool {
    !isWithheld && (records == 0) != (measures.values.allSatisfy { ($0.reported ?? 0) == 0 })
  }

  /// Rows of one report together.
  static func joined(_ rows: [ReconciliationRow], as subject: BillSubject) -> ReconciliationRow? {
    guard var sum = rows.first, let first = rows.map(\.days.lowerBound).min(),
      let last = rows.map(\.days.upperBound).max()
    else { return nil }
    for row in rows.dropFirst() {
      sum.measures.merge(row.measures) { $0 + $1 }
      sum.records &+= row.records
      sum.unknownRecords &+= row.unknownRecords
      sum.unpricedRecords &+= row.unpricedRecords
      sum.gatewayRecords &+= row.gatewayRecords
      sum.subscriptionRecords &+= row.subscriptionRecords
      sum.isProvisional = sum.isProvisional || row.isProvisional
      sum.use += row.use
    }
    sum.days = first...last
    sum.subject = subject
    return sum
  }
}
