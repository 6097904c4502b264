package import Ledger

/// One line of a judgement.
package struct Evidence: Codable, Hashable, Sendable {
  package var kind: EvidenceKind
  /// The binary logarithm of a likelihood ratio: above 0 it counts against a purpose, below 0 for one.
  package var bits: Double
  /// In plain words, with the numbers in it; nothing of what was written or answered.
  package var text: String

  package init(kind: EvidenceKind, bits: Double, text: String) {
    self.kind = kind
    self.bits = bits
    self.text = text
  }
}

/// What a policy makes of what was observed of one session. For the person whose session it is, and for sums over
/// groups; nobody else sees one.
package struct Judgement: Codable, Hashable, Sendable {
  package var session: SessionID
  /// The sum of the evidence's bits.
  package var bits: Double
  /// That the session had no purpose, if sessions are as the policy's weights say: 1 / (1 + 2^-bits).
  package var probability: Double
  /// Whether the policy says so of this session, see ``Judge``.
  package var isFinding: Bool
  /// Whether all that could be seen of it was seen. What is missing counts against nobody.
  package var isComplete: Bool
  /// The prior first, then in the order of ``EvidenceKind``.
  package var evidence: [Evidence]
  /// What the person said that it was; it is then no finding, and the evidence stands beside.
  package private(set) var said: String?

  package init(session: SessionID, isFinding: Bool, isComplete: Bool, evidence: [Evidence]) {
    self.session = session
    self.isFinding = isFinding
    self.isComplete = isComplete
    self.evidence = evidence
    bits = EvidencePolicy.sum(evidence.map(\.bits))
    probability = EvidencePolicy.probability(ofBits: bits)
  }

  /// - Parameter said: In the person's own words.
  package mutating func contest(_ said: String) {
    self.said = said
    isFinding = false
  }
}
