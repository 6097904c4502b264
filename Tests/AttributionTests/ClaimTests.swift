import Ledger
import Outcomes
import Testing

@testable import Attribution

/// Which session has the strongest claim to a commit, where lines alone do not say.
@Suite("A commit goes to the session behind it, or to none")
struct ClaimTests {
  /// The strongest claims to the commits of the fixture, by commit.
  private func claims(
    _ scripts: [SessionScript], in fixture: GitFixture, resident: [SessionScript]? = nil
  ) async throws -> [String: RepositoryLinks.Claim] {
    let history = RepositoryHistory(try await fixture.index())
    let catalogue = EvidenceCatalogue(scripts.map(\.evidence))
    let attributor = Attributor(key: GitFixture.key)
    let links = attributor.links(
      in: history, catalogue: catalogue, resident: Set((resident ?? scripts).map(\.id)))
    return Dictionary(
      uniqueKeysWithValues: attributor.claims(links, in: history, catalogue: catalogue).map {
        ($0.commit, $0)
      })
  }

  private func start() async throws -> GitFixture {
    let fixture = try await GitFixture()
    try await fixture.commit("Sources/base.swift", lines("base", 20), at: .hour(-100))
    return fixture
  }

  @Test("a commit that only formats the lines of one session is that session's")
  func formatting() async throws {
    let fixture = try await start()
    let work = lines("work", 6)
    var author = SessionScript("author", in: fixture.root)
    author.turn(at: .hour(0), adds: [("Sources/a.swift", work)])
    var other = SessionScript("other", in: fixture.root)
    other.turn(at: .hour(0), adds: [("Sources/b.swift", lines("other", 6))])
    try await fixture.commit("Sources/a.swift", work, at: .hour(1))
    let formatted = try await fixture.commit("Sources/a.swift", work.map { "    " + $0 }, at: .hour(2))
    let found = try await claims([author, other], in: fixture)
    #expect(found[formatted]?.session == author.id)
    #expect(found[formatted]?.tier == .content)
  }

  @Test("formatting what was there before a session repeated it is not the session's")
  func formattingOfOthers() async throws {
    let fixture = try await start()
    var copier = SessionScript("copier", in: fixture.root)
    copier.turn(at: .hour(0), adds: [("Sources/base.swift", lines("base", 20))])
    let formatted = try await fixture.commit(
      "Sources/base.swift", lines("base", 20).map { "\t" + $0 }, at: .hour(1))
    #expect(try await claims([copier], in: fixture)[formatted] == nil)
  }

  @Test("a line taken out of a file at the root, whose directory no path of the repository names")
  func rootFile() async throws {
    let fixture = try await start()
    try await fixture.commit(".releases.yaml", ["notarise: always", "retry: once more"], at: .hour(-50))
    var script = SessionScript("author", in: fixture.root)
    script.turn(at: .hour(0), removes: [(fixture.root + "/.releases.yaml", ["retry: once more"])])
    let commit = try await fixture.commit(".releases.yaml", ["notarise: always"], at: .hour(1))
    #expect(try await claims([script], in: fixture)[commit]?.session == script.id)
  }

  @Test("a file of the same name in a directory of the repository is not the one at the root")
  func notTheRootFile() async throws {
    let fixture = try await start()
    try await fixture.commit("settings.yaml", ["notarise: always", "retry: once more"], at: .hour(-50))
    try await fixture.commit("tools/settings.yaml", ["unlike: the other"], at: .hour(-49))
    var script = SessionScript("author", in: fixture.root)
    script.turn(at: .hour(0), removes: [("/elsewhere/tools/settings.yaml", ["retry: once more"])])
    let commit = try await fixture.commit("settings.yaml", ["notarise: always"], at: .hour(1))
    #expect(try await claims([script], in: fixture)[commit] == nil)
  }

