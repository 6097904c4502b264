import Foundation
import Ledger
import Outcomes
import Testing

@testable import Attribution

@Suite("Where a session ran decides what its missing outcome means")
struct PlaceTests {
  private let work = lines("place", 12)

  private func session(_ directory: String?) -> (SessionScript, TurnID) {
    var script = SessionScript("author", in: directory)
    let turn = script.turn(at: .hour(0), adds: [("Sources/place.swift", work)])
    return (script, turn)
  }

  private func start() async throws -> GitFixture {
    let fixture = try await GitFixture()
    try await fixture.commit("README.md", lines("readme", 3), at: .hour(-100))
    return fixture
  }

  @Test("no repository: unknown, with the reason")
  func noRepository() throws {
    let directory = NSTemporaryDirectory() + "/assay-none-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: directory) }
    let problem = #expect(throws: RepositoryProblem.self) { try RepositoryLocation.containing(directory) }
    let (script, turn) = session(directory)
    let verdict = Verdict([script], [], now: .day(30), places: [script.id: .problem(try #require(problem))])
    #expect(verdict.states(turn) == [.unknown])
    #expect(verdict[turn].first?.reasons == ["\(directory) is not in a git repository"])
  }

  @Test("a directory that is not on this machine: unknown, with the reason")
  func missing() throws {
    let problem = #expect(throws: RepositoryProblem.self) {
      try RepositoryLocation.containing("/nowhere-\(UUID().uuidString)/project")
    }
    guard case .missing = try #require(problem) else {
      Issue.record("expected a missing directory, not \(String(describing: problem))")
      return
    }
  }

  @Test("an unrelated repository does not make a session unexplained")
  func unrelated() async throws {
    let fixture = try await start()
    try await fixture.commit("Sources/other.swift", lines("other", 12), at: .hour(1))
    let (script, turn) = session("/home/somebody/project")
    let verdict = Verdict(
      [script], [try await fixture.index()], now: .day(30),
      places: [script.id: .problem(.missing(path: "/home/somebody/project"))])
    #expect(verdict.states(turn) == [.unknown])
  }

  @Test("a session of another machine is found in the repository that was given, by content")
  func foreign() async throws {
    let fixture = try await start()
    let (script, turn) = session("/home/somebody/project")
    let commit = try await fixture.commit("Sources/place.swift", work, at: .hour(1))
    let verdict = Verdict(
      [script], [try await fixture.index()], now: .day(30),
      places: [script.id: .problem(.missing(path: "/home/somebody/project"))])
    #expect(verdict.states(turn) == [.held])
    #expect(verdict.commits(turn) == [commit])
  }

  @Test("in a shallow clone what is found counts, and what is not found is unknown")
  func shallow() async throws {
    let fixture = try await start()
    try await fixture.commit("Sources/old.swift", lines("old", 12), at: .hour(-50))
    try await fixture.commit("Sources/place.swift", work, at: .hour(1))
    try await fixture.commit("Sources/late.swift", lines("late", 3), at: .hour(2))
    let clone = fixture.root + "-clone"
    defer { try? FileManager.default.removeItem(atPath: clone) }
    try await fixture.git("clone", "-q", "--depth", "2", "file://\(fixture.root)", clone)
    let index = try await fixture.index(clone)
    #expect(index.problems == [.shallow(path: index.gitDirectory)])
    var script = SessionScript("author", in: clone)
    let lost = script.turn(at: .hour(-60), adds: [("Sources/old.swift", lines("old", 12))])
    let found = script.turn(at: .hour(1) + .minutes(30), adds: [("Sources/late.swift", lines("late", 3))])
    let verdict = Verdict([script], [index], now: .day(30))
    #expect(verdict.states(lost) == [.unknown])
    #expect(verdict[lost].first?.reasons.first?.contains("shallow clone") == true)
    #expect(verdict.states(found) == [.held])
  }

  @Test("a bare repository and a linked worktree lead to the same history")
  func bareAndWorktree() async throws {
    let fixture = try await start()
    try await fixture.commit("Sources/place.swift", work, at: .hour(1))
    let tree = fixture.root + "-tree"
    let bare = fixture.root + "-bare.git"
    defer {
      try? FileManager.default.removeItem(atPath: tree)
      try? FileManager.default.removeItem(atPath: bare)
    }
    try await fixture.git("worktree", "add", "-q", "-b", "side", tree)
    try await fixture.git("clone", "-q", "--bare", fixture.root, bare)
    let main = try await fixture.index()
    let linked = try await fixture.index(tree + "/Sources")
    #expect(linked.gitDirectory == main.gitDirectory)
    let copy = try await fixture.index(bare)
    for index in [main, linked, copy] {
      let (script, turn) = session(index.gitDirectory)
      #expect(Verdict([script], [index], now: .day(30)).states(turn) == [.held])
    }
  }

  @Test("a source that holds usage only is unknown")
  func usageOnly() async throws {
    let fixture = try await start()
    let (script, turn) = session(fixture.root)
    var evidence = script.evidence
    evidence.session.flags.insert(.usageOnly)
    evidence.edits = []
    let index = try await fixture.index()
    let result = Attributor(key: GitFixture.key).attribute(
      [evidence], repositories: [index], places: [script.id: .repository(index.gitDirectory)], now: .day(30))
    #expect(result[0].turns.first { $0.turn == turn }?.shares.map(\.state) == [.unknown])
    #expect(result[0].rest.state == .unknown)
  }
}
