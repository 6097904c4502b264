/// What a set of usage records adds up to. Addition is associative and commutative, so that any partition of
/// the records adds up to the whole in every class (the sum law).
///
/// Each count of records beside `records` is an *of which*, except two, which stand apart: `notBilledRecords`,
/// since errors and messages that a client made up are no model calls, and `unitemisedRecords`, since nobody knows
/// how many calls they were.
package struct Totals: Hashable, Sendable, Codable {
  /// `nil` in a class if no record of the set says anything about it.
  package var counts: TokenCounts
  /// At list price; `nil` if no record of the set could be priced.
  package var cost: NanoDollars?
  /// Model calls that a source itemised.
  package var records: Int64
  /// Of `records`: those whose source did not say what they used.
  package var unknownRecords: Int64
  /// Of `records`, and beside the unknown ones: those whose model has no price; their tokens are in `counts`.
  package var unpricedRecords: Int64
  /// Beside `records`: errors and client-made messages, which cost nothing.
  package var notBilledRecords: Int64
  /// Beside `records`: what is known only from totals of the source, one for each session and model.
  package var unitemisedRecords: Int64

  package init(
    counts: TokenCounts = TokenCounts(), cost: NanoDollars? = nil, records: Int64 = 0,
    unknownRecords: Int64 = 0, unpricedRecords: Int64 = 0, notBilledRecords: Int64 = 0,
    unitemisedRecords: Int64 = 0
  ) {
    self.counts = counts
    self.cost = cost
    self.records = records
    self.unknownRecords = unknownRecords
    self.unpricedRecords = unpricedRecords
    self.notBilledRecords = notBilledRecords
    self.unitemisedRecords = unitemisedRecords
  }

  /// The totals of one record; `cost` is `nil` if its model has no price.
  package init(of record: UsageRecord, cost: NanoDollars?) {
    if record.kind == .notBilled {
      self.init(notBilledRecords: 1)
      return
    }
    let isUnknown = record.counts.isUnknown
    let isItemised = record.kind == .itemised
    self.init(
      counts: record.counts, cost: isUnknown ? nil : cost, records: isItemised ? 1 : 0,
      unknownRecords: isItemised && isUnknown ? 1 : 0,
      unpricedRecords: isItemised && !isUnknown && cost == nil ? 1 : 0,
      unitemisedRecords: isItemised ? 0 : 1)
  }

  package static let zero = Totals()

  /// Whether there is nothing at all in it, not even a record that was not billed.
  package var isEmpty: Bool { isUnused && notBilledRecords == 0 }

  /// Whether no model call is in it.
  package var isUnused: Bool { records == 0 && unitemisedRecords == 0 }

  /// Whether tokens are known and none of them has a price. Of records of one model at one time, that is all or none.
  package var isUnpriced: Bool { cost == nil && !counts.isUnknown }

  /// Whether adding it to anything changes nothing.
  package var isNothing: Bool { self == .zero }

  /// The cost: `nil` only if there are records and none could be priced; no records cost zero.
  package var knownCost: NanoDollars? { cost ?? (isUnused ? .zero : nil) }

  /// Whether it cost more; among equals the one with more output did, then the one with more records.
  package func isCostlier(than other: Totals) -> Bool {
    func rank(_ totals: Totals) -> (Int64, Int64, Int64) {
      (totals.cost?.count ?? -1, totals.counts.output ?? -1, totals.records)
    }
    return rank(self) > rank(other)
  }

  package static func + (a: Totals, b: Totals) -> Totals {
    var sum = a
    sum += b
    return sum
  }

  package static func += (a: inout Totals, b: Totals) {
    a.counts += b.counts
    if let cost = b.cost { a.cost = (a.cost ?? .zero) + cost }
    a.records &+= b.records
    a.unknownRecords &+= b.unknownRecords
    a.unpricedRecords &+= b.unpricedRecords
    a.notBilledRecords &+= b.notBilledRecords
    a.unitemisedRecords &+= b.unitemisedRecords
  }
}
