package import Ledger

/// What the events of one service say, read once and asked for week by week.
package struct DeliveryReading: Sendable {
  private let events: [OutcomeEvent]
  private let delivery: Delivery
  private let firstDeployment: Instant?
  private let firstIncident: Instant?
  /// Commits that went live with a deployment that an incident is put down to.
  package let failedCommits: Set<String>

  /// - Parameter events: Of all of the service's repositories.
  package init(_ events: [OutcomeEvent]) {
    self.events = events.filter { $0.state != .withdrawn }
    delivery = Delivery(self.events)
    firstDeployment = delivery.landed.first { $0.isProduction == true }?.landed
    firstIncident = self.events.filter { $0.kind == .incident }.compactMap(\.started).min()
    var failed: Set<String> = []
    for deployment in delivery.landed where delivery.failing.contains(deployment.id) {
      for change in delivery.contents(of: deployment) ?? [] { failed.formUnion(change.commits) }
    }
    failedCommits = failed
  }

  /// What was delivered in a period, beside what landed.
  package func week(_ period: Range<Instant>) -> DeliveryWeek {
    var week = DeliveryWeek()
    let landed = delivery.landed.filter { $0.landed.map(period.contains) == true }
    let deployments = landed.filter { $0.isProduction == true }
    if let firstDeployment, firstDeployment < period.upperBound {
      week.weeksWithDeployments = 1
      let unplaced = Int64(landed.count { $0.isProduction == nil })
      let count = Int64(deployments.count)
      week.deployments = DeliveryWeek.Share(count, known: count, of: count + unplaced)
      week.leadTimes = leadTimes(of: deployments)
    }
    if let firstIncident, firstIncident < period.upperBound {
      week.weeksWithIncidents = 1
      let incidents = events.filter { $0.kind == .incident && $0.started.map(period.contains) == true }
      let blamed = incidents.filter { !delivery.blamed(by: $0).isEmpty }
      week.deploymentsWatched = Int64(deployments.count)
      week.failedDeployments = DeliveryWeek.Share(
        Int64(deployments.count { delivery.failing.contains($0.id) }), known: Int64(blamed.count),
        of: Int64(incidents.count))
      week.recoveries = DeliveryWeek.Times(
        DurationTally(
          blamed.compactMap { incident in
            guard let started = incident.started, let ended = incident.ended, ended >= started else {
              return nil
            }
            return ended - started
          }), of: Int64(blamed.count))
      let rework = deployments.compactMap(delivery.isRework)
      week.rework = DeliveryWeek.Share(
        Int64(rework.count { $0 }), known: Int64(rework.count), of: Int64(deployments.count))
    }
    week.reviews = reviews(in: period)
    return week
  }

  private func leadTimes(of deployments: [OutcomeEvent]) -> DeliveryWeek.Times {
    var times = DeliveryWeek.Times()
    for deployment in deployments {
      guard let live = deployment.landed else { continue }
      for change in delivery.contents(of: deployment) ?? [] {
        times.of += 1
        if let first = change.firstCommit, first <= live { times.tally.add(live - first) }
      }
    }
    return times
  }

  private func reviews(in period: Range<Instant>) -> DeliveryWeek.Times {
    var times = DeliveryWeek.Times()
    for change in events where change.kind == .change && change.isMainline != false {
      guard let landed = change.landed, period.contains(landed) else { continue }
      times.of += 1
      guard let opened = change.started, let approved = change.approved ?? change.reviewed, approved >= opened
      else { continue }
      times.tally.add(approved - opened)
    }
    return times
  }
}