  @Test("the session that made the commit stands first, and each keeps its lines")
  func maker() async throws {
    let fixture = try await start()
    let work = lines("work", 12)
    var author = SessionScript("author", in: fixture.root)
    let wrote = author.turn(at: .hour(0), adds: [("Sources/a.swift", work)])
    let commit = try await fixture.commit("Sources/a.swift", work + lines("more", 2), at: .hour(2))
    var maker = SessionScript("maker", in: fixture.root)
    let made = maker.turn(at: .hour(2), adds: [("Sources/a.swift", lines("more", 2))], committed: commit)
    #expect(try await claims([author, maker], in: fixture)[commit]?.session == maker.id)
    let verdict = Verdict([author, maker], [try await fixture.index()], now: .day(30))
    #expect(verdict[wrote].map(\.weight) == [12])
    #expect(verdict[made].map(\.weight) == [2])
  }

  @Test("a commit is found by the message that the session gave it, also after a rebase")
  func message() async throws {
    let fixture = try await start()
    var script = SessionScript("author", in: fixture.root)
    let turn = script.turn(at: .hour(2), commits: "Drop the last of the old pages")
    try await fixture.git("checkout", "-q", "-b", "topic")
    try await fixture.git("rm", "-q", "Sources/base.swift")
    let first = try await fixture.commit("Drop the last of the old pages", at: .hour(2) + .minutes(1))
    try await fixture.git("checkout", "-q", "main")
    try await fixture.commit("Sources/new.swift", lines("new", 4), at: .hour(3))
    try await fixture.git("rebase", "-q", "main", "topic", at: .hour(4))
    let rebased = try await fixture.git("rev-parse", "topic")
    try #require(rebased != first)
    let found = try await claims([script], in: fixture)
    #expect(found[rebased]?.session == script.id)
    #expect(found[rebased]?.tier == .exact)
    let verdict = Verdict([script], [try await fixture.index()], now: .hour(5))
    #expect(verdict[turn].map(\.link) == [.exact])
  }

  @Test(
    "the same words at another time, or in a repository where the session was not, say nothing",
    arguments: [(Duration.hours(1), true), (.minutes(-10), true), (.minutes(1), false)])
  func otherMessage(delay: Duration, isResident: Bool) async throws {
    let fixture = try await start()
    var script = SessionScript("author", in: isResident ? fixture.root : "/elsewhere")
    script.turn(at: .hour(2), commits: "Fix the failing tests")
    let commit = try await fixture.commit("Fix the failing tests", at: .hour(2) + delay)
    let found = try await claims([script], in: fixture, resident: isResident ? nil : [])
    #expect(found[commit] == nil)
  }

  @Test(
    "a commit that a tool signed goes to the session whose fresh lines it replaces, of several at the file")
  func continued() async throws {
    let fixture = try await start()
    let draft = lines("draft", 8)
    var author = SessionScript("author", in: fixture.root)
    author.turn(at: .hour(0), adds: [("Sources/a.swift", draft)])
    try await fixture.commit("Sources/a.swift", draft, at: .hour(1))
    var bystander = SessionScript("bystander", in: fixture.root)
    bystander.turn(at: .hour(1), adds: [("Sources/a.swift", lines("tried", 8))])
    let signed = try await fixture.commit(
      "Sources/a.swift", lines("done", 8),
      "Do it another way\n\nCo-Authored-By: Claude <noreply@anthropic.com>",
      at: .hour(3))
    let found = try await claims([author, bystander], in: fixture)
    #expect(found[signed]?.session == author.id)
    #expect(found[signed]?.tier == .trailer)
  }

  @Test("a commit that nobody signed is not claimed because it replaces a session's lines")
  func reworkedByHand() async throws {
    let fixture = try await start()
    var author = SessionScript("author", in: fixture.root)
    author.turn(at: .hour(0), adds: [("Sources/a.swift", lines("draft", 8))])
    try await fixture.commit("Sources/a.swift", lines("draft", 8), at: .hour(1))
    let unsigned = try await fixture.commit("Sources/a.swift", lines("done", 8), at: .hour(3))
    #expect(try await claims([author], in: fixture)[unsigned] == nil)
  }
}
