import Foundation
import Statistics
import Testing

@Suite("What came after a date")
struct ChangeTests {
  /// Weeks that hang together, with a drift, and a step at a week.
  private static func series(
    _ weeks: Int, tied: Double, drift: Double = 0, step: Double = 0, at week: Int = 0,
    _ random: inout SeededRandom
  ) -> [Double] {
    var rest = random.normal()
    return (0..<weeks).map { index in
      rest = tied * rest + (1 - tied * tied).squareRoot() * random.normal()
      return 10 + drift * Double(index) + rest + (index >= week ? step : 0)
    }
  }

  @Test("A difference is that of the means; dates whose weeks hold an announcement are no placebos")
  func known() throws {
    let figures: [Double?] = (0..<30).map { $0 < 15 ? 1 : 3 }
    let change = try #require(ChangeOverTime(figures, from: 15, calendar: [15, 26], weeks: 3))
    #expect(change.difference == 2)
    // 3…12 and 18…23: windows of three weeks on each side without week 15 or 26 inside.
    #expect(change.placebos.count == 10 + 6 && change.placebos.allSatisfy { $0 == 0 })
    #expect(change.likelihood == 1.0 / 17)
    // Sixteen dates are too few for nine in ten.
    #expect(change.range == nil)
    #expect(try #require(ChangeOverTime(figures, from: 15, calendar: [15], weeks: 3)).range == 2...2)
    #expect(ChangeOverTime(figures, from: 1, calendar: [1], weeks: 3) == nil)
    #expect(ChangeOverTime(figures, from: 15, calendar: [15, 16], weeks: 3) == nil)
    #expect(try #require(ChangeOverTime(Array(figures[0..<22]), from: 11, calendar: [11])).likelihood == nil)
  }

  /// The goal: at its nominal level on dates at which nothing happened. Of 400 made-up organisations; three standard
  /// errors of one in ten are 4.5 points.
  @Test("False alarms come as often as is said", arguments: [0, 0.3, 0.6], [0.0, 0.2])
  func falseAlarms(tied: Double, drift: Double) throws {
    var random = SeededRandom(seed: 21)
    var (alarms, held) = (0, 0)
    for _ in 0..<400 {
      let figures = Self.series(60, tied: tied, drift: drift, &random)
      let change = try #require(ChangeOverTime(figures, from: 33, calendar: [33]))
      if try #require(change.likelihood) <= 0.1 { alarms += 1 }
      if try #require(change.range).contains(drift * 4) || drift > 0 { held += 1 }
    }
    #expect(alarms <= 58, "\(alarms) of 400")
    #expect(drift > 0 || alarms >= 20, "\(alarms) of 400")
    #expect(held >= 342, "\(held) of 400")
  }

  @Test("A step of three deviations is seen, also between other announcements")
  func power() throws {
    var random = SeededRandom(seed: 22)
    var seen = 0
    for _ in 0..<80 {
      let figures = Self.series(70, tied: 0.3, step: 3, at: 40, &random)
      let change = try #require(ChangeOverTime(figures, from: 40, calendar: [20, 40, 55]))
      if try #require(change.likelihood) <= 0.1 { seen += 1 }
    }
    #expect(seen >= 70, "\(seen) of 80")
  }

  /// Wrong 5 times in 100 if weeks hang together as they are taken to; short series say so only in part.
  @Test(
    "Proxy and outcome that go together diverge rarely; the factor is held", arguments: [0, 0.3, 0.5],
    [1.0, 1.5])
  func divergence(tied: Double, factor: Double) throws {
    var random = SeededRandom(seed: 23)
    var held = 0
    for _ in 0..<250 {
      let (a, b) = (Self.series(40, tied: tied, &random), Self.series(40, tied: tied, &random))
      let proxy = a.enumerated().map { exp(($0.element - 10) * 0.1) * ($0.offset >= 20 ? factor : 1) }
      let outcome = b.map { exp(($0 - 10) * 0.1) }
      let found = try #require(Divergence(proxy: proxy, outcome: outcome, from: 20))
      if try #require(found.range).contains(factor) { held += 1 }
    }
    #expect(held >= 225, "\(held) of 250")
  }

  @Test("A factor is that of the geometric means; weeks that are not known count for nothing")
  func knownDivergence() throws {
    let proxy: [Double?] = [1, 1, nil, 4, 4]
    let found = try #require(Divergence(proxy: proxy, outcome: [2, 2, 2, 4, 4], from: 3))
    #expect(abs(found.factor - 2) < 1e-12 && found.range == nil && found.weeks == (2, 2))
    #expect(Divergence(proxy: [1, nil], outcome: [1, 1], from: 1) == nil)
    #expect(Divergence(proxy: [1, 2], outcome: [1, 1], from: 5) == nil)
  }

  private static func rollout(_ effect: Double, _ random: inout SeededRandom) -> [StaggeredRollout.Team] {
    var starts: [Int?] = (0..<16).map { [8, 14, 20, nil][$0 % 4] }
    for index in starts.indices.dropLast() {
      starts.swapAt(index, index + random.index(below: starts.count - index))
    }
    return starts.map { start in
      let level = 3 * random.normal()
      return StaggeredRollout.Team(
        start: start,
        figures: (0..<28).map { week in
          level + 0.1 * Double(week) + random.normal() + (start.map { week >= $0 } ?? false ? effect : 0)
        })
    }
  }

  @Test(
    "By team: without an effect it is seen 5 times in 100; its range holds the effect", arguments: [0.0, 2.0])
  func rollout(effect: Double) throws {
    var random = SeededRandom(seed: 24)
    var (held, seen, sum) = (0, 0, 0.0)
    for run in 0..<60 {
      let found = try #require(StaggeredRollout(Self.rollout(effect, &random), draws: 150, seed: UInt64(run)))
      if try #require(found.range).contains(effect) { held += 1 }
      if found.likelihood <= 0.05 { seen += 1 }
      sum += found.effect
    }
    #expect(held >= 52, "\(held) of 60")
    #expect(effect > 0 ? seen >= 54 : seen <= 8, "\(seen) of 60")
    #expect(abs(sum / 60 - effect) < 0.2)
  }

  @Test("A step alike in all teams is no effect, and with two teams nothing is ever unlikely")
  func few() throws {
    let steps: [Double?] = (0..<20).map { $0 < 10 ? 1 : 5 }
    let teams = [10, nil, nil].map { StaggeredRollout.Team(start: $0, figures: steps) }
    #expect(try #require(StaggeredRollout(teams)).effect == 0)
    var treated = teams
    treated[0].figures = steps.map { $0.map { $0 * 2 } }
    let found = try #require(StaggeredRollout(treated))
    #expect(found.effect == 4 && found.likelihood > 0.2 && found.range == nil)
    #expect(StaggeredRollout([teams[0]]) == nil)
    #expect(StaggeredRollout([teams[1], teams[2]]) == nil)
  }
}
