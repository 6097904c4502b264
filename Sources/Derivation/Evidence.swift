import Attribution
import Ledger
import Outcomes

/// Everything that attribution looks at.
struct Evidence {
  var sessionFacts: [SessionID: SessionFact]
  var places: Places
  private var catalogue: [SessionEvidence]

  init(sessions: [SessionFact], facts: SessionFactSet, places: Places) {
    self.places = places
    sessionFacts = Dictionary(sessions.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    let calls = Dictionary(grouping: facts.toolCalls, by: \.turn)
    let edits = Dictionary(grouping: facts.edits, by: \.turn)
    let mentions = Dictionary(grouping: facts.mentions, by: \.turn)
    let turns = Dictionary(grouping: facts.turns, by: \.session)
    catalogue = sessions.map { session in
      let own = turns[session.id] ?? []
      return SessionEvidence(
        session: session, turns: own, edits: own.flatMap { edits[$0.id] ?? [] },
        toolCalls: own.flatMap { calls[$0.id] ?? [] }, mentions: own.flatMap { mentions[$0.id] ?? [] })
    }
  }

  func attribute(policy: AttributionPolicy, key: SipHash24.Key, now: Instant) -> [SessionAttribution] {
    let attributor = Attributor(policy: policy, key: key)
    let catalogue = EvidenceCatalogue(self.catalogue)
    var residents: [String: Set<SessionID>] = [:]
    var places: [SessionID: SessionPlace] = [:]
    for session in sessionFacts.values {
      let place = self.places.place(of: session)
      places[session.id] = place
      if case .repository(let directory) = place { residents[directory, default: []].insert(session.id) }
    }
    let linked = self.places.histories.map { history in
      (
        history: history,
        links: attributor.links(
          in: history, catalogue: catalogue, resident: residents[history.index.gitDirectory] ?? [])
      )
    }
    return attributor.attribute(catalogue, repositories: linked, places: places, now: now)
  }

  /// - Parameter cells: The session's usage by state, which says what it is mostly about.
  func summary(
    of session: SessionFact, _ result: SessionAttribution, cells: [RollupCell]
  ) -> DerivedSession.Summary {
    var commits: [String] = []
    for commit in result.turns.flatMap(\.shares).flatMap(\.commits) where !commits.contains(commit) {
      commits.append(commit)
    }
    let repository = places.repository(of: session, commits: commits)
    return DerivedSession.Summary(
      session: session, repository: repository,
      project: Self.project(of: session, repository: repository), turns: Int64(result.turns.count),
      commits: commits, reason: result.reason(for: cells.costliestState), nextChange: result.nextChange)
  }

  /// The repository's name, or else the working directory's last component.
  private static func project(of session: SessionFact, repository: String?) -> String {
    var components = (repository ?? session.directory ?? "").split(whereSeparator: { $0 == "/" || $0 == "\\" }
    )
    if repository != nil, components.last == ".git" { components.removeLast() }
    guard let last = components.last else { return "" }
    return last.hasSuffix(".git") ? String(last.dropLast(4)) : String(last)
  }
}

extension SessionAttribution {
  /// The reason most of the turns in `state` have; of all turns if none is in it, or it is `nil`.
  fileprivate func reason(for state: OutcomeState?) -> String {
    let shares = turns.flatMap(\.shares)
    let inState = (shares + [rest]).filter { $0.state == state }
    var weights: [String: Int] = [:]
    for share in inState.isEmpty ? shares : inState {
      if let reason = share.reasons.first { weights[reason, default: 0] += 1 }
    }
    return weights.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? rest.reasons.first ?? ""
  }

  /// A hash of everything in it: equal digests, equal attributions.
  var digest: UInt64 {
    var hash = SipHash24(key: .names)
    func add(_ text: String) {
      for byte in text.utf8 { hash.append(byte) }
      hash.append(0)
    }
    func add(_ number: Int64) {
      for shift in stride(from: 0, to: 64, by: 8) {
        hash.append(UInt8(truncatingIfNeeded: number >> Int64(shift)))
      }
    }
    func add(_ share: TurnAttribution.Share) {
      add(share.state.rawValue)
      add(share.weight)
      add(share.tier?.rawValue ?? -1)
      add(share.nextChange?.milliseconds ?? -1)
      for commit in share.commits { add(commit) }
      for reason in share.reasons { add(reason) }
    }
    add(version)
    for turn in turns {
      add(Int64(bitPattern: turn.turn.low))
      for share in turn.shares { add(share) }
    }
    add(rest)
    return hash.finalize64()
  }
}

extension [RollupCell] {
  /// The state that cost most, as an account calls the session's; `nil` without cells.
  fileprivate var costliestState: OutcomeState? {
    var sums: [OutcomeState: Totals] = [:]
    for cell in self { sums[cell.state, default: .zero] += cell.totals }
    var best: (state: OutcomeState, totals: Totals)?
    for state in OutcomeState.allCases {
      guard let totals = sums[state], best.map({ totals.isCostlier(than: $0.totals) }) ?? true else {
        continue
      }
      best = (state, totals)
    }
    return best?.state
  }
}
