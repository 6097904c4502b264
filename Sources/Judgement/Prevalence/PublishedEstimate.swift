import Statistics

/// What was estimated of the whole organisation in one week, as it is published once and never changed: in whole
/// hundredths, so that the next week's, or another group's, cannot be taken off it to find what one person did.
package struct PublishedEstimate: Codable, Hashable, Sendable {
  package struct Share: Codable, Hashable, Sendable {
    /// Percent.
    package var share: Int
    package var low: Int
    package var high: Int
  }

  /// Of person-weeks.
  package var weeks: Share
  /// Of tokens.
  package var tokens: Share
  /// Percent of tokens by what speaks most against a purpose; kinds of less than one are left out.
  package var kinds: [EvidenceKind.Family: Int]
  package var policy: String
  package var measuredOn: String

  /// With fewer people the range is so wide, and each of them so much of it, that nothing is published.
  package static let fewestPeople = 20

  /// - Returns: `nil` where nothing may be said.
  package init?(_ estimate: GroupEstimate, policy: EvidencePolicy, measuredOn: String) {
    guard estimate.people >= Self.fewestPeople, case .success(let shares) = estimate.shares else {
      return nil
    }
    func whole(_ share: Double) -> Int { Int((share * 100).rounded()) }
    weeks = Share(
      share: whole(shares.weeks.share), low: Int((shares.weeks.low * 100).rounded(.down)),
      high: Int((shares.weeks.high * 100).rounded(.up)))
    tokens = Share(
      share: whole(shares.tokens.share), low: Int((shares.tokens.low * 100).rounded(.down)),
      high: Int((shares.tokens.high * 100).rounded(.up)))
    kinds = shares.kinds.mapValues(whole).filter { $0.value >= 1 }
    self.policy = policy.stamp
    self.measuredOn = measuredOn
  }
}

extension EvidenceKind.Family: CodingKeyRepresentable {}
