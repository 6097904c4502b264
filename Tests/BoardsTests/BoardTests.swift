import Events
import Foundation
import Ledger
import TestCorpus
import Testing
import Visibility

@testable import Boards

@Suite("Boards")
struct BoardTests {
  static let weeks = (1...13).map { Week(year: 2026, number: $0) }

  /// A group's quarter, drawn at random; `factor` makes it dearer, `failing` makes it fail more often.
  static func group(
    _ id: Int64, _ random: inout SeededGenerator, factor: Double = 1, failing: Double = 0.1
  ) -> BoardGroup {
    func below(_ chance: Double) -> Bool { Double.random(in: 0..<1, using: &random) < chance }
    func figures() -> BoardGroup.WeekFigures {
      let landed = Int64.random(in: 15...45, using: &random)
      let held = (0..<landed).count { _ in below(0.9) }
      let cost = (0..<landed).reduce(0.0) { sum, _ in
        sum - log(.random(in: 1e-9..<1, using: &random)) * 4 * factor
      }
      var delivery = DeliveryWeek()
      delivery.weeksWithDeployments = 1
      delivery.weeksWithIncidents = 1
      let deployments = Int64.random(in: 2...7, using: &random)
      let failed = (0..<deployments).count { _ in below(failing) }
      delivery.deployments = .init(deployments, known: deployments, of: deployments)
      delivery.deploymentsWatched = deployments
      delivery.failedDeployments = .init(Int64(failed), known: Int64(failed), of: Int64(failed))
      delivery.rework = .init(
        Int64((0..<deployments).count { _ in below(0.08) }), known: deployments, of: deployments)
      func times(_ count: Int64, _ hours: Double) -> DeliveryWeek.Times {
        // What came with one deployment took about as long: the times of a week hang together.
        let week = Double.random(in: 0.6...1.6, using: &random)
        return DeliveryWeek.Times(
          DurationTally(
            (0..<count).map { _ in
              .seconds(Int64(-log(Double.random(in: 1e-9..<1, using: &random)) * hours * 3600 * week))
            }), of: count)
      }
      delivery.leadTimes = times(landed, 30)
      delivery.recoveries = times(Int64(failed), 2)
      delivery.reviews = times(landed, 6)
      var all = DeliveryWeek.Landed()
      all.landed = landed + 10
      all.held = Int64(held) + 9
      all.failed = Int64(failed)
      for _ in 0..<landed {
        let lines = Int64.random(in: 1...80, using: &random)
        all.linesAdded += lines
        // Whole changes are rewritten, rather than lines here and there.
        let gone = below(0.15) ? lines / 2 : 0
        all.linesGone14Days += gone
        all.linesGone30Days += gone
      }
      delivery.landed = all
      return BoardGroup.WeekFigures(
        cost: NanoDollars(Int64(cost * Double(NanoDollars.perDollar))), coverage: .complete,
        changes: CellChanges(held: Int64(held)), delivery: delivery)
    }
    return BoardGroup(
      .application(id), name: "app \(id)",
      weeks: Dictionary(uniqueKeysWithValues: weeks.map { ($0, figures()) }))
  }

  /// The promise on the page.
  @Test("Of boards on which all groups are the same, at most one in twenty says that one differs")
  func sameGroups() {
    var random = SeededGenerator(seed: 2026)
    let boards = 120
    var wrong = 0
    for _ in 0..<boards {
      let board = Board(.applications, over: Self.weeks, (1...8).map { Self.group($0, &random) })
      if board.rows.contains(where: { $0.figures.values.contains { $0.standing == .different } }) {
        wrong += 1
      }
    }
    // With a true rate of one in twenty, more than twelve of 120 would come about once in a hundred times.
    #expect(Double(wrong) <= Board.errorRate * Double(boards) + 6, "\(wrong) of \(boards)")
  }

  @Test("What really differs is said to")
  func differs() throws {
    var random = SeededGenerator(seed: 7)
    var groups = (1...6).map { Self.group($0, &random) }
    groups.append(Self.group(7, &random, factor: 2, failing: 0.6))
    let board = Board(.applications, over: Self.weeks, groups)
    let row = try #require(board.rows.last)
    #expect(row.figures[.costPerHeldChange]?.standing == .different)
    #expect(row.figures[.changeFailRate]?.standing == .different)
    #expect(row.figures[.leadTime]?.standing == .notDifferent)
    #expect(board.rows.map(\.name) == (1...7).map { "app \($0)" })
    #expect(board.sorted(by: .costPerHeldChange).last?.name == "app 7")
  }

