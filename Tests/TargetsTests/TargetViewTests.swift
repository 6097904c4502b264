import Directory
import Foundation
import Ledger
import Testing
import Visibility

@testable import Targets

@Suite("A target with what it does") struct TargetViewTests {
  /// Announced on the Monday of week 24.
  private static let target = AdoptionTarget(
    id: 1, name: "AI every week", percent: 80, announced: Instant(milliseconds: 1_780_876_800_000))

  private static func adoption(_ number: Int, active: Int, target: AdoptionTarget = target) -> FrozenAdoption
  {
    FrozenAdoption(
      closing: Weeks.week(number, of: [1: (active, 60 - active, 0)], target: target))
  }

  /// Fourteen people's spend, of which a share held.
  private static func use(_ number: Int, held: Int64?) throws -> FrozenWeek {
    let use = WeekOfUse(
      week: Week(year: 2026, number: number),
      contributions: (Int64(0)..<14).map { person in
        var figures = Figures(cost: NanoDollars(1000))
        let part = held ?? 0
        figures.outcomes = [
          .held: NanoDollars(part), .fresh: NanoDollars(100), .unexplained: NanoDollars(900 - part),
        ]
        return Contribution(.person(person), in: [], tool: .codex, figures: figures)
      })
    let closed = Lattice().close(use).week
    return held == nil ? closed : try Lattice().settle(closed, with: use)
  }

  @Test("Before and after the announcement stand beside each other, with how many weeks each is made of")
  func panel() throws {
    let adoption = (20..<28).map { Self.adoption($0, active: $0 < 24 ? 30 : 48) }
    let use = try (20..<28).map { try Self.use($0, held: $0 < 24 ? 600 : $0 < 27 ? 500 : nil) }
    let view = try #require(
      TargetView(of: [Self.target], adoption: adoption, use: use, timeZone: .gmt))
    #expect(view.weeks.count == 8 && view.latest?.rate?.text == "80 %")
    #expect(view.forecast.count == 4)
    let panel = view.panel
    #expect(panel.weeks == .init(before: 4, after: 4))
    #expect(panel.days.before?.bins.map(\.personWeeks) == [120, 120])
    #expect(panel.days.after?.bins.map(\.personWeeks) == [48, 192])
    #expect(panel.days.before?.bins.map(\.text) == ["0", "1–7"])
    #expect(panel.spend.before.notLinkedShare == 0.3 && panel.spend.before.settledWeeks == 4)
    #expect(panel.spend.after.notLinkedShare == 0.4 && panel.spend.after.openWeeks == 1)
    let last = try #require(panel.divergence.last)
    #expect(!last.isSettled && last.heldIndex == nil)
    #expect(abs((last.adoptionIndex ?? 0) - 160) < 1e-9)
    #expect(abs((panel.divergence[5].heldIndex ?? 0) - 500.0 / 6) < 1e-9)
    #expect(panel.divergence.map(\.side).prefix(5) == [.before, .before, .before, .before, .after])
  }

  @Test("Weeks in which others were counted are told, and not compared")
  func countedOtherwise() throws {
    var former = Self.target
    former.eligibility = .titles(["Developer"])
    former.ended = Self.target.announced
    var now = Self.target
    now.id = 2
    let adoption =
      (20..<24).map { Self.adoption($0, active: 20, target: former) }
      + (24..<27).map { Self.adoption($0, active: 40, target: now) }
    let view = try #require(
      TargetView(of: [former, now], adoption: adoption, use: [], timeZone: .gmt))
    #expect(view.former == [former] && view.weeks.count == 7)
    #expect(view.panel.countedOtherwise == 4)
    #expect(view.panel.weeks == .init(before: 0, after: 3))
    #expect(view.panel.days.before == nil && view.panel.days.after?.weeks == 3)
    // No spend is known of these weeks, which is not none.
    #expect(view.panel.spend.after.notLinkedShare == nil && view.panel.divergence.last?.adoptionIndex == nil)
    #expect(TargetView(of: [], adoption: adoption, use: [], timeZone: .gmt) == nil)
  }

  @Test("An announcement in the middle of a week leaves that week on neither side")
  func during() throws {
    var target = Self.target
    target.announced = target.announced + .days(2)
    let adoption = (22..<27).map { Self.adoption($0, active: 30, target: target) }
    let view = try #require(TargetView(of: [target], adoption: adoption, use: [], timeZone: .gmt))
    #expect(view.panel.weeks == .init(before: 2, after: 2))
    #expect(view.panel.divergence.map(\.side) == [.before, .before, .during, .after, .after])
  }

  @Test("Weeks whose days are shown in other parts are summed over what they have in common")
  func commonBins() {
    func frozen(_ number: Int, _ counts: [Int]) -> FrozenAdoption {
      var week = Weeks.week(number, of: [:])
      for (days, count) in counts.enumerated() {
        for _ in 0..<count {
          week.participants.append(
            WeekOfAdoption.Participant(person: Int64(week.participants.count + 1), team: nil, days: days))
        }
      }
      return FrozenAdoption(closing: week)
    }
    let weeks = [
      frozen(20, [20, 10, 6, 6, 6, 10, 0, 0]), frozen(21, [20, 10, 2, 9, 6, 10, 0, 0]),
      frozen(22, [20, 10, 6, 6, 6, 5, 5, 0]),
    ]
    let bins = DaySums.commonBins(of: weeks)
    #expect(bins == [0...0, 1...1, 2...3, 4...4, 5...7])
    #expect(DaySums(of: weeks, in: bins)?.bins.map(\.personWeeks) == [60, 30, 35, 18, 30])
  }

  @Test("What is stored is what is read")
  func coded() throws {
    for adoption in [Self.adoption(20, active: 40), FrozenAdoption(closing: Weeks.week(of: [1: (9, 4, 2)]))] {
      let data = try JSONEncoder().encode(adoption)
      #expect(try JSONDecoder().decode(FrozenAdoption.self, from: data) == adoption)
    }
  }
}
