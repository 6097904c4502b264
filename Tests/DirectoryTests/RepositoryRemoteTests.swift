import Directory
import Ledger
import Testing

@Suite("Remotes of repositories")
struct RepositoryRemoteTests {
  @Test(
    "However it is reached, it is the same repository",
    arguments: [
      "https://github.com/example/Shop", "https://github.com/example/Shop.git",
      "http://github.com/example/Shop/",
      "https://GitHub.com:443/example/Shop.git", "https://ana:se@cret@github.com/example/Shop.git",
      "git@github.com:example/Shop.git", "github.com:example/Shop",
      "ssh://git@github.com:22/example/Shop.git",
      "git://github.com/example//Shop.GIT", " git@GITHUB.com:/example/Shop.git/\n", "github.com/example/Shop",
      "https://github.com/example/Shop?a=b#c", "git+ssh://git@github.com./example/Shop",
    ])
  func same(given: String) {
    #expect(RepositoryRemote(given)?.text == "github.com/example/Shop")
  }

  @Test(
    "What names no repository on a host is none",
    arguments: [
      "", "   ", "shop", "/srv/git/shop.git", "./shop", "../shop", "file:///srv/shop.git",
      "https://github.com",
      "https://github.com/", "https://github.com/.git", "C:\\shop", "C:/shop", "https:///example/shop",
      "https://github.com/a/../b", "git@github.com:", "https://git hub.com/a/b", "https://github.com/a\u{0}b",
      String(repeating: "a", count: 3_000) + ".com/b",
    ])
  func none(given: String) {
    #expect(RepositoryRemote(given) == nil)
  }

  @Test("Of the secret in a remote nothing is kept")
  func secret() {
    #expect(RepositoryRemote("https://oauth2:ghp_secret@github.com/a/b")?.text == "github.com/a/b")
    #expect(RepositoryRemote("https://[2001:db8::1]:8443/a/b.git")?.text == "[2001:db8::1]/a/b")
  }
}

@Suite("Reporting lines")
struct PeopleReadingTests {
  private static func day(_ number: Int64) -> Instant { Instant(milliseconds: 0) + .days(number) }

  @Test("Managers above and everybody below are as of a date, and a circle has an end")
  func lines() {
    var reading = PeopleReading(snapshot: DirectorySnapshot(.init(), version: 1))
    reading.reporting = [
      Tenure(member: 3, of: 2, since: Self.day(0), until: Self.day(5)),
      Tenure(member: 3, of: 9, since: Self.day(5)),
      Tenure(member: 2, of: 1, since: Self.day(0)), Tenure(member: 4, of: 2, since: Self.day(0)),
      Tenure(member: 7, of: 8, since: Self.day(0)), Tenure(member: 8, of: 7, since: Self.day(0)),
    ]
    #expect(reading.managers(above: 3, at: Self.day(1)) == [2, 1])
    #expect(reading.managers(above: 3, at: Self.day(5)) == [9])
    #expect(reading.everybody(below: 1, at: Self.day(1)) == [2, 3, 4])
    #expect(reading.everybody(below: 1, at: Self.day(6)) == [2, 4])
    #expect(
      reading.managers(above: 7, at: Self.day(1)) == [8]
        && reading.everybody(below: 7, at: Self.day(1)) == [8])
    #expect(
      reading.reports(of: 2, at: Self.day(1)) == [3, 4] && reading.manager(of: 1, at: Self.day(1)) == nil)
  }

  @Test("An account that was merged is the other person’s from the day that was declared")
  func holdings() {
    var contents = DirectorySnapshot.Contents()
    contents.people = [
      Person(id: 1, account: AccountID(rawValue: 2), name: "A", mail: "a@x.y", team: 5, created: Self.day(0)),
      Person(
        id: 2, account: AccountID(rawValue: 3), name: "A", mail: "a2@x.y", team: nil, created: Self.day(0),
        ended: Self.day(9)),
    ]
    contents.memberships = [
      Tenure(member: 1, of: 5, since: Self.day(0)), Tenure(member: 2, of: 6, since: Self.day(0)),
    ]
    contents.holdings = [Tenure(member: 3, of: 1, since: Self.day(4))]
    let snapshot = DirectorySnapshot(contents, version: 1)
    let account = AccountID(rawValue: 3)
    #expect(
      snapshot.person(of: account, at: Self.day(3)) == 2 && snapshot.team(of: account, at: Self.day(3)) == 6)
    #expect(
      snapshot.person(of: account, at: Self.day(4)) == 1 && snapshot.team(of: account, at: Self.day(4)) == 5)
  }
}
