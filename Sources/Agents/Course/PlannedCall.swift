package import Effects
import ModelClient

/// A run that no model is asked for: one call, settled beforehand by a person or by a watch, that goes through the same
/// gate, the same journal and the same approvals as if a model had asked for it.
package struct PlannedCall: Hashable, Sendable {
  package var tool: String
  package var arguments: JSON

  package init(tool: String, arguments: JSON) {
    self.tool = tool
    self.arguments = arguments
  }

  /// As the journal keeps it with the run.
  package var journalled: JSON { ["tool": .string(tool), "arguments": arguments] }

  package init?(journalled: JSON) {
    guard let tool = journalled["tool"]?.string, let arguments = journalled["arguments"] else { return nil }
    self.init(tool: tool, arguments: arguments)
  }

  /// Of a call that undoes: the step it takes back.
  var step: Int? { if case .integer(let number)? = arguments["step"] { Int(exactly: number) } else { nil } }

  /// What stands in the place of a model's name.
  static let model = "none"

  /// What stands in the place of a model's answer.
  var said: Said {
    .answer(
      ModelAnswer(
        format: .messages,
        blocks: [.call(RequestedCall(id: "planned", tool: tool, arguments: arguments))], stop: .calls))
  }
}
