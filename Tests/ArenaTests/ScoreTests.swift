import Arena
import Foundation
import Ledger
import Testing

@Suite("The arithmetic of scores")
struct ScoreTests {
  @Test(
    "Upper bounds are Clopper and Pearson's (scipy 1.17, beta.ppf)",
    arguments: [
      (0, 600, 0.004980443380361347), (1, 600, 0.007881816463574881), (3, 1000, 0.007735244718479458),
      (5, 20, 0.4555824040017489),
    ])
  func bounds(_ count: Int, _ total: Int, _ bound: Double) {
    #expect(abs(BinomialBound.upper(count, of: total) - bound) < 1e-9)
  }

  @Test("Nothing looked at bounds nothing")
  func noTrials() {
    #expect(BinomialBound.upper(0, of: 0) == 1)
    #expect(BinomialBound.upper(7, of: 7) == 1)
  }

  static let labels = [false, false, true, true, false, true, false, true, true, false]
  static let scores = [0.1, 0.4, 0.35, 0.8, 0.4, 0.4, 0.2, 0.9, 0.05, 0.7]
  static let weights = [1, 2, 1, 0.5, 1, 3, 1, 1, 2, 1]

  @Test("Average precision is scikit-learn's, with ties and with weights")
  func averagePrecision() throws {
    let plain = zip(Self.scores, Self.labels).map { PrecisionRecall.Case(score: $0, isPositive: $1) }
    let weighted = Self.scores.indices.map {
      PrecisionRecall.Case(score: Self.scores[$0], isPositive: Self.labels[$0], weight: Self.weights[$0])
    }
    #expect(abs(try #require(PrecisionRecall.averagePrecision(plain)) - 0.7142857142857143) < 1e-12)
    #expect(abs(try #require(PrecisionRecall.averagePrecision(weighted)) - 0.6371058364866414) < 1e-12)
    #expect(PrecisionRecall.averagePrecision([.init(score: 1, isPositive: false)]) == nil)
  }

  @Test("At 5 %, recall 0.8 and one false in twenty, more than half of what is found is innocent")
  func baseRate() throws {
    let precision = try #require(PrecisionRecall.precision(recall: 0.8, falseRate: 0.05, prevalence: 0.05))
    #expect(abs(precision - 0.04 / 0.0875) < 1e-12)
    #expect(PrecisionRecall.precision(recall: 0, falseRate: 0, prevalence: 0.1) == nil)
  }

  @Test("Log loss is scikit-learn's; the calibration error is the mean distance bin by bin")
  func calibration() throws {
    let cases = Self.scores.indices.map {
      Calibration.Case(probability: Self.scores[$0], isPositive: Self.labels[$0], weight: Self.weights[$0])
    }
    #expect(abs(Calibration(cases).logLoss - 0.9682996223066667) < 1e-12)
    // Two bins: nine tenths said and 8 of 10 so; three tenths said and 2 of 10 so.
    let told = (0..<20).map {
      Calibration.Case(probability: $0 < 10 ? 0.9 : 0.3, isPositive: $0 < 8 || $0 > 17)
    }
    let calibration = Calibration(told)
    #expect(abs(calibration.expectedError - 0.1) < 1e-12)
    #expect(abs(try #require(calibration.expectedErrorAboveHalf) - 0.1) < 1e-12)
    #expect(calibration.bins.filter { $0.cases > 0 }.map(\.cases) == [10, 10])
  }

  private static let rows: [SignedLogistic.Row] = [
    .init(features: [], positives: 2, negatives: 40), .init(features: [0], positives: 10, negatives: 8),
    .init(features: [1], positives: 1, negatives: 30), .init(features: [0, 1], positives: 4, negatives: 6),
    .init(features: [2], positives: 6, negatives: 5), .init(features: [0, 2], positives: 12, negatives: 1),
    .init(features: [1, 2], positives: 2, negatives: 7),
    .init(features: [0, 1, 2], positives: 5, negatives: 2),
  ]

  @Test("Free weights are scikit-learn's LogisticRegression with C = 1 / (2 penalty), in bits")
  func freeWeights() {
    let model = SignedLogistic(Self.rows, signs: [.free, .free, .free], penalty: 0.5)
    #expect(abs(model.interceptBits + 3.052109877271132) < 1e-3)
    for (bits, expected) in zip(model.bits, [3.0877676046181532, -1.0071540210217487, 2.5417666672011445]) {
      #expect(abs(bits - expected) < 1e-3)
    }
    #expect(model.rounds != nil)
  }

  @Test("A weight of the wrong sign is none, and the others are fitted without it")
  func signs() {
    let model = SignedLogistic(Self.rows, signs: [.positive, .negative, .negative], penalty: 0.5)
    #expect(model.bits[2] == 0)
    #expect(abs(model.interceptBits + 2.2611334369012686) < 1e-3)
    #expect(abs(model.bits[0] - 3.171878622570022) < 1e-3)
    #expect(abs(model.bits[1] + 0.8885955067631496) < 1e-3)
  }

  // MARK: Cards

  private static let start = Instant(milliseconds: 1_736_121_600_000)

