import Foundation
import Statistics
import Testing

@Suite("Shares out of a judge’s scores")
struct QuantifierTests {
  private let judge = SimulatedJudge(separation: 2, alikeness: 0.2)

  /// (share found − false rate) / (true rate − false rate), clipped.
  @Test(
    "With one edge it is adjusted counting", arguments: [(0, 0.0), (2, 0.0), (10, 0.4), (30, 1.0), (40, 1.0)])
  func adjustedCount(found: Int, expected: Double) throws {
    // Of ten of the class eight or so are found, of ten others one: with Perks' half a unit in three.
    let people = (0..<100).map { index in
      LabelledPerson(purposeless: [index % 5 == 0 ? -1 : 1], other: [index % 10 == 0 ? 1 : -1])
    }
    let errors = try #require(JudgeErrors(measuredOn: people, edges: [0]))
    let (hit, miss) = (errors.purposeless.density[1], errors.other.density[1])
    #expect(abs(hit - 80.25 / 100.5) < 1e-12 && abs(miss - 10.25 / 100.5) < 1e-12)
    let members = (0..<40).map { GroupMember(scores: [Score(bits: $0 < found ? 5 : -5)]) }
    let estimate = try #require(Quantifier(errors).estimate(members))
    let closed = min(1, max(0, (Double(found) / 40 - miss) / (hit - miss)))
    #expect(abs(estimate.share - closed) < 1e-9)
    #expect(estimate.low <= closed && closed <= estimate.high)
    #expect(estimate.people == 40 && estimate.units == 40)
    #expect(abs(closed - expected) < 0.35)
  }

  /// Iterated as the paper has it.
  @Test("The share of greatest likelihood is where expectation maximisation ends", arguments: [0.1, 0.5])
  func saerens(_ calibratedAt: Double) throws {
    var random = SeededRandom(seed: 3)
    let scores = (0..<200).map { _ in (probability: random.uniform(), weight: 0.5 + random.uniform()) }
    let shift = try #require(PriorShift(calibratedAt: calibratedAt))
    var share = calibratedAt
    for _ in 0..<20_000 {
      let sum = scores.reduce(0) { $0 + $1.weight * shift.adjusted($1.probability, to: share) }
      share = sum / scores.reduce(0) { $0 + $1.weight }
    }
    let found = try #require(shift.share(of: scores))
    #expect(abs(found - share) < 1e-6)
    #expect(shift.share(of: []) == nil && PriorShift(calibratedAt: 0) == nil)
  }

  @Test("Shares with the same seed are the same; order of people changes nothing; a doubled weight neither")
  func invariances() throws {
    var random = SeededRandom(seed: 5)
    let quantifier = Quantifier(try #require(JudgeErrors(measuredOn: judge.labelled(150, &random))))
    let members = judge.group(0.2, isWeighted: true, &random).members
    let doubled = members.map { member in
      GroupMember(scores: member.scores.map { Score(bits: $0.bits, weight: 2 * $0.weight) })
    }
    let one = try #require(quantifier.estimate(members))
    let others = [
      try #require(quantifier.estimate(members.reversed())), try #require(quantifier.estimate(doubled)),
    ]
    for other in others {
      #expect(abs(one.share - other.share) < 1e-9)
      #expect(abs(one.low - other.low) < 1e-9 && abs(one.high - other.high) < 1e-9)
    }
    let drawn = { try #require(quantifier.estimate(members, of: .groupsLikeIt, resamples: 200, seed: 9)) }
    #expect(try drawn() == drawn())
    #expect(quantifier.estimate([]) == nil)
    #expect(quantifier.estimate([GroupMember(scores: [Score(bits: .nan)])]) == nil)
  }

  @Test("A judge that says nothing leaves every share possible")
  func blind() throws {
    let people = (0..<50).map { index in
      let bits = Double(index % 4)
      return LabelledPerson(purposeless: [bits, 3 - bits], other: [bits, 3 - bits])
    }
    let errors = try #require(JudgeErrors(measuredOn: people))
    let members = (0..<30).map { GroupMember(scores: [Score(bits: Double($0 % 4))]) }
    let estimate = try #require(Quantifier(errors).estimate(members))
    #expect(estimate.low == 0 && estimate.high == 1)
  }

  @Test("What was measured of a judge survives being written down")
  func coding() throws {
    var random = SeededRandom(seed: 6)
    let errors = try #require(JudgeErrors(measuredOn: judge.labelled(60, &random)))
    #expect(try JSONDecoder().decode(JudgeErrors.self, from: JSONEncoder().encode(errors)) == errors)
    #expect(JudgeErrors(measuredOn: []) == nil)
    #expect(abs(errors.purposeless.density.reduce(0, +) - 1) < 1e-12)
  }

  /// 100 groups each of 200 units of 40 people; the judge's errors are measured anew for each, on 240 people.
  @Test(
    "Ranges hold what they say, at 0 as well, and shares are near", arguments: [0, 0.05, 0.2, 0.4],
    [false, true])
  func coverage(_ prevalence: Double, _ isWeighted: Bool) throws {
    var random = SeededRandom(seed: 11)
    var (held, heldOften, small, off) = (0, 0, 0, 0.0)
    let runs = 100 * Simulation.times
    for run in 0..<runs {
      let errors = try #require(JudgeErrors(measuredOn: judge.labelled(240, &random)))
      let group = judge.group(prevalence, isWeighted: isWeighted, &random)
      let quantifier = Quantifier(errors)
      let estimate = try #require(quantifier.estimate(group.members))
      if estimate.low <= group.share, group.share <= estimate.high { held += 1 }
      if estimate.high <= 0.03 { small += 1 }
      off += abs(estimate.share - group.share)
      if run % 4 == 0 {
        let drawn = try #require(
          quantifier.estimate(group.members, of: .groupsLikeIt, resamples: 60, seed: UInt64(run)))
        if drawn.low <= prevalence, prevalence <= drawn.high { heldOften += 1 }
      }
    }
    Simulation.say(
      "share \(prevalence), tokens \(isWeighted): held \(held), by groups like it \(heldOften) of \(runs / 4), at most 3 points \(small), of \(runs); off by \(off / Double(runs))"
    )
    #expect(held >= Simulation.least(0.95, of: runs), "\(held) of \(runs)")
    #expect(heldOften >= Simulation.least(0.95, of: runs / 4), "\(heldOften) of \(runs / 4)")
    #expect(off / Double(runs) < (isWeighted ? 0.025 : 0.02), "off by \(off / Double(runs))")
    if prevalence == 0, !isWeighted {
      #expect(small * 10 >= runs * 9, "\(small) of \(runs) at most 3 points")
    }
  }
}
