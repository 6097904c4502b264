/// What a call through the gateway counts against budgets, by what is known of its usage.
package struct CallCharge: Hashable, Sendable {
  /// At list price, of the call and its iterations; `nil` if the price of any part of it is not known.
  package var cost: NanoDollars?
  /// Of all billed classes together: a limit on flow, not a figure to report.
  package var tokens: Int64
}

extension Pricer {
  package mutating func charge(for call: CallFact) -> CallCharge {
    var charge = CallCharge(cost: .zero, tokens: 0)
    for part in call.usage where !part.counts.isUnknown {
      let counts = part.counts
      for tokens in [counts.input, counts.cacheRead, counts.cacheWrite5m, counts.cacheWrite1h, counts.output]
      {
        let (sum, overflow) = charge.tokens.addingReportingOverflow(max(0, tokens ?? 0))
        charge.tokens = overflow ? .max : sum
      }
      let record = UsageRecord(
        id: call.id, session: call.id, ownerRank: .stated, at: call.opened, tool: call.tool,
        model: part.model ?? call.model ?? call.requestedModel, counts: counts, service: part.service)
      guard case .priced(let cost) = cost(of: record), let sum = charge.cost else {
        charge.cost = nil
        continue
      }
      let (total, overflow) = sum.count.addingReportingOverflow(cost.count)
      charge.cost = overflow ? nil : NanoDollars(total)
    }
    return charge
  }
}
