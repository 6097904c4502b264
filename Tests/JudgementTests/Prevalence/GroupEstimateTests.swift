import Ledger
import Statistics
import Testing

@testable import Judgement

/// What is said of a group, out of scores that are made up here: the estimator's own figures are in StatisticsTests.
@Suite struct GroupEstimateTests {
  private static let policy = EvidencePolicy(version: "test", source: "test", weights: [:], findingBits: 3)
  private static let week: Int64 = 7 * 86_400_000

  /// Scores of −6 to −2 where there is a purpose, of −1 to 3 where there is none: they hardly meet.
  private static func bits(_ isPurposeless: Bool, _ random: inout SeededRandom) -> Double {
    random.uniform() * 4 + (isPurposeless ? -1 : -6)
  }

  private static func errors(policy: String = "test") throws -> PrevalenceErrors {
    var random = SeededRandom(seed: 3)
    let people = (0..<200).map { _ in
      LabelledPerson(
        purposeless: (0..<5).map { _ in bits(true, &random) },
        other: (0..<15).map { _ in bits(false, &random) })
    }
    let errors = try #require(JudgeErrors(measuredOn: people))
    return PrevalenceErrors(policy: policy, measuredOn: "on made-up scores", weeks: errors, sessions: errors)
  }

  private static func group(
    people: Int, weeks: Int, burners: Int, isComplete: Bool = true, seed: UInt64 = 1
  ) -> [ScoredSession] {
    var random = SeededRandom(seed: seed)
    return (0..<people).flatMap { person in
      (0..<weeks).map { week in
        ScoredSession(
          account: AccountID(rawValue: Int64(person + 2)),
          started: Instant(milliseconds: Int64(week) * self.week),
          score: SessionScore(
            bits: bits(person < burners, &random), isFinding: false, isComplete: isComplete,
            leading: person < burners ? .rhythm : nil),
          tokens: 1000)
      }
    }
  }

  @Test(arguments: [0, 2, 5, 8])
  func `the share is found, of weeks and of tokens`(burners: Int) throws {
    let estimate = GroupEstimate(
      of: Self.group(people: 20, weeks: 10, burners: burners), correctedBy: try Self.errors(),
      policy: Self.policy)
    let shares = try estimate.shares.get()
    let truth = Double(burners) / 20
    for one in [shares.weeks, shares.tokens] {
      #expect(abs(one.share - truth) < 0.03)
      #expect(one.low <= truth && truth <= one.high)
    }
    #expect(shares.weeks.people == 20 && estimate.personWeeks == 200)
    let kinds = shares.kinds.values.reduce(0, +)
    #expect(burners == 0 || abs(kinds - shares.tokens.share) < 1e-9)
  }

  @Test func `nothing is said of fewer people than the floor, whatever they did`() throws {
    for people in 1..<5 {
      let estimate = GroupEstimate(
        of: Self.group(people: people, weeks: 50, burners: people), correctedBy: try Self.errors(),
        policy: Self.policy)
      #expect(estimate.shares == .failure(GroupEstimate.Reason(withheld: .tooFewPeople)))
    }
    let managers = GroupEstimate(
      of: Self.group(people: 9, weeks: 5, burners: 1), correctedBy: try Self.errors(), policy: Self.policy,
      floor: 10)
    #expect(managers.shares == .failure(GroupEstimate.Reason(withheld: .tooFewPeople)))
  }

  @Test(arguments: [(40_000, false), (120_000, true)])
  func `nothing is said where it would be one person's`(tokens: Int64, isDominated: Bool) throws {
    var sessions = Self.group(people: 10, weeks: 10, burners: 3)
    for place in sessions.indices where sessions[place].account == AccountID(rawValue: 2) {
      sessions[place].tokens = tokens / 10
    }
    let estimate = GroupEstimate(of: sessions, correctedBy: try Self.errors(), policy: Self.policy)
    #expect((estimate.shares == .failure(GroupEstimate.Reason(withheld: .dominated))) == isDominated)
  }

  @Test func `what could not be judged counts neither way`() throws {
    let judged = Self.group(people: 20, weeks: 10, burners: 5)
    let unknown = Self.group(people: 20, weeks: 10, burners: 20, isComplete: false, seed: 9).map { session in
      var session = session
      session.started = session.started + .days(7 * 20)
      return session
    }
    let alone = GroupEstimate(of: judged, correctedBy: try Self.errors(), policy: Self.policy)
    let together = GroupEstimate(of: judged + unknown, correctedBy: try Self.errors(), policy: Self.policy)
    #expect(alone.shares == together.shares)
    #expect(together.unknownWeeks == 200 && together.personWeeks == 400)
    let nothing = GroupEstimate(of: unknown, correctedBy: try Self.errors(), policy: Self.policy)
    #expect(nothing.shares == .failure(GroupEstimate.Reason(withheld: .tooLittleEvidence)))
  }

  @Test func `another policy's errors correct nothing`() throws {
    let sessions = Self.group(people: 20, weeks: 10, burners: 5)
    for errors in [nil, try Self.errors(policy: "another")] {
      let estimate = GroupEstimate(of: sessions, correctedBy: errors, policy: Self.policy)
      #expect(estimate.shares == .failure(GroupEstimate.Reason(withheld: .errorsNotMeasured)))
    }
  }

  @Test(arguments: 1...5)
  func `who is who, and in which order, makes no difference`(seed: UInt64) throws {
    let sessions = Self.group(people: 12, weeks: 6, burners: 3)
    var random = SeededRandom(seed: seed)
    var names = Array(100..<112)
    names.shuffle(using: &random)
    let renamed = sessions.map { session in
      var session = session
      session.account = AccountID(rawValue: Int64(names[Int(session.account.rawValue) - 2]))
      return session
    }.shuffled(using: &random)
    let (a, b) = (
      try GroupEstimate(of: sessions, correctedBy: try Self.errors(), policy: Self.policy).shares.get(),
      try GroupEstimate(of: renamed, correctedBy: try Self.errors(), policy: Self.policy).shares.get()
    )
    for (one, other) in [(a.weeks, b.weeks), (a.tokens, b.tokens)] {
      #expect(abs(one.share - other.share) < 1e-9)
      #expect(abs(one.low - other.low) < 1e-9 && abs(one.high - other.high) < 1e-9)
    }
  }

  private static let mondays: [(milliseconds: Int64, week: Int64)] = [
    (0, 0), (259_200_000, 0), (345_599_999, 0), (345_600_000, 1), (-1, 0), (-259_200_001, -1),
  ]

  @Test(arguments: mondays)
  func `a week begins on Monday`(milliseconds: Int64, week: Int64) {
    #expect(PersonWeek.week(of: Instant(milliseconds: milliseconds)) == week)
  }
}
