import Ledger

/// What is held for one call under way.
struct Reservation: Sendable {
  var scopes: ChargeScopes
  var tallies: TallyPositions
  var amounts: Amounts
  var admitted: Moment
  var instant: Instant
  var deadline: Instant?
}

/// Open reservations, found by name without hashing. A place is used again under another generation, so that the
/// name of a reservation that was settled never names a later one.
struct ReservationTable: Sendable {
  private struct Place {
    var generation: UInt32 = 0
    var reservation: Reservation?
  }

  private var places: [Place] = []
  private var free: [UInt32] = []

  private(set) var count = 0

  mutating func insert(_ reservation: Reservation) -> ReservationID {
    let position: UInt32
    if let last = free.popLast() {
      position = last
    } else {
      // A terabyte of memory is full before the numbers are.
      position = UInt32(truncatingIfNeeded: places.count)
      places.append(Place())
    }
    places[Int(position)].reservation = reservation
    count += 1
    return ReservationID(position: position, generation: places[Int(position)].generation)
  }

  mutating func remove(_ id: ReservationID) -> Reservation? {
    let position = Int(id.position)
    guard position < places.count, places[position].generation == id.generation,
      let reservation = places[position].reservation
    else { return nil }
    places[position].reservation = nil
    places[position].generation &+= 1
    free.append(id.position)
    count -= 1
    return reservation
  }

  func open(where condition: (Reservation) -> Bool) -> [OpenReservation] {
    places.enumerated().compactMap { position, place in
      guard let reservation = place.reservation, condition(reservation) else { return nil }
      return OpenReservation(
        id: ReservationID(position: UInt32(position), generation: place.generation),
        scopes: reservation.scopes,
        cost: NanoDollars(Int64(clamping: reservation.amounts.money)),
        tokens: Int64(clamping: reservation.amounts.tokens),
        admitted: reservation.instant, deadline: reservation.deadline)
    }
  }
}
