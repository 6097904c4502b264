import Agents
import ControlSQLite
import Effects
import Foundation
import Gate
import Journal
import Ledger
import ModelClient
import ScriptedModel
import Testing

/// Whom the organisation wants asked, and what they are shown.
struct ApproverTests {
  private static let script = """
    rules:
      - when: {turn: 1}
        calls: [{tool: ship, arguments: {what: THE}}]
    """
  private static let ana = AccountID(rawValue: 77)

  private func agent(_ place: Workplace, knows mail: String = "ana@example.org") throws -> AgentAtWork {
    var agent = try place.agent(tools: [Ship(hands: place.hands)])
    // The owner lets it ship whatever they name, unasked.
    agent.gate.grants = [Grant("ship", withoutAsking: true)]
    agent.accounts = { mails throws(AgentProblem) -> Set<AccountID> in
      guard mails == [mail] else { throw AgentProblem("\(mails) are not in the directory.") }
      return [Self.ana]
    }
    return agent
  }

  private func with(
    _ what: String, _ body: (Workplace, Run) async throws -> Void
  ) async throws {
    try await Workplace.with(Self.script.replacing("THE", with: what)) { place in
      try await body(place, try place.begin("Ship \(what)."))
    }
  }

  @Test func `whom the organisation names is asked whatever the owner granted, and nobody else may say yes`()
    async throws
  {
    try await with("bread") { place, run in
      #expect(try await place.carry(run.id, agent(place)) == .waiting)
      #expect(place.hands.done.isEmpty)
      let approval = try #require(try place.pending(run.id))
      #expect(approval.approvers.accounts == [Self.ana])
      let card = try #require(approval.card.whole)
      #expect(card.questions == [.organisationAsks(people: ["ana@example.org"])])
      #expect(card.details == [Passage("It carries 3 loaves.", from: .system("ship"))])
      #expect(card.text.contains("Behind it, from ship, a trusted system:\n  │ It carries 3 loaves."))
      #expect(throws: JournalError.self) {
        try place.journal.decide(approval.id, .approved, by: .local, via: .web)
      }
      _ = try place.journal.decide(approval.id, .approved, by: Self.ana, via: .web)
      #expect(try await place.carry(run.id, agent(place)) == .ended(.done))
      #expect(place.hands.done == ["shipped bread"])
    }
  }

  @Test func `nobody is asked for what would come to nothing`() async throws {
    try await with("stones") { place, run in
      #expect(try await place.carry(run.id, agent(place)) == .ended(.done))
      #expect(try place.journal.approvals(of: run.id).isEmpty && place.hands.done.isEmpty)
      let skipped = try #require(try place.journal.steps(of: run.id).first { $0.state == .skipped })
      #expect(skipped.reason == "There are no stones.")
    }
  }

  @Test func `if nobody is there who could say yes, the answer is no`() async throws {
    try await with("bread") { place, run async throws in
      #expect(try await place.carry(run.id, agent(place, knows: "bo@example.org")) == .ended(.done))
      #expect(try place.journal.approvals(of: run.id).isEmpty && place.hands.done.isEmpty)
    }
  }
}

/// What an organisation keeps a hand on.
private struct Ship: AgentTool {
  let hands: Hands
  let declaration = ToolDeclaration(
    name: "ship", summary: "Ships something.",
    parameters: [.init("what", ["type": "string"], role: .control)],
    effect: .init(.keyed, risk: .medium, reversibility: .compensable, audience: .organisation("ship")),
    answers: .system("ship"))

  func approvers(of arguments: JSON) -> [String] { ["ana@example.org"] }

  func explain(_ arguments: JSON) async throws(ToolFailure) -> [Passage] {
    guard arguments["what"] == "bread" else { throw .refused("There are no stones.") }
    return [Passage("It carries 3 loaves.", from: .system("ship"))]
  }

  func perform(_ call: ToolCall) async throws(ToolFailure) -> ToolResult {
    hands.did("shipped \(call.arguments["what"]?.string ?? "")")
    return ToolResult([Passage("Shipped.", from: .system("ship"))])
  }
}
