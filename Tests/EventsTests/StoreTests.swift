import Events
import Foundation
import Ledger
import LedgerSQLite
import TestCorpus
import Testing

@Suite("Where events are kept")
struct StoreTests {
  private let directory: TemporaryDirectory
  init() throws { directory = try TemporaryDirectory() }

  private func make() throws -> SQLiteLedger {
    try SQLiteLedger(path: directory.path("\(UUID().uuidString)/ledger.sqlite"))
  }

  private func reports() throws -> [OutcomeEvent] {
    try Requests.names.filter { $0 != "github-ping" }.flatMap { try Requests.read($0).reports }
  }

  private let year = Requests.january(1)..<Requests.january(365)

  @Test("What comes again, out of order and in pieces is the same", arguments: 0..<6 as Range<UInt64>)
  func once(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let reports = try reports()
    let expected = try make()
    #expect(try expected.append(reports, surviving: .crash) == reports.count)
    #expect(try expected.append(reports, surviving: .powerLoss) == 0)
    let store = try make()
    for report in (reports + reports).shuffled(using: &generator) {
      try store.append([report], surviving: .crash)
    }
    let kinds = Set(OutcomeEvent.Kind.allCases)
    let events = try store.events(in: year, kinds: kinds)
    #expect(events == (try expected.events(in: year, kinds: kinds)))
    #expect(events.count == reports.count - 1, "the pull request and its review are one")
    #expect(try SQLiteLedger(path: store.path).events(in: year, kinds: kinds) == events)
  }

  @Test("Reports of one event fold the same in every order", arguments: 0..<20 as Range<UInt64>)
  func fold(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let id = EventID.change(1, of: "github.com/example/shop")
    let reports = (0..<6).map { _ in
      var report = OutcomeEvent(
        id, .change, from: .github, asOf: Requests.january(.random(in: 1...3, using: &generator)))
      report.state = [.open, .closed, .merged, nil].randomElement(using: &generator) ?? nil
      report.started =
        Bool.random(using: &generator) ? Requests.january(.random(in: 1...9, using: &generator)) : nil
      report.ended =
        Bool.random(using: &generator) ? Requests.january(.random(in: 1...9, using: &generator)) : nil
      report.head =
        Bool.random(using: &generator) ? Requests.hash(Bool.random(using: &generator) ? "a" : "b") : nil
      report.commits = [EventCommit(Requests.hash("c"), at: report.started)]
      return report
    }
    let expected = OutcomeEvent.folded(reports)
    for _ in 0..<10 {
      #expect(OutcomeEvent.folded((reports + reports.prefix(2)).shuffled(using: &generator)) == expected)
    }
  }

  @Test("By period, by kind and by repository")
  func reading() throws {
    let store = try make()
    try store.append(try reports(), surviving: .crash)
    let fifth = Requests.january(5, 10)..<Requests.january(5, 12)
    let events = try store.events(in: fifth, kinds: [.deployment, .incident])
    // GitLab's deployment and GitHub's at 10:00, three incidents at 11:00.
    #expect(events.map(\.kind) == [.deployment, .deployment, .incident, .incident, .incident])
    #expect(try store.events(in: Requests.january(20)..<Requests.january(21), kinds: [.incident]).isEmpty)
    let shop = try store.events(ofRepository: "git@github.com:example/shop.git")
    #expect(Set(shop.map(\.kind)) == [.push, .change, .deployment, .incident])
    #expect(try store.events(ofRepository: "not an address").isEmpty)
    let push = try Requests.report("github-push")
    #expect(try store.event(push.id) == push)
  }

  @Test("An event open all through a period has no instant in it")
  func between() throws {
    let store = try make()
    var event = OutcomeEvent(.reported(.incident, "1"), .incident, from: .json, asOf: Requests.january(20))
    event.started = Requests.january(1)
    event.ended = Requests.january(20)
    try store.append([event], surviving: .crash)
    #expect(try store.events(in: Requests.january(5)..<Requests.january(6), kinds: [.incident]).isEmpty)
    #expect(try store.events(in: Requests.january(1)..<Requests.january(2), kinds: [.incident]) == [event])
  }
}