  @Test("Both denominators, with what is over and under the line")
  func denominators() throws {
    var random = SeededGenerator(seed: 1)
    let group = Self.group(1, &random)
    let row = try #require(Board(.applications, over: Self.weeks, [group]).rows.first)
    let cost = group.weeks.values.reduce(0) { $0 + ($1.cost?.inDollars ?? 0) }
    let held = group.weeks.values.reduce(0) { $0 + ($1.changes?.held ?? 0) }
    let landed = group.weeks.values.reduce(0) { $0 + ($1.delivery?.landed?.landed ?? 0) }
    let first = try #require(row.figures[.costPerHeldChange])
    let second = try #require(row.figures[.costPerLandedChange])
    #expect(abs(first.value - cost / Double(held)) < 1e-9 && first.denominator == Double(held))
    #expect(abs(second.value - cost / Double(landed)) < 1e-9 && second.denominator == Double(landed))
    #expect(abs(first.numerator - cost) < 1e-6 && first.weeks == 13)
    #expect(first.standing == .notCompared)
  }

  @Test("A week of which one part is not published counts in neither; without any nothing is said")
  func missing() throws {
    var random = SeededGenerator(seed: 3)
    var group = Self.group(1, &random)
    for week in Self.weeks.prefix(9) { group.weeks[week]?.changes = nil }
    let whole = Board(.applications, over: Self.weeks, [group])
    let figure = try #require(whole.rows.first?.figures[.costPerHeldChange])
    #expect(figure.weeks == 4)
    let cost = Self.weeks.suffix(4).reduce(0.0) { $0 + (group.weeks[$1]?.cost?.inDollars ?? 0) }
    #expect(abs(figure.numerator - cost) < 1e-6)
    for week in Self.weeks { group.weeks[week]?.delivery = nil }
    let bare = Board(.applications, over: Self.weeks, [group])
    #expect(bare.rows.first.map { Set($0.figures.keys) } == [.costPerHeldChange])
    // Weeks that are not asked for do not count, nor groups without any.
    #expect(Board(.applications, over: [Week(year: 2025, number: 1)], [group]).rows.isEmpty)
  }

  @Test("That nothing ever happened is not known to be so: no range, and nothing compared")
  func nothing() throws {
    var random = SeededGenerator(seed: 5)
    var groups = (1...4).map { Self.group($0, &random) }
    for week in Self.weeks { groups[0].weeks[week]?.delivery?.landed?.linesGone14Days = 0 }
    let board = Board(.applications, over: Self.weeks, groups)
    let churn = try #require(board.rows.first?.figures[.churn])
    #expect(churn.value == 0 && churn.range == nil && churn.standing == .notCompared)
    let shares = board.rows.flatMap { row in
      row.figures.filter { $0.key.unit == .share }.compactMap(\.value.range)
    }
    #expect(shares.count > 8 && shares.allSatisfy { $0.lowerBound >= 0 && $0.upperBound <= 1 })
  }

  @Test("With and without AI are said only where nearly all weeks may be")
  func withAndWithout() throws {
    var random = SeededGenerator(seed: 4)
    var group = Self.group(1, &random)
    for week in Self.weeks {
      group.weeks[week]?.changes = CellChanges(held: 12, landed: 14, failed: 2)
      group.weeks[week]?.delivery?.landed?.failed = 3
    }
    group.group = .organisation
    let full = try #require(Board(.applications, over: Self.weeks, [], whole: group).whole)
    let with = try #require(full.figures[.failedWithAI])
    #expect(with.numerator == 26 && with.denominator == 182 && abs(with.value - 1.0 / 7) < 1e-12)
    #expect(full.figures[.failedWithoutAI]?.numerator == 13)
    for week in Self.weeks.prefix(4) { group.weeks[week]?.changes?.failed = nil }
    let partial = try #require(Board(.applications, over: Self.weeks, [], whole: group).whole)
    #expect(partial.figures[.failedWithAI] == nil && partial.figures[.failedWithoutAI] == nil)
    // Of an application what is without AI may be one person's who uses none.
    group.group = .application(1)
    let part = try #require(Board(.applications, over: Self.weeks, [group]).rows.first)
    #expect(part.figures[.failedWithAI] == nil && part.figures[.failedWithoutAI] == nil)
  }
}
