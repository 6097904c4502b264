import Ledger

/// When a deployment counts as standing. Policy: evidence are the samples.
package struct HealthCriteria: Hashable, Sendable, Codable {
  /// Between two questions.
  package var interval: Duration
  /// An answer that takes longer counts against it.
  package var slow: Duration
  /// How many of the last ``window`` samples have to be good before the hold window begins.
  package var goodToSettle: Int
  /// How many of the last ``window`` samples are enough to fail, once it has begun.
  package var badToFail: Int
  /// How many samples are looked at together: one bad answer is noise, and one good answer is no recovery.
  package var window: Int
  /// From the order to running.
  package var liveWithin: Duration
  /// From running to well.
  package var wellWithin: Duration
  /// How long it has to stand: 24 hours in production, one hour elsewhere, where nobody says.
  package var holdFor: Duration
  /// Thousandths of the samples in the hold window that have to be good.
  package var objectivePerMille: Int
  /// Thousandths of the samples due in the hold window that have to have been taken: of what nobody looked at, nobody
  /// can say that it held.
  package var coveragePerMille: Int

  package init(
    interval: Duration = .seconds(15), slow: Duration = .seconds(2), goodToSettle: Int = 4,
    badToFail: Int = 3, window: Int = 5, liveWithin: Duration = .minutes(15),
    wellWithin: Duration = .minutes(5), holdFor: Duration = .hours(24), objectivePerMille: Int = 990,
    coveragePerMille: Int = 800
  ) {
    self.interval = max(interval, .milliseconds(1))
    self.slow = slow
    self.window = max(1, window)
    self.goodToSettle = min(max(1, goodToSettle), self.window)
    self.badToFail = min(max(1, badToFail), self.window)
    self.liveWithin = liveWithin
    self.wellWithin = wellWithin
    self.holdFor = holdFor
    self.objectivePerMille = min(max(0, objectivePerMille), 1000)
    self.coveragePerMille = min(max(0, coveragePerMille), 1000)
  }

  /// Samples that are due in the hold window.
  var samplesDue: Int { Int(clamping: holdFor.wholeMilliseconds / max(1, interval.wholeMilliseconds)) }

  /// Bad samples after which the objective cannot be met any more.
  var badAllowed: Int { samplesDue * (1000 - objectivePerMille) / 1000 }
}
