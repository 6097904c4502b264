import Foundation
import Statistics
import Testing

/// Fixtures and their answers are made by Benchmarks/judgement with other people's packages.
enum Reference {
  static func load<Value: Decodable>(_ name: String) throws -> Value {
    let url = try #require(Bundle.module.url(forResource: "Fixtures/\(name)", withExtension: "json"))
    return try JSONDecoder().decode(Value.self, from: Data(contentsOf: url))
  }

  /// Within so much of it, relatively.
  static func isNear(_ a: Double, _ b: Double, within share: Double) -> Bool { abs(a - b) <= share * abs(b) }
}

@Suite("Agreement with reference packages")
struct ReferenceTests {
  struct Answer: Decodable {
    var h, density: [Double]
    var n: [Int]
    var error, t, p: Double
  }
  struct Density: Decodable {
    struct Case: Decodable {
      var name: String
      var cutoff: Double
      var values: [Double]
      var chosen, given: Answer
    }
    struct Binomial: Decodable {
      var below, above: Int64
      var chance, p: Double
    }
    var density: [Case]
    var binomial: [Binomial]
  }

  /// The goal is 1 in 100; it is the same arithmetic, and so agrees to a millionth.
  @Test("The density test is rddensity’s: bandwidths, counts, densities, error, t and p", arguments: 0..<6)
  func density(_ index: Int) throws {
    let one = try (Reference.load("density") as Density).density[index]
    let chosen = try #require(DensityDiscontinuity(one.values, cutoff: one.cutoff))
    let given = try #require(
      DensityDiscontinuity(one.values, cutoff: one.cutoff, bandwidth: (one.given.h[0], one.given.h[1])))
    for (test, answer) in [(chosen, one.chosen), (given, one.given)] {
      for (a, b) in [
        (test.bandwidth.left, answer.h[0]), (test.bandwidth.right, answer.h[1]),
        (test.density.left, answer.density[0]),
        (test.density.right, answer.density[1]), (test.standardError, answer.error),
        (test.statistic, answer.t),
        (test.likelihood, answer.p),
      ] {
        #expect(Reference.isNear(a, b, within: 1e-6), "\(one.name): \(a) instead of \(b)")
      }
      #expect([test.within.left, test.within.right] == answer.n, "\(one.name)")
    }
  }

  @Test("The exact test at a cutoff is scipy’s")
  func binomial() throws {
    for one in try (Reference.load("density") as Density).binomial {
      let p = try #require(CutoffCount.likelihood(below: one.below, above: one.above, chance: one.chance))
      #expect(Reference.isNear(p, one.p, within: 1e-8), "\(one): \(p)")
    }
    #expect(CutoffCount.likelihood(below: 0, above: 0) == nil)
  }

  @Test("With nothing on one side, or too few different values, the density test says nothing")
  func tooLittle() {
    #expect(DensityDiscontinuity([1, 2, 3], cutoff: 0) == nil)
    #expect(DensityDiscontinuity([-1, -1, -1, 1, 1, 1], cutoff: 0) == nil)
    #expect(DensityDiscontinuity([], cutoff: 0) == nil)
  }

  struct BunchingCase: Decodable {
    var name: String
    var counts: [Double]
    var thresholdBin, order: Int
    var threshold, width: Double
    var excluded: [Int]
    var origin: Bunching.Origin
    var rounds: [Double]
    var excess, normalised: Double
    var counterfactual, errors: [Double]
  }

  /// Figures agree to a millionth; errors are drawn by two generators, and so to a tenth.
  @Test("Excess mass is that of an independent program in Python", arguments: 0..<5)
  func bunching(_ index: Int) throws {
    let one = try (Reference.load("bunching") as [BunchingCase])[index]
    let counts = try #require(
      BinnedCounts(
        counts: one.counts, thresholdBin: one.thresholdBin, threshold: one.threshold, width: one.width))
    let settings = Bunching.Settings(
      order: one.order, excluded: one.excluded[0]...one.excluded[1], origin: one.origin,
      roundNumbers: one.rounds,
      resamples: 600)
    let bunching = try #require(Bunching(counts, settings))
    #expect(abs(bunching.excess - one.excess) < 1e-6 * max(1, abs(one.excess)), "\(one.name)")
    #expect(abs(bunching.normalised - one.normalised) < 1e-6, "\(one.name)")
    for (a, b) in zip(bunching.counterfactual, one.counterfactual) {
      #expect(abs(a - b) < 1e-5 * max(1, abs(b)))
    }
    #expect(Reference.isNear(bunching.standardErrors.excess, one.errors[0], within: 0.1), "\(one.name)")
    #expect(Reference.isNear(bunching.standardErrors.normalised, one.errors[1], within: 0.1), "\(one.name)")
    #expect(Bunching(counts, settings) == bunching)
  }

  @Test("Too few bins for the polynomial, or none: nothing is said")
  func bunchingOfTooLittle() throws {
    let few = try #require(BinnedCounts(counts: [3, 4, 5, 6], thresholdBin: 2, threshold: 10, width: 1))
    #expect(Bunching(few) == nil)
    #expect(BinnedCounts(counts: [], thresholdBin: 0, threshold: 1, width: 1) == nil)
    #expect(BinnedCounts([1], threshold: 1, width: 0, below: 3, above: 3) == nil)
    let binned = try #require(
      BinnedCounts([9.99, 10, 10.9, 11, 50], threshold: 10, width: 1, below: 2, above: 2))
    #expect(binned.counts == [0, 1, 2, 1])
  }
}
