package import Directory
package import Ledger

/// Why a call was not admitted. Nothing was counted for it, except as a repetition.
package struct Refusal: Error, Hashable, Sendable {
  package enum Reason: Hashable, Sendable {
    case limit(Shortfall)
    /// The call's cost is unknown and this limit on money applies.
    case unpriced(Limit)
    case repeated(Repetition)
  }

  package var reason: Reason
  /// When it was refused.
  package var instant: Instant
  /// How long it makes no sense to ask again; at least a second.
  package var retryAfter: Duration
  /// Whether the owner should be told: the first refusal of a loop's episode, or the first by this limit in this
  /// day, week or month because of what is used.
  package var isNews: Bool
}

/// A limit that a call does not fit into.
package struct Shortfall: Hashable, Sendable {
  package enum Obstacle: Int, Hashable, Sendable, Comparable {
    /// It would fit if calls under way turned out cheaper than reserved, or ended.
    case underWay
    /// What is used and what is asked for are together above the limit.
    case used
    /// The call alone asks for more than the limit.
    case tooLarge
    /// The limit is zero: it lets nothing pass.
    case zero

    package static func < (a: Obstacle, b: Obstacle) -> Bool { a.rawValue < b.rawValue }
  }

  package var obstacle: Obstacle
  package var standing: Standing
  /// In the limit's unit; zero when the cost is unknown and unpriced models are allowed.
  package var asked: Int64
  /// When the call would fit if no other came before it; `nil` when that depends on calls under way only, or when
  /// no waiting helps.
  package var fits: Instant?
}

/// The same request again and again.
package struct Repetition: Hashable, Sendable {
  /// Whose requests they are: the narrowest scope of the call.
  package var scope: Limit.Scope
  /// How often it was asked for within the policy's period, this time and refused times included.
  package var times: Int
  package var policy: RepeatPolicy
  /// When it passes again if it is not asked for before.
  package var passes: Instant
}
