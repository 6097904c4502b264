import Ledger

/// What events say of how commits came into production.
struct Delivery {
  /// Deployments that went live, in that order.
  let landed: [OutcomeEvent]
  let hasProduction: Bool
  let hasIncidents: Bool
  /// Deployments that an incident was caused by.
  private(set) var failing: Set<EventID> = []

  private let events: [EventID: OutcomeEvent]
  private let pushes: Pushes
  /// What each deployment to production brought, for those of which it is known.
  private var contents: [EventID: [Change]] = [:]
  /// The first deployment to production that each commit came with.
  private var carriers: [String: EventID] = [:]
  private let changesByCommit: [String: OutcomeEvent]
  private let incidents: [OutcomeEvent]
  /// What incidents say they were put right by.
  private let remedies: Set<EventLink.Target>

  /// One thing that was delivered.
  struct Change {
    var firstCommit: Instant?
    var commits: Set<String>
    var events: [OutcomeEvent]
  }

  init(_ events: [OutcomeEvent]) {
    self.events = Dictionary(events.map { ($0.id, $0) }) { first, _ in first }
    pushes = Pushes(events.filter { $0.kind == .push })
    let deployments = events.filter { $0.kind == .deployment && $0.landed != nil }
    landed = deployments.sorted { a, b in
      (a.landed ?? a.asOf, a.id) < (b.landed ?? b.asOf, b.id)
    }
    hasProduction = events.contains { $0.kind == .deployment && $0.isProduction == true }
    incidents = events.filter { $0.kind == .incident }
    hasIncidents = !incidents.isEmpty
    remedies = Set(incidents.flatMap(\.links).filter { $0.role == .remedy }.map(\.target))
    var changes: [String: OutcomeEvent] = [:]
    for change in events where change.kind == .change && change.landed != nil {
      for commit in change.commits { changes[commit.hash] = change }
    }
    changesByCommit = changes
    bring()
    for incident in incidents { failing.formUnion(blamed(by: incident)) }
  }

  /// Divides the pushes to the main line among the deployments of each repository.
  private mutating func bring() {
    var delivered: [String: Set<EventID>] = [:]
    for deployment in landed where deployment.isProduction == true {
      guard let hash = deployment.commits.first?.hash else { continue }
      carriers[hash] = carriers[hash] ?? deployment.id
      let repository = deployment.repositoryName ?? ""
      let known = delivered[repository]
      guard let (line, end) = pushes.line(endingAt: hash, until: { known?.contains($0) == true }) else {
        continue
      }
      delivered[repository, default: []].formUnion(line.map(\.id))
      var brought = line
      if end == .lost {
        // Pushes are missing in between: what else came with it is not known.
        if known != nil { continue }
        // Nor is it known what was in production before the first one; its last push is its own for certain.
        brought = Array(line.prefix(1))
      }
      let changes = brought.map { change(of: $0) }
      contents[deployment.id] = changes
      for commit in changes.flatMap(\.commits) { carriers[commit] = carriers[commit] ?? deployment.id }
    }
  }

  private func change(of push: OutcomeEvent) -> Change {
    let hashes = Set(push.commits.map(\.hash) + [push.head].compactMap { $0 })
    let requests = hashes.compactMap { changesByCommit[$0] }
    var commits = push.commits
    for request in requests {
      guard let head = request.head, let branch = pushes.branch(endingAt: head) else { continue }
      commits += branch.flatMap(\.commits)
    }
    // A squashed commit is as young as its merge: without the branch it says nothing of when work began.
    let isSquashed =
      commits.count == push.commits.count && push.commits.count <= 1
      && requests.contains { request in request.head.map { !hashes.contains($0) } ?? true }
    let first = isSquashed || push.isPartial == true ? nil : commits.compactMap(\.at).min()
    return Change(
      firstCommit: first, commits: hashes.union(commits.map(\.hash)), events: [push] + requests)
  }

  /// The changes that a deployment brought; `nil` where that is not known.
  func contents(of deployment: OutcomeEvent) -> [Change]? { contents[deployment.id] }

  /// The deployments to production that an incident says it was caused by, itself or by a commit that came with them.
  func blamed(by incident: OutcomeEvent) -> Set<EventID> {
    var found: Set<EventID> = []
    for link in incident.links where link.role == .cause {
      found.formUnion(deployments(of: link.target))
    }
    return found
  }

  /// The deployments to production that `target` is or came with.
  private func deployments(of target: EventLink.Target) -> Set<EventID> {
    switch target {
    case .event(let id):
      guard let event = events[id] else { return [] }
      if event.kind == .deployment { return event.isProduction == true ? [id] : [] }
      return event.commits.reduce(into: []) { $0.formUnion(deployments(of: .commit($1.hash))) }
    // Where it went live first: the same commit may be deployed again.
    case .commit(let hash): return carriers[hash].map { [$0] } ?? []
    case .ticket: return []
    }
  }

  /// Whether a deployment was made because of an incident; `nil` where that is not known.
  func isRework(_ deployment: OutcomeEvent) -> Bool? {
    if let isUnplanned = deployment.isUnplanned { return isUnplanned }
    if remedies.contains(.event(deployment.id)) { return true }
    if deployment.commits.contains(where: { remedies.contains(.commit($0.hash)) }) { return true }
    guard let contents = contents(of: deployment) else { return nil }
    let ids = Set(incidents.map(\.id))
    let keys = Set(incidents.compactMap(\.name))
    return contents.contains { change in
      remedies.contains { target in
        switch target {
        case .commit(let hash): change.commits.contains(hash)
        case .event(let id): change.events.contains { $0.id == id }
        case .ticket: false
        }
      }
        || change.events.flatMap(\.links).contains { link in
          guard link.role == .remedy else { return false }
          switch link.target {
          case .event(let id): return ids.contains(id)
          case .ticket(let key): return keys.contains(key)
          case .commit: return false
          }
        }
    }
  }
}
