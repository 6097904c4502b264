package import Ledger
import Statistics

/// One person's sessions of one week, from Monday, UTC: the unit that shares of people's use are made of.
package struct PersonWeek: Hashable, Sendable {
  package var account: AccountID
  /// Weeks since that of 1 January 1970.
  package var week: Int64
  /// The highest of its judged sessions; `nil` where nothing could be judged.
  package var bits: Double?

  /// A week counts as purposeless from this share of its tokens on; where labels are known, they are made so.
  package static let leastShare = 0.1

  package static func week(of instant: Instant) -> Int64 {
    // 1 January 1970 was a Thursday.
    let day = instant.milliseconds.flooredDivision(by: 86_400_000)
    return (day + 3).flooredDivision(by: 7)
  }

  private struct Key: Hashable {
    var account: AccountID
    var week: Int64
  }

  /// By person and week.
  package static func weeks(of sessions: some Sequence<ScoredSession>) -> [PersonWeek] {
    var best: [Key: Double?] = [:]
    for session in sessions {
      let key = Key(account: session.account, week: week(of: session.started))
      let known = best[key] ?? nil
      best[key] = .some(session.score.isComplete ? max(known ?? -.infinity, session.score.bits) : known)
    }
    return best.sorted { ($0.key.account, $0.key.week) < ($1.key.account, $1.key.week) }.map {
      PersonWeek(account: $0.key.account, week: $0.key.week, bits: $0.value)
    }
  }
}

extension [PersonWeek] {
  /// Those that could be judged, by person.
  var members: [GroupMember] {
    Dictionary(grouping: self, by: \.account).sorted { $0.key < $1.key }.compactMap { _, weeks in
      let scores = weeks.compactMap { week in week.bits.map { Score(bits: $0) } }
      return scores.isEmpty ? nil : GroupMember(scores: scores)
    }
  }
}

extension Int64 {
  fileprivate func flooredDivision(by divisor: Int64) -> Int64 {
    let quotient = self / divisor
    return self % divisor < 0 ? quotient - 1 : quotient
  }
}
