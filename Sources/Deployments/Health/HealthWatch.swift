package import Effects
package import Ledger

/// Watches one deployment until it held or did not: a value without input or output. Kept wherever the run is kept and
/// taken up again by another process, it goes on where it was.
package struct HealthWatch: Hashable, Sendable, Codable {
  package let effect: EffectID
  package let sha: String
  package let criteria: HealthCriteria
  package let begun: Instant
  package private(set) var phase: Phase
  /// When it first was what runs.
  package private(set) var live: Instant?
  /// When it was first well enough for the hold window to begin.
  package private(set) var well: Instant?
  /// The first bad sample of the trouble it is in, or was in when it failed; `nil` while it is well.
  package private(set) var troubleSince: Instant?
  /// Samples of the hold window.
  package private(set) var good = 0
  package private(set) var bad = 0
  /// What was last said against it.
  package private(set) var complaint: String?

  /// The last samples, the newest last: whether each was good.
  private var recent: [Bool] = []
  private var lastLook: Instant?
  /// Time in which nobody looked. Deadlines wait for it: what nobody saw did not fail.
  private var blind = Duration.zero

  package init(_ effect: EffectID, sha: String, criteria: HealthCriteria, begun: Instant) {
    self.effect = effect
    self.sha = sha
    self.criteria = criteria
    self.begun = begun
    phase = .goingLive
  }

  package enum Phase: Hashable, Sendable, Codable {
    /// Ordered; it does not run yet.
    case goingLive
    /// It runs, and was not well for long enough.
    case settling
    /// It was well, and has to stay so.
    case holding
    case ended(HealthVerdict, at: Instant)
  }

  package var verdict: HealthVerdict? {
    if case .ended(let verdict, _) = phase { verdict } else { nil }
  }

  /// When to look again; `nil` once there is a verdict.
  package var nextLook: Instant? {
    verdict == nil ? (lastLook ?? begun) + (lastLook == nil ? .zero : criteria.interval) : nil
  }

  /// One look: how the target says that the deployment stands, and how the service is. Of a service that does not run
  /// yet the sample says nothing.
  package mutating func observe(_ standing: DeploymentStanding, _ sample: HealthSample?, at now: Instant) {
    guard verdict == nil else { return }
    // A clock that was set back must not make anything younger.
    let now = max(now, lastLook ?? begun)
    let pause = now - (lastLook ?? begun)
    if pause > criteria.interval * 3 {
      blind += pause - criteria.interval
      recent.removeAll()
    }
    lastLook = now
    observe(standing, at: now)
    if verdict == nil, live != nil, let sample { observe(sample, at: now) }
    if verdict == nil { checkTime(now) }
  }

  private mutating func observe(_ standing: DeploymentStanding, at now: Instant) {
    switch standing {
    case .live(let since):
      guard live == nil else { return }
      live = max(begun, min(since ?? now, now))
      phase = .settling
    case .replaced(let other, let isOlder):
      // The newer one stands for this one too: that it was replaced says nothing against it.
      end(isOlder ? .failed(.rolledBack(to: other)) : .superseded(by: other), at: now)
    case .failed(let why): end(.failed(.didNotGoLive(why)), at: now)
    case .absent:
      if live != nil { end(.failed(.vanished), at: now) }
    case .running, .unknown: break
    }
  }

  private mutating func observe(_ sample: HealthSample, at now: Instant) {
    complaint = sample.complaint(of: sha, slow: criteria.slow)
    let isGood = complaint == nil
    recent.append(isGood)
    if recent.count > criteria.window { recent.removeFirst() }
    let goodCount = recent.count { $0 }
    let badCount = recent.count - goodCount
    if !isGood { troubleSince = troubleSince ?? now }
    // Out of trouble is who is well for a whole window, not who answered once.
    if badCount == 0, recent.count == criteria.window { troubleSince = nil }
    switch phase {
    case .settling:
      guard goodCount >= criteria.goodToSettle, isGood else { return }
      phase = .holding
      well = now
      troubleSince = nil
      recent.removeAll()
    case .holding:
      if isGood { good += 1 } else { bad += 1 }
      if badCount >= criteria.badToFail {
        end(.failed(.unhealthy(bad: badCount, of: recent.count)), at: now)
      } else if bad > criteria.badAllowed {
        end(.failed(.missedObjective(bad: bad, of: good + bad)), at: now)
      }
    case .goingLive, .ended: break
    }
  }

  private mutating func checkTime(_ now: Instant) {
    switch phase {
    case .goingLive where now - begun > criteria.liveWithin + blind:
      end(
        .unconfirmed("It did not run within \(criteria.liveWithin.inWords), nor was it said to have failed."),
        at: now)
    case .settling:
      guard let live, now - live > criteria.wellWithin + blind else { return }
      troubleSince = troubleSince ?? live
      end(.failed(.neverWell(complaint ?? "nothing was heard of it")), at: now)
    case .holding:
      guard let well, now - well >= criteria.holdFor else { return }
      let taken = good + bad
      if taken * 1000 < criteria.samplesDue * criteria.coveragePerMille {
        end(
          .unconfirmed(
            "Of \(criteria.samplesDue) looks that were due in its hold window \(taken) were taken."),
          at: now)
      } else {
        end(.held, at: now)
      }
    case .goingLive, .ended: break
    }
  }

  private mutating func end(_ verdict: HealthVerdict, at now: Instant) {
    phase = .ended(verdict, at: now)
  }
}
