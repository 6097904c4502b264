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
}
