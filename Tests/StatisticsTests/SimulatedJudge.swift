import Foundation
import Statistics

/// A judge whose scores are normal around one value for the class and another for the rest; those of one person are alike.
struct SimulatedJudge {
  /// How far either class lies from the middle, in standard deviations.
  var separation: Double
  /// What part of the variance is the person's.
  var alikeness: Double

  struct Unit {
    var isPurposeless: Bool
    var bits: Double
  }

  /// - Parameter share: Of the person's units that are of the class.
  func person(_ share: Double, units: Int, _ random: inout SeededRandom) -> [Unit] {
    let own = (random.normal() * alikeness.squareRoot(), random.normal() * alikeness.squareRoot())
    return (0..<units).map { _ in
      let isPurposeless = random.uniform() < share
      let middle = isPurposeless ? separation + own.0 : -separation + own.1
      return Unit(isPurposeless: isPurposeless, bits: middle + random.normal() * (1 - alikeness).squareRoot())
    }
  }

  /// One person in three of the class, eight units each.
  func labelled(_ people: Int, _ random: inout SeededRandom) -> [LabelledPerson] {
    (0..<people).map { index in
      let units = person(index % 3 == 0 ? 1 : 0, units: 8, &random)
      return LabelledPerson(
        purposeless: units.filter(\.isPurposeless).map(\.bits),
        other: units.filter { !$0.isPurposeless }.map(\.bits))
    }
  }

  struct Group {
    var members: [GroupMember]
    /// The share of weight that is of the class, in this group.
    var share: Double
  }

  /// Forty people with five units each. Some people's units are of the class, three in four of them.
  func group(_ prevalence: Double, isWeighted: Bool = false, _ random: inout SeededRandom) -> Group {
    var (members, purposeless, all) = ([GroupMember](), 0.0, 0.0)
    for _ in 0..<40 {
      let burns = random.uniform() < prevalence / 0.75
      let scores = person(burns ? 0.75 : 0, units: 5, &random).map { unit in
        let weight = isWeighted ? exp(random.normal() / 2) : 1
        if unit.isPurposeless { purposeless += weight }
        all += weight
        return Score(bits: unit.bits, weight: weight)
      }
      members.append(GroupMember(scores: scores))
    }
    return Group(members: members, share: purposeless / all)
  }
}
