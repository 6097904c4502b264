import Effects
import Ledger
import ModelClient
import Testing

struct ConversationTests {
  private func answer(_ calls: [RequestedCall]) -> ModelAnswer {
    ModelAnswer(format: .messages, blocks: calls.map { .call($0) }, stop: .calls)
  }

  @Test func `every call gets a result, given or not, in the order of the calls`() throws {
    var conversation = try conversation()
    var bad = RequestedCall(id: "c", tool: "deploy", arguments: [:])
    bad.problem = .malformedArguments
    let runnable = try conversation.take(
      answer([
        RequestedCall(id: "a", tool: "git_log", arguments: [:]), bad,
        RequestedCall(id: "b", tool: "git_log", arguments: [:]),
      ]))
    #expect(runnable.map(\.id) == ["a", "b"])
    try conversation.take(results: [.init(call: "b", [Passage("log", from: .system("git"))])])
    guard case .results(let outcomes)? = conversation.turns.last else {
      Issue.record("no results")
      return
    }
    #expect(outcomes.map(\.call) == ["a", "c", "b"])
    #expect(outcomes.map(\.isError) == [true, true, false])
    #expect(outcomes[1].passages.map(\.text) == [CallProblem.malformedArguments.sentence])
    #expect(conversation.seen.count == 5)
  }

  @Test func `an id of an earlier answer is given another name, and both calls are performed`() throws {
    var conversation = try conversation()
    for expected in ["call_0", "call_0_2", "call_0_3"] {
      let calls = try conversation.take(
        answer([RequestedCall(id: "call_0", tool: "git_log", arguments: [:])]))
      #expect(calls.map(\.id) == [expected])
      try conversation.take(results: [.init(call: expected, [Passage("log", from: .system("git"))])])
    }
  }

  @Test func `an answer whose calls are all impossible is answered at once`() throws {
    var conversation = try conversation()
    var bad = RequestedCall(id: "c", tool: "nope", arguments: [:])
    bad.problem = .unknownTool(known: ["git_log"])
    #expect(try conversation.take(answer([bad])).isEmpty)
    #expect(conversation.isReady)
    #expect(conversation.waitingCalls.isEmpty)
  }

  @Test func `steps that do not fit are refused`() throws {
    var conversation = try conversation()
    #expect(throws: ConversationError.nothingWaiting) { try conversation.take(results: []) }
    _ = try conversation.take(answer([RequestedCall(id: "a", tool: "git_log", arguments: [:])]))
    #expect(!conversation.isReady)
    #expect(throws: ConversationError.resultsMissing(calls: ["a"])) {
      try conversation.tell([Passage("more", from: .owner)])
    }
    #expect(throws: ConversationError.noSuchCall("b")) {
      try conversation.take(results: [.init(call: "b", refusal: "No.")])
    }
    #expect(conversation.turns.count == 2)
  }
}
