package import Ledger

/// DORA's five figures of software delivery (dora.dev, the model of 2025) from events. They are of a service, never of
/// a person.
package enum DORA {
  /// - Parameters:
  ///   - events: Of one service: its repository's pushes, changes and deployments, and its incidents, from before
  ///     `period` as well. Lead times need the pushes since the deployment before the first of the period.
  ///   - period: Deployments count that went live in it, and incidents that began in it.
  package static func figures(events: [OutcomeEvent], period: Range<Instant>) -> DORAFigures {
    let events = events.filter { $0.state != .withdrawn }
    let delivery = Delivery(events)
    var figures = DORAFigures()
    let all = delivery.landed.filter { $0.landed.map(period.contains) == true }
    let deployments = all.filter { $0.isProduction == true }
    figures.deployments = deployments.count
    let unplaced = all.count { $0.isProduction == nil }

    let days = Double(period.upperBound.milliseconds &- period.lowerBound.milliseconds) / 86_400_000
    if delivery.hasProduction, days > 0 {
      figures.deploymentsPerDay = DORAFigure(
        Double(deployments.count) / days, known: deployments.count, of: deployments.count + unplaced)
    } else {
      figures.deploymentsPerDay = DORAFigure(nil, known: 0, of: unplaced)
    }
    figures.leadTime = leadTime(of: deployments, delivery)
    guard delivery.hasIncidents else { return figures.withoutIncidents(delivery, deployments) }

    let incidents = events.filter { $0.kind == .incident && $0.started.map(period.contains) == true }
    let blamed = incidents.filter { !delivery.blamed(by: $0).isEmpty }
    let failing = delivery.failing.intersection(deployments.map(\.id))
    figures.changeFailRate = DORAFigure(
      deployments.isEmpty ? nil : Double(failing.count) / Double(deployments.count), known: blamed.count,
      of: incidents.count)
    figures.recoveryTime = recoveryTime(of: blamed)
    figures.reworkRate = reworkRate(of: deployments, delivery)
    return figures
  }

  private static func leadTime(of deployments: [OutcomeEvent], _ delivery: Delivery) -> DORADuration {
    var times: [Duration] = []
    var changes = 0
    var readable = 0
    for deployment in deployments {
      guard let landed = deployment.landed, let contents = delivery.contents(of: deployment) else { continue }
      readable += 1
      for change in contents {
        changes += 1
        // A clock that is ahead of the deployment's says nothing.
        if let first = change.firstCommit, first <= landed { times.append(landed - first) }
      }
    }
    return DORADuration(
      median(times), known: times.count, of: changes, deploymentsRead: readable,
      ofDeployments: deployments.count)
  }

  private static func recoveryTime(of incidents: [OutcomeEvent]) -> DORADuration {
    let times = incidents.compactMap { incident -> Duration? in
      guard let started = incident.started, let ended = incident.ended, ended >= started else { return nil }
      return ended - started
    }
    return DORADuration(median(times), known: times.count, of: incidents.count)
  }

  private static func reworkRate(of deployments: [OutcomeEvent], _ delivery: Delivery) -> DORAFigure {
    var known = 0
    var rework = 0
    for deployment in deployments {
      guard let isRework = delivery.isRework(deployment) else { continue }
      known += 1
      if isRework { rework += 1 }
    }
    return DORAFigure(known == 0 ? nil : Double(rework) / Double(known), known: known, of: deployments.count)
  }

  static func median(_ times: [Duration]) -> Duration? {
    guard !times.isEmpty else { return nil }
    let times = times.map(\.wholeMilliseconds).sorted()
    let upper = times[times.count / 2]
    let lower = times[(times.count - 1) / 2]
    return .milliseconds(lower + (upper - lower) / 2)
  }
}

extension DORAFigures {
  /// Nobody reports incidents: that there were none is not known. What deployments say of themselves is.
  fileprivate func withoutIncidents(_ delivery: Delivery, _ deployments: [OutcomeEvent]) -> DORAFigures {
    var figures = self
    let said = deployments.compactMap(\.isUnplanned)
    figures.reworkRate = DORAFigure(
      said.isEmpty ? nil : Double(said.count { $0 }) / Double(said.count), known: said.count,
      of: deployments.count)
    return figures
  }
}
