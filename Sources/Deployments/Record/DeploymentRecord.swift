import Effects
package import Ledger

/// One deployment from order to verdict, as it becomes events of the ledger: a deployment, an incident if it failed after
/// it went live, and, where no forge tells of them, the commits that it brought. Told as often as one likes: a later
/// telling of the same thing is the same event.
package struct DeploymentRecord: Hashable, Sendable, Codable {
  package var place: DeploymentPlace
  package var order: DeploymentOrder
  package var begun: Instant
  /// When it first was what runs; `nil` if it never was.
  package var live: Instant?
  /// When the trouble began that it failed by.
  package var troubleSince: Instant?
  package var verdict: HealthVerdict?
  package var ended: Instant?
  /// The rollback that put it right, and when the service was well again.
  package var remedy: Remedy?
  /// What it brought.
  package var commits: [DeployedCommit] = []
  /// The event by which a forge tells of it; `nil` where it is only told from here.
  package var forgeEvent: ForgeEvent?

  package struct Remedy: Hashable, Sendable, Codable {
    package var event: EventID
    package var well: Instant?

    package init(event: EventID, well: Instant?) {
      self.event = event
      self.well = well
    }
  }

  package struct ForgeEvent: Hashable, Sendable, Codable {
    package var id: EventID
    package var source: OutcomeEvent.Source

    package init(id: EventID, source: OutcomeEvent.Source) {
      self.id = id
      self.source = source
    }
  }

  package init(place: DeploymentPlace, order: DeploymentOrder, begun: Instant) {
    self.place = place
    self.order = order
    self.begun = begun
  }

  /// The event that the deployment is.
  package var event: EventID {
    forgeEvent?.id ?? .reported(.deployment, "\(place.name)/\(order.effect.rawValue)")
  }

  /// Takes over what its watch saw.
  package mutating func follow(_ watch: HealthWatch) {
    live = watch.live ?? live
    troubleSince = watch.troubleSince
    if case .ended(let verdict, let at) = watch.phase {
      self.verdict = verdict
      ended = at
    }
  }
}
