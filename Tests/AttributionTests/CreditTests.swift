import Ledger
import Outcomes
import Testing

@testable import Attribution

@Suite("Credit goes to whose lines they are, and to nobody else")
struct CreditTests {
  private func start() async throws -> GitFixture {
    let fixture = try await GitFixture()
    try await fixture.commit("Sources/base.swift", lines("base", 20), at: .hour(-100))
    return fixture
  }

  @Test("a session that burns tokens beside an honest commit gets none of it")
  func burning() async throws {
    let fixture = try await start()
    var honest = SessionScript("honest", in: fixture.root)
    let work = lines("honest", 15)
    let written = honest.turn(at: .hour(0), adds: [("Sources/feature.swift", work)])
    var burner = SessionScript("burner", in: fixture.root)
    var burnt: [TurnID] = []
    for minute in 0..<20 {
      burnt.append(
        burner.turn(
          at: .hour(0) + .minutes(Int64(minute)),
          adds: [("Sources/scratch.swift", lines("burn\(minute)", 30))],
          reads: ["Sources/feature.swift", "Sources/base.swift"]))
    }
    // Writing out what is there already is no work either.
    burnt.append(burner.turn(at: .hour(1), adds: [("Sources/base.swift", lines("base", 20))]))
    try await fixture.commit("Sources/feature.swift", work, at: .hour(2))
    // After the commit the burner copies it.
    burnt.append(burner.turn(at: .hour(3), adds: [("Sources/feature.swift", work)]))
    try await fixture.commit("Sources/base.swift", lines("base", 20) + lines("person", 3), at: .hour(4))
    let verdict = Verdict([honest, burner], [try await fixture.index()], now: .day(30))
    #expect(verdict.states(written) == [.held])
    for turn in burnt { #expect(verdict.states(turn) == [.unexplained]) }
    #expect(burnt.flatMap { verdict.commits($0) }.isEmpty)
  }

  @Test("two sessions on one commit each get their lines, counted once")
  func twoSessions() async throws {
    let fixture = try await start()
    var one = SessionScript("one", in: fixture.root)
    var two = SessionScript("two", in: fixture.root)
    let first = one.turn(at: .hour(0), adds: [("Sources/shared.swift", lines("one", 9))])
    let second = two.turn(at: .hour(1), adds: [("Sources/shared.swift", lines("two", 4))])
    let commit = try await fixture.commit(
      "Sources/shared.swift", lines("one", 9) + lines("two", 4), at: .hour(2))
    let verdict = Verdict([one, two], [try await fixture.index()], now: .day(30))
    #expect(verdict[first].map(\.weight) == [9])
    #expect(verdict[second].map(\.weight) == [4])
    #expect(verdict.commits(first) + verdict.commits(second) == [commit, commit])
  }

  @Test("a line that two sessions wrote counts for one of them only")
  func sameLines() async throws {
    let fixture = try await start()
    var one = SessionScript("one", in: fixture.root)
    var two = SessionScript("two", in: fixture.root)
    let work = lines("same", 10)
    let first = one.turn(at: .hour(0), adds: [("Sources/same.swift", work)])
    let second = two.turn(at: .hour(1), adds: [("Sources/same.swift", work)])
    try await fixture.commit("Sources/same.swift", work, at: .hour(2))
    let verdict = Verdict([one, two], [try await fixture.index()], now: .day(30))
    let linked = [first, second].flatMap { verdict[$0] }.filter { $0.link != nil }
    #expect(linked.map(\.weight).reduce(0, +) == 10)
  }

  @Test("of a session's own edits the later one has the line")
  func laterEdit() async throws {
    let fixture = try await start()
    var script = SessionScript("author", in: fixture.root)
    let draft = script.turn(at: .hour(0), adds: [("Sources/a.swift", lines("a", 6))])
    let final = script.turn(at: .hour(1), adds: [("Sources/a.swift", lines("a", 6))])
    try await fixture.commit("Sources/a.swift", lines("a", 6), at: .hour(2))
    let verdict = Verdict([script], [try await fixture.index()], now: .day(30))
    #expect(verdict[final].first?.link == .content)
    // The draft led to it, in the same file.
    #expect(verdict.states(draft) == [.held])
  }

  @Test("a rejected or failed edit is no evidence", arguments: [ExitState.rejected, .failed, .interrupted])
  func rejected(exit: ExitState) async throws {
    let fixture = try await start()
    var script = SessionScript("author", in: fixture.root)
    let turn = script.turn(at: .hour(0), adds: [("Sources/a.swift", lines("a", 6))])
    var evidence = script.evidence
    for place in evidence.edits.indices { evidence.edits[place].exit = exit }
    try await fixture.commit("Sources/a.swift", lines("a", 6), at: .hour(2))
    let index = try await fixture.index()
    let result = Attributor(key: GitFixture.key).attribute(
      [evidence], repositories: [index], places: [script.id: .repository(index.gitDirectory)], now: .day(30))
    #expect(result[0].turns.first { $0.turn == turn }?.shares.map(\.state) == [.unexplained])
  }

  @Test("the result does not depend on the order of the input")
  func order() async throws {
    let fixture = try await start()
    var scripts: [SessionScript] = []
    for number in 0..<6 {
      var script = SessionScript("s\(number)", in: fixture.root)
      script.turn(
        at: .hour(Int64(number)), adds: [("Sources/f\(number % 3).swift", lines("x\(number % 4)", 7))])
      scripts.append(script)
    }
    for file in 0..<3 {
      try await fixture.commit("Sources/f\(file).swift", lines("x\(file)", 7), at: .hour(10 + Int64(file)))
    }
    let index = try await fixture.index()
    let forwards = Verdict(scripts, [index], now: .day(30)).sessions
    let backwards = Verdict(scripts.reversed(), [index], now: .day(30)).sessions
    #expect(forwards == backwards)
  }

  @Test("a commit whose trailer names the tool goes to the one session that edited its file that day")
  func trailer() async throws {
    let fixture = try await start()
    var script = SessionScript("author", in: fixture.root)
    let turn = script.turn(at: .hour(0), adds: [("Sources/base.swift", lines("draft", 3))])
    var elsewhere = SessionScript("elsewhere", in: fixture.root)
    let other = elsewhere.turn(at: .hour(0), adds: [("Sources/other.swift", lines("other", 3))])
    try await fixture.commit(
      "Sources/base.swift", lines("reformatted", 5),
      "Reformat\n\nCo-Authored-By: Claude <noreply@anthropic.com>", at: .hour(1))
    let verdict = Verdict([script, elsewhere], [try await fixture.index()], now: .day(30))
    #expect(verdict[turn].map(\.link) == [.trailer])
    #expect(verdict.states(other) == [.unexplained])
    var rival = SessionScript("rival", in: fixture.root)
    rival.turn(at: .hour(0), adds: [("Sources/base.swift", lines("rival", 3))])
    #expect(
      Verdict([script, rival], [try await fixture.index()], now: .day(30)).states(turn) == [.unexplained])
  }
}
