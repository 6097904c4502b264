package import Ledger

extension ScoreCard {
  /// - Parameters:
  ///   - fitted: Kinds that the judge's weights come from.
  ///   - prior: The share of purposeless sessions that its probabilities are meant for.
  ///   - resamplings: Of people, for the interval.
  package init(
    judge: String, of people: [JudgedPerson], from start: Instant, fitted: Set<PersonKind>, prior: Double,
    resamplings: Int = 200, seed: UInt64 = 1
  ) {
    self.judge = judge
    self.fitted = fitted.sorted { $0.rawValue < $1.rawValue }
    calibratedAt = prior
    let byKind = Dictionary(grouping: people, by: \.kind)
    let weights = ClassWeights(people, prior: prior)
    kinds = PersonKind.allCases.compactMap { kind in
      byKind[kind].map {
        Kind(kind, of: $0, from: start, isFitted: fitted.contains(kind), weights: weights)
      }
    }
    seen = Group(kinds.filter(\.isFitted))
    unseen = Group(kinds.filter { !$0.isFitted })
    let months = Self.monthRates(people, from: start)
    precision = [0.01, 0.05, 0.1].map { prevalence in
      Precision(
        prevalence: prevalence,
        precision: PrecisionRecall.precision(
          recall: months.found, falseRate: months.falselyFound, prevalence: prevalence))
    }
    let sessions = people.reduce(0) { $0 + $1.sessions.count }
    let performed = people.reduce(0) { $0 + $1.sessions.count(where: \.isPerformed) }
    sessionPrevalence = sessions > 0 ? Double(performed) / Double(sessions) : 0
    calibration = Calibration(
      people.flatMap { person in person.sessions.map { weights.calibrationCase($0, of: person.kind) } })
    averagePrecision = Self.averagePrecision(of: people, resamplings: resamplings, seed: seed)
  }

  /// The share of months of purposeless use with a finding, and of honest people's months: each kind counts the same.
  private static func monthRates(
    _ people: [JudgedPerson], from start: Instant
  ) -> (found: Double, falselyFound: Double) {
    var rates: [Bool: [Double]] = [:]
    for (kind, members) in Dictionary(grouping: people, by: \.kind) {
      let months = members.flatMap { $0.months(from: start) }.filter { $0.isPurposeless == kind.isBurner }
      guard !months.isEmpty else { continue }
      rates[kind.isBurner, default: []].append(
        Double(months.count(where: \.hasFinding)) / Double(months.count))
    }
    func mean(_ isBurner: Bool) -> Double {
      let all = (rates[isBurner] ?? []).sorted()
      return all.isEmpty ? 0 : all.reduce(0, +) / Double(all.count)
    }
    return (mean(true), mean(false))
  }

  private static func averagePrecision(of people: [JudgedPerson], resamplings: Int, seed: UInt64) -> Estimate?
  {
    let cases = people.map { person in
      person.sessions.map { PrecisionRecall.Case(score: $0.bits, isPositive: $0.isPerformed) }
    }
    guard let value = PrecisionRecall.averagePrecision(cases.flatMap { $0 }) else { return nil }
    var chance = Chance(seed: seed, label: "average-precision")
    var drawn: [Double] = []
    for _ in 0..<resamplings {
      var sample: [PrecisionRecall.Case] = []
      for _ in cases.indices { sample += cases[chance.below(cases.count)] }
      if let again = PrecisionRecall.averagePrecision(sample) { drawn.append(again) }
    }
    drawn.sort()
    guard drawn.count > 1 else { return Estimate(value: value, low: value, high: value) }
    let last = Double(drawn.count - 1)
    return Estimate(value: value, low: drawn[Int(0.025 * last)], high: drawn[Int((0.975 * last).rounded())])
  }
}

extension ScoreCard.Kind {
  init(
    _ kind: PersonKind, of people: [JudgedPerson], from start: Instant, isFitted: Bool, weights: ClassWeights
  ) {
    self.kind = kind
    self.isFitted = isFitted
    self.people = people.count
    let all = people.flatMap(\.sessions)
    sessions = all.count
    personMonths = people.reduce(0) { $0 + $1.months(from: start).count }
    // Of burners too: what they really did is as honest as anybody's.
    falseMonths = people.reduce(0) { sum, person in
      var honest = person
      honest.sessions.removeAll(where: \.isPerformed)
      return sum + honest.months(from: start).count(where: \.hasFinding)
    }
    falseRateBound = BinomialBound.upper(falseMonths, of: personMonths)
    performedSessions = all.count(where: \.isPerformed)
    foundSessions = all.count { $0.isPerformed && $0.isFinding }
    performedTokens = all.reduce(0) { $0 + $1.performedTokens }
    foundTokens = all.reduce(0) { $0 + ($1.isFinding ? $1.performedTokens : 0) }
    var delays: [Double] = []
    for person in people {
      guard let first = person.sessions.filter(\.isPerformed).map(\.started).min(),
        let found = person.sessions.filter({ $0.isPerformed && $0.isFinding }).map(\.started).min()
      else { continue }
      delays.append(Double((found - first).wholeMilliseconds) / 86_400_000)
    }
    delays.sort()
    medianDelayDays = delays.isEmpty ? nil : delays[delays.count / 2]
    peopleFound = delays.count
    calibrationError = Calibration(all.map { weights.calibrationCase($0, of: kind) }).expectedError
  }
}

extension ScoreCard.Group {
  init(_ kinds: [ScoreCard.Kind]) {
    self.kinds = kinds.count
    let honest = kinds.filter { !$0.kind.isBurner }
    personMonths = honest.reduce(0) { $0 + $1.personMonths }
    falseMonths = honest.reduce(0) { $0 + $1.falseMonths }
    falseRateBound = BinomialBound.upper(falseMonths, of: personMonths)
    worstBound = honest.map(\.falseRateBound).max()
    func mean(_ values: [Double]) -> Double? {
      values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
    }
    tokenRecall = mean(kinds.compactMap(\.tokenRecall))
    sessionRecall = mean(kinds.compactMap(\.sessionRecall))
  }
}
