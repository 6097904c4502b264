import Ledger
import Outcomes
import Testing

@testable import Attribution

@Suite("States of turns without a commit of their own")
struct TurnStateTests {
  private func start() async throws -> GitFixture {
    let fixture = try await GitFixture()
    try await fixture.commit("Sources/base.swift", lines("base", 8), at: .day(-20))
    return fixture
  }

  @Test("a turn that read the file carries over to the edit; one that did not keeps its own state")
  func carryOver() async throws {
    let fixture = try await start()
    var script = SessionScript("author", in: fixture.root)
    let read = script.turn(at: .hour(0), reads: ["Sources/base.swift"])
    let stray = script.turn(at: .hour(0) + .minutes(10), reads: ["Sources/unrelated.swift"])
    let edit = script.turn(at: .hour(1), adds: [("Sources/base.swift", lines("new", 6))])
    let after = script.turn(at: .hour(2), reads: ["Sources/base.swift"])
    try await fixture.commit("Sources/base.swift", lines("base", 8) + lines("new", 6), at: .hour(3))
    let verdict = Verdict([script], [try await fixture.index()], now: .day(30))
    #expect(verdict.states(edit) == [.held])
    #expect(verdict.states(read) == [.held])
    #expect(verdict.states(stray) == [.unexplained])
    #expect(verdict.states(after) == [.unexplained])
  }

  // Hour 0 is a Wednesday at 09:00 UTC.
  @Test(
    "one working day back and no more, weekends not counted",
    arguments: [(-20, true), (-30, false), (-200, false)])
  func workingDay(hours: Int64, carries: Bool) async throws {
    let fixture = try await start()
    var script = SessionScript("author", in: fixture.root)
    let read = script.turn(at: .hour(hours), reads: ["Sources/base.swift"])
    script.turn(at: .hour(0), adds: [("Sources/base.swift", lines("new", 6))])
    try await fixture.commit("Sources/base.swift", lines("base", 8) + lines("new", 6), at: .hour(1))
    let verdict = Verdict([script], [try await fixture.index()], now: .day(30))
    #expect(verdict.states(read) == [carries ? .held : .unexplained])
  }

  @Test("Friday afternoon leads to Monday morning")
  func weekend() {
    // Hour 55 is a Friday at 16:00 UTC, hour 120 the Monday after at 09:00.
    #expect(SessionStates.workingTime(from: .hour(55), to: .hour(120)) == .hours(17))
    #expect(SessionStates.workingTime(from: .hour(10), to: .hour(5)) == .zero)
  }

  @Test("within grace a turn is open, afterwards unexplained")
  func grace() async throws {
    let fixture = try await start()
    var script = SessionScript("author", in: fixture.root)
    let turn = script.turn(at: .hour(0), adds: [("Sources/new.swift", lines("new", 6))])
    let index = try await fixture.index()
    let end = Instant.hour(0) + .minutes(1) + .days(7)
    #expect(Verdict([script], [index], now: end - .seconds(1)).states(turn) == [.open])
    #expect(Verdict([script], [index], now: end).states(turn) == [.unexplained])
  }

  @Test("a pull request whose end is not known stays open, however old")
  func openRequest() async throws {
    let fixture = try await start()
    var script = SessionScript("author", in: fixture.root)
    let turn = script.turn(at: .hour(0))
    var evidence = script.evidence
    evidence.mentions.append(
      OutcomeMention(turn: turn, at: .hour(0), kind: .pullRequest, value: "https://example.com/a/b/pull/7"))
    let index = try await fixture.index()
    let result = Attributor(key: GitFixture.key).attribute(
      [evidence], repositories: [index], places: [script.id: .repository(index.gitDirectory)], now: .day(300))
    #expect(result[0].turns.map { $0.shares.map(\.state) } == [[.open]])
  }

  @Test("a pull request that the repository knows by number is exact")
  func landedRequest() async throws {
    let fixture = try await start()
    try await fixture.git("remote", "add", "origin", "git@example.com:a/b.git")
    let commit = try await fixture.commit(
      "Sources/new.swift", lines("new", 6), "New things (#7)", at: .hour(5))
    var script = SessionScript("author", in: fixture.root)
    let turn = script.turn(at: .hour(0))
    var evidence = script.evidence
    evidence.mentions.append(
      OutcomeMention(turn: turn, at: .hour(0), kind: .pullRequest, value: "https://example.com/a/b/pull/7"))
    let index = try await fixture.index()
    let result = Attributor(key: GitFixture.key).attribute(
      [evidence], repositories: [index], places: [script.id: .repository(index.gitDirectory)], now: .day(300))
    let share = result[0].turns.first?.shares.first
    #expect(share?.state == .held)
    #expect(share?.tier == .reviewed)
    #expect(share?.commits == [commit])
  }

  @Test(
    "explored needs a person who came back to the same files after time to read",
    arguments: [
      (TurnTrigger.person, Duration.seconds(60), "Sources/base.swift", OutcomeState.explored),
      (.script, .seconds(60), "Sources/base.swift", .unexplained),
      (.person, .seconds(1), "Sources/base.swift", .unexplained),
      (.person, .seconds(60), "Sources/else.swift", .unexplained),
    ])
  func explored(trigger: TurnTrigger, gap: Duration, file: String, state: OutcomeState) async throws {
    let fixture = try await start()
    var script = SessionScript("author", in: fixture.root)
    let question = script.turn(at: .hour(0), reads: ["Sources/base.swift"], outputBytes: 1500)
    script.turn(at: .hour(1), reads: [file], trigger: trigger, gap: gap)
    let index = try await fixture.index()
    #expect(Verdict([script], [index], now: .day(30)).states(question) == [state])
  }

  @Test("however many turns there are, none is suspicious for it: every turn has shares that say why")
  func everyTurnHasReasons() async throws {
    let fixture = try await start()
    var script = SessionScript("author", in: fixture.root)
    for hour in 0..<50 { script.turn(at: .hour(Int64(hour)), reads: ["Sources/base.swift"]) }
    let verdict = Verdict([script], [try await fixture.index()], now: .day(30))
    #expect(verdict.sessions[0].turns.count == 50)
    #expect(
      verdict.sessions[0].turns.allSatisfy {
        !$0.shares.isEmpty && $0.shares.allSatisfy { !$0.reasons.isEmpty }
      })
  }
}
