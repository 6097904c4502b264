import Directory
import Ledger

/// The state of a `BudgetBook`, touched under its lock only.
struct Book: Sendable {
  let policy: BudgetPolicy
  var reservations = ReservationTable()

  private(set) var tallies: [Tally] = []
  /// Positions in `tallies` that hold nothing.
  private var free: [Int] = []
  private var positions: [Limit.Scope: Int] = [:]
  /// When there are so many tallies, the spent ones are cleared away.
  private var countToSweepAt = Self.leastToSweep
  private static let leastToSweep = 4096
  var breaker: RepeatBreaker?
  var told = ToldLimits()

  init(policy: BudgetPolicy) {
    self.policy = policy
    breaker = policy.repeats.map(RepeatBreaker.init(policy:))
  }

  /// How many tallies take up memory.
  var tallyCount: Int { tallies.count - free.count }

  mutating func reserve(_ demand: Demand) -> Result<ReservationID, Refusal> {
    let moment = Moment(demand.instant)
    sweepIfGrown(at: moment)
    var places = positions(of: demand.scopes)
    if let refusal = refusal(of: demand, tallies: places, at: moment) { return .failure(refusal) }
    if let refusal = repetition(of: demand) { return .failure(refusal) }

    let amounts = Amounts(
      money: Int128(max(0, demand.cost?.count ?? 0)), tokens: Int128(max(0, demand.tokens)), requests: 1)
    for place in ScopePlace.allCases {
      guard let scope = place.scope(in: demand.scopes) else { continue }
      let position = places[place] ?? makeTally(scope)
      places[place] = position
      tallies[position].reserve(amounts, at: moment)
    }
    return .success(
      reservations.insert(
        Reservation(
          scopes: demand.scopes, tallies: places, amounts: amounts, admitted: moment, instant: demand.instant,
          deadline: demand.deadline)))
  }

  mutating func settle(
    _ id: ReservationID, cost: NanoDollars, tokens: Int64
  ) -> Result<Settlement, ReservationNotOpen> {
    guard let reservation = reservations.remove(id) else { return .failure(ReservationNotOpen()) }
    let reserved = reservation.amounts
    let charged = Amounts(
      money: Int128(max(0, cost.count)), tokens: Int128(max(0, tokens)), requests: reserved.requests)
    forTallies(of: reservation) {
      $0.settle(reserved: reserved, charged: charged, admitted: reservation.admitted)
    }
    return .success(
      Settlement(
        excessCost: NanoDollars(Int64(clamping: max(0, charged.money - reserved.money))),
        excessTokens: Int64(clamping: max(0, charged.tokens - reserved.tokens))))
  }

  mutating func release(_ id: ReservationID) -> Result<Void, ReservationNotOpen> {
    guard let reservation = reservations.remove(id) else { return .failure(ReservationNotOpen()) }
    forTallies(of: reservation) { $0.release(reservation.amounts, admitted: reservation.admitted) }
    return .success(())
  }

  mutating func load(_ charge: Charge, now: Moment) {
    sweepIfGrown(at: now)
    let places = positions(of: charge.scopes)
    let admitted = Moment(charge.admitted)
    let charged = Amounts(
      money: Int128(max(0, charge.cost.count)), tokens: Int128(max(0, charge.tokens)),
      requests: max(0, charge.requests))
    for place in ScopePlace.allCases {
      guard let scope = place.scope(in: charge.scopes) else { continue }
      tallies[places[place] ?? makeTally(scope)].load(charged, admitted: admitted, now: now)
    }
  }

  func standing(of limit: Limit, at moment: Moment) -> Standing {
    standing(of: limit, tally: positions[limit.scope], at: moment)
  }

  // MARK: Tallies

  private func positions(of scopes: ChargeScopes) -> TallyPositions {
    var found = TallyPositions()
    for place in ScopePlace.allCases {
      if let scope = place.scope(in: scopes) { found[place] = positions[scope] }
    }
    return found
  }

  private mutating func makeTally(_ scope: Limit.Scope) -> Int {
    let position = free.popLast() ?? tallies.count
    if position == tallies.count { tallies.append(Tally()) }
    positions[scope] = position
    return position
  }

  /// Forgets scopes whose windows are all past. Done when their number has doubled since the last time, so that its
  /// cost is spread over as many admissions; before positions are looked up, since it makes them void.
  private mutating func sweepIfGrown(at moment: Moment) {
    guard positions.count >= countToSweepAt else { return }
    for (scope, position) in positions where tallies[position].isSpent(at: moment) {
      positions[scope] = nil
      tallies[position] = Tally()
      free.append(position)
    }
    countToSweepAt = max(Self.leastToSweep, 2 * positions.count)
  }

  private mutating func forTallies(of reservation: Reservation, _ change: (inout Tally) -> Void) {
    for place in ScopePlace.allCases {
      if let position = reservation.tallies[place] { change(&tallies[position]) }
    }
  }
}
