import Foundation
import Ledger
import Testing

@testable import Visibility

@Suite struct LatticeAttackTests {
  @Test("nobody works out a figure of too few from all that was ever published", arguments: 0..<10)
  func nobodyLearns(part: UInt64) throws {
    var campaign = Campaign()
    for seed in part * 12..<part * 12 + 12 {
      try campaign.attack(RandomOrganisation(seed: seed, size: .small), seed: seed)
    }
    #expect(campaign.breaches == [])
    // An empty lattice would be safe too.
    #expect(campaign.published * 100 > campaign.cells * 5, "\(campaign.summary)")
  }

  @Test("in very small organisations no set of too few people at all is left by any combination")
  func exhaustively() throws {
    var campaign = Campaign()
    for seed in UInt64(0)..<150 {
      try campaign.attack(
        RandomOrganisation(seed: seed, size: .tiny, isManaged: false), seed: seed, isExhaustive: true)
    }
    #expect(campaign.breaches == [])
    #expect(campaign.published > 100, "\(campaign.summary)")
  }

  @Test("twelve weeks with people coming, going and moving stay clean")
  func overTime() throws {
    var campaign = Campaign()
    for seed in UInt64(500)..<504 {
      try campaign.attack(RandomOrganisation(seed: seed, size: .year), seed: seed, orders: 2)
    }
    #expect(campaign.breaches == [])
    #expect(campaign.late > 0 && campaign.splits > 0, "\(campaign.summary)")
    #expect(campaign.changes.allSatisfy { $0 > 0 }, "\(campaign.summary)")
  }

  @Test("the order in which use is listed makes no difference", arguments: UInt64(0)..<12)
  func order(seed: UInt64) throws {
    var random = SeededNumbers(seed)
    for versions in RandomOrganisation(seed: seed, size: .small).weeks {
      var shuffled = versions[0]
      shuffled.contributions.shuffle(using: &random)
      let (one, other) = (Lattice().close(versions[0]), Lattice().close(shuffled))
      if one.withheld.values.contains(.undecided) { continue }
      #expect(one.week == other.week)
    }
  }

  /// What the attacker is worth: each safeguard taken away must be noticed, or these tests prove nothing.
  @Test(
    "without any one of its safeguards, the attacker finds something",
    arguments: [Safeguards.complementary, .dominance, .freezing, .knowledge])
  func mutants(missing: Safeguards) throws {
    let mutant = Lattice(safeguards: Safeguards.all.subtracting(missing))
    for seed in UInt64(0)..<80 {
      var campaign = Campaign()
      let organisation = RandomOrganisation(seed: seed, size: .small)
      try campaign.attack(organisation, by: mutant, seed: seed, orders: 1)
      if campaign.breaches.isEmpty { continue }
      // The same with it is clean.
      var whole = Campaign()
      try whole.attack(organisation, seed: seed, orders: 1)
      #expect(whole.breaches == [])
      return
    }
    Issue.record("no organisation in which the attacker notices that it is missing")
  }

  @Test(
    "organisations of two hundred over twelve weeks, and many more small ones, stay clean",
    .enabled(if: atLength != nil, "takes minutes: set ASSAY_ATTACK to how many organisations of two hundred"))
  func large() throws {
    let count = try #require(Self.atLength)
    var (large, small, tiny) = (Campaign(), Campaign(), Campaign())
    for seed in 10_000..<10_000 + count {
      try large.attack(RandomOrganisation(seed: seed, size: .large), seed: seed)
    }
    for seed in 100_000..<100_000 + count * 50 {
      try small.attack(RandomOrganisation(seed: seed, size: .small), seed: seed)
      try tiny.attack(
        RandomOrganisation(seed: seed, size: .tiny, isManaged: false), seed: seed, isExhaustive: true)
    }
    for (name, campaign) in [("large", large), ("small", small), ("tiny", tiny)] {
      print("\(name): \(campaign.summary)")
      #expect(campaign.breaches == [])
    }
  }

  private static let atLength = ProcessInfo.processInfo.environment["ASSAY_ATTACK"].flatMap(UInt64.init)
}
