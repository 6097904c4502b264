package import Ledger

/// What a closed week's figures were made of, kept until its costs are split by outcome and no longer: only with it
/// is the split one of exactly what was published.
package struct ClosedUse: Sendable, Codable, Hashable {
  package private(set) var use: WeekOfUse
  /// In which sessions each of the contributions was made.
  package private(set) var sessions: [Set<SessionID>]

  package init(_ use: WeekOfUse, sessions: [Set<SessionID>]) {
    self.use = use
    self.sessions = sessions
  }

  /// All that was published, by what came of it, with the changes that landed of it.
  ///
  /// A contribution keeps the cost that it was published with. It is divided as its sessions' costs are divided now,
  /// by largest remainder; where they say nothing any more, it is unknown.
  /// A session's changes count once: with the contribution, of those made in it, that cost most.
  ///
  /// - Parameter changes: Of the sessions that count for this week; `nil` where nobody looked.
  package func withOutcomes(
    _ now: [SessionID: [OutcomeState: NanoDollars]], changes: [SessionID: ChangeCounts]? = nil
  ) -> WeekOfUse {
    var divided = use
    if let changes {
      for (session, index) in places where divided.contributions.indices.contains(index) {
        divided.contributions[index].figures.changes =
          (divided.contributions[index].figures.changes ?? ChangeCounts())
          + (changes[session] ?? ChangeCounts())
      }
    }
    for (index, sessions) in sessions.enumerated() where divided.contributions.indices.contains(index) {
      var found: [OutcomeState: NanoDollars] = [:]
      for session in sessions {
        for (state, cost) in now[session] ?? [:] { found[state, default: .zero] += cost }
      }
      let cost = divided.contributions[index].figures.cost
      divided.contributions[index].figures.outcomes = Self.divide(cost, as: found)
    }
    return divided
  }

  /// Where each session counts.
  private var places: [SessionID: Int] {
    var places: [SessionID: Int] = [:]
    for (index, sessions) in sessions.enumerated() where use.contributions.indices.contains(index) {
      let one = use.contributions[index]
      for session in sessions {
        guard let known = places[session] else {
          places[session] = index
          continue
        }
        let other = use.contributions[known]
        // In an order that is always the same.
        let isMore =
          (one.figures.cost.count, other.contributor, other.groups.count, other.tool.rawValue)
          > (other.figures.cost.count, one.contributor, one.groups.count, one.tool.rawValue)
        if isMore { places[session] = index }
      }
    }
    return places
  }

  /// Divides a cost in the proportions of others, so that the parts add up to it exactly.
  static func divide(
    _ cost: NanoDollars, as proportions: [OutcomeState: NanoDollars]
  ) -> [OutcomeState: NanoDollars] {
    let weights = proportions.filter { $0.value.count > 0 }
    let total = weights.values.reduce(Int128(0)) { $0 + Int128($1.count) }
    // Less than nothing comes of amounts that nobody can have spent, and is divided as nothing.
    guard total > 0, cost.count > 0 else { return cost.count == 0 ? [:] : [.unknown: cost] }
    var parts: [OutcomeState: NanoDollars] = [:]
    var remainders: [(state: OutcomeState, remainder: Int128)] = []
    var left = cost.count
    for (state, weight) in weights {
      let product = Int128(cost.count) * Int128(weight.count)
      // No more than the cost: a weight is no more than the total.
      let part = Int64(product / total)
      parts[state] = NanoDollars(part)
      left -= part
      remainders.append((state, product % total))
    }
    // In an order that is always the same.
    remainders.sort { ($1.remainder, $0.state.rawValue) < ($0.remainder, $1.state.rawValue) }
    for one in remainders.prefix(max(0, Int(left))) { parts[one.state, default: .zero] += NanoDollars(1) }
    return parts
  }

  /// With what came after the week was closed, as a further version. Who is known to manage a group by what came is
  /// one who manages it.
  package mutating func add(_ late: ClosedUse, as version: Int) {
    use.managed.merge(late.use.managed) { $0.union($1) }
    use.members.merge(late.use.members) { first, _ in first }
    let lines = Set(use.lines)
    use.lines += late.use.lines.filter { !lines.contains($0) }
    for (contribution, sessions) in zip(late.use.contributions, late.sessions) {
      var contribution = contribution
      contribution.version = version
      use.contributions.append(contribution)
      self.sessions.append(sessions)
    }
  }

  /// Of what came late only the use of those who have as much more now than was known of them: records that were
  /// moved to another session when its log came are no further ones.
  ///
  /// - Parameter all: everything that is known of the week now.
  package func further(_ late: ClosedUse, of all: ClosedUse) -> ClosedUse {
    struct Whose: Hashable {
      var contributor: Contributor
      var tool: Tool
    }
    func records(_ use: ClosedUse) -> [Whose: Int64] {
      use.use.contributions.reduce(into: [:]) { sums, one in
        sums[Whose(contributor: one.contributor, tool: one.tool), default: 0] &+= one.figures.records
      }
    }
    let (before, came, now) = (records(self), records(late), records(all))
    var further = late
    let kept = late.use.contributions.indices.filter { index in
      let whose = Whose(
        contributor: late.use.contributions[index].contributor, tool: late.use.contributions[index].tool)
      return (now[whose] ?? 0) >= (before[whose] ?? 0) &+ (came[whose] ?? 0)
    }
    further.use.contributions = kept.map { late.use.contributions[$0] }
    further.sessions = kept.map { late.sessions[$0] }
    return further
  }

  /// Without a trace of who somebody was: what they used stays in the sums that were published, as an account's that
  /// is nobody's.
  package mutating func forget(_ person: Int64, of account: AccountID) {
    let alias = Contributor.account(AccountID(rawValue: .random(in: .min..<0)))
    func isTheirs(_ contributor: Contributor) -> Bool {
      contributor == .person(person) || contributor == .account(account)
    }
    for index in use.contributions.indices where isTheirs(use.contributions[index].contributor) {
      use.contributions[index].contributor = alias
      if sessions.indices.contains(index) { sessions[index] = [] }
    }
    use.members = Dictionary(
      use.members.map { (isTheirs($0.key) ? alias : $0.key, $0.value) }, uniquingKeysWith: { $0.union($1) })
    // That somebody manages the group holds on; who does is no more.
    func renamed(_ manager: Int64) -> Int64 { manager == person ? Self.nobody : manager }
    use.managed = use.managed.mapValues { Set($0.map(renamed)) }
    use.lines = use.lines.map { line in
      ReportingLine(manager: renamed(line.manager), reports: line.reports.subtracting([person]))
    }
  }

  /// In place of a person who was erased; no row has this number.
  private static let nobody: Int64 = 0
}
