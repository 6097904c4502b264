import Foundation
import TestCorpus
import Testing

/// What is judged, estimated and forecast, by the program itself, on an organisation that it makes.
@Suite("Judgement on the command line") struct JudgementCommandTests {
  private struct Report: Decodable {
    struct Session: Decodable {
      struct Judgement: Decodable {
        struct Line: Decodable { var bits: Double }

        var bits: Double
        var probability: Double
        var finding: Bool
        var evidence: [Line]
      }

      var id: String
      var judgement: Judgement?
    }

    var sessions: [Session]
  }

  private struct Estimate: Decodable {
    struct Share: Decodable {
      var share: Double?
      var low: Double?
      var high: Double?
    }

    var share: Double?
    var low: Double?
    var high: Double?
    var people: Int
    var tokens: Share
    var withheld: String?
    var explained: Double?
    var unexplained: Double?
    var unknown: Double?
  }

  private struct Truth: Decodable {
    struct Person: Decodable { var name: String }

    var people: [Person]
  }

  private func run<Answer: Decodable>(_ assay: Command, _ arguments: [String], as: Answer.Type) throws
    -> Answer
  {
    let result = try assay(arguments)
    #expect(result.status == 0, "\(result.errors)")
    return try JSONDecoder().decode(Answer.self, from: Data(result.output.utf8))
  }

  @Test("A group has an estimate with a range, a few people have none, and each session its sum")
  func everything() throws {
    let assay = try Command()
    let arena = assay.directory.path("arena")
    #expect(
      try assay(
        "arena", "make", "--seed", "5", "--people", "8", "--weeks", "3", "--kinds",
        "learner,owl,recipes,ticking", arena
      )
      .status == 0)
    let file = try Data(contentsOf: URL(filePath: "\(arena)/truth.json"))
    let homes = try JSONDecoder().decode(Truth.self, from: file).people.map { "\(arena)/homes/\($0.name)" }
    let repositories = ["--repos", "\(arena)/repositories", "-q"]
    func sources(_ count: Int) -> [String] { homes.prefix(count).flatMap { ["--home", $0] } + repositories }

    let group = try run(assay, ["estimate", "--json"] + sources(8), as: Estimate.self)
    #expect(group.people == 8 && group.withheld == nil)
    for one in [Estimate.Share(share: group.share, low: group.low, high: group.high), group.tokens] {
      let (low, share, high) = (try #require(one.low), try #require(one.share), try #require(one.high))
      #expect(0 <= low && low <= share && share <= high && high <= 1)
    }
    let states = [group.explained, group.unexplained, group.unknown].compactMap { $0 }
    #expect(abs(states.reduce(0, +) - 1) < 1e-4)
    #expect(try assay(["estimate"] + sources(8)).output.contains("person-weeks of 8 people"))

    let few = try run(assay, ["estimate", "--json"] + sources(4), as: Estimate.self)
    #expect(few.people == 4 && few.withheld == "too_few_people")
    #expect(
      [few.share, few.low, few.high, few.tokens.share, few.explained, few.unknown].allSatisfy { $0 == nil })

    let report = try run(assay, ["report", "--json"] + sources(1), as: Report.self)
    #expect(!report.sessions.isEmpty)
    for session in report.sessions {
      let judgement = try #require(session.judgement)
      #expect(abs(judgement.evidence.reduce(0) { $0 + $1.bits } - judgement.bits) < 0.005)
      #expect(abs(judgement.probability - 1 / (1 + exp2(-judgement.bits))) < 1e-4)
    }

    // What is judged of one is for that one alone.
    let all = ["--homes", "\(arena)/homes"] + repositories
    #expect(try run(assay, ["estimate", "--json"] + all, as: Estimate.self).people == 8)
    let others = try run(assay, ["report", "--json"] + all, as: Report.self)
    #expect(!others.sessions.isEmpty && others.sessions.allSatisfy { $0.judgement == nil })
    for command in [["findings"], ["explain", "latest"]] {
      let refused = try assay(command + all)
      #expect(refused.status == 1 && refused.output == "" && refused.errors.contains("for the person alone"))
    }

    let demand = try assay(["demand"] + sources(8))
    #expect(demand.status == 0 && demand.output.contains("all models") && demand.output.contains("Carbon"))
    let findings = try assay(["findings"] + sources(8))
    #expect(findings.status == 0 && findings.output.contains("list price"))
  }
}
