import Attribution
import Judgement
import Ledger
import Outcomes

/// Everything that attribution looks at.
struct Evidence {
  var sessionFacts: [SessionID: SessionFact]
  var places: Places
  /// What was reported of changes, deployments and incidents.
  var events: [OutcomeEvent] = []
  private var catalogue: [SessionEvidence]

  private var rows: [SessionID: Int] = [:]
  private var rowsOfTurns: [TurnID: Int] = [:]

  init(sessions: [SessionFact], places: Places) {
    self.places = places
    sessionFacts = Dictionary(sessions.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    catalogue = sessions.map { SessionEvidence(session: $0, turns: []) }
    for (row, session) in sessions.enumerated() { rows[session.id] = row }
  }

  /// The sessions in groups that do not bear on each other: all together where there is a repository whose
  /// commits they compete for, else a few at a time.
  var groups: [Range<Int>] {
    places.histories.isEmpty ? catalogue.indices.parts(of: Self.sessionsAtATime) : [catalogue.indices]
  }

  /// The records of so many sessions are held together.
  static let sessionsAtATime = 256

  /// Turns come before what is theirs; else in any order.
  mutating func add(_ facts: SessionFactSet) {
    for turn in facts.turns {
      guard let row = rows[turn.session] else { continue }
      rowsOfTurns[turn.id] = row
      catalogue[row].turns.append(turn)
    }
    for edit in facts.edits { if let row = rowsOfTurns[edit.turn] { catalogue[row].edits.append(edit) } }
    for call in facts.toolCalls {
      if let row = rowsOfTurns[call.turn] { catalogue[row].toolCalls.append(call) }
    }
    for mention in facts.mentions {
      if let row = rowsOfTurns[mention.turn] { catalogue[row].mentions.append(mention) }
    }
  }

  /// Takes what is observed of sessions.
  ///
  /// - Parameter results: Of one group.
  func observing(
    _ results: [SessionAttribution], now: Instant
  ) -> (_ result: SessionAttribution) -> SessionObservations? {
    let commits = Set(results.lazy.flatMap(\.turns).flatMap(\.shares).flatMap(\.commits))
    let natures = CommitNatures(of: commits, in: places.histories)
    return { result in
      rows[result.session].map { row in
        SessionObserver(evidence: catalogue[row], result: result, natures: natures, now: now).observations()
      }
    }
  }

  /// - Parameter group: One of ``groups``.
  func attribute(
    _ group: Range<Int>, policy: AttributionPolicy, key: SipHash24.Key, now: Instant
  ) -> [SessionAttribution] {
    attribute(group, policy: policy, key: key, now: now, withChanges: false).sessions
  }

  /// - Parameter withChanges: Whether what landed in the repositories is asked for as well.
  func attribute(
    _ group: Range<Int>, policy: AttributionPolicy, key: SipHash24.Key, now: Instant, withChanges: Bool
  ) -> (sessions: [SessionAttribution], changes: [LandedHistory]) {
    let attributor = Attributor(policy: policy, key: key)
    let catalogue = EvidenceCatalogue(Array(self.catalogue[group]))
    var residents: [String: Set<SessionID>] = [:]
    var places: [SessionID: SessionPlace] = [:]
    for session in self.catalogue[group].lazy.map(\.session) {
      let place = self.places.place(of: session)
      places[session.id] = place
      if case .repository(let directory) = place { residents[directory, default: []].insert(session.id) }
    }
    let linked = self.places.histories.map { history in
      (
        history: history,
        links: attributor.links(
          in: history, catalogue: catalogue, resident: residents[history.index.gitDirectory] ?? []),
        delivery: delivery(of: history, key: key, now: now)
      )
    }
    let changes =
      withChanges
      ? linked.map {
        LandedChanges($0.history, policy: policy, now: now).changes($0.links, catalogue: catalogue)
      }
      : []
    return (attributor.attribute(catalogue, repositories: linked, places: places, now: now), changes)
  }

  private func delivery(of history: RepositoryHistory, key: SipHash24.Key, now: Instant) -> DeliveryEvidence {
    guard !events.isEmpty else { return .none }
    let remotes = Set(history.index.remotes)
    let own = events.filter { event in
      event.kind == .incident
        || event.repository.flatMap { RemoteName.hash($0, key: key) }.map(remotes.contains) ?? false
    }
    return DeliveryEvidence(own, of: history, at: now)
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

  /// A hash of everything in it and of what was observed: equal digests, equal attributions.
  func digest(with observations: SessionObservations?) -> UInt64 {
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
    for byte in observations?.coded() ?? [] { hash.append(byte) }
    return hash.finalize64()
  }
}

extension Range<Int> {
  /// The range cut into parts of `count`, the last of which may be smaller.
  func parts(of count: Int) -> [Range<Int>] {
    stride(from: lowerBound, to: upperBound, by: count).map { $0..<Swift.min($0 + count, upperBound) }
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
