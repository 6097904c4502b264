import Directory
import Foundation
import Ledger
import Statistics
import TestCorpus
import Testing
import Visibility

@testable import Targets

@Suite("What people do around a threshold") struct AmountTests {
  /// Announced on the Monday of week 24 of 2026.
  private static let target = AdoptionTarget(
    id: 1, name: "AI every week", percent: 80, announced: Instant(milliseconds: 1_780_876_800_000))

  private static func onAmount(_ count: Int, _ unit: AdoptionTarget.LeastAmount.Unit) -> AdoptionTarget {
    var target = target
    target.leastAmount = AdoptionTarget.LeastAmount(count, unit)
    return target
  }

  private static func week(
    _ number: Int, _ amounts: [Double?], inactive: Int = 20, target: AdoptionTarget = target
  ) -> WeekOfAdoption {
    var week = Weeks.week(number, of: [:], target: target)
    for (index, amount) in amounts.enumerated() {
      week.participants.append(
        WeekOfAdoption.Participant(
          person: Int64(index + 1), team: nil, days: target.leastDays, amount: amount))
    }
    for index in 0..<inactive {
      week.participants.append(
        WeekOfAdoption.Participant(person: Int64(1000 + index), team: nil, days: 0, amount: 0))
    }
    return week
  }

  private static func view(
    _ weeks: [WeekOfAdoption], announcements: [Announcement] = [], target: AdoptionTarget = target
  ) throws -> TargetView {
    try #require(
      TargetView(
        of: [target], adoption: weeks.map { FrozenAdoption(closing: $0) }, use: [],
        announcements: announcements,
        timeZone: .gmt))
  }

  /// As often as people ask: from once to often, less and less.
  private static func requests(_ count: Int, _ random: inout SeededRandom) -> [Double?] {
    (0..<count).map { _ in (1 - log(1 - random.uniform()) * 9).rounded(.down) }
  }

  // MARK: What is published

  @Test("No part of a distribution is of fewer than five people, and together they are those who were active")
  func parts() {
    var random = SeededRandom(seed: 12)
    for _ in 0..<200 {
      let amounts = Self.requests(40 + random.index(below: 120), &random).map {
        random.index(below: 9) == 0 ? nil : $0
      }
      let frozen = FrozenAdoption(closing: Self.week(20, amounts))
      guard let bins = frozen.amounts?.bins else { continue }
      #expect(bins.allSatisfy { $0.people >= 5 })
      #expect(bins.reduce(0) { $0 + $1.people } == amounts.count)
      #expect(bins.contains(where: \.hasUnknown) == amounts.contains { $0 == nil })
    }
  }

  @Test(
    "Where the number of the active is hidden, and in organisations that are not counted, nothing is said of amounts"
  )
  func hidden() {
    var random = SeededRandom(seed: 13)
    #expect(FrozenAdoption(closing: Self.week(20, Self.requests(3, &random), inactive: 80)).amounts == nil)
    #expect(FrozenAdoption(closing: Self.week(20, Self.requests(30, &random), inactive: 10)).amounts == nil)
  }

  @Test("Who used too little is not active, and of whom it is not known whole nothing is known")
  func states() {
    let target = Self.onAmount(50, .dollars)
    let week = Self.week(20, [49.99, 50, 80, nil], target: target)
    #expect(
      week.participants.prefix(4).map { week.state(of: $0) } == [.inactive, .active, .active, .notConnected])
  }

  @Test("Beside a least amount both sides of it are parts, and days are not said")
  func sides() throws {
    let target = Self.onAmount(50, .dollars)
    let amounts = (0..<60).map { Double($0) * 2 as Double? } + [nil, nil, nil, nil, nil]
    let frozen = FrozenAdoption(closing: Self.week(20, amounts, target: target))
    let bins = try #require(frozen.amounts?.bins)
    // $50 is 100 %: 35 of the 60 reached it; the others, those of whom it is not known and those who used nothing did not.
    #expect(bins.filter { $0.first >= 100 }.reduce(0) { $0 + $1.people } == 35)
    #expect(bins.filter { $0.first < 100 }.reduce(0) { $0 + $1.people } == 25 + 5 + 20)
    #expect(bins.first?.hasUnknown == true)
    #expect(frozen.days == nil)
  }

  @Test("What was published before there were amounts is read as it was")
  func old() throws {
    var random = SeededRandom(seed: 14)
    let frozen = FrozenAdoption(closing: Self.week(20, Self.requests(60, &random)))
    let text = String(decoding: try JSONEncoder().encode(frozen), as: UTF8.self)
    var fields = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    var organisation = try #require(fields["organisation"] as? [String: Any])
    var counted = try #require(organisation["counted"] as? [String: Any])
    var value = try #require(counted["_0"] as? [String: Any])
    #expect(value.removeValue(forKey: "amounts") != nil)
    counted["_0"] = value
    organisation["counted"] = counted
    fields["organisation"] = organisation
    let old = try JSONDecoder().decode(
      FrozenAdoption.self, from: try JSONSerialization.data(withJSONObject: fields))
    #expect(old.amounts == nil && old.days == frozen.days && old.week == frozen.week)
  }

  // MARK: What follows from it

  @Test("Whoever asks once for the target’s sake is seen at one and two requests, and at no other number")
  func performed() throws {
    var random = SeededRandom(seed: 15)
    let weeks = (14..<34).map { number in
      Self.week(
        number, Self.requests(150, &random) + (number < 24 ? [] : (0..<60).map { _ in 1 as Double? }),
        inactive: 40)
    }
    let behaviour = try Self.view(weeks).panel.behaviour
    let amounts = try #require(behaviour.amounts)
    #expect(amounts.scale == .requests)
    let own = try #require(amounts.steps.first)
    #expect(own.isTargets && own.at == 1)
    let (before, after) = (try #require(own.excess.before), try #require(own.excess.after))
    #expect(after.range.lowerBound > before.range.upperBound, "\(before) \(after)")
    #expect(try #require(own.likelihood) < 0.001)
    for step in amounts.steps.dropFirst() {
      if let likelihood = step.likelihood { #expect(likelihood > 0.05) }
      let (before, after) = (try #require(step.excess.before), try #require(step.excess.after))
      #expect(before.range.overlaps(after.range))
    }
    let change = try #require(behaviour.changes.first { $0.figure == .excess }).change
    #expect(change.difference > 0.1 && change.placebosAsGreat == 0)
    #expect(try #require(behaviour.changes.first { $0.figure == .justEnough }).change.difference > 0.1)
  }

  /// A fifth of people stop just past $50; before the announcement nobody does.
  @Test("Of amounts with a density the excess and the jump are at the target’s threshold alone")
  func dollars() throws {
    var random = SeededRandom(seed: 16)
    let target = Self.onAmount(50, .dollars)
    let weeks = (16..<32).map { number in
      let amounts = (0..<500).map { _ -> Double? in
        let natural = exp(3.6 + 0.7 * random.normal())
        guard number >= 24, natural < 50, random.uniform() < 0.4 else { return natural }
        return 50 + 2 * random.uniform()
      }
      return Self.week(number, amounts, target: target)
    }
    let amounts = try #require(try Self.view(weeks, target: target).panel.behaviour.amounts)
    #expect(amounts.scale == .percent && amounts.steps.map(\.at) == [100, 50, 150])
    let own = try #require(amounts.steps.first)
    let (before, after) = (try #require(own.excess.before), try #require(own.excess.after))
    #expect(after.range.lowerBound > 0.05 && before.range.contains(0), "\(before) \(after)")
    #expect(own.jumps.after?.jumped == 8)
    #expect(try #require(own.jumps.before).jumped <= 2)
    for step in amounts.steps.dropFirst() {
      #expect(try #require(step.jumps.after).jumped <= 3)
    }
  }

  /// Of few who ask once before the announcement the weeks are not divided there; they are not left out for it.
  @Test(
    "Weeks in which fewer than five ask once or twice count as such, and are not taken for those that are missing"
  )
  func few() throws {
    let weeks = (14..<34).map { number in
      Self.week(
        number,
        [Double?](repeating: 1, count: number < 24 ? 3 : 30) + (0..<80).map { Double(3 + $0 % 15) as Double? }
      )
    }
    let step = try #require(try Self.view(weeks).panel.behaviour.amounts?.steps.first)
    let reached = try #require(step.reached)
    #expect(reached.before == .init(justReached: 20, beyond: 810, weeks: 10))
    #expect(reached.after == .init(justReached: 300, beyond: 800, weeks: 10))
    #expect(try #require(step.likelihood) < 0.001)
  }

  @Test("Each announcement of the calendar has its own weeks, and none that another lies in")
  func calendar() throws {
    var random = SeededRandom(seed: 17)
    let weeks = (5..<40).map { Self.week($0, Self.requests(100, &random)) }
    let announced = Self.target.announced
    let others = [
      Announcement("licences", at: announced - .days(12 * 7)),
      Announcement("training", at: announced + .days(14)),
    ]
    let behaviour = try Self.view(weeks, announcements: others).panel.behaviour
    #expect(behaviour.calendar.map(\.announcement.what) == ["licences", "training"])
    // Two weeks after the target something else was announced: of neither can it be said what changed.
    #expect(behaviour.changes.isEmpty && behaviour.calendar[1].changes.isEmpty)
    #expect(!behaviour.calendar[0].changes.isEmpty)
  }

  @Test(
    "Numbers at whose multiples people stop anyway are such that few bins have one",
    arguments: [
      (20.0, 1.0, [5.0, 10.0]), (50, 2.5, [10]), (1_000_000, 50_000, [500_000]), (10, 1, [5]),
    ])
  func round(threshold: Double, width: Double, numbers: [Double]) {
    #expect(FrozenAmounts.roundNumbers(threshold: threshold, width: width) == numbers)
  }

  // MARK: Team by team

  /// Twelve teams of thirty, told at four different times; from then on a third more of them are active.
  private static func rollout(effect: Double, isByLot: Bool) throws -> RolloutEffect {
    var random = SeededRandom(seed: 18)
    let first = Instant(milliseconds: 1_780_876_800_000)
    let starts = (0..<12).map { team in team % 4 == 3 ? nil : first + .days(Int64(team % 4 - 1) * 28) }
    let weeks = (12..<36).map { number in
      var week = Weeks.week(number, of: [:], target: Self.target)
      guard let bounds = week.week.bounds() else { return week }
      for team in 0..<12 {
        let isTold = starts[team].map { $0 <= bounds.lowerBound } ?? false
        for _ in 0..<30 {
          let isActive = random.uniform() < 0.4 + (isTold ? effect : 0)
          week.participants.append(
            WeekOfAdoption.Participant(
              person: Int64(week.participants.count + 1), team: Int64(team), days: isActive ? 2 : 0, amount: 3
            ))
        }
      }
      return week
    }
    let view = try #require(
      TargetView(
        of: [Self.target], adoption: weeks.map { FrozenAdoption(closing: $0) }, use: [],
        rollout: Rollout(
          starts: Dictionary(uniqueKeysWithValues: starts.enumerated().map { (Int64($0), $1) }),
          isByLot: isByLot),
        timeZone: .gmt))
    return try #require(view.panel.rollout)
  }

  @Test("A roll-out by team is found with its range, and none where there is none", arguments: [0.3, 0])
  func rollout(effect: Double) throws {
    let found = try Self.rollout(effect: effect, isByLot: true)
    let active = try #require(found.effects.first { $0.figure == .active })
    #expect(active.teams == 12)
    let rollout = try #require(active.rollout)
    #expect(abs(rollout.effect - effect) < 0.1)
    #expect((rollout.likelihood < 0.05) == (effect > 0))
    // Of spend nothing is known in these weeks.
    #expect(found.effects.first { $0.figure == .spendWithoutOutcome }?.rollout == nil)
  }
}
