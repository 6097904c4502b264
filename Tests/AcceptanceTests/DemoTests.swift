import Arena
import Foundation
import Ledger
import TestCorpus
import Testing

/// The sample that `assay demo` writes, read by the built program and held to what its author knows of it.
@Suite("The demo's sample against its author's truth")
struct DemoTests {
  /// Written and read once; the tests look at it only.
  private struct Reading: Sendable {
    var truth: GroundTruth
    var report: Report
    var assay: Command
    var home: String
  }

  private static let reading = Task { () throws -> Reading in
    let assay = try Command()
    let home = assay.directory.url.appending(path: "sample-home")
    let truth = try await Scenario.demo(endingAt: Instant(Date())).write(
      home: home, repositories: assay.directory.url.appending(path: "src"))
    return Reading(truth: truth, report: try assay.report("--home", home.path), assay: assay, home: home.path)
  }

  private let truth: GroundTruth
  private let report: Report
  private let sessions: [String: Report.Session]

  init() async throws {
    let reading = try await Self.reading.value
    truth = reading.truth
    report = reading.report
    sessions = Dictionary(report.sessions.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    #expect(sessions.count == report.sessions.count, "a session's name is its own")
  }

  private static func numbers(_ counts: TokenCounts) -> [Int64] {
    [
      counts.input, counts.cacheRead, counts.cacheWrite5m, counts.cacheWrite1h, counts.output,
      counts.reasoning,
    ].map { $0 ?? 0 }
  }

  @Test("Every session has exactly its tokens, in every class")
  func tokens() throws {
    for session in truth.sessions {
      let found = try #require(sessions[session.name], "\(session.tool) \(session.name) is missing")
      let name: Comment = "\(session.tool.rawValue) \(session.name), \(session.behaviour)"
      var wanted = Self.numbers(session.itemised.counts + session.unitemised.counts)
      var classes = found.figures.classes.map { $0 ?? 0 }
      // Killed before it wrote its totals, Copilot CLI leaves only the output.
      if session.totalsMissing {
        wanted = [wanted[4]]
        classes = [classes[4]]
      }
      #expect(classes == wanted, name)
      #expect(found.figures.not_billed_records == Int64(session.notBilled), name)
      #expect(found.figures.records == Int64(session.itemised.calls), name)
      #expect(found.parent == session.parent, name)
      #expect(found.tool == session.tool.rawValue, name)
    }
    let known = Set(truth.sessions.map(\.name))
    for session in report.sessions where !known.contains(session.id) {
      #expect(session.tool == "cursor", "\(session.id) is in the report only")
    }
    #expect(report.broken == [])
  }

  /// `assay explain --json`, as far as these tests look at it.
  private struct Explanation: Decodable {
    var turns: [Turn]

    struct Turn: Decodable {
      var started: String
      var trigger: String
      var edits: Int
      var states: [Report.State]
      var commits: [String]
      var reasons: [String]
    }
  }

  /// Why a turn may be in another state than its author says. Each is a limit of attribution that is known; the
  /// figure is how many turns of the sample it may concern, so that none gets worse unnoticed.
  private enum Limit: CaseIterable {
    /// A subagent's turn finds no outcome of its own, and does not take the one of the turn that sent it off.
    case subagent
    /// Lines that every file of a project has stand in somebody else's commit as well.
    case commonLines

    var most: Int {
      switch self {
      case .subagent, .commonLines: 1
      }
    }

    init?(_ turn: Explanation.Turn) {
      let hasEdits = turn.edits > 0
      if turn.trigger == "agent" {
        self = .subagent
      } else if hasEdits, turn.commits.count > 1 {
        self = .commonLines
      } else {
        return nil
      }
    }
  }

  @Test("Where the design leaves one reading, a turn is in its state")
  func states() async throws {
    let (assay, home) = try await (Self.reading.value.assay, Self.reading.value.home)
    var checked = 0
    var wrong: [Limit: [String]] = [:]
    for session in truth.sessions {
      let result = try assay("explain", session.name, "--json", "--home", home, "--ledger", assay.ledger)
      #expect(result.status == 0, "\(result.errors)")
      let explained = try JSONDecoder().decode(Explanation.self, from: Data(result.output.utf8))
      let name = "\(session.tool.rawValue) \(session.name) \(session.behaviour)"
      func check(_ turn: Explanation.Turn, _ states: Set<String>) {
        let found = Set(turn.states.filter { $0.figures.records > 0 }.map(\.state))
        checked += 1
        guard !found.isSubset(of: states) else { return }
        let words = "\(name): \(turn.started): \(found) instead of \(states): \(turn.reasons)"
        if let limit = Limit(turn) {
          wrong[limit, default: []].append(words)
        } else {
          Issue.record("\(words)")
        }
      }
      // What a subagent did belongs to the turn that sent it off.
      let all = Set(session.turns.map(\.state.rawValue))
      for turn in explained.turns where turn.trigger == "agent" { check(turn, all) }
      let turns = explained.turns.filter { $0.trigger != "agent" }
      try #require(turns.count == session.turns.count, "\(name)")
      for (found, wanted) in zip(turns, session.turns) where wanted.isFirm {
        check(found, [wanted.state.rawValue])
      }
    }
    #expect(checked > 100)
    for limit in Limit.allCases {
      let turns = wrong[limit] ?? []
      #expect(turns.count <= limit.most, "\(limit): \(turns.joined(separator: "\n"))")
    }
  }

  @Test("A session reaches its commits")
  func commits() throws {
    var foreign: [String] = []
    for session in truth.sessions {
      let found = try Set(#require(sessions[session.name]).commits)
      let wanted = Set(session.turns.flatMap(\.commits))
      let name = "\(session.tool.rawValue) \(session.name) \(session.behaviour)"
      #expect(found.isSuperset(of: wanted), "\(name)")
      foreign += found.subtracting(wanted).map { "\(name): \($0)" }
    }
    // At most one session of some sixty, by lines that all files of a project have in common.
    #expect(foreign.count <= 1, "\(foreign.joined(separator: "\n"))")
  }
}
