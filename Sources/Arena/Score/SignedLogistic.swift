import Foundation

/// A logistic regression on evidence that is there or is not, with weights in bits whose signs are given.
///
/// Maximises the weighted log-likelihood less `penalty` times the sum of the squared weights (in nats, the prior's not
/// counted), one weight after the other by Newton's method; a weight that would cross its sign stays at 0, and none goes
/// beyond `mostBits`. The problem is concave, so that the order does not matter.
package struct SignedLogistic: Sendable {
  package enum Sign: Sendable { case free, positive, negative }

  /// Sessions with the same evidence are one row.
  package struct Row: Sendable, Hashable {
    /// Indices of features, without the intercept.
    package var features: [Int]
    package var positives: Double
    package var negatives: Double

    package init(features: [Int], positives: Double, negatives: Double) {
      self.features = features
      self.positives = positives
      self.negatives = negatives
    }
  }

  /// Nats in a bit.
  private static let ln2 = log(2.0)

  package private(set) var interceptBits: Double
  package private(set) var bits: [Double]
  /// Rounds until no weight moved by more than a ten thousandth of a bit; `nil` if that did not happen.
  package private(set) var rounds: Int?

  package init(
    _ rows: [Row], signs: [Sign], penalty: Double, mostBits: Double = .infinity, mostRounds: Int = 500
  ) {
    let most = mostBits * Self.ln2
    var weights = [Double](repeating: 0, count: signs.count)
    let positives = rows.reduce(0) { $0 + $1.positives }
    let negatives = rows.reduce(0) { $0 + $1.negatives }
    var intercept = positives > 0 && negatives > 0 ? log(positives / negatives) : 0
    var columns = [[Int]](repeating: [], count: signs.count)
    for (index, row) in rows.enumerated() { for feature in row.features { columns[feature].append(index) } }
    var sums = [Double](repeating: intercept, count: rows.count)
    let everything = Array(rows.indices)
    rounds = nil
    for round in 1...mostRounds {
      var moved = 0.0
      // The intercept first, which is free and not penalised.
      let step = Self.step(rows, everything, sums, weight: 0, penalty: 0)
      intercept += step
      for index in everything { sums[index] += step }
      moved = max(moved, abs(step))
      for feature in signs.indices where !columns[feature].isEmpty {
        var to =
          weights[feature]
          + Self.step(rows, columns[feature], sums, weight: weights[feature], penalty: penalty)
        switch signs[feature] {
        case .free: break
        case .positive: to = max(0, to)
        case .negative: to = min(0, to)
        }
        to = min(most, max(-most, to))
        let change = to - weights[feature]
        guard change != 0 else { continue }
        weights[feature] = to
        for index in columns[feature] { sums[index] += change }
        moved = max(moved, abs(change))
      }
      if moved < 1e-4 * Self.ln2 {
        rounds = round
        break
      }
    }
    interceptBits = intercept / Self.ln2
    bits = weights.map { $0 / Self.ln2 }
  }

  /// Newton's step for one weight, at most two nats long.
  private static func step(
    _ rows: [Row], _ members: [Int], _ sums: [Double], weight: Double, penalty: Double
  ) -> Double {
    var gradient = -2 * penalty * weight
    var curvature = 2 * penalty + 1e-12
    for index in members {
      let row = rows[index]
      let p = 1 / (1 + exp(-sums[index]))
      let total = row.positives + row.negatives
      gradient += row.positives - total * p
      curvature += total * p * (1 - p)
    }
    return min(2, max(-2, gradient / curvature))
  }
}
