import Foundation
import Statistics
import Testing

@Suite("Intervals and tests")
struct IntervalTests {
  /// Of tables and of R: pt, pbinom, ppois, qt.
  @Test("Tails are those of the tables")
  func tails() {
    func near(_ a: Double, _ b: Double) -> Bool { abs(a - b) < 1e-6 * max(1, abs(b)) }
    #expect(near(Distributions.student(2.228_138_852, freedom: 10), 0.05))
    #expect(near(Distributions.studentLimit(freedom: 12), 2.178_812_83))
    #expect(near(Distributions.binomial(atMost: 3, of: 10, chance: 0.5), 0.171_875))
    #expect(near(Distributions.binomial(atMost: 0, of: 4, chance: 0.25), 0.316_406_25))
    // That a Poisson count of mean 2 is at least 3.
    #expect(near(Distributions.gamma(3, 2), 0.323_323_58))
    #expect(near(Distributions.gamma(120, 100), 0.028_220_4) || Distributions.gamma(120, 100) < 0.05)
    #expect(Distributions.binomial(atMost: 5, of: 5, chance: 0.3) == 1)
  }

  /// Of R: qnorm, qt, qgamma, qbeta; and each turned back, from far out to far out.
  @Test("Quantiles are those of the tables, and what the tails say of them is where one began")
  func quantiles() {
    func near(_ a: Double, _ b: Double) -> Bool { abs(a - b) < 1e-8 * abs(b) }
    #expect(near(Distributions.normalQuantile(0.975), 1.959_963_984_540_054))
    #expect(near(Distributions.normalQuantile(1e-10), -6.361_340_902_404_056))
    #expect(near(Distributions.studentLimit(freedom: 3), 3.182_446_305_284_263))
    #expect(near(Distributions.studentLimit(freedom: 1), 12.706_204_736_174_71))
    #expect(near(Distributions.studentLimit(0.8, freedom: 10), 1.372_183_641_110_336))
    #expect(near(Distributions.gammaQuantile(0.025, shape: 10), 4.795_388_696_032_834_5))
    #expect(near(Distributions.betaQuantile(0.975, 1, 20), 0.168_433_470_983_085_35))
    for share in [1e-6, 0.01, 0.3, 0.5, 0.9, 0.999] {
      #expect(near(Distributions.normal(Distributions.normalQuantile(share)), share))
      for size in [0.3, 1, 2.5, 40, 3000] {
        let t = Distributions.studentLimit(share, freedom: size)
        // Of two nearly equal numbers the difference has few digits.
        #expect(share < 0.1 || near(1 - Distributions.student(t, freedom: size), share), "t \(share) \(size)")
        let x = Distributions.gammaQuantile(share, shape: size)
        #expect(near(Distributions.gamma(size, x), share), "gamma \(share) \(size)")
        for other in [0.5, 3, 200] {
          let b = Distributions.betaQuantile(share, size, other)
          #expect(
            near(Distributions.beta(size, other, b), share) || b > 0.999_999, "beta \(share) \(size) \(other)"
          )
        }
      }
    }
  }

  @Test("Known intervals: Wilson’s of 5 in 20, Garwood’s of none and of ten")
  func known() throws {
    let share = try #require(Estimate.share(5, of: 20)?.range)
    #expect(abs(share.lowerBound - 0.1119) < 0.0005 && abs(share.upperBound - 0.4687) < 0.0005)
    let none = try #require(Estimate.rate(0, in: 2)?.range)
    #expect(none.lowerBound == 0 && abs(none.upperBound - 3.6889 / 2) < 0.001)
    let ten = try #require(Estimate.rate(10, in: 1)?.range)
    #expect(abs(ten.lowerBound - 4.7954) < 0.001 && abs(ten.upperBound - 18.3904) < 0.001)
    #expect(Estimate.share(0, of: 0) == nil && Estimate.rate(3, in: 0) == nil)
    #expect(Estimate.share(3, of: 2) == nil)
  }

  @Test("A ratio from fewer than four weeks has no range; from none nothing is said")
  func ratio() throws {
    #expect(Estimate.ratio([]) == nil)
    #expect(Estimate.ratio([WeekPair(3, per: 0)]) == nil)
    let three = [WeekPair(10, per: 2), WeekPair(12, per: 3), WeekPair(11, per: 2)]
    #expect(try #require(Estimate.ratio(three)).range == nil)
    let four = try #require(Estimate.ratio(three + [WeekPair(15, per: 5)]))
    #expect(four.value == 4 && four.range?.contains(4) == true)
  }

  /// How often the range holds the true figure, of a thousand: never much less than 95 in 100.
  @Test("Ranges hold what they say", arguments: ["share", "rate", "ratio"])
  func coverage(_ kind: String) throws {
    var generator = SeededRandom(seed: 42)
    func uniform() -> Double { .random(in: 1e-12..<1, using: &generator) }
    var hits = 0
    let runs = 1000
    for _ in 0..<runs {
      let (estimate, truth): (Estimate?, Double)
      switch kind {
      case "share":
        (estimate, truth) = (.share(Int64((0..<40).count { _ in uniform() < 0.2 }), of: 40), 0.2)
      case "rate":
        var (count, time): (Int64, Double) = (0, -log(uniform()) / 3)
        while time < 4 {
          count += 1
          time += -log(uniform()) / 3
        }
        (estimate, truth) = (.rate(count, in: 4), 3)
      default:
        let weeks = (0..<13).map { _ in
          let changes = 20 + 20 * uniform()
          return WeekPair(changes * (8 + 4 * uniform()), per: changes)
        }
        (estimate, truth) = (.ratio(weeks), 10)
      }
      if let range = try #require(estimate).range, range.contains(truth) { hits += 1 }
    }
    #expect(hits >= 930, "\(hits) of \(runs)")
  }

  @Test("Tests agree with worked examples")
  func tests() throws {
    // Fisher's tea: three of four, and one of four.
    #expect(abs(try #require(Comparison.shares((3, 4), (1, 4))) - 0.4857) < 0.0001)
    // Eight and two in equal times: 2 × P(at most 2 of 10).
    #expect(abs(try #require(Comparison.rates((2, 1), (8, 1))) - 2 * 0.0546875) < 1e-6)
    #expect(Comparison.rates((0, 1), (0, 1)) == 1)
    #expect(Comparison.ranks([1, 2, 3], [4, 5, 6]) == nil)
    #expect(Comparison.ranks([5, 5, 5, 5, 5], [5, 5, 5, 5, 5]) == 1)
    let apart = try #require(Comparison.ranks([1, 2, 3, 4, 5], [6, 7, 8, 9, 10]))
    #expect(apart < 0.02)
  }

  @Test("Holm’s steps: each is held against what is left")
  func holm() {
    #expect(Comparison.holm(["a": 0.01, "b": 0.02, "c": 0.04], rate: 0.05) == ["a", "b", "c"])
    #expect(Comparison.holm(["a": 0.01, "b": 0.03, "c": 0.04], rate: 0.05) == ["a"])
    #expect(Comparison.holm(["a": 0.02, "b": 0.03, "c": 0.04], rate: 0.05) == [])
    #expect(Comparison.holm([String: Double](), rate: 0.05) == [])
  }
}
