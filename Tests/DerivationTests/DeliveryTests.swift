import Derivation
import Foundation
import Ledger
import LedgerSQLite
import Testing

@Suite("How far outcomes got")
struct DeliveryTests {
  private static let remote = "https://git.example.org/harbour/tidebook.git"
  private let workshop: Workshop
  /// When everything below has been reported.
  private let now = Workshop.at(days: 3)
  private let landed: String
  private let head: String

  init() throws {
    workshop = try Workshop()
    try workshop.makeRepository()
    try workshop.git("remote", "add", "origin", Self.remote)
    try workshop.store(session: 1, lines: Workshop.code(1))
    try workshop.commit(Workshop.code(1), to: "src/main.swift", at: Workshop.at(minutes: 20))
    landed = try workshop.git("rev-parse", "HEAD")
    try workshop.commit(Workshop.code(2), to: "src/other.swift", at: Workshop.at(minutes: 50))
    head = try workshop.git("rev-parse", "HEAD")
  }

  private func event(
    _ kind: OutcomeEvent.Kind, _ name: String = "one", _ change: (inout OutcomeEvent) -> Void
  ) throws {
    var event = OutcomeEvent(.reported(kind, name), kind, from: .json, asOf: Workshop.at(days: 1))
    event.repository = Self.remote
    change(&event)
    try workshop.ledger.append([event], surviving: .crash)
  }

  private func deployment(_ name: String = "one", _ change: (inout OutcomeEvent) -> Void = { _ in }) throws {
    try event(.deployment, name) { event in
      event.isProduction = true
      event.state = .succeeded
      event.landed = Workshop.at(days: 1)
      event.commits = [EventCommit(head)]
      change(&event)
    }
  }

  private func tiers() async throws -> Set<OutcomeTier?> {
    try await workshop.derivation().run(now: now)
    return Set(try workshop.cells.map(\.tier))
  }

  @Test(
    "A commit landed; a change that was reviewed makes it reviewed; production of what came after, deployed")
  func further() async throws {
    #expect(try await tiers() == [.landed])
    try event(.change) { event in
      event.landed = Workshop.at(days: 1)
      event.reviewed = Workshop.at(minutes: 30)
      event.commits = [EventCommit(landed)]
    }
    #expect(try await tiers() == [.reviewed])
    // Nothing new is no work.
    #expect(try await workshop.derivation().run(now: now) == 0)
    try deployment()
    #expect(try await tiers() == [.deployed])
  }

  @Test("A deployment that is none of these is no production", arguments: 0..<6)
  func notDeployed(case number: Int) async throws {
    try deployment { event in
      switch number {
      case 0: event.isProduction = false
      case 1: event.isProduction = nil
      case 2: event.state = .failed
      case 3: event.repository = "https://git.example.org/harbour/another"
      case 4: event.landed = nil
      default: event.state = .withdrawn
      }
    }
    #expect(try await tiers() == [.landed])
  }

  @Test("A deployment that an incident is put down to does not count, until one goes well")
  func incident() async throws {
    try deployment()
    #expect(try await tiers() == [.deployed])
    try event(.incident) { event in
      event.started = Workshop.at(days: 2)
      event.links = [EventLink(.cause, .event(.reported(.deployment, "one")))]
    }
    #expect(try await tiers() == [.landed])
    try deployment("two") { $0.landed = Workshop.at(days: 2) }
    #expect(try await tiers() == [.deployed])
  }

  @Test("A commit that an incident is put down to did not stay well, however many were deployed after it")
  func blamedCommit() async throws {
    try deployment()
    try event(.incident) { event in
      event.started = Workshop.at(days: 2)
      event.links = [EventLink(.cause, .commit(landed))]
    }
    #expect(try await tiers() == [.landed])
    try deployment("two") { $0.landed = Workshop.at(days: 2) }
    #expect(try await tiers() == [.landed])
  }

  @Test("What was deployed and taken back by an earlier state is deployed no more")
  func rollback() async throws {
    try deployment("one") { $0.commits = [EventCommit(landed)] }
    #expect(try await tiers() == [.deployed])
    let before = try workshop.git("rev-parse", landed + "^")
    try deployment("two") { event in
      event.commits = [EventCommit(before)]
      event.landed = Workshop.at(days: 2)
    }
    #expect(try await tiers() == [.landed])
  }

  @Test("What landed after a deployment is not in it")
  func after() async throws {
    try deployment { $0.commits = [EventCommit(landed)] }
    try workshop.store(session: 2, lines: Workshop.code(3))
    try workshop.commit(Workshop.code(3), to: "src/third.swift", at: Workshop.at(days: 2))
    try await workshop.derivation().run(now: now)
    let tiers = Dictionary(grouping: try workshop.cells, by: \.session).mapValues { Set($0.map(\.tier)) }
    #expect(tiers == [Workshop.session(1): [.deployed], Workshop.session(2): [.landed]])
  }
}
