package import Ledger
package import Outcomes

/// Links turns to what the repositories show, and decides their states.
///
/// Two pure steps, so that only what changed is done again: ``links(in:sessions:)`` matches the content of
/// sessions against one repository; ``attribute(_:links:places:now:)`` turns the links of all repositories into
/// states as of an instant. A session must be attributed again when its facts changed, when a repository that
/// may hold its outcomes changed, or when its `nextChange` has passed.
package struct Attributor: Sendable {
  package var policy: AttributionPolicy
  /// The ledger's key, under which lines and paths were hashed.
  package var key: SipHash24.Key

  package init(policy: AttributionPolicy = AttributionPolicy(), key: SipHash24.Key) {
    self.policy = policy
    self.key = key
  }

  /// Matches the sessions' content, mentions and records against one repository.
  ///
  /// - Parameter resident: Sessions whose working directory is in this repository; others may match by content.
  package func links(
    in history: RepositoryHistory, catalogue: EvidenceCatalogue, resident: Set<SessionID>
  ) -> RepositoryLinks {
    let rows = catalogue.sessions.indices.filter { resident.contains(catalogue.sessions[$0].session.id) }
    return LinkResolver(
      catalogue: catalogue, history: history, policy: policy, key: key,
      resident: Set(rows.map { UInt32(truncatingIfNeeded: $0) })
    ).resolve()
  }

  /// The strongest claim to each commit that any session has a claim to: what a measurement compares.
  package func claims(
    _ links: RepositoryLinks, in history: RepositoryHistory, catalogue: EvidenceCatalogue
  ) -> [RepositoryLinks.Claim] {
    links.links.filter(\.isBest).map { link in
      RepositoryLinks.Claim(
        commit: history.index.commits[Int(link.commit)].hash.hexadecimal,
        session: catalogue.sessions[Int(link.session)].session.id, tier: link.tier, score: link.score,
        lines: link.lines.count)
    }
  }

  /// The states of all sessions of the catalogue as of `now`.
  ///
  /// - Parameters:
  ///   - repositories: Every repository that is known, with its links to these sessions, and what is said of it
  ///     elsewhere.
  ///   - places: Where the sessions ran; a session that is missing counts as ``SessionPlace/unstated``.
  package func attribute(
    _ catalogue: EvidenceCatalogue,
    repositories: [(history: RepositoryHistory, links: RepositoryLinks, delivery: DeliveryEvidence)],
    places: [SessionID: SessionPlace], now: Instant
  ) -> [SessionAttribution] {
    let table = TurnLinkTable(
      catalogue: catalogue,
      repositories: repositories.map {
        ($0.links, OutcomeJudge(history: $0.history, delivery: $0.delivery, policy: policy, now: now))
      })
    return catalogue.sessions.enumerated().map { place, evidence in
      let session = UInt32(truncatingIfNeeded: place)
      var links: [TurnID: TurnLinks] = [:]
      for turn in evidence.turns {
        if let row = catalogue.turnRows[turn.id], let found = table.byTurn[row] { links[turn.id] = found }
      }
      let homes = repositories.filter { $0.links.home.contains(session) }.map(\.history.index)
      let incomplete = incompleteness(
        of: evidence, place: places[evidence.session.id] ?? .unstated, homes: homes)
      let requests = Set(evidence.mentions.filter { $0.kind == .pullRequest }.map(\.turn))
      let states = SessionStates(
        evidence: evidence, policy: policy, now: now, links: links, incomplete: incomplete, requests: requests
      )
      return SessionAttribution(
        session: evidence.session.id, version: policy.version, turns: states.turns(),
        rest: .init(
          state: .unknown, reasons: [incomplete ?? "the records do not say to which turn this usage belongs"]),
        lines: table.survival[session])
    }
  }

  /// Both steps at once, for all sessions and repositories.
  package func attribute(
    _ sessions: [SessionEvidence], repositories: [RepositoryIndex], places: [SessionID: SessionPlace],
    now: Instant
  ) -> [SessionAttribution] {
    let catalogue = EvidenceCatalogue(sessions)
    let linked = repositories.map { index in
      let history = RepositoryHistory(index)
      let resident = places.filter { $0.value == .repository(index.gitDirectory) }.keys
      return (
        history: history, links: links(in: history, catalogue: catalogue, resident: Set(resident)),
        delivery: DeliveryEvidence.none
      )
    }
    return attribute(catalogue, repositories: linked, places: places, now: now)
  }

  /// Why what was not found may exist all the same; `nil` if everything could be seen.
  private func incompleteness(
    of evidence: SessionEvidence, place: SessionPlace, homes: [RepositoryIndex]
  ) -> String? {
    if evidence.session.flags.contains(.usageOnly) {
      return "the source holds usage only, nothing of what was done"
    }
    if let partial = homes.lazy.flatMap(\.problems).first { return partial.reason }
    if !homes.isEmpty { return nil }
    switch place {
    case .repository(let directory): return "the repository \(directory) was not read"
    case .problem(let problem): return problem.reason
    case .unstated: return "the records do not say in which repository it ran"
    }
  }
}