  private static func session(_ day: Int64, performed: Bool, bits: Double, line: Double, tokens: Int64 = 100)
    -> JudgedSession
  {
    JudgedSession(
      name: "\(day)-\(bits)-\(performed)", started: start + .days(day), isPerformed: performed,
      performedTokens: performed ? tokens : 0, realTokens: performed ? 0 : tokens, bits: bits,
      isFinding: bits >= line)
  }

  private static func person(_ kind: PersonKind, _ sessions: [JudgedSession]) -> JudgedPerson {
    JudgedPerson(name: kind.rawValue, kind: kind, weeks: 13, sessions: sessions)
  }

  @Test("A card counts months, tokens and days by hand")
  func card() throws {
    let honest = Self.person(
      .heavy,
      [
        Self.session(1, performed: false, bits: -4, line: 3),
        Self.session(40, performed: false, bits: 5, line: 3),
        Self.session(41, performed: false, bits: 6, line: 3),
      ])
    let burner = Self.person(
      .quota,
      [
        Self.session(2, performed: false, bits: -5, line: 3),
        Self.session(10, performed: true, bits: 1, line: 3, tokens: 300),
        Self.session(24, performed: true, bits: 7, line: 3, tokens: 700),
      ])
    let card = ScoreCard(
      judge: "test", of: [honest, burner], from: Self.start, fitted: [.heavy], prior: 0.05)
    let heavy = try #require(card.kinds.first { $0.kind == .heavy })
    #expect((heavy.personMonths, heavy.falseMonths) == (3, 1))
    #expect(heavy.falseRateBound == BinomialBound.upper(1, of: 3))
    #expect(heavy.tokenRecall == nil)
    let quota = try #require(card.kinds.first { $0.kind == .quota })
    #expect(quota.tokenRecall == 0.7)
    #expect(quota.sessionRecall == 0.5)
    #expect(quota.falseMonths == 0)
    #expect(quota.medianDelayDays == 14)
    #expect(card.seen.falseMonths == 1 && card.unseen.tokenRecall == 0.7)
    // One of three honest months, and the one month of purposeless use.
    let precision = try #require(card.precision.last?.precision)
    #expect(abs(precision - 0.1 / (0.1 + 0.9 / 3)) < 1e-12)
  }

  @Test("Volume is in no score: a hundred times the tokens change recall of no session")
  func volume() {
    func card(_ tokens: Int64) -> ScoreCard {
      ScoreCard(
        judge: "test",
        of: [
          Self.person(
            .quota,
            [
              Self.session(10, performed: true, bits: 1, line: 3, tokens: tokens),
              Self.session(11, performed: true, bits: 9, line: 3, tokens: tokens),
            ])
        ],
        from: Self.start, fitted: [], prior: 0.05)
    }
    #expect(card(100).kinds.map(\.tokenRecall) == card(10_000).kinds.map(\.tokenRecall))
  }

  @Test("The line is the lowest at which false findings are rare; with too few months none may be")
  func line() {
    let few = (0..<10).map { number in
      Self.person(.heavy, [Self.session(1, performed: false, bits: Double(number), line: -100)])
    }
    let strict = FindingLine(few, from: Self.start)
    #expect(strict.bits == 9.25)
    #expect(strict.falseMonths == 0)
    #expect(strict.honestMonths == 30)
    // Of 3,000 months nine may be wrong and no more: the bound of nine is below one in 200, that of ten is above.
    let many = (0..<1000).map { number in
      Self.person(.heavy, [Self.session(1, performed: false, bits: Double(number) / 100, line: -100)])
    }
    let fair = FindingLine(many, from: Self.start)
    #expect(fair.bound <= 1.0 / 200)
    #expect(BinomialBound.upper(fair.falseMonths, of: 3000) == fair.bound)
    #expect(fair.bits <= 10 && fair.bits >= 9.75)
  }

  @Test("Weights are found again from sessions that were drawn with them")
  func fit() {
    // Kinds of evidence that are there by turns, and labels as a logistic model with these bits has them.
    let truth = ["against": 3.0, "for": -2.0]
    var sessions: [PersonKind: [JudgedSession]] = [.heavy: [], .quota: []]
    for number in 0..<4000 {
      let evidence = (number % 2 == 0 ? ["against"] : []) + (number % 3 == 0 ? ["for"] : [])
      let bits = evidence.reduce(-1.0) { $0 + (truth[$1] ?? 0) }
      // Low-discrepancy draws in place of chance.
      let drawn = (Double(number) * 0.618_033_988_749_895).truncatingRemainder(dividingBy: 1)
      var session = Self.session(1, performed: drawn < 1 / (1 + exp2(-bits)), bits: 0, line: 0)
      session.name = String(number)
      session.evidence = evidence
      sessions[session.isPerformed ? .quota : .heavy, default: []].append(session)
    }
    let people = [Self.person(.heavy, sessions[.heavy] ?? []), Self.person(.quota, sessions[.quota] ?? [])]
    let share = Double(sessions[.quota]?.count ?? 0) / 4000
    let fit = WeightFit(
      people, directions: ["against": .positive, "for": .negative, "never": .positive], prior: share,
      penalty: 0.01)
    #expect(abs((fit.bits["against"] ?? 0) - 3) < 0.25)
    #expect(abs((fit.bits["for"] ?? 0) + 2) < 0.25)
    #expect(fit.bits["never"] == 0)
    #expect(abs(fit.priorBits + 1) < 0.25)
  }
}
