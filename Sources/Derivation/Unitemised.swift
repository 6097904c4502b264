import Ledger

/// What a session was billed according to its source's own totals, beyond the records that itemise it.
struct Unitemised {
  /// One pseudo-record a model, of kind `unitemised`.
  private(set) var records: [UsageRecord] = []
  /// Whether the totals cover input, so that records which state output only are not of unknown usage.
  private(set) var coversInput = false

  /// - Parameter parentTotals: Of the session that this one was forked from: a fork's totals begin with its
  ///   parent's as they were at the fork.
  init(
    session: SessionFact, records own: [UsageRecord], totals: [SessionTotalFact],
    parentTotals: [SessionTotalFact]
  ) {
    guard !totals.isEmpty else { return }
    var stated: [String: (counts: TokenCounts, at: Instant, webSearches: Int64)] = [:]
    for (_, scope) in Dictionary(grouping: totals, by: \.scope) {
      // Totals only grow, so the latest is the largest in every class.
      for (model, states) in Dictionary(grouping: scope, by: \.model) {
        guard let last = states.max(by: { $0.at < $1.at }) else { continue }
        var counts = states.reduce(TokenCounts()) { $0.merged(with: $1.counts) }
        var searches = last.webSearches
        if let forkedAt = session.forkedAt {
          let before = parentTotals.filter {
            $0.scope == last.scope && $0.model == model && $0.at <= forkedAt
          }
          counts = counts.subtracting(before.reduce(TokenCounts()) { $0.merged(with: $1.counts) })
          searches = max(0, searches &- (before.map(\.webSearches).max() ?? 0))
        }
        let sum = stated[model]
        stated[model] = (
          (sum?.counts ?? TokenCounts()) + counts, max(sum?.at ?? last.at, last.at),
          (sum?.webSearches ?? 0) &+ searches
        )
      }
    }
    coversInput = stated.values.contains { $0.counts.input != nil }
    var itemised: [String: TokenCounts] = [:]
    var itemisedSearches: [String: Int64] = [:]
    for record in own where record.kind == .itemised {
      itemisedSearches[record.model ?? "", default: 0] &+= record.service.webSearches
      itemised[record.model ?? "", default: TokenCounts()] += record.counts
    }
    for (model, total) in stated.sorted(by: { $0.key < $1.key }) {
      let gap = total.counts.subtracting(itemised[model] ?? TokenCounts())
      let searches = max(0, total.webSearches &- (itemisedSearches[model] ?? 0))
      guard searches > 0 || TokenCounts.classes.contains(where: { (gap[keyPath: $0] ?? 0) > 0 }) else {
        continue
      }
      records.append(
        UsageRecord(
          id: Key128(space: "unitemised", "\(session.name)/\(model)"), session: session.id,
          ownerRank: .stated,
          at: total.at, tool: session.tool, model: model, counts: gap,
          service: UsageRecord.Service(webSearches: searches), kind: .unitemised, account: session.account))
    }
  }
}

extension TokenCounts {
  /// Class by class, not below zero; a class that is not stated here stays so.
  fileprivate func subtracting(_ other: TokenCounts) -> TokenCounts {
    var result = self
    for path in Self.classes {
      if let own = self[keyPath: path] { result[keyPath: path] = max(0, own &- (other[keyPath: path] ?? 0)) }
    }
    return result
  }
}
