/// What one service delivered in one week, as counts and as tallies of times: of any number of weeks and services the
/// sum says what all of them did. Nothing in it is of a person (DORA).
package struct DeliveryWeek: Hashable, Sendable, Codable {
  /// In place of an application's number: what all applications of the organisation delivered together.
  package static let organisation: Int64 = 0

  /// What became of a number of things, of those of which it is known.
  package struct Share: Hashable, Sendable, Codable {
    package var count: Int64
    package var known: Int64
    package var of: Int64

    package init(_ count: Int64 = 0, known: Int64 = 0, of: Int64 = 0) {
      self.count = count
      self.known = known
      self.of = of
    }

    package static func += (a: inout Share, b: Share) {
      a.count &+= b.count
      a.known &+= b.known
      a.of &+= b.of
    }
  }

  /// Times, and of how many things.
  package struct Times: Hashable, Sendable, Codable {
    package var tally: DurationTally
    package var of: Int64

    package init(_ tally: DurationTally = DurationTally(), of: Int64 = 0) {
      self.tally = tally
      self.of = of
    }

    package static func += (a: inout Times, b: Times) {
      a.tally += b.tally
      a.of &+= b.of
    }
  }

  /// Changes on the main line, whoever and whatever made them.
  package struct Landed: Hashable, Sendable, Codable {
    package var landed: Int64 = 0
    package var held: Int64 = 0
    /// Those that went live with a deployment that an incident is put down to.
    package var failed: Int64 = 0
    package var linesAdded: Int64 = 0
    package var linesGone14Days: Int64 = 0
    package var linesGone30Days: Int64 = 0

    package init() {}

    package static func += (a: inout Landed, b: Landed) {
      a.landed &+= b.landed
      a.held &+= b.held
      a.failed &+= b.failed
      a.linesAdded &+= b.linesAdded
      a.linesGone14Days &+= b.linesGone14Days
      a.linesGone30Days &+= b.linesGone30Days
    }
  }

  /// Weeks of services that are added up here.
  package var weeks: Int64 = 1
  /// Weeks in which deployments to production were reported, now or before: in others none is not zero.
  package var weeksWithDeployments: Int64 = 0
  /// Weeks in which incidents were.
  package var weeksWithIncidents: Int64 = 0
  /// To production, gone live; known to be to production, of those and the ones of which it is not known.
  package var deployments = Share()
  /// From first commit to production, by change.
  package var leadTimes = Times()
  /// Deployments that an incident names or names a commit of; incidents that name one, of all. Only of weeks with
  /// incidents.
  package var failedDeployments = Share()
  /// Deployments of weeks with incidents.
  package var deploymentsWatched: Int64 = 0
  /// From the beginning of an incident that a deployment caused to its end.
  package var recoveries = Times()
  /// Unplanned deployments because of an incident, of those of which it is known.
  package var rework = Share()
  /// From opening to approval, by change that was merged.
  package var reviews = Times()
  /// `nil` if no repository of the service was read.
  package var landed: Landed?

  package init() {}

  /// Incidents that deployments caused.
  package var incidents: Int64 { failedDeployments.known }

  package static func += (a: inout DeliveryWeek, b: DeliveryWeek) {
    a.weeks &+= b.weeks
    a.weeksWithDeployments &+= b.weeksWithDeployments
    a.weeksWithIncidents &+= b.weeksWithIncidents
    a.deployments += b.deployments
    a.leadTimes += b.leadTimes
    a.failedDeployments += b.failedDeployments
    a.deploymentsWatched &+= b.deploymentsWatched
    a.recoveries += b.recoveries
    a.rework += b.rework
    a.reviews += b.reviews
    if let more = b.landed {
      var sum = a.landed ?? Landed()
      sum += more
      a.landed = sum
    }
  }
}
