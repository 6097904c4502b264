package import Ledger
package import Outcomes

/// What systems outside of git say of one repository's commits: which changes were reviewed, and what went into
/// production and stayed well there (law 4).
package struct DeliveryEvidence: Sendable {
  private var reviewed: Set<UInt32> = []
  private var blamed: Set<UInt32> = []
  private var deployed: Set<UInt32> = []
  /// Everything that landed up to here is in production: the place in the order of landing.
  private var deployedUpTo: UInt32?

  /// Nobody says anything.
  package static let none = DeliveryEvidence()
  private init() {}

  /// - Parameter events: Changes and deployments of the repository, and incidents of any.
  package init(_ events: [OutcomeEvent], of history: RepositoryHistory, at now: Instant) {
    let events = events.filter { $0.state != .withdrawn }
    let blames = Self.blames(in: events)
    blamed = Set(blames.flatMap { Self.rows(of: $0, in: history, events) })
    /// By environment the latest that went well: one that came before it is in place no more.
    var latest: [String: OutcomeEvent] = [:]
    for event in events {
      switch event.kind {
      case .change:
        let isReviewed = [event.reviewed, event.approved].contains { $0.map { $0 <= now } ?? false }
        guard isReviewed, event.landed != nil else { continue }
        reviewed.formUnion(Self.rows(of: event, in: history))
      case .deployment:
        // One that failed or was taken back, or that an incident is put down to, put nothing in place that stays.
        guard event.isProduction == true, event.landed.map({ $0 <= now }) ?? false,
          event.state != .failed, event.state != .cancelled, !blames.contains(.event(event.id)),
          !event.commits.contains(where: { blames.contains(.commit($0.hash)) })
        else { continue }
        let name = event.environment ?? ""
        if let other = latest[name], (other.landed ?? now, other.id) > (event.landed ?? now, event.id) {
          continue
        }
        latest[name] = event
      case .push, .incident, .ticket, .score: continue
      }
    }
    for event in latest.values {
      for row in Self.rows(of: event, in: history) { take(deployed: row, history) }
    }
  }

  private mutating func take(deployed row: UInt32, _ history: RepositoryHistory) {
    deployed.insert(row)
    // What is deployed of the default branch's own line has all in it that landed before.
    guard history.landedBy[Int(row)] == row else { return }
    deployedUpTo = max(deployedUpTo ?? 0, history.landingOrder[Int(row)])
  }

  private static func rows(of event: OutcomeEvent, in history: RepositoryHistory) -> [UInt32] {
    (event.commits.map(\.hash) + [event.head].compactMap { $0 }).compactMap { text in
      CommitHash(text).flatMap { history.commit(named: $0) }.map { UInt32(truncatingIfNeeded: $0) }
    }
  }

  /// The commits that an incident is put down to, by themselves or with a change.
  private static func rows(
    of target: EventLink.Target, in history: RepositoryHistory, _ events: [OutcomeEvent]
  ) -> [UInt32] {
    switch target {
    case .commit(let hash):
      CommitHash(hash).flatMap { history.commit(named: $0) }.map { [UInt32(truncatingIfNeeded: $0)] } ?? []
    case .event(let id):
      events.filter { $0.id == id && $0.kind == .change }.flatMap { rows(of: $0, in: history) }
    case .ticket: []
    }
  }

  private static func blames(in events: [OutcomeEvent]) -> Set<EventLink.Target> {
    let links = events.filter { $0.kind == .incident }.flatMap(\.links)
    return Set(links.filter { $0.role == .cause }.map(\.target))
  }

  /// How far a commit got that landed.
  func tier(of commit: Int, in history: RepositoryHistory) -> OutcomeTier {
    let row = UInt32(truncatingIfNeeded: commit)
    let isDeployed =
      deployed.contains(row) || deployedUpTo.map { history.landingOrder[commit] <= $0 } ?? false
    if isDeployed, !blamed.contains(row), !blamed.contains(history.landedBy[commit]) { return .deployed }
    let isReviewed =
      history.wasReviewed(commit) || reviewed.contains(row) || reviewed.contains(history.landedBy[commit])
    return isReviewed ? .reviewed : .landed
  }
}
