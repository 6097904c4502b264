package import Directory
package import Foundation
package import Visibility

/// An adoption target with how far it is reached and, always, what it does: there is no way to have the one without the
/// other. All that pages, programs and AI tools are shown of a target is one of these.
package struct TargetView: Sendable {
  package let target: AdoptionTarget
  /// Those before it, the latest first.
  package let former: [AdoptionTarget]
  /// In order of time, every week that was counted.
  package let weeks: [OrganisationWeek]
  /// Of the last week that was counted; a group that is not here had too few people, or would give somebody away.
  package let groups: [GroupRate]
  /// Empty if there are too few weeks for one.
  package let forecast: [Forecast.Step]
  package let panel: TargetPanel

  /// The organisation in one week.
  package struct OrganisationWeek: Sendable, Hashable {
    package var week: Week
    /// As it was in force when the week was counted.
    package var target: AdoptionTarget
    /// `nil`: too few people.
    package var rate: AdoptionRate?
    /// Of organisations that are large enough to be counted exactly.
    package var counts: Counts?
  }

  /// How many people there were of each kind.
  package struct Counts: Sendable, Hashable {
    package var eligible: Int
    package var active: CountRange
    /// Seen, and not active.
    package var inactive: CountRange
    /// Of whom nothing could be seen.
    package var notConnected: CountRange
    package var partTime: CountRange
    /// On leave all week, and not among the eligible.
    package var away: CountRange
  }

  package struct GroupRate: Sendable, Hashable {
    package var group: Grouping
    package var rate: AdoptionRate
    package var eligible: PeopleBand
  }

  /// - Parameters:
  ///   - targets: All there ever were, in the order of their announcement.
  ///   - adoption: All that was published, in order of time.
  ///   - use: The closed weeks, in order of time.
  ///   - announcements: What was announced beside targets.
  ///   - rollout: Where teams got something at different times.
  /// - Returns: `nil` if there never was a target.
  package init?(
    of targets: [AdoptionTarget], adoption: [FrozenAdoption], use: [FrozenWeek],
    announcements: [Announcement] = [], rollout: Rollout? = nil, timeZone: TimeZone
  ) {
    guard let target = targets.last else { return nil }
    self.target = target
    former = targets.dropLast().reversed()
    weeks = adoption.map(OrganisationWeek.init)
    groups =
      adoption.last?.groups.map { one in
        GroupRate(group: one.group, rate: AdoptionRate(one.share), eligible: one.share.eligible)
      } ?? []
    let alike = adoption.filter { $0.target.countsAlike(target) }
    forecast =
      Forecast(
        of: alike.compactMap { one in one.organisation.map { (one.week, AdoptionRate($0).middle) } },
        timeZone: timeZone
      ).steps
    panel = TargetPanel(
      of: target,
      announcements: targets.map { Announcement("the target “\($0.name)”", at: $0.announced) }
        + announcements,
      rollout: rollout, adoption: alike, use: use,
      countedOtherwise: adoption.count - alike.count, timeZone: timeZone)
  }

  package var latest: OrganisationWeek? { weeks.last }
  package var isInForce: Bool { target.ended == nil }
}

extension TargetView.OrganisationWeek {
  init(_ adoption: FrozenAdoption) {
    week = adoption.week
    target = adoption.target
    rate = adoption.organisation.map { AdoptionRate($0) }
    if case .counted(let counted) = adoption.organisation { counts = TargetView.Counts(counted) }
  }
}

extension TargetView.Counts {
  init(_ counted: FrozenAdoption.Counted) {
    eligible = counted.eligible
    active = counted.active
    inactive = counted.inactive
    notConnected = CountRange(
      max(0, eligible - active.most - inactive.most), eligible - active.least - inactive.least)
    partTime = counted.partTime
    away = counted.away
  }
}

extension AdoptionTarget {
  /// Whether the same people are counted in the same way.
  package func countsAlike(_ other: AdoptionTarget) -> Bool {
    eligibility == other.eligibility && leastDays == other.leastDays && leastAmount == other.leastAmount
  }
}

extension CountRange {
  /// `12`, `fewer than 5`, `171–175`.
  package var text: String {
    if let exactly { return "\(exactly)" }
    return least == 0 ? "fewer than \(most + 1)" : "\(least)–\(most)"
  }
}
