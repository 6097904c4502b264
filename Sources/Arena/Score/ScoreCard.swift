/// How well a judge did on people whose every token is labelled. All of it is on simulated organisations.
package struct ScoreCard: Sendable, Hashable, Codable {
  package var judge: String
  /// Kinds that the judge's weights were fitted on.
  package var fitted: [PersonKind]
  package var kinds: [Kind]
  /// All kinds seen in fitting, and all others; each kind counts the same.
  package var seen: Group
  package var unseen: Group
  package var precision: [Precision]
  /// Over sessions, with 95 % of the resamplings of people between its bounds.
  package var averagePrecision: Estimate?
  /// Purposeless sessions as a share of all, as found here: what ``averagePrecision`` depends on.
  package var sessionPrevalence: Double
  package var calibration: Calibration
  /// The share of purposeless sessions at which it is taken: the policy's own.
  package var calibratedAt: Double

  package struct Kind: Sendable, Hashable, Codable {
    package var kind: PersonKind
    package var isFitted: Bool
    package var people: Int
    package var sessions: Int
    package var personMonths: Int
    /// Months in which there was a finding of a session that was honest, or any of an honest person.
    package var falseMonths: Int
    /// The one-sided 95 % upper bound of their rate.
    package var falseRateBound: Double
    package var performedSessions: Int
    package var foundSessions: Int
    package var performedTokens: Int64
    package var foundTokens: Int64
    /// Days from the first purposeless session to the beginning of the first found, of those who were found.
    package var medianDelayDays: Double?
    package var peopleFound: Int
    /// The mean distance between what was said and what was so (see ``Calibration``), of this kind's sessions.
    package var calibrationError: Double

    package var tokenRecall: Double? {
      performedTokens > 0 ? Double(foundTokens) / Double(performedTokens) : nil
    }
    package var sessionRecall: Double? {
      performedSessions > 0 ? Double(foundSessions) / Double(performedSessions) : nil
    }
  }

  package struct Group: Sendable, Hashable, Codable {
    package var kinds: Int
    package var personMonths: Int
    package var falseMonths: Int
    package var falseRateBound: Double
    /// The greatest bound of any honest kind of the group.
    package var worstBound: Double?
    /// The mean of the burner kinds' recalls.
    package var tokenRecall: Double?
    package var sessionRecall: Double?
  }

  package struct Precision: Sendable, Hashable, Codable {
    /// The share of people who burn.
    package var prevalence: Double
    /// Of the months of a person with a finding, those in which there was something to find.
    package var precision: Double?
  }

  package struct Estimate: Sendable, Hashable, Codable {
    package var value: Double
    package var low: Double
    package var high: Double
  }
}
