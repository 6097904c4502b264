import Foundation
package import Ledger

/// One person of an arena as some judge saw them, beside the truth.
package struct JudgedPerson: Sendable, Hashable, Codable {
  package var name: String
  package var kind: PersonKind
  package var isBurner: Bool
  package var weeks: Int
  package var sessions: [JudgedSession]

  package init(name: String, kind: PersonKind, weeks: Int, sessions: [JudgedSession]) {
    self.name = name
    self.kind = kind
    isBurner = kind.isBurner
    self.weeks = weeks
    self.sessions = sessions
  }

  package static let weeksPerMonth = ArenaOrganisation.weeksPerMonth
  package var months: Double { Double(weeks) / Self.weeksPerMonth }
}

/// One session: its label and its score.
package struct JudgedSession: Sendable, Hashable, Codable {
  /// As `assay explain` takes it.
  package var name: String
  package var started: Instant
  /// The truth.
  package var isPerformed: Bool
  /// All classes together, by label.
  package var performedTokens: Int64
  package var realTokens: Int64
  /// The judge's sum in bits.
  package var bits: Double
  package var isFinding: Bool
  /// Whether everything that could be seen of it was seen.
  package var isComplete: Bool
  /// What was there, by name, without the prior.
  package var evidence: [String]

  package init(
    name: String, started: Instant, isPerformed: Bool, performedTokens: Int64, realTokens: Int64,
    bits: Double,
    isFinding: Bool, isComplete: Bool = true, evidence: [String] = []
  ) {
    self.name = name
    self.started = started
    self.isPerformed = isPerformed
    self.performedTokens = performedTokens
    self.realTokens = realTokens
    self.bits = bits
    self.isFinding = isFinding
    self.isComplete = isComplete
    self.evidence = evidence
  }

  package var probability: Double { 1 / (1 + exp2(-bits)) }
  package var tokens: Int64 { performedTokens + realTokens }
  /// More than a tenth of its tokens are of either label.
  package var isMixed: Bool { min(performedTokens, realTokens) * 10 > tokens }
}
