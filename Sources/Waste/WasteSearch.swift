package import Ledger

/// Looks for waste in one session. Kinds are looked for in the order of ``Waste/Kind``, and a call of the model that one
/// of them has claimed is left alone by those after it, so that nothing is counted twice.
package struct WasteSearch: Sendable {
  let policy: WastePolicy
  let prices: PriceCatalogue

  package init(prices: PriceCatalogue, policy: WastePolicy = WastePolicy()) {
    self.prices = prices
    self.policy = policy
  }

  /// Ordered by kind, then time.
  package func waste(in course: SessionCourse) -> [Waste] {
    var claimed: Set<EventID> = []
    var found: [Waste] = []
    for kind in Waste.Kind.allCases {
      let pieces =
        switch kind {
        case .runawayAgent: runaways(course)
        case .retryLoop: retries(course)
        case .lostCache: lostCaches(course)
        case .rereading: rereadings(course)
        case .oversizedContext: oversized(course)
        case .expensiveModel: expensive(course)
        }
      var ofKind: Set<EventID> = []
      for piece in pieces {
        let own = piece.parts.filter { part in
          !claimed.contains(part.record) && (kind.dividesCalls || !ofKind.contains(part.record))
        }
        guard !own.isEmpty else { continue }
        ofKind.formUnion(own.map(\.record))
        found.append(
          Waste(
            kind: kind, session: course.session, at: piece.at, text: piece.text,
            tokens: own.reduce(TokenCounts()) { $0 + $1.tokens },
            cost: own.reduce(NanoDollars.zero as NanoDollars?) { sum, part in
              part.cost.flatMap { cost in sum.map { $0 + cost } }
            }))
      }
      claimed.formUnion(ofKind)
    }
    return found
  }

  /// What one finding claims of one call of the model.
  struct Part {
    var record: EventID
    var tokens: TokenCounts
    /// At list price; `nil` for a model without one.
    var cost: NanoDollars?
  }

  struct Piece {
    var at: Instant
    var text: String
    var parts: [Part]
  }

  // MARK: Money and words

  func cost(of record: UsageRecord, _ tokens: TokenCounts) -> NanoDollars? {
    guard let model = record.model else { return nil }
    return prices.price(model: model, at: record.at)?.cost(of: tokens, service: record.service)
  }

  func difference(_ a: NanoDollars?, _ b: NanoDollars?) -> NanoDollars? {
    guard let a, let b else { return nil }
    return NanoDollars(max(0, a.count - b.count))
  }

  static func minutes(_ duration: Duration) -> String {
    let minutes = duration.wholeMilliseconds / 60_000
    return minutes < 120 ? "\(minutes) minutes" : "\(minutes / 60) hours"
  }

  static func thousands(_ count: Int64) -> String {
    count < 1000 ? "\(count)" : "\(count / 1000) k"
  }
}

extension Waste.Kind {
  /// Whether several findings of the kind may each claim a part of one call.
  fileprivate var dividesCalls: Bool { self == .rereading }
}
