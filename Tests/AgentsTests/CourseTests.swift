import Agents
import Effects
import Foundation
import Journal
import Ledger
import ModelClient
import Testing

/// What a run does next follows from what is written down, and from nothing else.
struct CourseTests {
  static let reading = ToolDeclaration(
    name: "look", summary: "Looks.", parameters: [.init("at", ["type": "string"], role: .control)],
    answers: .untrusted)
  static let writing = ToolDeclaration(
    name: "post", summary: "Posts.", parameters: [.init("text", ["type": "string"], role: .body)],
    effect: .init(.blind, risk: .low, reversibility: .irreversible, audience: .anybody),
    answers: .system("post"))
  static let run = RunID(rawValue: "018f0000-0000-7000-8000-000000000000")
  static let begun = Instant(milliseconds: 1_800_000_000_000)

  private func opening() throws -> Conversation {
    var conversation = Conversation(
      instructions: "Be brief.", tools: [Self.reading, Self.writing], fenceSecret: "0123456789abcdef")
    try conversation.tell([Passage("Post what you see.", from: .owner)])
    return conversation
  }

  private func course(_ steps: [Step], _ limits: Course.Limits = .init()) throws -> Course {
    Course(of: steps, opening: try opening(), limits: limits)
  }

  private func said(_ number: Int, _ said: Said) throws -> Step {
    Step(
      run: Self.run, number: number, kind: .answer(model: "m"), state: .done, epoch: 1, begun: Self.begun,
      concluded: Self.begun, answer: .whole(try said.journalled))
  }

  private func answer(_ number: Int, _ calls: [RequestedCall], stop: ModelAnswer.StopReason = .calls) throws
    -> Step
  {
    try said(
      number,
      .answer(
        ModelAnswer(
          format: .messages, blocks: [.text("So.", original: nil)] + calls.map { .call($0) },
          stop: calls.isEmpty ? .finished : stop)))
  }

  private func call(_ number: Int, _ tool: String, _ state: Step.State, result: ToolResult? = nil) -> Step {
    Step(
      run: Self.run, number: number, kind: .effect(tool: tool, .blind), state: state, epoch: 1,
      effect: EffectID(rawValue: "e\(number)"), authority: tool == "look" ? .harmless : .grant("g"),
      begun: Self.begun,
      reason: state == .skipped ? "No." : nil, arguments: .whole(["at": "x"]),
      result: result.map { .whole($0) } ?? .none)
  }

  private let look = RequestedCall(id: "1", tool: "look", arguments: ["at": "x"])
  private let post = RequestedCall(id: "2", tool: "post", arguments: ["text": "y"])
  private let seen = ToolResult([Passage("hello", from: .untrusted("a page"))])

  @Test func `a run that has done nothing asks its model`() throws {
    guard case .ask(step: 1) = try course([]).next else { return #expect(Bool(false)) }
  }

  @Test func `calls come in the answer's order, each under a number of its own`() throws {
    guard case .consider(step: 2, let first) = try course([answer(1, [look, post])]).next else {
      return #expect(Bool(false))
    }
    #expect(first.tool == "look")
    let after = try course([answer(1, [look, post]), call(2, "look", .done, result: seen)])
    guard case .consider(step: 3, let second) = after.next else { return #expect(Bool(false)) }
    #expect(second.tool == "post")
  }

  @Test func `the model is asked again once every call has its end, and has seen what was given back`() throws
  {
    let course = try course([
      answer(1, [look, post]), call(2, "look", .done, result: seen), call(3, "post", .skipped),
    ])
    guard case .ask(step: 4) = course.next else { return #expect(Bool(false)) }
    #expect(course.conversation.seen.contains { $0.origin == .untrusted("a page") && $0.text == "hello" })
    guard case .results(let outcomes)? = course.conversation.turns.last else { return #expect(Bool(false)) }
    #expect(outcomes.map(\.isError) == [false, true])
  }

  @Test func `a call that is an intent still is settled before anything else`() throws {
    guard case .settle(let step) = try course([answer(1, [look, post]), call(2, "look", .intent)]).next else {
      return #expect(Bool(false))
    }
    #expect(step.number == 2)
  }

  @Test func `an uncertain effect waits for a person`() throws {
    guard case .awaitPerson = try course([answer(1, [post]), call(2, "post", .uncertain)]).next else {
      return #expect(Bool(false))
    }
  }

  @Test func `an answer that calls nothing ends the run`() throws {
    guard case .finish(.done, _) = try course([answer(1, [])]).next else { return #expect(Bool(false)) }
  }

  @Test(arguments: [ModelAnswer.StopReason.outputLimit, .windowExceeded, .refused, .calls, .other("odd")])
  func `an answer that broke off ends the run as failed`(stop: ModelAnswer.StopReason) throws {
    let step = try said(
      1, .answer(ModelAnswer(format: .messages, blocks: [.text("So", original: nil)], stop: stop)))
    guard case .finish(.failed, _) = try course([step]).next else { return #expect(Bool(false)) }
  }

  @Test func `a step that the model did not ask for is the end`() throws {
    guard case .finish(.dead, _) = try course([answer(1, [look]), call(2, "post", .done, result: seen)]).next
    else {
      return #expect(Bool(false))
    }
  }

  @Test func `what is not kept any more cannot be gone on from`() throws {
    var step = try answer(1, [look])
    step.answer = .gone
    guard case .finish(.dead, _) = try course([step]).next else { return #expect(Bool(false)) }
  }

  @Test func `a model that does not answer is asked again, later each time, and not for ever`() throws {
    let silence = Said.nothing(because: "Overloaded.", mayPass: true)
    guard case .askLater(step: 2, let first) = try course([said(1, silence)]).next,
      case .askLater(step: 3, let second) = try course([said(1, silence), said(2, silence)]).next
    else { return #expect(Bool(false)) }
    #expect(first > Self.begun && second > first)
    let all = try (1...7).map { try said($0, silence) }
    guard case .finish(.failed, "Overloaded.") = try course(all).next else { return #expect(Bool(false)) }
    guard case .finish(.failed, _) = try course([said(1, .nothing(because: "No key.", mayPass: false))]).next
    else {
      return #expect(Bool(false))
    }
  }

  @Test func `answers are counted, and there is an end to them`() throws {
    var steps: [Step] = []
    for round in 0..<3 {
      steps.append(
        try answer(round * 2 + 1, [RequestedCall(id: "c\(round)", tool: "look", arguments: ["at": "x"])]))
      steps.append(call(round * 2 + 2, "look", .done, result: seen))
    }
    guard case .finish(.failed, _) = try course(steps, .init(answers: 3)).next else {
      return #expect(Bool(false))
    }
    guard case .ask(step: 7) = try course(steps, .init(answers: 4)).next else { return #expect(Bool(false)) }
  }

  @Test func `effects are counted where they happened or may have, and reading is none`() throws {
    let course = try course([
      answer(1, [look, post, RequestedCall(id: "3", tool: "post", arguments: ["text": "z"])]),
      call(2, "look", .done, result: seen), call(3, "post", .done, result: seen), call(4, "post", .uncertain),
    ])
    #expect(course.effects == ["post": 2])
  }

  @Test func `a shortened conversation stands for what was before it`() throws {
    var short = try opening()
    try short.tell([Passage("Go on.", from: .owner)])
    let course = try course([
      answer(1, [look]), call(2, "look", .done, result: seen), said(3, .shortened(short)),
    ])
    guard case .ask(step: 4) = course.next else { return #expect(Bool(false)) }
    #expect(course.conversation == short)
  }
}
