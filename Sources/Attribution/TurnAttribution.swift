package import Ledger

/// What became of one turn: how its tokens divide among outcome states, and why.
package struct TurnAttribution: Hashable, Sendable, Codable {
  /// A part of the turn that shares one state.
  package struct Share: Hashable, Sendable, Codable {
    package var state: OutcomeState
    /// Relative weight, at least 1: matched lines, or 1 where there is nothing to divide by. Give the weights
    /// of all shares to ``apportion(_:weights:)``.
    package var weight: Int64
    /// How far it got; only for `held`, `fresh` and `reverted`.
    package var tier: OutcomeTier?
    /// How the link was made; `nil` if there is none.
    package var link: AttributionTier?
    /// Full hashes of the commits, the most downstream first.
    package var commits: [String]
    /// Plain words for `assay explain`, without content.
    package var reasons: [String]
    /// When the state would change by the passing of time alone.
    package var nextChange: Instant?

    package init(
      state: OutcomeState, weight: Int64 = 1, tier: OutcomeTier? = nil, link: AttributionTier? = nil,
      commits: [String] = [], reasons: [String], nextChange: Instant? = nil
    ) {
      self.state = state
      self.weight = weight
      self.tier = tier
      self.link = link
      self.commits = commits
      self.reasons = reasons
      self.nextChange = nextChange
    }
  }

  package var turn: TurnID
  /// Never empty; one share per state and tier, in the order of ``OutcomeState``.
  package var shares: [Share]

  package init(turn: TurnID, shares: [Share]) {
    self.turn = turn
    self.shares = shares
  }

  /// The earliest change by time alone of any share.
  package var nextChange: Instant? { shares.compactMap(\.nextChange).min() }
}

/// What became of one session.
package struct SessionAttribution: Hashable, Sendable, Codable {
  package var session: SessionID
  /// ``AttributionPolicy/version`` of the rule that said so.
  package var version: Int64
  package var turns: [TurnAttribution]
  /// For usage of the session that no turn claims.
  package var rest: TurnAttribution.Share
  package var lines: LineSurvival?

  package init(
    session: SessionID, version: Int64, turns: [TurnAttribution], rest: TurnAttribution.Share,
    lines: LineSurvival? = nil
  ) {
    self.session = session
    self.version = version
    self.turns = turns
    self.rest = rest
    self.lines = lines
  }

  package var nextChange: Instant? {
    (turns.compactMap(\.nextChange) + [rest.nextChange].compactMap(\.self)).min()
  }
}

/// How the landed lines of a session fared. Lines too young for a figure are not in its denominator.
package struct LineSurvival: Hashable, Sendable, Codable {
  /// Matched lines that landed.
  package var landed: Int64 = 0
  package var aliveNow: Int64 = 0
  /// Of those that landed at least 14 days ago: how many, and how many were still there 14 days after landing.
  package var landed14Days: Int64 = 0
  package var alive14Days: Int64 = 0
  package var landed30Days: Int64 = 0
  package var alive30Days: Int64 = 0

  package init() {}

  /// The share of lines that were changed or removed within 14 days of landing; `nil` if none is old enough.
  package var churn14Days: Double? {
    landed14Days == 0 ? nil : Double(landed14Days - alive14Days) / Double(landed14Days)
  }
}
