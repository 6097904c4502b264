package import Ledger

/// A person's usage as a manager or an administrator sees it, if they may: closed weeks, and nothing that marks a
/// person by what was not found.
package struct SharedUsage: Hashable, Sendable {
  package struct OneWeek: Hashable, Sendable {
    package var week: Week
    package var cost: NanoDollars
    package var tokens: TokenCounts
    package var outcomes: [OutcomeClass: NanoDollars]
  }

  package var weeks: [OneWeek]

  /// - Parameters:
  ///   - form: as the policy decided.
  ///   - closed: figures of closed weeks.
  /// - Returns: `nil` if the form is not one in which others see a person's usage.
  package init?(_ form: Form, of closed: [Week: Figures]) {
    guard case .usageAndLinkedOutcomes(let since) = form else { return nil }
    weeks = closed.sorted { $0.key < $1.key }.filter { week, _ in since.map { $0 <= week } ?? true }
      .map { week, figures in
        OneWeek(
          week: week, cost: figures.cost, tokens: figures.tokens,
          outcomes: figures.outcomes.reduce(into: [:]) { sums, one in
            sums[OutcomeClass(of: one.key), default: .zero] += one.value
          })
      }
  }
}
