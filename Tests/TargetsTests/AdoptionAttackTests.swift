import TestCorpus
import Testing
import Visibility

@testable import Targets

@Suite("What cannot be worked out from published adoption") struct AdoptionAttackTests {
  private static func breaches(
    _ week: WeekOfAdoption, _ frozen: FrozenAdoption
  ) -> [String] {
    guard frozen.organisation != nil else { return frozen.groups.isEmpty ? [] : ["groups without all"] }
    let attacker = Attacker(frozen, of: week)
    return Attacker.viewers(frozen, of: week).flatMap { knowledge in
      attacker.breaches(knowing: knowledge).map { "part \($0) to one who knows \(knowledge)" }
    }
  }

  @Test(
    "Of nobody follows with certainty whether they used AI: to nobody outside, no member, no manager",
    arguments: 0..<10)
  func nobodyLearns(part: UInt64) {
    var random = SeededGenerator(seed: part)
    var (groups, teams) = (0, 0)
    for round in 0..<60 {
      let week = Weeks.random(&random, people: 8...100)
      let frozen = FrozenAdoption(closing: week)
      groups += frozen.groups.count
      teams += week.admittedGroups().count { $0 != .organisation }
      #expect(Self.breaches(week, frozen) == [], "round \(round)")
    }
    // To publish nothing would be safe too.
    #expect(groups * 10 >= teams * 8 && groups > 30, "\(groups) of \(teams)")
  }

  @Test(
    "Without any one of its safeguards the attacker finds something",
    arguments: AdoptionClosing.Safeguard.allCases)
  func mutants(missing: AdoptionClosing.Safeguard) {
    var random = SeededGenerator(seed: 7)
    let rest = Set(AdoptionClosing.Safeguard.allCases).subtracting([missing])
    for _ in 0..<3000 {
      let week = Weeks.random(&random, people: 8...100)
      let admitted = week.admittedGroups()
      let mutant = AdoptionClosing(week, admitted: admitted, safeguards: rest).frozen
      if Self.breaches(week, mutant).isEmpty { continue }
      let whole = AdoptionClosing(week, admitted: admitted).frozen
      #expect(Self.breaches(week, whole) == [])
      return
    }
    Issue.record("no week in which the attacker notices that it is missing")
  }

  /// Somebody who knows the program, too: what would have been published had it been otherwise says more than what was.
  @Test(
    "Not even what is left out says of anybody what they did",
    arguments: [([6, 6, 5], true), ([17, 17, 17], false), ([30, 12, 10], false)])
  func whatIsLeftOut(sizes: [Int], hasUnseen: Bool) {
    var worlds: [FrozenAdoption: [[Int]]] = [:]
    func visit(_ chosen: [(active: Int, inactive: Int, notConnected: Int)]) {
      guard chosen.count < sizes.count else {
        let teams = Dictionary(
          uniqueKeysWithValues: chosen.enumerated().map { (Optional(Int64($0.offset)), $0.element) })
        let groups = sizes.indices.map { Visibility.Grouping.team(Int64($0)) }
        let closing = AdoptionClosing(Weeks.week(of: teams), admitted: [.organisation] + groups)
        worlds[closing.frozen, default: []].append(chosen.map(\.active))
        return
      }
      let size = sizes[chosen.count]
      for active in 0...size {
        for inactive in (hasUnseen ? 0 : size - active)...size - active {
          visit(chosen + [(active, inactive, size - active - inactive)])
        }
      }
    }
    visit([])
    var certain = 0
    for possible in worlds.values {
      for (part, size) in sizes.enumerated() {
        let isNever = possible.allSatisfy { $0[part] == 0 }
        let isAlways = possible.allSatisfy { $0[part] == size }
        if isNever || isAlways { certain += possible.count }
      }
    }
    let all = worlds.values.reduce(0) { $0 + $1.count }
    let silent = worlds.filter { $0.key.groups.isEmpty }.values.reduce(0) { $0 + $1.count }
    #expect(certain == 0, "\(certain) of \(all) worlds, \(worlds.count) publications")
    // To show no group would be safe too; these worlds are extreme far more often than weeks are.
    #expect(silent * 2 < all, "\(silent) of \(all) without groups")
  }
}
