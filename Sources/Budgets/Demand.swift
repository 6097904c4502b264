package import Directory
package import Ledger

/// What a call may use at worst, on whose account: asked for before the call is made.
package struct Demand: Sendable {
  /// Whoever it is counted for; the organisation always is.
  package var scopes: ChargeScopes
  /// What it is held to. Limits of scopes other than the call's are passed over.
  package var limits: [Limit]
  /// The most that it can cost; `nil` when the model has no price. Zero for what is not billed.
  package var cost: NanoDollars?
  /// The most tokens, of all classes together.
  package var tokens: Int64
  /// When it was asked for. Its windows are those that contain this instant.
  package var instant: Instant
  /// When whoever asks will have settled or released it at the latest; see `BudgetBook.overdue(at:)`.
  package var deadline: Instant?
  /// The same for the same request, for the repeat breaker. `nil` is never a repetition: for an attempt that the
  /// caller itself repeats after a failure, for one.
  package var fingerprint: UInt64?

  package init(
    scopes: ChargeScopes, limits: [Limit], cost: NanoDollars?, tokens: Int64, at instant: Instant,
    deadline: Instant? = nil, fingerprint: UInt64? = nil
  ) {
    self.scopes = scopes
    self.limits = limits
    self.cost = cost
    self.tokens = tokens
    self.instant = instant
    self.deadline = deadline
    self.fingerprint = fingerprint
  }
}

/// Names one open reservation of the book that gave it, once: after it is settled or released the name is void.
package struct ReservationID: Hashable, Sendable {
  var position: UInt32
  var generation: UInt32
}

/// The reservation was settled or released before.
package struct ReservationNotOpen: Error, Hashable, Sendable, CustomStringConvertible {
  package let description = "This reservation is not open: it was settled or released before."
}

/// How a settlement compares with its reservation. A call that used more than was reserved is charged in full: it
/// has happened.
package struct Settlement: Hashable, Sendable {
  /// What was charged beyond the reservation; zero when it sufficed.
  package var excessCost: NanoDollars
  package var excessTokens: Int64

  package var isWithinReservation: Bool { excessCost == .zero && excessTokens == 0 }
}

/// A reservation that is neither settled nor released.
package struct OpenReservation: Hashable, Sendable, Identifiable {
  package var id: ReservationID
  package var scopes: ChargeScopes
  package var cost: NanoDollars
  package var tokens: Int64
  package var admitted: Instant
  package var deadline: Instant?
}

/// What was charged before this book was opened, by one call or by several together.
///
/// Several may be added up where they share scopes and UTC day, except for those of the last two minutes: of
/// these only calls of the same second, because minutes slide.
package struct Charge: Hashable, Sendable {
  package var scopes: ChargeScopes
  package var cost: NanoDollars
  package var tokens: Int64
  package var requests: Int64
  /// When the call was admitted, or any instant of the shared day or second.
  package var admitted: Instant

  package init(
    scopes: ChargeScopes, cost: NanoDollars, tokens: Int64, requests: Int64 = 1, admitted: Instant
  ) {
    self.scopes = scopes
    self.cost = cost
    self.tokens = tokens
    self.requests = requests
    self.admitted = admitted
  }
}
