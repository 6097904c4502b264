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
    print(campaign.summary)
    #expect(campaign.breaches == [])
    #expect(campaign.published > 0)
  }
}
