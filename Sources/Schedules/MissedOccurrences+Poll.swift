package import Ledger

extension MissedOccurrences {
  /// Looks what is due.
  ///
  /// - Parameters:
  ///   - now: What the clock says; it may have been moved either way since the last time.
  ///   - hold: Why nothing may begin at present, if so.
  package mutating func poll(at now: Instant, of occurrences: Occurrences, hold: Accounted.Hold? = nil)
    -> Poll
  {
    var poll = Poll(wake: occurrences.next(after: now))
    // One at a time: of two that were handed out a crash could not tell which had begun.
    guard claim == nil else { return poll }
    poll.accounts = reopen(from: now, of: occurrences)
    guard let newest = occurrences.last(through: now, after: accountedThrough) else {
      poll.wake = occurrences.next(after: max(now, accountedThrough))
      return poll
    }
    guard let due = lastOpen(of: occurrences, through: newest) else {
      accountedThrough = newest
      return poll
    }
    let end = due + occurrences.grace(of: due)
    if now > end {
      poll.accounts += skip(through: due, of: occurrences, hold: hold)
      accountedThrough = newest
    } else if let hold {
      held = Held(by: hold, at: now)
      let over = end + .milliseconds(1)
      poll.wake = poll.wake.map { min($0, over) } ?? over
    } else {
      let earlier = row(
        of: occurrences, after: accountedThrough, through: Instant(milliseconds: due.milliseconds - 1))
      claim = Claim(occurrence: due, late: now - due, isSecond: false, earlier: earlier)
      poll.claim = claim
      accountedThrough = newest
      held = nil
    }
    return poll
  }

  /// The claim's run began.
  package mutating func settleBegan() -> [Accounted] {
    guard let claim else { return [] }
    settle(claim.occurrence)
    let ran = Accounted(row: Self.row(of: claim.occurrence), fate: .ran(late: claim.late))
    return (claim.earlier.map { [Accounted(row: $0, fate: .collapsed(into: claim.occurrence))] } ?? []) + [
      ran
    ]
  }

  /// The claim's run was refused, for a reason in words: it is not tried again.
  package mutating func settle(refused reason: String) -> [Accounted] { give(up: .refused(reason)) }

  /// After a restart, before the first poll.
  ///
  /// - Parameter didBegin: Whether there is a run for the claimed occurrence.
  package mutating func recover(at now: Instant, of occurrences: Occurrences, didBegin: Bool) -> Poll {
    var poll = Poll(wake: occurrences.next(after: now))
    guard let lost = claim else { return poll }
    if didBegin {
      poll.accounts = settleBegan()
    } else if lost.isSecond || now > lost.occurrence + occurrences.grace(of: lost.occurrence) {
      poll.accounts = give(up: .lost)
    } else {
      claim?.isSecond = true
      claim?.late = max(.zero, now - lost.occurrence)
      poll.claim = claim
    }
    return poll
  }

  /// The schedule is changed or taken away: accounts for what is still open. What replaces it begins with a state of its
  /// own, declared at `now`.
  package mutating func retire(at now: Instant, of occurrences: Occurrences) -> [Accounted] {
    var accounts = give(up: .replaced)
    if let newest = occurrences.last(through: now, after: accountedThrough) {
      if let row = row(of: occurrences, after: accountedThrough, through: newest) {
        accounts.append(Accounted(row: row, fate: .skipped(.replaced)))
      }
      accountedThrough = newest
    }
    return accounts
  }

  // MARK: - Parts

  /// What the clock was put back to before is open again, unless it was settled.
  private mutating func reopen(from now: Instant, of occurrences: Occurrences) -> [Accounted] {
    let start = max(now, floor ?? now)
    guard start < accountedThrough else { return [] }
    let row = row(of: occurrences, after: start, through: accountedThrough)
    accountedThrough = start
    held = nil
    return row.map { [Accounted(row: $0, fate: .reopened)] } ?? []
  }

  private mutating func skip(
    through due: Instant, of occurrences: Occurrences, hold: Accounted.Hold?
  ) -> [Accounted] {
    defer { held = nil }
    if let hold {
      return row(of: occurrences, after: accountedThrough, through: due)
        .map { [Accounted(row: $0, fate: .skipped(.held(hold)))] } ?? []
    }
    var accounts: [Accounted] = []
    var start = accountedThrough
    // What was due while it was held, and what came due when nobody looked any more.
    if let held, held.at > start {
      if let row = row(of: occurrences, after: start, through: min(held.at, due)) {
        accounts.append(Accounted(row: row, fate: .skipped(.held(held.by))))
      }
      start = min(held.at, due)
    }
    if let row = row(of: occurrences, after: start, through: due) {
      accounts.append(Accounted(row: row, fate: .skipped(.notLooking)))
    }
    return accounts
  }

  private mutating func give(up reason: Accounted.SkipReason) -> [Accounted] {
    guard let claim else { return [] }
    settle(claim.occurrence)
    return [claim.earlier, Self.row(of: claim.occurrence)].compactMap { row in
      row.map { Accounted(row: $0, fate: .skipped(reason)) }
    }
  }

  private mutating func settle(_ occurrence: Instant) {
    claim = nil
    settled.insert(occurrence, at: settled.firstIndex { $0 > occurrence } ?? settled.count)
    while settled.count > Self.memory { floor = max(floor ?? settled[0], settled.removeFirst()) }
  }

  /// The last occurrence that is neither accounted for nor settled.
  private func lastOpen(of occurrences: Occurrences, through newest: Instant) -> Instant? {
    var place: Instant? = newest
    while let found = place, settled.contains(found) {
      place = occurrences.last(
        through: Instant(milliseconds: found.milliseconds - 1), after: accountedThrough)
    }
    return place
  }

  /// The occurrences after `start`, up to `end`, but for those that are settled; `nil` if there are none.
  private func row(of occurrences: Occurrences, after start: Instant, through end: Instant) -> Accounted.Row?
  {
    var first = occurrences.next(after: start)
    while let found = first, settled.contains(found) { first = occurrences.next(after: found) }
    guard let first, first <= end, let newest = occurrences.last(through: end, after: start) else {
      return nil
    }
    var last = newest
    while last > first, settled.contains(last),
      let before = occurrences.last(through: Instant(milliseconds: last.milliseconds - 1), after: start)
    { last = before }
    let limit = Self.countLimit
    let count = occurrences.count(after: start, through: last, limit: limit + 1)
    let known = settled.count { $0 > start && $0 <= last }
    return Accounted.Row(first: first, last: last, count: count > limit ? nil : count - known)
  }

  private static func row(of occurrence: Instant) -> Accounted.Row {
    Accounted.Row(first: occurrence, last: occurrence, count: 1)
  }
}
