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

/// Prices many records: a catalogue that remembers which names it has looked up. Not shared; make one a task.
package struct Pricer: Sendable {
  package let catalogue: PriceCatalogue
  private var periods: [String: [ModelPrice]] = [:]
  /// Neighbouring records mostly have the same model, and comparing a name is cheaper than hashing it.
  private var last: (name: String, periods: [ModelPrice]) = ("", [])

  package init(_ catalogue: PriceCatalogue) { self.catalogue = catalogue }

  /// The cost of a record by its own tokens; what a client says that it cost is never used.
  ///
  /// Totals (records of calls that were never itemised, and Cursor's, which are of one task with many calls) are
  /// not held against long-context thresholds, which are about single requests.
  package mutating func cost(of record: UsageRecord) -> RecordCost {
    if record.kind == .notBilled { return .notBilled }
    guard !record.counts.isUnknown else { return .unknown }
    guard let model = record.model else { return .unpriced(model: nil) }
    if last.name != model {
      let found = periods[model] ?? catalogue.periods(of: model)
      periods[model] = found
      last = (model, found)
    }
    let isOneRequest = record.kind == .itemised && record.tool != .cursor
    guard let index = last.periods.firstIndex(where: { $0.validity.contains(record.at) }),
      let cost = last.periods[index].cost(
        of: record.counts, service: record.service, isOneRequest: isOneRequest)
    else { return .unpriced(model: model) }
    return .priced(cost)
  }
}

extension PriceCatalogue {
  /// The cost of a single record; see ``Pricer/cost(of:)``, which is faster for many.
  package func cost(of record: UsageRecord) -> RecordCost {
    var pricer = Pricer(self)
    return pricer.cost(of: record)
  }
}
