import Foundation

/// What evidence weighs and where lines are drawn: configuration, versioned and replaceable, applied to facts when
/// somebody asks (law 3).
package struct EvidencePolicy: Codable, Sendable, Hashable {
  /// Names these weights and thresholds; changed with any of them.
  package var version: String
  /// Where the weights come from: somebody's reasoning, or what they were fitted on.
  package var source: String
  /// Bits of each kind; a kind that is not here weighs nothing. In hundredths, so that printed lines add up.
  package var weights: [EvidenceKind: Double]
  /// A session of at least so many bits can be a finding.
  package var findingBits: Double
  /// So many families of evidence against a purpose a finding needs.
  package var findingFamilies: Int
  package var thresholds: Thresholds
  /// How often findings were wrong where the truth was known; `nil` until that was measured.
  package var measuredError: MeasuredError?
  /// Work that is said to be started by machines, beside what else is declared.
  package var schedules: [DeclaredSchedule]?

  /// What was measured of this policy on labelled sessions that it was not fitted on.
  package struct MeasuredError: Codable, Sendable, Hashable {
    /// Such as "on simulated organisations".
    package var measuredOn: String
    /// Person-months of honest people that were judged, and in how many of them there was any finding.
    package var honestPersonMonths: Int
    package var personMonthsWithFinding: Int
    /// The one-sided 95 % upper bound of their ratio.
    package var upperBound: Double
    /// The share of purposeless tokens that was found.
    package var recall: Double?

    package init(
      measuredOn: String, honestPersonMonths: Int, personMonthsWithFinding: Int, upperBound: Double,
      recall: Double? = nil
    ) {
      self.measuredOn = measuredOn
      self.honestPersonMonths = honestPersonMonths
      self.personMonthsWithFinding = personMonthsWithFinding
      self.upperBound = upperBound
      self.recall = recall
    }
  }

  package init(
    version: String, source: String, weights: [EvidenceKind: Double], findingBits: Double,
    findingFamilies: Int = 2, thresholds: Thresholds = Thresholds(), measuredError: MeasuredError? = nil
  ) {
    self.version = version
    self.source = source
    self.weights = weights.mapValues(Self.hundredths)
    self.findingBits = findingBits
    self.findingFamilies = findingFamilies
    self.thresholds = thresholds
    self.measuredError = measuredError
  }

  /// In bits; 0 for a kind that is not in the policy.
  package func weight(of kind: EvidenceKind) -> Double { Self.hundredths(weights[kind] ?? 0) }

  /// Sums of hundredths are made in integers, so that the sum is that of the lines as printed.
  package static func sum(_ bits: some Sequence<Double>) -> Double {
    Double(bits.reduce(0) { $0 + Int(($1 * 100).rounded()) }) / 100
  }

  /// How often a finding is wrong, in a sentence.
  package var errorSentence: String {
    guard let error = measuredError else {
      return "How often such a finding is wrong is not measured yet: take it as a question, not as an answer."
    }
    let bound = Int((1 / max(error.upperBound, 1e-6)).rounded(.down))
    let months = "\(error.honestPersonMonths) person-months of honest people"
    return
      "In \(months) that were judged \(error.measuredOn), \(error.personMonthsWithFinding) had a finding that was wrong; with 95 % confidence that is fewer than 1 in \(bound)."
  }

  package static func probability(ofBits bits: Double) -> Double { 1 / (1 + exp2(-bits)) }

  private static func hundredths(_ bits: Double) -> Double { (bits * 100).rounded() / 100 }
}
