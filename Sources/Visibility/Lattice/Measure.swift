package import Ledger

/// One number that is added up over people. What a cell shows is shown of several measures at once, and each has to
/// be safe by itself.
enum Measure: Hashable, Sendable {
  case cost
  /// By its place in ``TokenCounts/classes``.
  case tokens(Int)
  case outcome(OutcomeClass)
  /// Landed, whatever became of it: what is not ``OutcomeClass/notLinked``.
  case linked
  /// Changes, by what became of them.
  case changes(ChangeFate)

  var isOfOutcomes: Bool {
    switch self {
    case .outcome, .linked, .changes: true
    case .cost, .tokens: false
    }
  }

  static let tokenClasses = TokenCounts.classes.indices.map(Measure.tokens)

  func value(of figures: Figures) -> Int64 {
    switch self {
    case .cost: figures.cost.count
    case .tokens(let index): figures.tokens[keyPath: TokenCounts.classes[index]] ?? 0
    case .outcome(let wanted): sum(figures) { OutcomeClass(of: $0) == wanted }
    case .linked: sum(figures) { OutcomeClass(of: $0) != .notLinked }
    case .changes(let fate): figures.changes?[fate] ?? 0
    }
  }

  private func sum(_ figures: Figures, where isWanted: (OutcomeState) -> Bool) -> Int64 {
    figures.outcomes.reduce(0) { isWanted($1.key) ? $0 &+ $1.value.count : $0 }
  }
}

/// Outcome states as groups and managers see them.
package enum OutcomeClass: String, CaseIterable, Sendable, Codable, Hashable {
  case held
  /// Fresh, open or reverted: there is an artefact, and it does not stand, or not yet.
  case otherLinked
  /// Explored, unexplained and unknown are one, so that nobody is marked by what was not found.
  case notLinked

  package init(of state: OutcomeState) {
    switch state {
    case .held: self = .held
    case .fresh, .open, .reverted: self = .otherLinked
    case .explored, .unexplained, .unknown: self = .notLinked
    }
  }
}

/// Whether one person makes more than half of a sum, or two more than three quarters: then the sum says what they
/// used, about.
package enum Dominance {
  package static func holds(_ byPerson: some Sequence<Double>) -> Bool {
    var (total, first, second) = (0.0, 0.0, 0.0)
    for value in byPerson {
      let size = abs(value)
      total += size
      if size > first {
        (first, second) = (size, first)
      } else if size > second {
        second = size
      }
    }
    return first * 2 > total || (first + second) * 4 > total * 3
  }
}
