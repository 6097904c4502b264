import Effects
package import Ledger

extension DeploymentRecord {
  /// What the ledger is to be told, complete each time: the deployment; an incident if users had something of its
  /// failure; and, with `tellsCommits`, the commits that it brought.
  ///
  /// - Parameter tellsCommits: Only for a repository whose pushes nobody else tells of. Commits that a failed deployment
  ///   brought are told once more with the next one that brings them.
  package func reports(tellsCommits: Bool) -> [OutcomeEvent] {
    [tellsCommits ? push : nil, deployment, incident].compactMap { $0 }
  }

  private var deployment: OutcomeEvent {
    var report = OutcomeEvent(
      event, .deployment, from: forgeEvent?.source ?? .json,
      asOf: [begun, live, ended].compactMap { $0 }.max() ?? begun)
    report.repository = place.repository
    report.environment = place.environment
    report.isProduction = place.isProduction
    // What was planned may have been made necessary by an incident all the same; what it contains tells that.
    report.isUnplanned = order.isRollback ? true : nil
    report.started = begun
    report.landed = live
    report.commits = [EventCommit(order.sha)]
    switch verdict {
    case .failed:
      report.state = .failed
      report.ended = ended
    case .superseded where live != nil: report.state = .inactive
    case .superseded: report.state = .cancelled
    case .held, .unconfirmed, nil: report.state = live == nil ? .running : .succeeded
    }
    return report
  }

  /// Somebody had to step in, or should have: it failed where users were.
  package var incident: OutcomeEvent? {
    guard place.isProduction, live != nil, case .failed(let failure) = verdict, let ended else { return nil }
    var resolved = remedy?.well
    switch failure {
    case .didNotGoLive, .vanished: return nil
    case .rolledBack: resolved = ended
    case .failedLater, .neverWell, .unhealthy, .missedObjective: break
    }
    let started = min(troubleSince ?? ended, ended)
    var report = OutcomeEvent(
      .reported(.incident, "\(place.name)/\(order.effect.rawValue)"), .incident, from: .json,
      asOf: max(ended, resolved ?? ended))
    report.repository = place.repository
    report.environment = place.environment
    report.started = started
    report.ended = resolved.map { max($0, started) }
    report.state = resolved == nil ? .open : .resolved
    report.links =
      ([EventLink(.cause, .event(event))] + (remedy.map { [EventLink(.remedy, .event($0.event))] } ?? []))
      .sorted()
    return report
  }

  private var push: OutcomeEvent? {
    guard !order.isRollback, !commits.isEmpty else { return nil }
    let id = EventID(
      space: "event/push", "\(place.repository)\n\(place.name)\n\(order.from ?? "")\n\(order.sha)")
    var report = OutcomeEvent(id, .push, from: .json, asOf: begun)
    report.repository = place.repository
    report.started = begun
    report.isMainline = true
    report.before = order.from
    report.head = order.sha
    report.isPartial = commits.count >= DeploymentChanges.most
    report.commits = OutcomeEvent.ordered(commits.map { EventCommit($0.sha, at: $0.at) })
    return report
  }

  /// Takes over that a rollback put it right, or is about to.
  ///
  /// - Parameter watch: That over the rollback.
  package mutating func putRight(by rollback: DeploymentRecord, _ watch: HealthWatch) {
    remedy = Remedy(event: rollback.event, well: watch.well)
  }
}
