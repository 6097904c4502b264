import Foundation
import Ledger
import TestCorpus
import Testing

@testable import Visibility

@Suite("Changes that came of a group’s use") struct ChangeCountTests {
  private let team = Cell(.team(1))

  /// Twelve with something linked and twelve without, each person with the given changes.
  private func settled(_ changes: (Int64) -> ChangeCounts?) throws -> SettledCell? {
    var all =
      LatticeTests.people(0..<12, in: [.team(1)])
      + LatticeTests.people(12..<24, in: [.team(1)], state: .explored)
    for index in all.indices { all[index].figures.changes = changes(Int64(index)) }
    let use = WeekOfUse(week: LatticeTests.week, contributions: all)
    return try Lattice().settle(Lattice().close(use).week, with: use).split(of: team)
  }

  @Test("Held, landed and failed, where each of them and what is left of it is many people’s")
  func all() throws {
    let cell = try settled { person in
      ChangeCounts(landed: 4, held: person < 8 ? 2 : 4, failed: person < 6 ? 1 : 0)
    }
    #expect(cell?.changes == CellChanges(held: 8 * 2 + 16 * 4, landed: 96, failed: 6))
  }

  @Test("What one of them had undone is not to be worked out: only what held is said")
  func undone() throws {
    let cell = try settled { ChangeCounts(landed: 3, held: $0 == 5 ? 2 : 3, failed: $0 < 8 ? 1 : 0) }
    #expect(cell?.changes == CellChanges(held: 71))
  }

  @Test("Failed changes of a few are not said")
  func failed() throws {
    let cell = try settled { ChangeCounts(landed: 3, held: $0 < 9 ? 2 : 3, failed: $0 < 3 ? 1 : 0) }
    #expect(cell?.changes == CellChanges(held: 63, landed: 72))
  }

  @Test("Nothing is said where too few have any, where two have most, and where nobody looked")
  func nothing() throws {
    #expect(try settled { $0 < 4 ? ChangeCounts(landed: 3, held: 3) : ChangeCounts() }?.changes == nil)
    let two = try settled { ChangeCounts(landed: $0 < 2 ? 90 : 1, held: $0 < 2 ? 90 : 1) }
    #expect(two != nil && two?.changes == nil)
    let unlooked = try settled { _ in nil }
    #expect(unlooked != nil && unlooked?.changes == nil)
  }

  @Test(
    "A session’s changes count once, with the contribution that cost most; a week of before is still read")
  func once() throws {
    let session = SessionID.ofCodex("one")
    var contributions = LatticeTests.people(0..<2, in: [.team(1)])
    contributions[1].figures.cost = NanoDollars(5 * NanoDollars.perDollar)
    let use = ClosedUse(
      WeekOfUse(week: LatticeTests.week, contributions: contributions), sessions: [[session], [session]])
    let split = use.withOutcomes([:], changes: [session: ChangeCounts(landed: 2, held: 1, failed: 1)])
    #expect(split.contributions[0].figures.changes == nil)
    #expect(split.contributions[1].figures.changes == ChangeCounts(landed: 2, held: 1, failed: 1))
    // As it was kept before changes were counted.
    let text = String(decoding: try JSONEncoder().encode(use), as: UTF8.self)
    #expect(!text.contains("changes"))
    #expect(try JSONDecoder().decode(ClosedUse.self, from: Data(text.utf8)) == use)
    let cell = SettledCell(cell: team, version: 1, split: .twoWays(linked: .zero, notLinked: .zero))
    let old = String(decoding: try JSONEncoder().encode(cell), as: UTF8.self)
    #expect(!old.contains("changes"))
  }
}
