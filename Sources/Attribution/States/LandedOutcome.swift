import Ledger
import Outcomes

/// The state of one turn's lines in one commit.
struct CommitOutcome {
  var state: OutcomeState
  var tier: OutcomeTier?
  var nextChange: Instant?
  var reason: String
  /// How far down it got, for choosing between copies of the same line.
  var rank: Int
  var fates: [LineFates.Fate]
}

/// Decides what became of lines in commits of one repository, as of an instant.
struct OutcomeJudge {
  let history: RepositoryHistory
  let delivery: DeliveryEvidence
  let policy: AttributionPolicy
  let now: Instant
  /// By reverted commit, when it was undone for good; reverts that were themselves reverted are left out.
  private let undone: [UInt32: Int64]

  init(history: RepositoryHistory, delivery: DeliveryEvidence, policy: AttributionPolicy, now: Instant) {
    self.history = history
    self.delivery = delivery
    self.policy = policy
    self.now = now
    undone = Self.undone(in: history)
  }

  private static func undone(in history: RepositoryHistory) -> [UInt32: Int64] {
    let index = history.index
    var undone: [UInt32: Int64] = [:]
    // In the order of landing, so that a revert of a revert takes the first one back.
    let landed = index.reverts.filter { history.hasLanded(Int($0.commit)) }
      .sorted { history.landingOrder[Int($0.commit)] < history.landingOrder[Int($1.commit)] }
    var targets: [UInt32: [UInt32]] = [:]
    for revert in landed {
      guard let row = history.commit(named: revert.reverted) else { continue }
      let target = UInt32(truncatingIfNeeded: row)
      if let restored = targets[target] {
        for commit in restored { undone[commit] = nil }
      }
      undone[target] = history.landedAt[Int(revert.commit)]
      targets[revert.commit, default: []].append(target)
    }
    return undone
  }

  /// - Parameter all: The fates of the turn's added lines in the commit; empty if it is linked otherwise.
  func outcome(of commit: Int, fates all: [LineFates.Fate]) -> CommitOutcome {
    let row = history.index.commits[commit]
    let short = row.hash.hexadecimal.prefix(10)
    guard history.hasLanded(commit) else {
      if history.isReachable[commit] {
        return CommitOutcome(
          state: .open, reason: "commit \(short) is on a branch that is not merged", rank: 2, fates: [])
      }
      return CommitOutcome(
        state: .unexplained, reason: "commit \(short) is on no branch any more and did not land", rank: 0,
        fates: [])
    }
    let landedAt = Instant(milliseconds: history.landedAt[commit])
    let tier = delivery.tier(of: commit, in: history)
    let windowEnd = landedAt + policy.holdWindow
    if let at = revertedAt(commit), at <= windowEnd.milliseconds, at <= now.milliseconds {
      return CommitOutcome(
        state: .reverted, tier: tier,
        reason: "commit \(short) was undone by a revert commit within the hold window",
        rank: 3, fates: all)
    }
    let gone = all.count { fate in
      guard let at = fate.removedAt, !fate.wasReplaced else { return false }
      return at <= windowEnd.milliseconds && at <= now.milliseconds
    }
    if gone * 2 > all.count {
      return CommitOutcome(
        state: .reverted, tier: tier,
        reason:
          "\(gone) of \(all.count) lines in commit \(short) were deleted without replacement within the hold window",
        rank: 3, fates: all)
    }
    let how =
      switch tier {
      case .landed: "landed"
      case .reviewed: "landed through a pull request"
      case .deployed: "went into production"
      }
    if now < windowEnd {
      return CommitOutcome(
        state: .fresh, tier: tier, nextChange: windowEnd,
        reason: "commit \(short) \(how); its hold window is open",
        rank: 4, fates: all)
    }
    return CommitOutcome(
      state: .held, tier: tier, reason: "commit \(short) \(how) and stood for the hold window", rank: 5,
      fates: all)
  }

  /// A revert names the commit, or the merge that brought it in.
  func revertedAt(_ commit: Int) -> Int64? {
    let own = undone[UInt32(truncatingIfNeeded: commit)]
    let merge = history.landedBy[commit] == commit ? nil : undone[history.landedBy[commit]]
    switch (own, merge) {
    case (let a?, let b?): return min(a, b)
    default: return own ?? merge
    }
  }
}
