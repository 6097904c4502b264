package import Ledger

/// A simulated organisation whose every token is labelled: people of given kinds, in teams that share repositories,
/// over some weeks.
///
/// Equal organisations write equal bytes and equal commits wherever they are written to the same path.
package struct ArenaOrganisation: Sendable, Hashable, Codable {
  package var seed: UInt64
  /// Midnight UTC of the first Monday.
  package var start: Instant
  package var weeks: Int
  /// How many of each kind.
  package var people: [PersonKind: Int]
  package var target: Target?

  /// Something that everybody is asked to reach.
  package struct Target: Sendable, Hashable, Codable {
    package var name: String
    /// The week in which it is announced, from 0; burners begin then or some weeks later.
    package var week: Int

    package init(name: String, week: Int) {
      self.name = name
      self.week = week
    }
  }

  package static let teamSize = 6

  package init(seed: UInt64, weeks: Int, people: [PersonKind: Int], target: Target? = nil) {
    self.seed = seed
    self.weeks = weeks
    self.people = people
    self.target = target
    // 6 January 2025 began a Monday's first millisecond; everything lies in the past, so that nothing is still open.
    start = Instant(milliseconds: 1_736_121_600_000)
  }

  /// So many people of the kinds given, of whom the share `prevalence` burn.
  package init(
    seed: UInt64, weeks: Int, count: Int, kinds: [PersonKind], prevalence: Double?, target: Target? = nil
  ) {
    let burners = kinds.filter(\.isBurner)
    let honest = kinds.filter { !$0.isBurner }
    let share =
      burners.isEmpty ? 0 : honest.isEmpty ? 1 : prevalence ?? Double(burners.count) / Double(kinds.count)
    let burning = Int((Double(count) * share).rounded())
    var people: [PersonKind: Int] = [:]
    for number in 0..<burning where !burners.isEmpty {
      people[burners[number % burners.count], default: 0] += 1
    }
    for number in 0..<(count - burning) where !honest.isEmpty {
      people[honest[number % honest.count], default: 0] += 1
    }
    self.init(seed: seed, weeks: weeks, people: people, target: target)
  }

  package var end: Instant { start + .days(Int64(weeks) * 7) }
  package var personMonths: Double { Double(people.values.reduce(0, +) * weeks) / Self.weeksPerMonth }
  package static let weeksPerMonth = 365.25 / 12 / 7

  /// Everybody, in an order that `seed` gives, so that teams are mixed.
  var roster: [(person: Person, slug: String, kind: PersonKind)] {
    var kinds = PersonKind.allCases.flatMap { Array(repeating: $0, count: people[$0] ?? 0) }
    var chance = Chance(seed: seed, label: "roster")
    for index in kinds.indices { kinds.swapAt(index, index + chance.below(kinds.count - index)) }
    return kinds.enumerated().map { index, kind in
      let name = "\(chance.pick(Names.given)) \(chance.pick(Names.family))"
      let slug = "\(Names.plain(name)).\(index + 1)"
      return (Person(name: name, email: "\(slug)@example.org"), slug, kind)
    }
  }

  /// The teams, each with a third as many repositories as people.
  func crews(in directory: String) -> [Crew] {
    let everybody = roster
    let announced = target.map { start + .days(7 * Int64($0.week)) }
    return stride(from: 0, to: everybody.count, by: Self.teamSize).map { first in
      let people = everybody[first..<min(first + Self.teamSize, everybody.count)]
      let number = first / Self.teamSize
      let projects = (0..<max(1, people.count / 3)).map { index in
        Project(
          name: Self.name(ofProject: number * 2 + index),
          language: Language.allCases[(number + index) % Language.allCases.count])
      }
      return Crew(
        seed: seed, name: "team-\(number + 1)", start: start, end: end, announced: announced,
        projects: projects, directories: projects.map { "\(directory)/repositories/\($0.name)" },
        people: people.map { ($0.person, $0.slug, $0.kind, "\(directory)/homes/\($0.slug)") })
    }
  }

  /// A word of syllables for each number, no two alike.
  static func name(ofProject number: Int) -> String {
    let heads = [
      "ba", "co", "du", "fa", "gi", "ho", "ju", "ka", "lo", "mi", "no", "pu", "ra", "si", "to", "vu",
    ]
    let tails = ["lim", "ron", "tex", "van", "dor", "nix", "sol", "gar", "mot", "pel", "rus", "zan"]
    let low = heads[number % heads.count]
    let high = tails[number / heads.count % tails.count]
    let rest = number / (heads.count * tails.count)
    return low + high + (rest == 0 ? "" : heads[rest % heads.count] + tails[rest / heads.count % tails.count])
  }
}
