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

/// Whole runs, with a scripted model over HTTP and a journal in a file.
struct RunTests {
  /// Obeys whatever it read.
  static let obedient = """
    rules:
      - when: {turn: 1}
        calls: [{tool: look}]
      - when: {turn: 2}
        text: The page says so.
        calls: [{tool: post, arguments: {to: eve@example.net, text: everything}}]
      - when: {turn: 3}
        text: That is all.
    """

  @Test func `what a page says to do is asked, with where it comes from, and done once it is approved`()
    async throws
  {
    try await Workplace.with(Self.obedient) { place in
      let run = try place.begin()
      #expect(try await place.carry(run.id) == .waiting)
      #expect(place.hands.done.isEmpty)
      let approval = try #require(try place.pending(run.id))
      let to = try #require(approval.card.whole?.arguments.first { $0.path == "to" })
      #expect(to.source == .untrusted(["the page"]) && to.value == "eve@example.net")
      // Nothing has changed: another look at the run asks nobody twice.
      _ = try place.journal.decide(approval.id, .approved, by: .local, via: .commandLine)
      #expect(try await place.carry(run.id) == .ended(.done))
      #expect(place.hands.done.count == 1)
      #expect(try place.journal.approvals(of: run.id).map(\.state) == [.consumed])
      #expect(try place.journal.verify().erased == 0)
    }
  }

  @Test(arguments: [true, false])
  func `a no, or no answer in time, is told to the model, and nothing happens`(isDenied: Bool) async throws {
    try await Workplace.with(Self.obedient) { place in
      let run = try place.begin()
      var agent = try place.agent()
      if !isDenied { agent.answerWithin = .milliseconds(1) }
      #expect(try await place.carry(run.id, agent) == .waiting)
      if isDenied {
        let approval = try #require(try place.pending(run.id))
        _ = try place.journal.decide(approval.id, .denied, by: .local, via: .web)
      } else {
        try await Task.sleep(for: .milliseconds(20))
      }
      #expect(try await place.carry(run.id, agent) == .ended(.done))
      #expect(place.hands.done.isEmpty)
      let skipped = try place.journal.steps(of: run.id).filter { $0.state == .skipped }
      #expect(skipped.count == 1 && skipped[0].reason != nil)
    }
  }

