import Foundation
import Ledger
import Outcomes
import Testing

@testable import Attribution

@Suite("Content finds a turn's lines wherever they landed")
struct LandingTests {
  private let work = lines("ship", 12)

  private func start() async throws -> GitFixture {
    let fixture = try await GitFixture()
    try await fixture.commit("Sources/base.swift", lines("base", 8), at: .hour(-100))
    return fixture
  }

  private func session(_ fixture: GitFixture) -> (SessionScript, TurnID) {
    var script = SessionScript("author", in: fixture.root)
    let turn = script.turn(at: .hour(0), adds: [(fixture.root + "/Sources/ship.swift", work)])
    return (script, turn)
  }

  @Test("a commit on the default branch is fresh until the hold window is over, then held")
  func heldAfterWindow() async throws {
    let fixture = try await start()
    let (script, turn) = session(fixture)
    let commit = try await fixture.commit("Sources/ship.swift", work, at: .hour(1))
    let index = try await fixture.index()
    let early = Verdict([script], [index], now: .day(2))
    #expect(early.states(turn) == [.fresh])
    #expect(early[turn].first?.nextChange == Instant.hour(1) + .days(14))
    let late = Verdict([script], [index], now: .day(20))
    #expect(late.states(turn) == [.held])
    #expect(late.commits(turn) == [commit])
    #expect(late[turn].first?.tier == .landed)
    #expect(late[turn].first?.link == .content)
    #expect(late[turn].first?.nextChange == nil)
    #expect(late.sessions.first?.lines?.landed == 12)
    #expect(late.sessions.first?.lines?.churn14Days == 0)
  }

  @Test("a commit made hours later is found")
  func hoursLater() async throws {
    let fixture = try await start()
    let (script, turn) = session(fixture)
    try await fixture.commit("Sources/ship.swift", work, at: .hour(40))
    #expect(Verdict([script], [try await fixture.index()], now: .day(30)).states(turn) == [.held])
  }

  @Test(
    "a commit made before the edit, or more than 21 days after, is not its outcome", arguments: [-3, 24 * 22])
  func wrongTime(hours: Int64) async throws {
    let fixture = try await start()
    let (script, turn) = session(fixture)
    try await fixture.commit("Sources/ship.swift", work, at: .hour(hours))
    #expect(Verdict([script], [try await fixture.index()], now: .day(60)).states(turn) == [.unexplained])
  }

  @Test("a squash merge of a branch that was deleted, reviewed by the number in its subject")
  func squash() async throws {
    let fixture = try await start()
    let (script, turn) = session(fixture)
    try await fixture.git("checkout", "-q", "-b", "topic")
    try await fixture.commit("Sources/ship.swift", Array(work.prefix(5)), at: .hour(1))
    try await fixture.commit("Sources/ship.swift", work, at: .hour(2))
    try await fixture.git("checkout", "-q", "main")
    try await fixture.git("merge", "-q", "--squash", "topic")
    let squashed = try await fixture.commit("Ship it (#12)", at: .hour(30))
    try await fixture.git("branch", "-q", "-D", "topic")
    try await fixture.git("reflog", "expire", "--expire=all", "--all")
    try await fixture.git("gc", "-q", "--prune=now")
    let verdict = Verdict([script], [try await fixture.index()], now: .day(30))
    #expect(verdict.states(turn) == [.held])
    #expect(verdict.commits(turn) == [squashed])
    #expect(verdict[turn].first?.tier == .reviewed)
  }

  @Test("an open branch and the squash that landed it count once, where the lines got furthest")
  func squashBesideBranch() async throws {
    let fixture = try await start()
    let (script, turn) = session(fixture)
    try await fixture.git("checkout", "-q", "-b", "topic")
    try await fixture.commit("Sources/ship.swift", work, at: .hour(1))
    let open = Verdict([script], [try await fixture.index()], now: .day(30))
    #expect(open.states(turn) == [.open])
    try await fixture.git("checkout", "-q", "main")
    try await fixture.git("merge", "-q", "--squash", "topic")
    let squashed = try await fixture.commit("Ship it", at: .hour(30))
    let verdict = Verdict([script], [try await fixture.index()], now: .day(30))
    #expect(verdict.states(turn) == [.held])
    #expect(verdict.commits(turn) == [squashed])
    #expect(verdict[turn].first?.weight == 12)
  }

