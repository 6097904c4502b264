/// What one usage record cost at list prices, or why that cannot be said.
package enum RecordCost: Hashable, Sendable {
  case priced(NanoDollars)
  /// The model is in no price file, or not at that time; `nil` if the source named none.
  case unpriced(model: String?)
  /// The source did not say how many tokens were used.
  case unknown
  /// An error or a message the client made up.
  case notBilled
}

extension PriceCatalogue {
  /// The cost of a record by its own tokens; what a client says that it cost is never used.
  ///
  /// Totals (records of calls that were never itemised, and Cursor's, which are of one task with many calls) are
  /// not held against long-context thresholds, which are about single requests.
  package func cost(of record: UsageRecord) -> RecordCost {
    if record.kind == .notBilled { return .notBilled }
    guard !record.counts.isUnknown else { return .unknown }
    let isOneRequest = record.kind == .itemised && record.tool != .cursor
    guard let model = record.model, let price = price(model: model, at: record.at),
      let cost = price.cost(of: record.counts, service: record.service, isOneRequest: isOneRequest)
    else { return .unpriced(model: record.model) }
    return .priced(cost)
  }
}