  @Test func `whom the owner named is written to without asking, and every model call is in the books`()
    async throws
  {
    let script = """
      rules:
        - when: {turn: 1}
          calls: [{tool: post, arguments: {to: bo@example.org, text: hello}}, {tool: note, arguments: {text: done}}]
      """
    try await Workplace.with(script) { place in
      let run = try place.begin("Say hello to bo@example.org.")
      #expect(try await place.carry(run.id) == .ended(.done))
      #expect(place.hands.done.count == 2)
      let spend = try place.journal.spend(.run(run.id), since: nil)
      let served = place.model.served.compactMap(\.usage)
      #expect(spend.calls == 2 && served.count == 2 && spend.unpriced == 0)
      #expect(
        spend.byModel.values.compactMap(\.output).reduce(0, +) == served.compactMap(\.output).reduce(0, +))
      #expect(spend.cost > .zero)
    }
  }

  @Test func `a budget that is used up stops the next model call, not the count of the last`() async throws {
    try await Workplace.with("rules: []") { place in
      let run = try place.begin()
      let poor = try place.agent(budget: NanoDollars(1000))
      #expect(try await place.carry(run.id, poor) == .ended(.failed))
      #expect(place.model.served.isEmpty)
      #expect(try place.journal.run(run.id).reason?.contains("budget") == true)
    }
  }

  @Test func `a model without a price is not asked, for no budget could be kept`() async throws {
    try await Workplace.with("rules: []") { place in
      let run = try place.begin()
      var agent = try place.agent()
      agent.endpoint.model = "nobody-knows-it"
      #expect(try await place.carry(run.id, agent) == .ended(.failed))
      #expect(place.model.served.isEmpty)
    }
  }

  @Test func `a tool that the model made up is not there, and it is told so`() async throws {
    let script = """
      rules:
        - when: {turn: 1}
          calls: [{tool: delete_everything, arguments: {}}]
      """
    try await Workplace.with(script) { place in
      let run = try place.begin()
      #expect(try await place.carry(run.id) == .ended(.done))
      #expect(place.model.served.count == 2 && place.hands.done.isEmpty)
    }
  }

  @Test func `STOP breaks off what is under way, and nothing comes after it`() async throws {
    let script = """
      rules:
        - when: {turn: 1}
          calls: [{tool: post, arguments: {to: bo@example.org, text: a}}, {tool: note, arguments: {text: b}}]
      """
    try await Workplace.with(script) { place in
      let run = try place.begin("Write to bo@example.org.")
      let agent = try place.agent(
        tools: [Look(), Post(hands: place.hands, waits: true), Note(hands: place.hands)])
      let service = try place.service(agent)
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await service.run() }
        while try place.journal.steps(of: run.id).last?.state != .intent {
          try await Task.sleep(for: .milliseconds(5))
        }
        _ = try place.journal.stop(.run(run.id), by: .local, because: "Enough.")
        while try !place.journal.run(run.id).status.isOver { try await Task.sleep(for: .milliseconds(5)) }
        group.cancelAll()
      }
      #expect(try place.journal.run(run.id).status == .stopped)
      #expect(place.hands.done.isEmpty)
      // What was under way may have happened; what had not begun did not.
      #expect(try place.journal.steps(of: run.id).map(\.state) == [.done, .uncertain])
    }
  }

  @Test func `R1: an undo is a run of its own that asks no model`() async throws {
    let script = """
      rules:
        - when: {turn: 1}
          calls: [{tool: post, arguments: {to: bo@example.org, text: hello}}]
      """
    try await Workplace.with(script) { place in
      let run = try place.begin("Say hello to bo@example.org.")
      try await place.carry(run.id)
      let asked = place.model.served.count
      let undoing = try Undoing.begin(steps: [2], of: run, by: .local, in: place.journal)
      #expect(try Undoing.begin(steps: [2], of: run, by: .local, in: place.journal).id == undoing.id)
      var agent = try place.agent()
      agent.tools.append(UndoTool(steps: try place.journal.steps(of: run.id), tools: agent.tools))
      agent.gate.grants.append(.init(UndoTool.name, withoutAsking: true))
      #expect(try await place.carry(undoing.id, agent) == .ended(.done))
      #expect(place.hands.done.count == 2 && place.hands.done[1].hasPrefix("withdrawn from bo@example.org"))
      #expect(place.model.served.count == asked)
      #expect(try place.journal.run(undoing.id).parent == run.id)
    }
  }

  @Test func `several steps are undone last first, and what failed can be asked for again`() async throws {
    let script = """
      rules:
        - when: {turn: 1}
          calls:
            - {tool: post, arguments: {to: bo@example.org, text: one}}
            - {tool: post, arguments: {to: bo@example.org, text: two}}
      """
    try await Workplace.with(script) { place in
      let run = try place.begin("Say one and two to bo@example.org.")
      try await place.carry(run.id)
      let undoing = try Undoing.begin(steps: [2, 3], of: run, by: .local, in: place.journal)
      var agent = try place.agent()
      // Without the tool that did them, nothing can be undone.
      agent.tools = [UndoTool(steps: try place.journal.steps(of: run.id), tools: [])]
      agent.gate.grants.append(.init(UndoTool.name, withoutAsking: true))
      #expect(try await place.carry(undoing.id, agent) == .ended(.failed))
      let again = try Undoing.begin(steps: [2, 3], of: run, by: .local, in: place.journal)
      #expect(again.id != undoing.id)
      agent.tools = try place.agent().tools
      agent.tools.append(UndoTool(steps: try place.journal.steps(of: run.id), tools: agent.tools))
      #expect(try await place.carry(again.id, agent) == .ended(.done))
      #expect(place.hands.done.count == 4)
      let effects = try place.journal.steps(of: run.id).compactMap(\.effect)
      #expect(place.hands.done[2...].map { String($0.suffix(32)) } == effects.reversed().map(\.rawValue))
    }
  }

  @Test func `a run never goes on under other instructions than it began with`() async throws {
    try await Workplace.with(Self.obedient) { place in
      let run = try place.begin()
      var agent = try place.agent()
      agent.folder = "another"
      #expect(try await place.carry(run.id, agent) == .ended(.failed))
      #expect(place.model.served.isEmpty)
    }
  }
}
