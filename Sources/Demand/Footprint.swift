package import Ledger

/// What use may have taken of energy, water and air: published figures for other models, other requests and other data
/// centres, multiplied. Nobody publishes them for the calls that are counted here, so each has a wide range, and the product
/// of two has the product of their ranges.
package struct Footprint: Sendable, Hashable {
  /// From the least to the most that published figures allow, which is no range of confidence, and one in between.
  package struct Spread: Sendable, Hashable, Codable {
    package var low: Double
    package var middle: Double
    package var high: Double

    package init(low: Double, middle: Double, high: Double) {
      self.low = low
      self.middle = middle
      self.high = high
    }

    static let zero = Spread(low: 0, middle: 0, high: 0)

    static func + (a: Spread, b: Spread) -> Spread {
      Spread(low: a.low + b.low, middle: a.middle + b.middle, high: a.high + b.high)
    }

    static func * (a: Spread, b: Spread) -> Spread {
      Spread(low: a.low * b.low, middle: a.middle * b.middle, high: a.high * b.high)
    }

    static func * (a: Spread, factor: Double) -> Spread {
      a * Spread(low: factor, middle: factor, high: factor)
    }

    func reaching(_ most: Double) -> Spread { Spread(low: low, middle: middle, high: max(high, most)) }
  }

  package let energyWattHours: Spread
  package let waterMillilitres: Spread
  package let carbonGrams: Spread
  /// Classes of tokens whose number is not known: the footprint is without them, and so a lower bound.
  package let missingClasses: Int

  package init(of tokens: TokenCounts, by coefficients: FootprintCoefficients) {
    var (energy, missing) = (Spread.zero, 0)
    func add(_ count: Int64?, _ each: Spread) {
      guard let count else {
        missing += 1
        return
      }
      energy = energy + each * (Double(count) / 1000)
    }
    // Written to a cache or not, what was not there before has to be read. Reasoning is part of output.
    for count in [tokens.input, tokens.cacheWrite5m, tokens.cacheWrite1h] {
      add(count, coefficients.energyPerThousandInput.spread)
    }
    add(tokens.cacheRead, coefficients.energyPerThousandCacheRead.spread)
    add(tokens.output, coefficients.energyPerThousandOutput.spread)
    let output = Double(tokens.output ?? 0) / 1000
    energyWattHours = energy
    missingClasses = missing
    // The one full life-cycle analysis, of a whole answer, is the most where it is more.
    waterMillilitres = (energy * coefficients.waterPerWattHour.spread)
      .reaching(output * coefficients.lifeCycleWaterPerThousandOutput.spread.high)
    carbonGrams = (energy * coefficients.carbonPerWattHour.spread)
      .reaching(output * coefficients.lifeCycleCarbonPerThousandOutput.spread.high)
  }
}
