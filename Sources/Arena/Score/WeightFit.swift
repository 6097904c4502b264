package import Ledger

/// Weights of evidence from labelled people.
package struct WeightFit: Sendable {
  /// Bits of each kind of evidence, by name, in hundredths.
  package private(set) var bits: [String: Double]
  package private(set) var priorBits: Double
  /// Rounds of the fit; `nil` if it did not settle.
  package private(set) var rounds: Int?

  /// - Parameters:
  ///   - people: Only of kinds that weights may be fitted on; sessions of both labels are left out.
  ///   - directions: By name of evidence; evidence that is not in here weighs nothing.
  ///   - prior: The share of purposeless sessions in the population that the bits are meant for.
  ///   - mostBits: What no kind of evidence may weigh more than.
  ///   - penalty: Of ``SignedLogistic``, against as many nats of likelihood as there are sessions.
  package init(
    _ people: [JudgedPerson], directions: [String: SignedLogistic.Sign], prior: Double, penalty: Double,
    mostBits: Double = .infinity
  ) {
    // What came of a session that was half of it real says nothing of the other half.
    let people = people.map { person in
      var person = person
      person.sessions.removeAll(where: \.isMixed)
      return person
    }
    let names = directions.keys.sorted()
    let places = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($0.element, $0.offset) })
    let weights = ClassWeights(people, prior: prior)
    let sessions = Double(people.reduce(0) { $0 + $1.sessions.count })
    var rows: [[Int]: SignedLogistic.Row] = [:]
    for person in people {
      for session in person.sessions where session.isComplete {
        let features = session.evidence.compactMap { places[$0] }.sorted()
        let weight = weights.weight(of: session, person.kind) * sessions
        rows[features, default: .init(features: features, positives: 0, negatives: 0)].add(
          weight, isPositive: session.isPerformed)
      }
    }
    let ordered = rows.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.value)
    let model = SignedLogistic(
      ordered, signs: names.map { directions[$0] ?? .free }, penalty: penalty,
      mostBits: mostBits)
    priorBits = Self.hundredths(model.interceptBits)
    bits = Dictionary(uniqueKeysWithValues: zip(names, model.bits.map(Self.hundredths)))
    rounds = model.rounds
  }

  private static func hundredths(_ bits: Double) -> Double { (bits * 100).rounded() / 100 }
}

extension SignedLogistic.Row {
  fileprivate mutating func add(_ weight: Double, isPositive: Bool) {
    if isPositive { positives += weight } else { negatives += weight }
  }
}

/// The score from which on something is a finding: the lowest at which findings of the honest are as rare as asked for.
package struct FindingLine: Sendable, Hashable {
  package private(set) var bits: Double
  package private(set) var honestMonths: Int
  package private(set) var falseMonths: Int
  /// The one-sided 95 % upper bound of their ratio.
  package private(set) var bound: Double

  /// - Parameters:
  ///   - people: Of each session, `isFinding` says whether it would be one were its bits enough.
  ///   - mostFalse: What the bound may be, of all months together and of each kind; a kind of too few months to show
  ///     that, or all of them if they are too few, may have no false finding at all.
  ///   - steps: Scores that are tried, rising.
  package init(
    _ people: [JudgedPerson], from start: Instant, mostFalse: Double = 1.0 / 200,
    steps: [Double] = Array(stride(from: 0.0, through: 40, by: 0.25))
  ) {
    let months = people.flatMap { person in
      person.months(from: start).map { (kind: person.kind, highest: $0.highestHonest ?? -.infinity) }
    }
    let perKind = Dictionary(grouping: months, by: \.kind).mapValues(\.count)
    func isRare(_ count: Int, of total: Int) -> Bool {
      count == 0 || BinomialBound.upper(count, of: total) <= mostFalse
    }
    bits = steps.last ?? 0
    honestMonths = months.count
    falseMonths = 0
    for step in steps {
      let above = months.filter { $0.highest >= step }
      let kinds = Dictionary(grouping: above, by: \.kind).mapValues(\.count)
      guard isRare(above.count, of: months.count), kinds.allSatisfy({ isRare($1, of: perKind[$0] ?? 0) })
      else { continue }
      (bits, falseMonths) = (step, above.count)
      break
    }
    bound = BinomialBound.upper(falseMonths, of: months.count)
  }
}
