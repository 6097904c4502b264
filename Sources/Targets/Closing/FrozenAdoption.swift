package import Directory
package import Visibility

/// All that was ever published of how many used AI in a closed week: made once, and never again.
///
/// Its figures can be read by ``TargetView`` alone, and so are never shown without what a target does beside them.
package struct FrozenAdoption: Sendable, Hashable, Codable {
  package let week: Week
  /// As it was in force when the week was counted; who is counted in this week stays who was counted then.
  package let target: AdoptionTarget
  package let floors: Floors
  /// `nil`: too few people.
  let organisation: Organisation?
  /// In no order that says anything.
  let groups: [Group]

  enum Organisation: Sendable, Hashable, Codable {
    /// Of fifty people or more.
    case counted(Counted)
    case banded(Banded)
  }

  struct Counted: Sendable, Hashable, Codable {
    var eligible: Int
    var active: CountRange
    /// Connected, and not active.
    var inactive: CountRange
    var partTime: CountRange
    /// On leave all week, and so not among the eligible.
    var away: CountRange
    /// `nil` if it could not be shown without fewer than five people in a part of it.
    var days: DayDistribution?
    /// `nil` likewise, where days are not whole, and in weeks from before there was any.
    var amounts: FrozenAmounts?
  }

  struct Banded: Sendable, Hashable, Codable {
    var eligible: PeopleBand
    /// Who was seen to be active.
    var active: ShareBand
    /// Who was, or may have been, since nothing of them could be seen.
    var possiblyActive: ShareBand
  }

  struct Group: Sendable, Hashable, Codable {
    var group: Grouping
    var share: Banded
  }

  init(
    week: Week, target: AdoptionTarget, floors: Floors, organisation: Organisation?, groups: [Group]
  ) {
    self.week = week
    self.target = target
    self.floors = floors
    self.organisation = organisation
    self.groups = groups
  }

  /// Decides what of a week everybody may read.
  package init(closing use: WeekOfAdoption) {
    self = AdoptionClosing(use, admitted: use.admittedGroups()).frozen
  }
}
