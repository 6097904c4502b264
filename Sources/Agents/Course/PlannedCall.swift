package import Effects
import Journal
import Ledger
import Mail
import ModelClient

/// A call that no model is asked for, settled beforehand by a person or by a watch. It goes through the same gate, the same
/// journal and the same approvals as if a model had asked for it.
package struct PlannedCall: Hashable, Sendable {
  package var tool: String
  package var arguments: JSON

  package init(tool: String, arguments: JSON) {
    self.tool = tool
    self.arguments = arguments
  }

  /// What stands in the place of a model's name.
  static let model = "none"

  /// What an answer's model is called where people read it.
  package static func title(of model: String) -> String {
    model == Self.model ? "planned, without a model" : model
  }

  /// What stands in the place of a model's answer.
  var said: Said {
    .answer(
      ModelAnswer(
        format: .messages,
        blocks: [.call(RequestedCall(id: "planned", tool: tool, arguments: arguments))], stop: .calls))
  }
}

/// All that a run is there for which asks no model: calls that are made one after the other, each when the one before is
/// done.
package struct PlannedCourse: Hashable, Sendable {
  package var calls: [PlannedCall]

  package init(_ calls: [PlannedCall]) { self.calls = calls }

  /// As the journal keeps it with the run.
  package var journalled: JSON {
    ["calls": .array(calls.map { ["tool": .string($0.tool), "arguments": $0.arguments] })]
  }

  /// `nil` if it is none.
  package init?(journalled: JSON?) {
    guard case .array(let elements)? = journalled?["calls"] else { return nil }
    calls = elements.compactMap { element in
      guard let tool = element["tool"]?.string, let arguments = element["arguments"] else { return nil }
      return PlannedCall(tool: tool, arguments: arguments)
    }
    guard calls.count == elements.count, !calls.isEmpty else { return nil }
  }

  /// Whether it puts back what a watch saw fall ill.
  var isRemedy: Bool { calls.allSatisfy { $0.tool == "rollback" } }

  /// Whether it only asks a person for something beside the agent's work, which goes on meanwhile.
  var isAside: Bool { calls.allSatisfy { $0.tool == MailUnsubscribeTool.name } }

  /// Whether a person wants something taken back.
  var isUndoing: Bool { calls.allSatisfy { $0.tool == UndoTool.name } }

  enum Next: Hashable, Sendable {
    /// `reason` is why it did not come to be the last time.
    case call(PlannedCall, notBefore: Instant, reason: String)
    case finish(RunEnding, String)
  }

  /// What is to be done now that these steps of the run have been taken.
  ///
  /// What puts back what fell ill is tried again when it failed, for nobody else would. A person who wanted something
  /// undone sees that it failed, and asks again.
  func next(after steps: [Step]) -> Next {
    let effects = steps.filter { if case .effect = $0.kind { true } else { false } }
    let done = effects.count { $0.state == .done }
    guard let last = steps.last else {
      return .call(calls[0], notBefore: Instant(milliseconds: 0), reason: "")
    }
    guard last.state == .done else {
      let reason = last.reason ?? "It was not done."
      guard isRemedy, last.state == .failed, effects.count < Self.mostTries else {
        return .finish(
          .failed, done == 0 ? reason : "\(reason) \(done) of \(calls.count) had been done before.")
      }
      let wait = Duration.seconds(15 << min(effects.count, 6))
      return .call(calls[done], notBefore: (last.concluded ?? last.begun) + wait, reason: reason)
    }
    guard done < calls.count else {
      return .finish(.done, done == 1 ? "It is done." : "All \(done) are done.")
    }
    return .call(calls[done], notBefore: last.begun, reason: "")
  }

  private static let mostTries = 6
}
