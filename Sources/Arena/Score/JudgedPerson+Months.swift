package import Ledger

extension JudgedPerson {
  /// A month of a person's sessions: what rates of false findings are counted in.
  package struct Month: Sendable {
    /// Whether anything in it was performed.
    package var isPurposeless = false
    package var hasFinding = false
    /// The highest score of a session that was not performed, if any of them can be a finding.
    package var highestHonest: Double?
  }

  /// Months from the start of the organisation, 30.4 days each; those without a session count too, for nothing false
  /// was found in them. What is left over at the end is part of the last.
  package func months(from start: Instant) -> [Month] {
    var months = [Month](repeating: Month(), count: max(1, Int(self.months.rounded())))
    let length = Int64(Self.weeksPerMonth * 7 * 86_400_000)
    for session in sessions {
      let index = min(months.count - 1, max(0, Int((session.started - start).wholeMilliseconds / length)))
      if session.isPerformed { months[index].isPurposeless = true }
      guard session.isFinding else { continue }
      months[index].hasFinding = true
      if !session.isPerformed {
        months[index].highestHonest = max(months[index].highestHonest ?? session.bits, session.bits)
      }
    }
    return months
  }
}
