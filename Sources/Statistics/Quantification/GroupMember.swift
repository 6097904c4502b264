/// What a judge said of one unit (a week of a person, a session): how much speaks for the class, and how much it weighs.
package struct Score: Hashable, Sendable, Codable {
  /// The judge's sum of evidence. A probability is as good: only the order counts, and how often each comes.
  package var bits: Double
  /// 1 for a share of units; tokens or cost for a share of these.
  package var weight: Double

  package init(bits: Double, weight: Double = 1) {
    self.bits = bits
    self.weight = weight
  }
}

/// One person of a group. People are what is drawn and what varies: the units of one of them are alike.
package struct GroupMember: Hashable, Sendable, Codable {
  package var scores: [Score]
  package init(scores: [Score]) { self.scores = scores }
}

/// The share of a class in a group, and the range that holds the true one 95 times in 100 where the judge errs as it did
/// when its errors were measured.
package struct PrevalenceEstimate: Hashable, Sendable, Codable {
  /// From 0 to 1, as are ``low`` and ``high``.
  package var share: Double
  package var low: Double
  package var high: Double
  package var people: Int
  package var units: Int

  package init(share: Double, low: Double, high: Double, people: Int, units: Int) {
    self.share = share
    self.low = low
    self.high = high
    self.people = people
    self.units = units
  }
}
