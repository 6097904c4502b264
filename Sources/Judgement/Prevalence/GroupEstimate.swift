import Ledger
package import Statistics

/// How much of a group's use was purposeless, corrected for what the judge is known to miss and to see where there is
/// nothing. Of groups only: no figure of it is of a person, and none is made of fewer people than the floor.
package struct GroupEstimate: Hashable, Sendable {
  package enum Withheld: String, Hashable, Sendable {
    /// Fewer people than the floor were active.
    case tooFewPeople = "too_few_people"
    /// Of fewer people than the floor was there anything that could be judged.
    case tooLittleEvidence = "too_little_evidence"
    /// One of them used more than half of all, or two more than three quarters: it would be theirs.
    case dominated
    /// How often this policy errs was not measured.
    case errorsNotMeasured = "errors_not_measured"
  }

  package struct Shares: Hashable, Sendable {
    /// Of person-weeks.
    package var weeks: PrevalenceEstimate
    /// Of tokens.
    package var tokens: PrevalenceEstimate
    /// The share of tokens by what speaks most against a purpose; they add up to that of ``tokens``.
    package var kinds: [EvidenceKind.Family: Double]
  }

  package let people: Int
  package let floor: Int
  package let personWeeks: Int
  /// In which nothing could be judged.
  package let unknownWeeks: Int
  package let shares: Result<Shares, Reason>

  package struct Reason: Error, Hashable, Sendable {
    package var withheld: Withheld
  }

  /// - Parameters:
  ///   - sessions: All of the group's in the period.
  ///   - floor: The fewest people of whom anything is said.
  package init(
    of sessions: [ScoredSession], correctedBy errors: PrevalenceErrors?, policy: EvidencePolicy,
    floor: Int = 5
  ) {
    let weeks = PersonWeek.weeks(of: sessions)
    people = Set(sessions.map(\.account)).count
    self.floor = floor
    personWeeks = weeks.count
    unknownWeeks = weeks.count { $0.bits == nil }
    shares = Self.shares(sessions, weeks.members, errors, policy: policy, floor: floor, people: people)
  }

  private static func shares(
    _ sessions: [ScoredSession], _ weeks: [GroupMember], _ errors: PrevalenceErrors?, policy: EvidencePolicy,
    floor: Int, people: Int
  ) -> Result<Shares, Reason> {
    guard people >= floor else { return .failure(Reason(withheld: .tooFewPeople)) }
    guard let errors, errors.policy == policy.version else {
      return .failure(Reason(withheld: .errorsNotMeasured))
    }
    let judged = sessions.filter { $0.score.isComplete && $0.tokens > 0 }
    guard !isDominated(sessions), !isDominated(judged) else { return .failure(Reason(withheld: .dominated)) }
    let members = Dictionary(grouping: judged, by: \.account).sorted { $0.key < $1.key }.map { _, own in
      GroupMember(scores: own.map { Score(bits: $0.score.bits, weight: Double($0.tokens)) })
    }
    guard weeks.count >= floor, members.count >= floor,
      let ofWeeks = Quantifier(errors.weeks).estimate(weeks),
      let ofTokens = Quantifier(errors.sessions).estimate(members)
    else { return .failure(Reason(withheld: .tooLittleEvidence)) }
    return .success(
      Shares(weeks: ofWeeks, tokens: ofTokens, kinds: kinds(judged, errors.sessions, share: ofTokens.share)))
  }

  private static func isDominated(_ sessions: [ScoredSession]) -> Bool {
    let byPerson = sessions.reduce(into: [AccountID: Int64]()) { $0[$1.account, default: 0] += $1.tokens }
    let most = byPerson.values.sorted(by: >).prefix(2)
    let total = byPerson.values.reduce(0, +)
    return (most.first ?? 0) * 2 > total || most.reduce(0, +) * 4 > total * 3
  }

  /// Each session counts for its leading kind as much as it is likely to be purposeless in a group of that share.
  private static func kinds(
    _ sessions: [ScoredSession], _ errors: JudgeErrors, share: Double
  ) -> [EvidenceKind.Family: Double] {
    var weights: [EvidenceKind.Family: Double] = [:]
    for session in sessions {
      guard let family = session.score.leading else { continue }
      let range = errors.range(of: session.score.bits)
      let purposeless = share * errors.purposeless.density[range]
      let likely = purposeless / (purposeless + (1 - share) * errors.other.density[range])
      weights[family, default: 0] += likely * Double(session.tokens)
    }
    let total = weights.values.reduce(0, +)
    return total > 0 ? weights.mapValues { $0 / total * share } : [:]
  }
}
