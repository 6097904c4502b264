import Ledger

/// What the book does where a limit alone does not say.
package struct BudgetPolicy: Hashable, Sendable {
  /// What becomes of a call whose cost nobody can bound, where a limit on money applies to it. Without such a
  /// limit it always passes.
  package enum UnpricedModels: String, Hashable, Sendable, Codable {
    case refuse
    /// Passes until the money is used up, and reserves none.
    case allow
  }

  package var unpricedModels: UnpricedModels
  /// `nil`: no call is refused for being the same again.
  package var repeats: RepeatPolicy?

  package init(unpricedModels: UnpricedModels = .refuse, repeats: RepeatPolicy? = RepeatPolicy()) {
    self.unpricedModels = unpricedModels
    self.repeats = repeats
  }
}

/// When the same request again and again is taken for a loop that ran away.
package struct RepeatPolicy: Hashable, Sendable {
  /// The same request passes so often within `period`; what comes on top is refused.
  package var limit: Int
  package var period: Duration
  /// How many different requests are remembered at most, at 64 bytes each, whatever comes.
  package var remembered: Int

  /// The most that `limit` can be.
  package static let greatestLimit = 4000

  /// `limit` is brought into 1…4000, `period` to at least 16 ms, `remembered` to a power of two of at least 64.
  package init(limit: Int = 30, period: Duration = .minutes(5), remembered: Int = 8192) {
    self.limit = min(max(limit, 1), Self.greatestLimit)
    self.period = min(max(period, .milliseconds(16)), .days(31))
    var size = 64
    while size < min(remembered, 1 << 20) { size *= 2 }
    self.remembered = size
  }

  /// A loop that was stopped passes again once it was asked for at most this often within `period`: half of the
  /// limit, so that one at the edge does not open and close with every call.
  package var limitToPassAgain: Int { limit / 2 }
}
