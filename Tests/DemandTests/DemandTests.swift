import Demand
import Foundation
import Ledger
import Statistics
import Testing

@Suite("Demand")
struct DemandTests {
  /// Weekly tokens that grow, level off, and vary in proportion; of half a year, or with weeks of holidays.
  private static func series(_ weeks: Int, _ random: inout SeededRandom, holidays: Bool = false) -> [Double] {
    var (level, growth) = (log(1e8), 0.03 * random.normal())
    return (0..<weeks).map { week in
      growth *= 0.95
      level += growth + 0.04 * random.normal()
      let quiet = holidays && week % 26 >= 24 ? log(0.4) : 0
      return exp(level + quiet + 0.1 * random.normal())
    }
  }

  /// Four in five are said; on made-up series of a year.
  @Test("Ranges hold what they say, week by week and in total", arguments: [30, 52])
  func coverage(weeks: Int) throws {
    var random = SeededRandom(seed: 41)
    var held = [Int](repeating: 0, count: 4)
    var total = 0
    let runs = 400
    for _ in 0..<runs {
      let all = Self.series(weeks + 4, &random)
      let forecast = try #require(DemandForecast(of: Array(all[..<weeks]), ahead: 4))
      for step in 0..<4 {
        if try #require(forecast.weeks[step].range).contains(all[weeks + step]) { held[step] += 1 }
      }
      if try #require(forecast.total.range).contains(all[weeks...].reduce(0, +)) { total += 1 }
    }
    for count in held + [total] {
      #expect(count * 100 >= runs * 72 && count * 100 <= runs * 92, "\(held), in total \(total), of \(runs)")
    }
  }

  @Test("Of too few weeks nothing is forecast; of few, no range; weeks that are not known are not zero")
  func few() throws {
    #expect(DemandForecast(of: [1, 2, 3], ahead: 2) == nil)
    #expect(DemandForecast(of: [Double?](repeating: 0, count: 20), ahead: 2) == nil)
    let short = try #require(DemandForecast(of: [Double?](repeating: 5, count: 8), ahead: 6))
    #expect(short.weeks.count == 6 && short.weeks[5].range == nil)
    #expect(abs(short.total.value - 30) < 1e-6)
    let gaps: [Double?] = [5, nil, 5, 5, nil, 5, 5, 5, nil, 5, 5]
    #expect(abs(try #require(DemandForecast(of: gaps, ahead: 1)).total.value - 5) < 1e-9)
  }

  @Test("What is purposeless comes off with its own range, and a target’s level with its own")
  func corrected() throws {
    var random = SeededRandom(seed: 42)
    let forecast = try #require(DemandForecast(of: Self.series(40, &random), ahead: 4))
    let range = try #require(forecast.total.range)
    let share = PrevalenceEstimate(share: 0.2, low: 0.1, high: 0.3, people: 40, units: 200)
    let purposeful = forecast.purposeful(share)
    #expect(purposeful.value == forecast.total.value * 0.8)
    #expect(purposeful.range == range.lowerBound * 0.7...range.upperBound * 0.9)
    let logs: [Double?] = (0..<40).map { $0 < 20 ? 1 : 1 + log(2) }
    let change = try #require(ChangeOverTime(logs, from: 20, calendar: [20]))
    let without = forecast.withoutTarget(change)
    #expect(abs(without.value * 2 - forecast.total.value) < 1e-6 * forecast.total.value)
    #expect(without.range.map { abs($0.upperBound * 2 - range.upperBound) < 1e-6 * range.upperBound } == true)
    let unknown = try #require(ChangeOverTime(Array(logs[14..<26]), from: 6, calendar: [6]))
    #expect(forecast.withoutTarget(unknown).range == nil)
  }

  @Test("A commitment that ends as it began: below, above, or open")
  func commitments() {
    let weekly = (0..<20).map { NanoDollars((100 + Int64($0 % 3)) * NanoDollars.perDollar) }
    func standing(_ dollars: Int64, weeksLeft: Int = 10) -> CommitmentOutlook.Standing {
      CommitmentOutlook(
        NanoDollars(dollars * NanoDollars.perDollar), spent: NanoDollars(500 * NanoDollars.perDollar),
        weekly: weekly,
        weeksLeft: weeksLeft
      ).standing
    }
    #expect(standing(3000) == .below && standing(1000) == .above && standing(1510, weeksLeft: 10) == .open)
    #expect(standing(501, weeksLeft: 0) == .below && standing(499, weeksLeft: 0) == .above)
    let new = CommitmentOutlook(
      NanoDollars(1), spent: .zero, weekly: Array(weekly.prefix(3)), weeksLeft: 4)
    #expect(new.standing == .unknown && new.forecast == nil)
  }
}

@Suite("Footprint")
struct FootprintTests {
  @Test("Each coefficient that comes with Assay says where it is from, and is in order")
  func coefficients() throws {
    let coefficients = try FootprintCoefficients.builtIn()
    #expect(coefficients.all.count == 7)
    for (name, one) in coefficients.all {
      #expect(!one.note.isEmpty && (!one.sources.isEmpty || one.note.contains("assumption")), "\(name)")
    }
    var swapped = coefficients
    swapped.energyPerThousandInput.low = 1
    let json = try JSONEncoder().encode(swapped)
    #expect(throws: FootprintCoefficients.ReadingError.self) { try FootprintCoefficients(json: json) }
    #expect(throws: FootprintCoefficients.ReadingError.self) {
      try FootprintCoefficients(json: Data("{}".utf8))
    }
  }

  @Test("Ranges are multiplied as they are; unknown classes are counted, and not zero")
  func footprint() throws {
    let coefficients = try FootprintCoefficients.builtIn()
    let tokens = TokenCounts(
      input: 10_000, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: 500, reasoning: 400)
    let one = Footprint(of: tokens, by: coefficients)
    #expect(one.missingClasses == 0)
    // 10 × 0.2 + 0.5 × 0.6 Wh; reasoning is part of output.
    #expect(abs(one.energyWattHours.middle - 2.3) < 1e-9)
    #expect(abs(one.energyWattHours.low - 0.25) < 1e-9 && abs(one.energyWattHours.high - 14) < 1e-9)
    #expect(abs(one.waterMillilitres.low - 0.25 * 0.15) < 1e-9 && abs(one.waterMillilitres.high - 70) < 1e-9)
    #expect(abs(one.carbonGrams.high - 14 * 0.6) < 1e-9)
    let output = Footprint(of: TokenCounts(output: 400), by: coefficients)
    #expect(output.missingClasses == 4)
    // The life-cycle analysis, where it is more: 45 ml an answer.
    #expect(abs(output.waterMillilitres.high - 45) < 1e-9)
  }
}
