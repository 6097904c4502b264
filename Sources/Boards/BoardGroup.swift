package import Events
package import Ledger
import Statistics
package import Visibility

/// All that a board knows of one group: what was published of it, week by week.
package struct BoardGroup: Sendable {
  /// One settled week. What is `nil` was not published, or was not known.
  package struct WeekFigures: Sendable, Hashable {
    package var cost: NanoDollars?
    package var coverage: Coverage?
    package var changes: CellChanges?
    /// Of those of the group's services of which it is kept.
    package var delivery: DeliveryWeek?
    /// Whether these are all of its services: only then is what landed what the cost is of.
    package var isDeliveryWhole: Bool

    package init(
      cost: NanoDollars? = nil, coverage: Coverage? = nil, changes: CellChanges? = nil,
      delivery: DeliveryWeek? = nil, isDeliveryWhole: Bool = true
    ) {
      self.isDeliveryWhole = isDeliveryWhole
      self.cost = cost
      self.coverage = coverage
      self.changes = changes
      self.delivery = delivery
    }
  }

  package var group: Grouping
  package var name: String
  package var weeks: [Week: WeekFigures]

  package init(_ group: Grouping, name: String, weeks: [Week: WeekFigures]) {
    self.group = group
    self.name = name
    self.weeks = weeks
  }
}

/// What weeks of some groups come to in one measure.
struct Evidence {
  /// How a figure of the measure is worked out and compared.
  enum Kind {
    case ratio([WeekPair])
    case share(Int64, of: Int64)
    case rate(Int64, in: Double)
    case times(DurationTally, weekly: [Double])
  }

  var kind: Kind
  /// In the units of the measure: what is over, and what is under the line.
  var above: Double
  var below: Double
  /// Weeks that it was made of.
  var weeks: Int
  /// Things of which it is known, and of how many.
  var known: Int64?
  var of: Int64?

  /// - Parameter weeks: Of one group, or of several put together.
  init?(_ measure: BoardMeasure, _ weeks: [BoardGroup.WeekFigures]) {
    switch measure {
    case .costPerHeldChange:
      self.init(
        pairs: weeks.compactMap { week in
          guard let cost = week.cost, let changes = week.changes else { return nil }
          return WeekPair(cost.inDollars, per: Double(changes.held))
        })
    case .costPerLandedChange:
      self.init(
        pairs: weeks.compactMap { week in
          guard let cost = week.cost, let landed = week.landedOfAll else { return nil }
          return WeekPair(cost.inDollars, per: Double(landed.landed))
        })
    case .churn, .survival:
      self.init(
        pairs: weeks.compactMap { week in
          guard let landed = week.landedOfAll, landed.linesAdded > 0 else { return nil }
          let above = measure == .churn ? landed.linesGone14Days : landed.linesAdded - landed.linesGone30Days
          return WeekPair(Double(above), per: Double(landed.linesAdded))
        })
    case .failedWithAI:
      self.init(
        pairs: Self.comparable(weeks).map { WeekPair(Double($0.failed), per: Double($0.landed)) })
      isTooFew(of: weeks)
    case .failedWithoutAI:
      self.init(
        pairs: Self.comparable(weeks).map {
          WeekPair(Double($0.allFailed - $0.failed), per: Double($0.allLanded - $0.landed))
        })
      isTooFew(of: weeks)
    case .deploymentFrequency, .changeFailRate, .reworkRate:
      self.init(counting: measure, weeks.compactMap(\.delivery))
    case .incidentsPerChange:
      // Incidents and changes of the same applications.
      self.init(counting: measure, weeks.filter { $0.landedOfAll != nil }.compactMap(\.delivery))
    case .leadTime, .recoveryTime, .reviewTime:
      self.init(timing: measure, weeks.compactMap(\.delivery))
    }
    if self.weeks == 0 { return nil }
  }

  private init(pairs: [WeekPair]) {
    kind = .ratio(pairs)
    above = pairs.reduce(0) { $0 + $1.above }
    below = pairs.reduce(0) { $0 + $1.below }
    weeks = below > 0 ? pairs.count : 0
  }

