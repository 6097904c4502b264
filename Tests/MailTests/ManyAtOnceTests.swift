import Agents
import ControlSQLite
import Effects
import IMAP
import Journal
import Ledger
import ScriptedModel
import Testing
import Triage

/// Messages that a model is asked about at the same time.
@Suite struct ManyAtOnceTests {
  private static let script = """
    rules:
      - when: {contains: "Hard"}
        fault: {status: 529}
    otherwise: '{"category": "newsletter", "urgency": 1, "intent": "informs", "dates": [], "summary": "News."}'
    """

  private static let policy = TriagePolicy(rules: [
    .init(.init(categories: [.newsletter]), .init(file: "Newsletters"))
  ])

  private func reserved(_ place: MailPlace, _ run: RunID) throws -> Int {
    try place.journal.events(of: run).count { $0.body?.kind == .reserved }
  }

  @Test func `one that cannot be answered holds nobody up, and no other is asked about twice`() async throws {
    try await MailPlace.with(Self.script) { place in
      for number in 1...20 {
        try await place.deliver(number, subject: number == 3 ? "Hard" : "News \(number)")
      }
      let run = try place.begin()
      #expect(try await place.carry(run.id, Self.policy, attempts: 1) == .waiting)
      // Everybody else's came, and it is asked about again, in a while.
      #expect(place.model.served.count { $0.status == 200 } == 19)
      #expect(try await place.carry(run.id, Self.policy, after: .hours(1), attempts: 1) == .ended(.done))
      #expect(try await place.contents("Newsletters").count == 19)
      #expect(try await place.contents().contains("Hard"))
      let served = place.model.served
      #expect(served.count { $0.status == 200 } == 19 && served.count { $0.status == 529 } == 7)
      let spend = try place.journal.spend(.run(run.id), since: nil)
      #expect(spend.calls == 19)
      let billed = served.compactMap(\.usage).reduce(into: TokenCounts()) { $0 += $1 }
      #expect(spend.byModel.values.reduce(into: TokenCounts()) { $0 += $1 } == billed)
    }
  }

  @Test func `where nobody is answered, the run waits, and asks for no more meanwhile`() async throws {
    try await MailPlace.with(Self.script) { place in
      for number in 1...30 { try await place.deliver(number, subject: "Hard \(number)") }
      let run = try place.begin()
      #expect(try await place.carry(run.id, Self.policy, attempts: 1) == .waiting)
      #expect(place.model.served.count == 8)
      // Later, it is tried for as long as there is hope, and no longer.
      #expect(try await place.carry(run.id, Self.policy, after: .hours(1), attempts: 1) == .ended(.failed))
      #expect(place.model.served.count < 60)
      #expect(try await place.contents().count == 30)
    }
  }

  @Test func `the less money there is, the fewer are asked about at once`() async throws {
    try await MailPlace.with(Self.script) { place in
      for number in 1...8 { try await place.deliver(number, subject: "News \(number)") }
      let rich = try place.begin()
      #expect(try await place.carry(rich.id, Self.policy) == .ended(.done))
      #expect(try reserved(place, rich.id) == 1)
      for number in 9...16 { try await place.deliver(number, subject: "News \(number)") }
      let spent = try place.journal.spend(.agent("triage"), since: nil).cost.count
      let held = try place.journal.events(of: rich.id).compactMap { $0.body?.details["nano-usd"] }
      let dearest = try #require(held.first.flatMap { Int64($0) }) / 8
      // Enough for one call at its dearest and what the others really cost, and not for two at their dearest.
      try #require(spent / 8 * 7 < dearest / 10 * 8)
      let poor = try place.begin("later")
      let budget = NanoDollars(spent + dearest / 10 * 18)
      #expect(try await place.carry(poor.id, Self.policy, budget: budget) == .ended(.done))
      #expect(try reserved(place, poor.id) == 8)
      #expect(try await place.contents("Newsletters").count == 16)
    }
  }
}
