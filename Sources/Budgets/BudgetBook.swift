package import Directory
package import Ledger
import Synchronization

/// What every scope uses, and the one place where a call is admitted: its worst case is reserved, and settled or
/// released when it has ended. However many ask at once, what is used and reserved never exceeds a limit; only a
/// call that turns out to use more than was reserved for it can, because it has happened.
///
/// For each scope ever asked for and each day, ISO week, month (UTC) and sliding minute the book holds
///
///     counter = Σ charges of calls admitted in the window that have ended + Σ their open reservations
///
/// for money, tokens and requests, whether or not there is a limit. So limits are not part of the book but of the
/// demand: a limit made, changed or removed while calls are open counts what was used before it, at once, and
/// nothing has to be looked up in the middle of a call. That costs about a kilobyte for each scope that was active
/// since the month or the week began.
///
/// In memory only. After a start, `load` what was charged since `loadStart(at:)`.
package final class BudgetBook: Sendable {
  private let book: Mutex<Book>

  package init(policy: BudgetPolicy = BudgetPolicy()) {
    book = Mutex(Book(policy: policy))
  }

  /// Admits the call and holds its worst case, or says why not. Of several limits in the way the refusal names the
  /// one that is in the way longest.
  package func reserve(_ demand: Demand) -> Result<ReservationID, Refusal> {
    book.withLock { $0.reserve(demand) }
  }

  /// The call has ended and used this much: it is charged to the windows in which it was admitted, in full, even
  /// beyond its reservation. Amounts below zero count as zero.
  package func settle(
    _ id: ReservationID, cost: NanoDollars, tokens: Int64
  ) -> Result<Settlement, ReservationNotOpen> {
    book.withLock { $0.settle(id, cost: cost, tokens: tokens) }
  }

  /// The call was not made: as if it had never been admitted, its request included.
  package func release(_ id: ReservationID) -> Result<Void, ReservationNotOpen> {
    book.withLock { $0.release(id) }
  }

  /// How much of a limit is gone, without asking for anything.
  package func standing(of limit: Limit, at instant: Instant) -> Standing {
    book.withLock { $0.standing(of: limit, at: Moment(instant)) }
  }

  /// Reservations whose deadline is before `instant`: whoever made them forgot them or is stuck. Nothing is done
  /// about them here; settle or release them.
  package func overdue(at instant: Instant) -> [OpenReservation] {
    book.withLock { $0.reservations.open { $0.deadline.map { $0 < instant } ?? false } }
  }

  /// All reservations that are neither settled nor released.
  package var openReservations: [OpenReservation] {
    book.withLock { $0.reservations.open { _ in true } }
  }

  /// How many reservations are open.
  package var openCount: Int { book.withLock { $0.reservations.count } }

  /// Adds what was charged before this book was opened. What lies outside the windows that contain `now` is passed
  /// over. Nothing is recognised as loaded before: give each charge once, before the first reservation.
  package func load(_ charges: some Sequence<Charge>, at now: Instant) {
    let moment = Moment(now)
    book.withLock { book in
      for charge in charges { book.load(charge, now: moment) }
    }
  }

  /// The earliest admission that can matter at `now`: when its month or its ISO week began, whichever is earlier.
  package static func loadStart(at now: Instant) -> Instant {
    let starts = [Limit.Window.week, .month].compactMap { $0.interval(containing: now)?.lowerBound }
    // A minute reaches back beyond the first of a month that is a Monday.
    return min(starts.min() ?? now, now - .seconds(SlidingMinute.reach + 1))
  }

  /// How many scopes are counted now.
  package var scopesCounted: Int { book.withLock { $0.tallyCount } }
}
