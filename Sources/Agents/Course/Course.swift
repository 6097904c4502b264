import Effects
package import Journal
package import Ledger
package import ModelClient

/// What a run has done and what it does next: read off what is written down of it, and nothing else. It is read anew
/// before each step, so that a run that was broken off goes on just as one that was not.
package struct Course: Sendable {
  package private(set) var conversation: Conversation
  package private(set) var next: Next = .finish(.failed, "There is nothing to do.")
  /// Effects that were made or may have been, by tool.
  package private(set) var effects: [String: Int] = [:]
  private var answers = 0
  /// How often in a row no answer came.
  private var failures = 0

  package enum Next: Sendable {
    /// The model, whose answer becomes this step.
    case ask(step: Int)
    /// The model again, not before `from`, since the last time no answer came.
    case askLater(step: Int, from: Instant)
    /// A call that nothing is written down of yet.
    case consider(step: Int, RequestedCall)
    /// A call that was written down and whose end was not.
    case settle(Step)
    /// An effect of which a person has to say whether it happened.
    case awaitPerson(Step)
    case finish(RunEnding, String)
  }

  package struct Limits: Sendable {
    /// Answers of the model's in one run.
    package var answers: Int
    /// How often in a row a model may not answer, a pause between, until the run fails.
    package var failures: Int

    package init(answers: Int = 60, failures: Int = 6) {
      self.answers = answers
      self.failures = failures
    }
  }

  /// - Parameters:
  ///   - steps: All that is written down, in order.
  ///   - opening: The conversation as it is before the model is asked for the first time.
  package init(of steps: [Step], opening: Conversation, limits: Limits = Limits()) {
    conversation = opening
    do {
      next = try follow(steps[...], limits)
    } catch let error as Unreadable {
      next = .finish(.dead, error.reason)
    } catch {
      next = .finish(.dead, "What is written down does not fit together: \(error)")
    }
  }

  /// What the run says at its end, or has said so far.
  package var lastWords: String? {
    for turn in conversation.turns.reversed() {
      if case .answered(let answer) = turn, !answer.text.isEmpty { return answer.text }
    }
    return nil
  }

  /// A minute, and twice as long each time, up to half an hour.
  static func pause(after failures: Int) -> Duration { .seconds(min(30 << min(failures, 6), 1800)) }

  private struct Unreadable: Error { var reason: String }

  private mutating func follow(_ steps: ArraySlice<Step>, _ limits: Limits) throws -> Next {
    var rest = steps
    var number = 1
    while let step = rest.popFirst() {
      guard step.number == number, case .answer = step.kind else {
        throw Unreadable(reason: "What is written down of step \(number) is not what a model said.")
      }
      guard let said = step.answer.shown.flatMap(Said.init(journalled:)) else {
        throw Unreadable(
          reason: "What was said at step \(number) is not kept any more; the run cannot go on.")
      }
      number += 1
      switch said {
      case .shortened(let shorter): conversation = shorter
      case .nothing(let reason, let mayPass):
        failures += 1
        if !mayPass || failures > limits.failures { return .finish(.failed, reason) }
        if rest.isEmpty {
          return .askLater(step: number, from: (step.concluded ?? step.begun) + Self.pause(after: failures))
        }
      case .answer(let answer):
        (answers, failures) = (answers + 1, 0)
        if let next = try take(answer, &rest, &number) { return next }
      }
    }
    guard answers < limits.answers else {
      return .finish(.failed, "The model answered \(answers) times without coming to an end.")
    }
    return .ask(step: number)
  }

  /// One answer and what its calls came to, as far as they went.
  /// - Returns: `nil` if the model is to be told of all of them and asked again.
  private mutating func take(
    _ answer: ModelAnswer, _ rest: inout ArraySlice<Step>, _ number: inout Int
  ) throws -> Next? {
    let calls = try conversation.take(answer)
    if answer.calls.isEmpty { return Self.ending(of: answer) }
    var outcomes: [Conversation.CallOutcome] = []
    for call in calls {
      guard let step = rest.popFirst() else { return .consider(step: number, call) }
      guard step.number == number, case .effect(let tool, _) = step.kind, tool == call.tool else {
        throw Unreadable(reason: "Step \(number) is not what the model asked for.")
      }
      number += 1
      if step.authority != .harmless, step.state != .skipped, step.state != .failed {
        effects[tool, default: 0] += 1
      }
      switch step.state {
      case .intent: return .settle(step)
      case .uncertain: return .awaitPerson(step)
      case .failed, .skipped:
        outcomes.append(.init(call: call.id, refusal: step.reason ?? "It was not done."))
      case .done where step.result == .none:
        // An uncertain effect of which a person said that it happened.
        outcomes.append(
          .init(call: call.id, ToolResult([Passage("Somebody looked: it happened.", from: .system("assay"))]))
        )
      case .done:
        guard let result = step.result.shown else {
          throw Unreadable(
            reason: "What step \(step.number) gave back is not kept any more; the run cannot go on.")
        }
        outcomes.append(.init(call: call.id, result))
      }
    }
    if !calls.isEmpty { try conversation.take(results: outcomes) }
    return nil
  }

  /// How the run ends with an answer that calls nothing; `nil` if the model is to be asked again.
  private static func ending(of answer: ModelAnswer) -> Next? {
    switch answer.stop {
    case .finished: .finish(.done, "The model had nothing left to do.")
    // Asked again, it would say the same.
    case .calls: .finish(.failed, "The model’s answer ended without the calls that it announced.")
    case .paused: nil
    case .outputLimit: .finish(.failed, "The model’s answer is longer than the agent’s folder lets it be.")
    case .windowExceeded: .finish(.failed, "The conversation is longer than the model can read.")
    case .refused: .finish(.failed, "The model declined to answer.")
    case .other(let reason):
      .finish(.failed, "The model’s answer ended for a reason that is not known here: \(reason.prefix(60)).")
    }
  }
}
