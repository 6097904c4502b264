import ControlSQLite
import Directory
import Foundation
import Ledger
import Provisioning
import TestCorpus
import Testing

@Suite("Applications from a list") struct ApplicationImportTests {
  private let place: TemporaryDirectory
  private let store: ControlStore
  private let now = Instant(milliseconds: 1_780_000_000_000)

  init() throws {
    place = try TemporaryDirectory()
    store = try ControlStore(path: place.path("control.sqlite"))
  }

  private func take(_ text: String, isDry: Bool = false) throws -> ApplicationImport {
    try ApplicationImport(Array(text.utf8), into: store, at: now, isDry: isDry)
  }

  private static let list = """
    Application;use case;Repository
    checkout;support;git@git.example.org:shop/checkout.git
    "shop, the";;https://git.example.org/shop/front
    """

  @Test("Applications, use cases and repositories are made, once; a dry run makes nothing")
  func takes() throws {
    #expect(try take(Self.list, isDry: true).changes.count == 2)
    #expect(try store.snapshot().contents.projects.isEmpty)
    #expect(try take(Self.list).problems.isEmpty)
    let projects = try store.snapshot().contents.projects
    #expect(
      projects.map(\.name) == ["checkout", "shop, the"] && projects.map(\.useCase) == ["support", nil])
    #expect(
      try store.repositories(ended: false).map(\.remote.text)
        == ["git.example.org/shop/checkout", "git.example.org/shop/front"])
    let again = try take(Self.list)
    #expect(again.changes.isEmpty && again.unchanged == 2)
    // A column that is not there changes nothing; case does not make another application.
    let more = try take("application,repository\nCheckout,https://git.example.org/shop/till\n")
    #expect(more.changes.map(\.details) == [["repository git.example.org/shop/till"]])
    #expect(try store.snapshot().contents.projects.count == 2)
    #expect(try store.snapshot().contents.projects.first?.useCase == "support")
  }

  @Test(
    "A line that cannot be taken is named, leaves nothing behind, and does not keep others",
    arguments: [
      ("application,repository\n,https://git.example.org/a/b\nfine,\n", 2),
      ("application,repository\nodd,not a remote\nfine,\n", 2),
      ("application\nodd,more\nfine\n", 2),
      ("application,repository\nfine,https://git.example.org/a/b\nodd,https://git.example.org/a/b\n", 3),
    ])
  func problems(list: String, line: Int) throws {
    let result = try take(list)
    #expect(result.problems.map(\.line) == [line])
    #expect(try store.snapshot().contents.projects.map(\.name) == ["fine"])
  }

  @Test("What is no list is said to be none", arguments: ["", "name of things,b\nx,y\n", "\u{0}\u{1}"])
  func noList(text: String) throws {
    let result = try take(text)
    #expect(result.changes.isEmpty && !result.problems.isEmpty)
  }

  @Test("Damaged lists are taken in part or not at all", arguments: 0..<30 as Range<UInt64>)
  func damage(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    var bytes = Array(Self.list.utf8)
    for _ in 0..<6 {
      let place = Int.random(in: 0..<bytes.count, using: &generator)
      bytes[place] = UInt8.random(in: 0...255, using: &generator)
    }
    let result = try ApplicationImport(bytes, into: store, at: now, isDry: false)
    #expect(result.changes.count + result.problems.count + result.unchanged <= 4)
  }
}
