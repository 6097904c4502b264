import Directory
import Foundation
import Ledger
import Statistics
import TestCorpus
import Testing
import Visibility

@testable import Targets

@Suite("What statistics say of a target") struct TargetBehaviourTests {
  /// Announced on the Monday of week 24 of 2026.
  private static let target = AdoptionTarget(
    id: 1, name: "AI every week", percent: 80, announced: Instant(milliseconds: 1_780_876_800_000))

  /// So many people by days of use.
  private static func frozen(_ number: Int, _ counts: [Int], target: AdoptionTarget = target)
    -> FrozenAdoption
  {
    var week = Weeks.week(number, of: [:], target: target)
    for (days, count) in counts.enumerated() {
      for _ in 0..<count {
        week.participants.append(
          WeekOfAdoption.Participant(person: Int64(week.participants.count + 1), team: nil, days: days))
      }
    }
    return FrozenAdoption(closing: week)
  }

  private static func behaviour(
    _ adoption: [FrozenAdoption], targets: [AdoptionTarget] = [target]
  ) throws -> TargetBehaviour {
    try #require(TargetView(of: targets, adoption: adoption, use: [], timeZone: .gmt)).panel.behaviour
  }

  @Test("Those who just reach the days are counted before and after, and one week’s people are compared")
  func threshold() throws {
    let weeks = (14..<34).map {
      Self.frozen($0, $0 < 24 ? [40, 10, 10, 20, 10, 10, 0, 0] : [20, 30, 10, 20, 10, 10, 0, 0])
    }
    let behaviour = try Self.behaviour(weeks)
    let counts = try #require(behaviour.threshold)
    #expect(counts.days == 1...1)
    #expect(counts.sides.before == .init(justReached: 100, beyond: 500, weeks: 10))
    #expect(counts.sides.after == .init(justReached: 300, beyond: 500, weeks: 10))
    let fisher = try #require(Comparison.shares((10, 60), (30, 80)))
    #expect(counts.likelihood == fisher)
    let just = try #require(behaviour.changes.first { $0.figure == .justReached }).change
    #expect(abs(just.difference - (30.0 / 80 - 10.0 / 60)) < 1e-12)
    #expect(just.placebosAsGreat == 0 && just.placebos.count == 6)
    let active = try #require(behaviour.changes.first { $0.figure == .active }).change
    #expect(abs(active.difference - 0.2) < 1e-9)
  }

  @Test("What is not apart in what was published is not made up")
  func missing() throws {
    // Few of one day: they are shown together with all beyond.
    let coarse = (20..<28).map { Self.frozen($0, [40, 3, 0, 20, 0, 0, 0, 0]) }
    #expect(try Self.behaviour(coarse).threshold?.days == 1...3 || Self.behaviour(coarse).threshold == nil)
    // Too few people for numbers at all.
    let small = (20..<28).map { Self.frozen($0, [4, 6, 0, 0, 0, 0, 0, 0]) }
    let behaviour = try Self.behaviour(small)
    #expect(behaviour.threshold == nil)
    #expect(behaviour.divergences.isEmpty)
    #expect(!behaviour.changes.contains { $0.figure == .justReached || $0.figure == .spendHeld })
  }

  @Test("Weeks that are missing are missing; other announcements are no placebo dates")
  func calendar() throws {
    var former = Self.target
    former.announced = Self.target.announced - .days(7 * 8)
    former.ended = Self.target.announced
    var now = Self.target
    now.id = 2
    let weeks = (8..<40).filter { $0 != 30 }.map { Self.frozen($0, [40, 20, 10, 10, 10, 10, 0, 0]) }
    let alone = try Self.behaviour(weeks)
    let both = try Self.behaviour(weeks, targets: [former, now])
    func places(_ behaviour: TargetBehaviour) throws -> Int {
      try #require(behaviour.changes.first { $0.figure == .active }).change.placebos.count
    }
    // 32 weeks: places 4…28, less the seven around the announcement, and the seven around the former.
    #expect(try places(alone) == 25 - 7)
    #expect(try places(both) == 25 - 14)
  }

  /// With nothing happening at the announcement, of 150 organisations of a year; three standard errors of one in ten are
  /// 7.3 points.
  @Test("False alarms on dates at which nothing happens come as often as is said")
  func falseAlarms() throws {
    var random = SeededGenerator(seed: 31)
    var (alarms, all) = (0, 0)
    for _ in 0..<150 {
      var level = 0.6
      let weeks = (5..<45).map { number in
        level = min(0.85, max(0.3, level + Double.random(in: -0.02...0.02, using: &random)))
        var counts = [Int](repeating: 0, count: 8)
        for _ in 0..<100 {
          let uses = Double.random(in: 0..<1, using: &random) < level
          counts[uses ? Int.random(in: 1...4, using: &random) : 0] += 1
        }
        return Self.frozen(number, counts)
      }
      for one in try Self.behaviour(weeks).changes {
        let likelihood = try #require(one.change.likelihood)
        all += 1
        if likelihood <= 0.1 { alarms += 1 }
      }
    }
    #expect(all == 300)
    #expect(Double(alarms) / Double(all) < 0.16, "\(alarms) of \(all)")
  }
}
