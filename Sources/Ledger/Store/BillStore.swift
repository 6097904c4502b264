/// Where providers' own figures are kept, and what of the ledger they are held against.
package protocol BillStore: Sendable {
  /// Stores days and their lines in one transaction. What was stored before of the same report, account and day is
  /// replaced: a provider's later word is its better one, and nothing is added twice.
  ///
  /// - Parameter lines: Only of `days`.
  func replaceBills(_ days: [BillDay], lines: [BillLine]) throws
  /// The days of all reports, and their lines, in order.
  func bills(in days: ClosedRange<CalendarDay>) throws -> (days: [BillDay], lines: [BillLine])
  /// The first and last day of any report.
  func billedDays() throws -> ClosedRange<CalendarDay>?
  /// What the ledger has of these days by account, tool and model, in order.
  func use(on days: ClosedRange<CalendarDay>) throws -> [DayUse]
}

/// What one account used on one UTC day with one tool and model.
package struct DayUse: Hashable, Sendable, Codable {
  package var day: CalendarDay
  package var account: AccountID
  package var tool: Tool
  /// As the source names it.
  package var model: String?
  /// Whether all of it was asked for by a program and not by a person, as far as the turns of these days say.
  package var isByProgram: Bool
  package var totals: Totals
  /// Of `totals`: calls that the gateway passed on.
  package var gateway: Totals
  /// Of ``gateway``: calls that a subscription paid for. Only the gateway sees that.
  package var subscription: Totals

  package init(
    day: CalendarDay, account: AccountID, tool: Tool, model: String?, isByProgram: Bool = false,
    totals: Totals, gateway: Totals = Totals(), subscription: Totals = Totals()
  ) {
    self.day = day
    self.account = account
    self.tool = tool
    self.model = model
    self.isByProgram = isByProgram
    self.totals = totals
    self.gateway = gateway
    self.subscription = subscription
  }
}
