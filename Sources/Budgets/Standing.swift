package import Directory
package import Ledger

/// How much of one limit is gone. Amounts are in the limit's own unit: nano-dollars, tokens, requests or calls
/// under way; what does not fit into 64 bits stands at their end.
package struct Standing: Hashable, Sendable {
  package var limit: Limit
  /// Charged for calls that have ended.
  package var used: Int64
  /// Held for calls under way.
  package var reserved: Int64
  /// When all that counts now counts no more; `nil` for calls under way at once, and for a minute in which nothing
  /// counts.
  package var resets: Instant?

  package init(limit: Limit, used: Int64, reserved: Int64, resets: Instant?) {
    self.limit = limit
    self.used = used
    self.reserved = reserved
    self.resets = resets
  }

  package var left: Int64 {
    let (gone, isTooMuch) = used.addingReportingOverflow(reserved)
    return isTooMuch ? 0 : max(0, limit.measure.amount - min(gone, limit.measure.amount))
  }
}

extension Limit.Measure {
  /// The limit as a number of its unit; never negative.
  package var amount: Int64 {
    switch self {
    case .money(let money): max(0, money.count)
    case .tokens(let count), .requests(let count), .concurrency(let count): max(0, count)
    }
  }
}
