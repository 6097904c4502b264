import Ledger
import Outcomes
import Testing

@testable import Attribution

@Suite("What was undone is reverted; what was reworked is not")
struct UndoneTests {
  private let first = lines("first", 10)
  private let second = lines("second", 10)

  private func landed() async throws -> (GitFixture, SessionScript, [TurnID], String) {
    let fixture = try await GitFixture()
    try await fixture.commit("README.md", lines("readme", 3), at: .hour(-100))
    var script = SessionScript("author", in: fixture.root)
    let one = script.turn(at: .hour(0), adds: [("Sources/first.swift", first)])
    let two = script.turn(at: .hour(1), adds: [("Sources/second.swift", second)])
    try fixture.write("Sources/first.swift", first)
    let commit = try await fixture.commit("Sources/second.swift", second, at: .hour(2))
    return (fixture, script, [one, two], commit)
  }

  @Test("a revert commit inside the hold window")
  func revert() async throws {
    let (fixture, script, turns, commit) = try await landed()
    try await fixture.git("revert", "--no-edit", commit, at: .day(3))
    let verdict = Verdict([script], [try await fixture.index()], now: .day(30))
    #expect(turns.map { verdict.states($0) } == [[.reverted], [.reverted]])
    #expect(verdict[turns[0]].first?.commits == [commit])
  }

  @Test("a revert that was itself reverted leaves the work standing")
  func revertOfRevert() async throws {
    let (fixture, script, turns, commit) = try await landed()
    try await fixture.git("revert", "--no-edit", commit, at: .day(3))
    try await fixture.git("revert", "--no-edit", "HEAD", at: .day(4))
    let verdict = Verdict([script], [try await fixture.index()], now: .day(30))
    #expect(turns.map { verdict.states($0) } == [[.held], [.held]])
  }

  @Test("a revert after the hold window comes too late")
  func lateRevert() async throws {
    let (fixture, script, turns, commit) = try await landed()
    try await fixture.git("revert", "--no-edit", commit, at: .day(20))
    let verdict = Verdict([script], [try await fixture.index()], now: .day(30))
    #expect(verdict.states(turns[0]) == [.held])
    #expect(verdict.sessions.first?.lines?.alive14Days == 20)
    #expect(verdict.sessions.first?.lines?.aliveNow == 0)
  }

  @Test("a partial revert undoes the turn whose lines it deletes, not the other")
  func partialRevert() async throws {
    let (fixture, script, turns, _) = try await landed()
    try await fixture.git("rm", "-q", "Sources/first.swift")
    try await fixture.commit("Take it back", at: .day(3))
    let verdict = Verdict([script], [try await fixture.index()], now: .day(30))
    #expect(verdict.states(turns[0]) == [.reverted])
    #expect(verdict.states(turns[1]) == [.held])
  }

  @Test("half of the lines deleted is not most of them")
  func halfDeleted() async throws {
    let (fixture, script, turns, _) = try await landed()
    try await fixture.commit("Sources/first.swift", Array(first.prefix(5)), at: .day(3))
    #expect(Verdict([script], [try await fixture.index()], now: .day(30)).states(turns[0]) == [.held])
  }

  @Test("lines that were replaced are rework: held, and counted as churn")
  func rework() async throws {
    let (fixture, script, turns, _) = try await landed()
    try await fixture.commit("Sources/first.swift", lines("rewritten", 10), at: .day(3))
    let verdict = Verdict([script], [try await fixture.index()], now: .day(40))
    #expect(verdict.states(turns[0]) == [.held])
    #expect(verdict.sessions.first?.lines?.churn14Days == 0.5)
    #expect(verdict.sessions.first?.lines?.alive30Days == 10)
  }

  @Test("a renamed file keeps its lines")
  func rename() async throws {
    let (fixture, script, turns, _) = try await landed()
    try await fixture.git("mv", "Sources/first.swift", "Sources/renamed.swift")
    try await fixture.commit("Rename", at: .day(2))
    let verdict = Verdict([script], [try await fixture.index()], now: .day(30))
    #expect(verdict.states(turns[0]) == [.held])
    #expect(verdict.sessions.first?.lines?.aliveNow == 20)
  }
}
