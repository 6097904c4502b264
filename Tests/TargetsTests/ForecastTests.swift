import Foundation
import TestCorpus
import Testing
import Visibility

@testable import Targets

@Suite("The forecast of a rate") struct ForecastTests {
  private static func normal(_ random: inout SeededGenerator) -> Double {
    let (u, v) = (
      Double.random(in: 1e-9..<1, using: &random), Double.random(in: 0..<1, using: &random)
    )
    return (-2 * log(u)).squareRoot() * cos(2 * .pi * v)
  }

  /// Rates of half a year and four weeks: around a level, wandering, and rising to a level after a target.
  private static func series(_ kind: Int, _ random: inout SeededGenerator) -> [Double] {
    let start = Double.random(in: 0.4...0.75, using: &random)
    var wander = 0.0
    return (0..<31).map { week in
      wander = kind == 1 ? wander + 0.012 * normal(&random) : 0.4 * wander + 0.025 * normal(&random)
      let rise = kind == 2 && week > 12 ? 0.15 * (1 - exp(-Double(week - 12) / 4)) : 0
      return min(1, max(0, start + rise + wander))
    }
  }

  @Test("Four in five of the weeks to come lie within the interval, on series of three kinds")
  func coverage() throws {
    var random = SeededGenerator(seed: 20)
    for kind in 0..<3 {
      var inside = [Int](repeating: 0, count: Forecast.horizon)
      let rounds = 400
      for _ in 0..<rounds {
        let values = Self.series(kind, &random)
        let steps = Forecast.intervals(Array(values.prefix(27)))
        for (index, step) in steps.enumerated() where abs(values[27 + index] - step.value) <= step.reach {
          inside[index] += 1
        }
      }
      let shares = inside.map { Double($0) / Double(rounds) }
      #expect(shares.allSatisfy { (0.72...0.97).contains($0) }, "kind \(kind): \(shares)")
    }
  }

  @Test("Each next week is forecast, within what can be; with few weeks nothing is")
  func steps() throws {
    let weeks = (1...9).map { (week: Week(year: 2026, number: 43 + $0), rate: 0.95 + 0.005 * Double($0)) }
    let steps = Forecast(of: weeks, timeZone: .gmt).steps
    #expect(steps.map(\.week.description) == ["2026-W53", "2027-W01", "2027-W02", "2027-W03"])
    for step in steps {
      #expect(0 <= step.least && step.least <= step.rate && step.rate <= step.most && step.most <= 1)
    }
    for (step, next) in zip(steps, steps.dropFirst()) {
      #expect(next.most - next.least >= 0 && step.rate <= 1)
    }
    #expect(Forecast(of: Array(weeks.prefix(7)), timeZone: .gmt).steps.isEmpty)
    // What never changed is not forecast to change.
    let flat = weeks.map { (week: $0.week, rate: 0.5) }
    #expect(Forecast(of: flat, timeZone: .gmt).steps.allSatisfy { abs($0.rate - 0.5) < 1e-9 })
  }
}