  private init(counting measure: BoardMeasure, _ delivery: [DeliveryWeek]) {
    var sum = DeliveryWeek()
    sum.weeks = 0
    for one in delivery { sum += one }
    switch measure {
    case .deploymentFrequency:
      let days = Double(sum.weeksWithDeployments) * 7
      kind = .rate(sum.deployments.count, in: days)
      (above, below) = (Double(sum.deployments.count), days)
      weeks = delivery.count { $0.weeksWithDeployments > 0 }
      (known, of) = (sum.deployments.known, sum.deployments.of)
    case .changeFailRate:
      kind = .share(sum.failedDeployments.count, of: sum.deploymentsWatched)
      (above, below) = (Double(sum.failedDeployments.count), Double(sum.deploymentsWatched))
      weeks = sum.deploymentsWatched > 0 ? delivery.count { $0.weeksWithIncidents > 0 } : 0
      (known, of) = (sum.failedDeployments.known, sum.failedDeployments.of)
    case .reworkRate:
      kind = .share(sum.rework.count, of: sum.rework.known)
      (above, below) = (Double(sum.rework.count), Double(sum.rework.known))
      weeks = sum.rework.known > 0 ? delivery.count { $0.rework.known > 0 } : 0
      (known, of) = (sum.rework.known, sum.rework.of)
    default:
      let watched = delivery.filter { $0.weeksWithIncidents > 0 }
      let landed = watched.reduce(Int64(0)) { $0 + ($1.landed?.landed ?? 0) }
      kind = .rate(sum.incidents, in: Double(landed) / 100)
      (above, below) = (Double(sum.incidents), Double(landed))
      weeks = landed > 0 ? watched.count : 0
      (known, of) = (sum.failedDeployments.known, sum.failedDeployments.of)
    }
  }

  private init(timing measure: BoardMeasure, _ delivery: [DeliveryWeek]) {
    let times = delivery.map { week in
      switch measure {
      case .leadTime: week.leadTimes
      case .recoveryTime: week.recoveries
      default: week.reviews
      }
    }
    var sum = DeliveryWeek.Times()
    for one in times { sum += one }
    kind = .times(sum.tally, weekly: times.compactMap { $0.tally.median?.inSeconds })
    (above, below) = (Double(sum.tally.count), 1)
    weeks = times.count { $0.tally.count > 0 }
    (known, of) = (sum.tally.count, sum.of)
  }

  // MARK: With and without AI

  private struct Both {
    var landed: Int64
    var failed: Int64
    var allLanded: Int64
    var allFailed: Int64
  }

  /// Weeks in which both kinds are known. A change counts with AI for the week of its session and without for the week
  /// in which it landed, so that what is left of a week may come out below nothing: it is left out.
  private static func comparable(_ weeks: [BoardGroup.WeekFigures]) -> [Both] {
    weeks.compactMap { week in
      guard let changes = week.changes, let landed = changes.landed, let failed = changes.failed,
        let all = week.landedOfAll, all.landed >= landed, all.failed >= failed
      else { return nil }
      return Both(landed: landed, failed: failed, allLanded: all.landed, allFailed: all.failed)
    }
  }

  /// Weeks with few failures are kept back more often than those with many: unless nearly all are there, what is there
  /// would say too much.
  private mutating func isTooFew(of all: [BoardGroup.WeekFigures]) {
    let possible = all.count { $0.landedOfAll != nil }
    if weeks * 5 < possible * 4 { weeks = 0 }
  }

  // MARK: Figures

  var estimate: Estimate? {
    switch kind {
    case .ratio(let pairs): Estimate.ratio(pairs)
    case .share(let count, let of): Estimate.share(count, of: of)
    case .rate(let count, let exposure): Estimate.rate(count, in: exposure)
    case .times(let tally, _): Estimate.median(tally)
    }
  }

  /// How likely two would be so far apart if they were the same; `nil` where there is too little to tell.
  static func likelihood(_ a: Evidence, _ b: Evidence) -> Double? {
    switch (a.kind, b.kind) {
    case (.ratio(let first), .ratio(let second)): Comparison.ratios(first, second)
    case (.share(let count, let of), .share(let other, let all)):
      Comparison.shares((count, of), (other, all))
    case (.rate(let count, let exposure), .rate(let other, let rest)):
      Comparison.rates((count, exposure), (other, rest))
    case (.times(_, let first), .times(_, let second)): Comparison.ranks(first, second)
    default: nil
    }
  }
}

extension NanoDollars {
  var inDollars: Double { Double(count) / Double(NanoDollars.perDollar) }
}

extension BoardGroup.WeekFigures {
  fileprivate var landedOfAll: DeliveryWeek.Landed? { isDeliveryWhole ? delivery?.landed : nil }
}
