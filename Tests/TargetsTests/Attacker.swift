import Visibility

@testable import Targets

/// Somebody who knows who is counted and in which team, and has read all that is published of a week. Shares no code
/// with what it attacks but the rule of rounding, which is public: goes through all numbers that fit.
struct Attacker {
  /// How many of a part can have been active and seen inactive.
  struct Part: Hashable {
    var people: Int
    var solutions: [(active: Int, inactive: Int)]

    init(_ people: Int, where fits: (_ active: Int, _ inactive: Int) -> Bool) {
      self.people = people
      solutions = (0...people).flatMap { active in
        (0...people - active).compactMap { inactive in
          fits(active, inactive) ? (active, inactive) : nil
        }
      }
    }

    static func == (a: Part, b: Part) -> Bool {
      a.people == b.people && a.solutions.elementsEqual(b.solutions, by: ==)
    }

    func hash(into hasher: inout Hasher) { hasher.combine(people) }
  }

  private let parts: [Part]
  /// By the number of the active: a bit for each number of the inactive that fits.
  private let all: [UInt128]

  init(_ frozen: FrozenAdoption, of week: WeekOfAdoption) {
    let teams = frozen.groups.map { one in if case .team(let id) = one.group { id } else { Int64.min } }
    let people = frozen.groups.indices.map { index in week.participants.count { $0.team == teams[index] } }
    parts =
      frozen.groups.indices.map { index in
        let share = frozen.groups[index].share
        return Part(people[index]) { active, inactive in
          Self.fits(share, active, inactive, of: people[index])
        }
      } + [Part(week.participants.count - people.reduce(0, +)) { _, _ in true }]
    let count = week.participants.count
    all = (0...count).map { active in
      (0...count - active).reduce(into: UInt128(0)) { mask, inactive in
        let fits =
          switch frozen.organisation {
          case .counted(let counted):
            (counted.active.least...counted.active.most).contains(active)
              && (counted.inactive.least...counted.inactive.most).contains(inactive)
          case .banded(let share): Self.fits(share, active, inactive, of: count)
          case nil: true
          }
        if fits { mask |= 1 << UInt128(inactive) }
      }
    }
  }

  private static func fits(
    _ share: FrozenAdoption.Banded, _ active: Int, _ inactive: Int, of people: Int
  ) -> Bool {
    ShareBand(active, of: people) == share.active
      && ShareBand(people - inactive, of: people) == share.possiblyActive
  }

  /// Who knows what of whom: in each part so many active, so many seen inactive, so many not seen.
  typealias Knowledge = [Int: (active: Int, inactive: Int, notConnected: Int)]

  /// The parts of which somebody learns what one of the others did, or did not.
  func breaches(knowing knowledge: Knowledge = [:]) -> [Int] {
    // What is left of each part, in all ways that fit.
    let left: [(people: Int, solutions: [(active: Int, inactive: Int)])] = parts.enumerated().map {
      index, part in
      let known = knowledge[index] ?? (0, 0, 0)
      let solutions = part.solutions.compactMap { one -> (active: Int, inactive: Int)? in
        let (active, inactive) = (one.active - known.active, one.inactive - known.inactive)
        let unseen = part.people - one.active - one.inactive - known.notConnected
        return active >= 0 && inactive >= 0 && unseen >= 0 ? (active, inactive) : nil
      }
      return (part.people - known.active - known.inactive - known.notConnected, solutions)
    }
    let (active, inactive) = (
      knowledge.values.reduce(0) { $0 + $1.active }, knowledge.values.reduce(0) { $0 + $1.inactive }
    )
    return left.indices.filter { index in
      guard left[index].people > 0 else { return false }
      let others = sums(left.indices.filter { $0 != index }.map { left[$0].solutions })
      func isPossible(_ one: (active: Int, inactive: Int)) -> Bool {
        others.contains { sum, mask in
          let row = sum + one.active + active
          return all.indices.contains(row) && mask << UInt128(one.inactive + inactive) & all[row] != 0
        }
      }
      let possible = left[index].solutions.filter(isPossible)
      return !possible.contains { $0.active > 0 } || !possible.contains { $0.active < left[index].people }
    }
  }

  private func sums(_ parts: [[(active: Int, inactive: Int)]]) -> [Int: UInt128] {
    parts.reduce([0: 1]) { sums, solutions in
      var next: [Int: UInt128] = [:]
      for (sum, mask) in sums {
        for one in solutions { next[sum + one.active, default: 0] |= mask << UInt128(one.inactive) }
      }
      return next
    }
  }

  /// Everybody who may look: nobody in particular, each kind of member of each part, and managers who see reports.
  static func viewers(_ frozen: FrozenAdoption, of week: WeekOfAdoption) -> [Knowledge] {
    let teams = frozen.groups.map { one in if case .team(let id) = one.group { id } else { Int64.min } }
    func part(_ one: WeekOfAdoption.Participant) -> Int {
      one.team.flatMap { team in teams.firstIndex(of: team) } ?? teams.count
    }
    func note(_ one: WeekOfAdoption.Participant, _ knowledge: inout Knowledge) {
      switch week.state(of: one) {
      case .active: knowledge[part(one), default: (0, 0, 0)].active += 1
      case .inactive: knowledge[part(one), default: (0, 0, 0)].inactive += 1
      case .notConnected: knowledge[part(one), default: (0, 0, 0)].notConnected += 1
      }
    }
    var viewers: [Knowledge] = [[:]]
    var met: Set<[Int]> = []
    for one in week.participants where met.insert([part(one), week.state(of: one).rawValue]).inserted {
      var own: Knowledge = [:]
      note(one, &own)
      viewers.append(own)
    }
    guard week.areReportsVisible else { return viewers }
    for line in week.lines {
      var known: Knowledge = [:]
      for one in week.participants where line.reports.contains(one.person) || line.manager == one.person {
        note(one, &known)
      }
      viewers.append(known)
    }
    return viewers
  }
}