  @Test("a rebased branch that was merged")
  func rebase() async throws {
    let fixture = try await start()
    let (script, turn) = session(fixture)
    try await fixture.git("checkout", "-q", "-b", "topic")
    try await fixture.commit("Sources/ship.swift", work, at: .hour(1))
    try await fixture.git("checkout", "-q", "main")
    try await fixture.commit("Sources/other.swift", lines("other", 4), at: .hour(5))
    try await fixture.git("rebase", "-q", "main", "topic", at: .hour(50))
    try await fixture.git("checkout", "-q", "main")
    try await fixture.git(
      "merge", "-q", "--no-ff", "-m", "Merge pull request #3 from x/topic", "topic", at: .hour(51))
    let verdict = Verdict([script], [try await fixture.index()], now: .day(30))
    #expect(verdict.states(turn) == [.held])
    #expect(verdict[turn].first?.tier == .reviewed)
  }

  @Test("a cherry-picked commit whose first branch is still open")
  func cherryPick() async throws {
    let fixture = try await start()
    let (script, turn) = session(fixture)
    try await fixture.git("checkout", "-q", "-b", "topic")
    let first = try await fixture.commit("Sources/ship.swift", work, at: .hour(1))
    try await fixture.git("checkout", "-q", "main")
    try await fixture.git("cherry-pick", first, at: .hour(9))
    let picked = try await fixture.git("rev-parse", "HEAD")
    let verdict = Verdict([script], [try await fixture.index()], now: .day(30))
    #expect(verdict.states(turn) == [.held])
    #expect(verdict.commits(turn) == [picked])
  }

  @Test("lines that an amended commit took in later")
  func amended() async throws {
    let fixture = try await start()
    var (script, _) = session(fixture)
    try await fixture.commit("Sources/ship.swift", work, at: .hour(1))
    let more = lines("afterthought", 6)
    let turn = script.turn(at: .hour(3), adds: [("Sources/ship.swift", more)])
    try fixture.write("Sources/ship.swift", work + more)
    try await fixture.git("add", "-A")
    // Amending keeps the author's time.
    try await fixture.git(
      "commit", "-q", "--amend", "--no-edit", "--date=\(Instant.hour(1).milliseconds / 1000) +0000",
      at: .hour(4))
    #expect(Verdict([script], [try await fixture.index()], now: .day(30)).states(turn) == [.held])
  }

  @Test("a deleted branch that never landed: open within grace, then unexplained")
  func deletedBranch() async throws {
    let fixture = try await start()
    var script = SessionScript("author", in: fixture.root)
    try await fixture.git("checkout", "-q", "-b", "topic")
    let commit = try await fixture.commit("Sources/ship.swift", work, at: .hour(1))
    let turn = script.turn(at: .hour(0), adds: [("Sources/ship.swift", work)], committed: commit)
    try await fixture.git("checkout", "-q", "main")
    try await fixture.git("branch", "-q", "-D", "topic")
    let index = try await fixture.index()
    let early = Verdict([script], [index], now: .day(2))
    #expect(early.states(turn) == [.open])
    #expect(early[turn].first?.nextChange == Instant.hour(0) + .minutes(1) + .days(7))
    #expect(Verdict([script], [index], now: .day(30)).states(turn) == [.unexplained])
  }

  @Test("a commit that the session's own output names is exact, even without a line in common")
  func mention() async throws {
    let fixture = try await start()
    var script = SessionScript("author", in: fixture.root)
    let commit = try await fixture.commit("Sources/generated.swift", lines("generated", 5), at: .hour(1))
    let turn = script.turn(at: .hour(1), committed: commit)
    let verdict = Verdict([script], [try await fixture.index()], now: .day(30))
    #expect(verdict.states(turn) == [.held])
    #expect(verdict[turn].first?.link == .exact)
    #expect(verdict.commits(turn) == [commit])
  }
}
