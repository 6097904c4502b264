package import Effects
package import ModelClient

/// What an answer's step holds: what a model said, or what came of asking it. Written down before anything is done about
/// it, so that no model is asked twice for the same.
package enum Said: Hashable, Sendable, Codable {
  case answer(ModelAnswer)
  /// The conversation grew too long, and this is what stands for it from here on.
  case shortened(Conversation)
  /// No answer came. What the attempts used stands beside it all the same.
  case nothing(because: String, mayPass: Bool)

  static func nothing(_ error: ModelError) -> Said {
    .nothing(because: error.message, mayPass: error.isRetryable || error.kind == .stopped)
  }

  /// As it is written down.
  package var journalled: JSON {
    get throws { try JSON(encoding: self) }
  }

  package init?(journalled: JSON) {
    guard let said = try? journalled.decoded(as: Said.self) else { return nil }
    self = said
  }

  /// For people, a line each: in the model's words, which are nobody's promise, and what it asks for.
  package var words: [String] {
    switch self {
    case .answer(let answer):
      answer.text.split(separator: "\n").map(String.init) + answer.calls.map { "→ \($0.tool)" }
    case .shortened: ["The conversation had grown long; a summary stands for its older part from here on."]
    case .nothing(let reason, _): [reason]
    }
  }
}
