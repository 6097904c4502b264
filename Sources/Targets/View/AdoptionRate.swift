/// What share of those who are counted used AI: between which bounds it lies, as far as can be seen and said.
///
/// The lower bound is the share of those who were seen to be active; the upper one counts those as well of whom nothing
/// could be seen, for what is missing is not zero.
package struct AdoptionRate: Sendable, Hashable {
  /// From 0 to 1.
  package let least: Double
  package let most: Double

  init(least: Double, most: Double) {
    self.least = least
    self.most = max(least, most)
  }

  init(_ counted: FrozenAdoption.Counted) {
    let people = Double(max(1, counted.eligible))
    self.init(
      least: Double(counted.active.least) / people, most: 1 - Double(counted.inactive.least) / people)
  }

  init(_ banded: FrozenAdoption.Banded) {
    self.init(
      least: Double(banded.active.least) / 100, most: Double(banded.possiblyActive.most) / 100)
  }

  init(_ organisation: FrozenAdoption.Organisation) {
    switch organisation {
    case .counted(let counted): self.init(counted)
    case .banded(let banded): self.init(banded)
    }
  }

  package var middle: Double { (least + most) / 2 }

  /// `74–81 %`, in whole points.
  package var text: String {
    let (low, high) = (Self.points(least), Self.points(most))
    return low == high ? "\(low) %" : "\(low)–\(high) %"
  }

  private static func points(_ share: Double) -> Int { Int((share * 100).rounded()) }

  /// Whether a share was reached.
  package enum Verdict: String, Sendable, Hashable {
    case reached
    case notReached = "not reached"
    /// The bounds are on both sides of it.
    case cannotBeSaid = "cannot be said"
  }

  package func verdict(on percent: Int) -> Verdict {
    let wanted = Double(percent) / 100
    return least >= wanted ? .reached : most < wanted ? .notReached : .cannotBeSaid
  }
}
