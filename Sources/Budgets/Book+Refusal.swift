import Directory
import Ledger

extension Book {
  /// How long a call should wait for others under way: nobody knows when they end.
  private static let pauseForOthers = Duration.seconds(5)
  private static let pauseForSlot = Duration.seconds(1)

  func standing(of limit: Limit, tally: Int?, at moment: Moment) -> Standing {
    if case .concurrency = limit.measure {
      let underWay = tally.map { tallies[$0].underWay } ?? 0
      return Standing(limit: limit, used: 0, reserved: underWay, resets: nil)
    }
    let use = tally.map { tallies[$0].use(in: limit.window, at: moment) } ?? Use()
    return Standing(
      limit: limit, used: Int64(clamping: use.settled[limit.measure]),
      reserved: Int64(clamping: use.reserved[limit.measure]),
      resets: resets(limit, tally: tally, at: moment))
  }

  /// Whatever limit keeps the call out; of several the one that does so longest. Changes no counter.
  mutating func refusal(of demand: Demand, tallies: TallyPositions, at moment: Moment) -> Refusal? {
    var worst: Shortfall?
    var unpriced: Limit?
    for limit in demand.limits where demand.scopes.contains(limit.scope) {
      let tally = tallies[ScopePlace(of: limit.scope)]
      if fits(demand, into: limit, tally: tally, at: moment) {
        if case .money = limit.measure, demand.cost == nil, policy.unpricedModels == .refuse {
          unpriced = limit
        }
        continue
      }
      let shortfall = shortfall(of: demand, in: limit, tally: tally, at: moment)
      if worst.map({ isInTheWayLonger(shortfall, than: $0) }) ?? true { worst = shortfall }
    }
    if let worst { return refusal(worst, of: demand, at: moment) }
    // What has room is named only when nothing else is in the way: no waiting makes a price known.
    guard let unpriced else { return nil }
    return Refusal(
      reason: .unpriced(unpriced), instant: demand.instant,
      retryAfter: wait(from: demand.instant, until: resets(unpriced, tally: nil, at: moment)),
      isNews: false)
  }

  private func fits(_ demand: Demand, into limit: Limit, tally: Int?, at moment: Moment) -> Bool {
    let amount = limit.measure.amount
    guard amount > 0 else { return false }
    let asked = asked(by: demand, of: limit.measure)
    guard let tally else { return asked <= amount }
    if case .concurrency = limit.measure { return tallies[tally].underWay < amount }
    let use = tallies[tally].use(in: limit.window, at: moment)
    let gone = use.settled[limit.measure] + use.reserved[limit.measure]
    // What is free passes even where more was used than the limit allows; what might cost anything does not.
    if case .money = limit.measure, demand.cost == nil { return gone < amount }
    return asked == 0 || gone + Int128(asked) <= Int128(amount)
  }

  private func shortfall(of demand: Demand, in limit: Limit, tally: Int?, at moment: Moment) -> Shortfall {
    let standing = standing(of: limit, tally: tally, at: moment)
    let amount = limit.measure.amount
    let asked = asked(by: demand, of: limit.measure)
    let obstacle: Shortfall.Obstacle
    if amount == 0 {
      obstacle = .zero
    } else if asked > amount {
      obstacle = .tooLarge
    } else if case .requests = limit.measure {
      // That calls under way end gives no request back.
      obstacle = .used
    } else {
      let (without, overflows) = standing.used.addingReportingOverflow(max(asked, 1))
      obstacle = overflows || without > amount ? .used : .underWay
    }
    var shortfall = Shortfall(obstacle: obstacle, standing: standing, asked: asked, fits: nil)
    if case .concurrency = limit.measure { return shortfall }
    switch obstacle {
    case .zero, .tooLarge: break
    case .used, .underWay:
      if limit.window == .minute, let tally {
        let use = tallies[tally].use(in: .minute, at: moment)
        let surplus =
          use.settled[limit.measure] + use.reserved[limit.measure] + Int128(max(asked, 1)) - Int128(amount)
        shortfall.fits = tallies[tally].second(freeing: surplus, of: limit.measure, at: moment)
          .map { Instant(milliseconds: $0 * 1000) }
      } else {
        shortfall.fits = standing.resets
      }
    }
    return shortfall
  }

  private func asked(by demand: Demand, of measure: Limit.Measure) -> Int64 {
    switch measure {
    case .money: max(0, demand.cost?.count ?? 0)
    case .tokens: max(0, demand.tokens)
    case .requests, .concurrency: 1
    }
  }

  private func resets(_ limit: Limit, tally: Int?, at moment: Moment) -> Instant? {
    if let index = moment.index(of: limit.window) { return Moment.start(of: limit.window, index: index + 1) }
    return tally.flatMap { tallies[$0].secondWhenMinuteIsEmpty(of: limit.measure, at: moment) }
      .map { Instant(milliseconds: $0 * 1000) }
  }

  private func isInTheWayLonger(_ a: Shortfall, than b: Shortfall) -> Bool {
    if a.obstacle != b.obstacle { return a.obstacle > b.obstacle }
    return (a.fits ?? a.standing.resets ?? Instant(milliseconds: .min))
      > (b.fits ?? b.standing.resets ?? Instant(milliseconds: .min))
  }

  private mutating func refusal(_ shortfall: Shortfall, of demand: Demand, at moment: Moment) -> Refusal {
    let limit = shortfall.standing.limit
    let untilThen = wait(from: demand.instant, until: shortfall.fits ?? shortfall.standing.resets)
    let retryAfter: Duration
    switch (shortfall.obstacle, limit.measure) {
    case (.tooLarge, _), (.zero, _): retryAfter = max(.minutes(1), untilThen)
    case (_, .concurrency): retryAfter = Self.pauseForSlot
    case (.underWay, _): retryAfter = min(Self.pauseForOthers, untilThen)
    case (.used, _): retryAfter = untilThen
    }
    var isNews = false
    if shortfall.obstacle == .used, let window = moment.index(of: limit.window) {
      isNews = told.isNews(limit, window: window)
    }
    return Refusal(
      reason: .limit(shortfall), instant: demand.instant, retryAfter: retryAfter, isNews: isNews)
  }

  private func wait(from instant: Instant, until end: Instant?) -> Duration {
    guard let end, end > instant else { return .seconds(1) }
    return max(.seconds(1), end - instant)
  }

  /// Whether the call is one of a loop. Counts it as asked for.
  mutating func repetition(of demand: Demand) -> Refusal? {
    guard let fingerprint = demand.fingerprint else { return nil }
    let scope = demand.scopes.narrowest
    guard let verdict = breaker?.ask(fingerprint, of: scope, at: demand.instant) else { return nil }
    return Refusal(
      reason: .repeated(verdict.repetition), instant: demand.instant,
      retryAfter: wait(from: demand.instant, until: verdict.repetition.passes), isNews: verdict.isFirst)
  }
}

/// Which limits the owner heard of in which window, so that one refusal of thousands is news.
struct ToldLimits: Sendable {
  private struct Told: Equatable {
    var window: Int32
    /// A limit that was raised and is reached again is news again.
    var amount: Int64
  }

  private var told: [Int64: Told] = [:]
  /// There are never so many limits; if there were, some would be told twice.
  private static let most = 65_536

  mutating func isNews(_ limit: Limit, window: Int32) -> Bool {
    let now = Told(window: window, amount: limit.measure.amount)
    guard told[limit.id] != now else { return false }
    if told.count >= Self.most { told.removeAll() }
    told[limit.id] = now
    return true
  }
}
