package import Effects

/// What a model is asked with: what its owner wrote, the tools it may ask for, and all that was said and given back.
/// A value; whoever keeps the journal can keep it, or make it again from the answers and results in their order.
package struct Conversation: Hashable, Sendable, Codable {
  /// The owner's: the agent's folder, with its skills. Never compacted.
  package let instructions: String
  /// In the order in which they are shown; never compacted.
  package let tools: [ToolDeclaration]
  /// Of this run, random, known to nobody outside: fences are made with it, so that no text can close its own.
  package let fenceSecret: String
  package internal(set) var turns: [Turn]
  /// Every passage that the model was ever shown, compacted away or not, in order. What is decided about a call is
  /// decided by these; they are the same whatever was compacted.
  package internal(set) var seen: [Passage]
  /// Tokens for each byte of content, as the last answer's usage says; `nil` before one said so.
  var density: Double?

  package enum Turn: Hashable, Sendable, Codable {
    /// What the model was told: the owner's request, an event that woke the agent.
    case told([Passage])
    case answered(ModelAnswer)
    /// One for each call of the answer before it, in its order.
    case results([CallOutcome])
    case summary(Summary)
  }

  /// - Parameter fenceSecret: At least 16 random letters and digits, new for each run.
  package init(instructions: String, tools: [ToolDeclaration], fenceSecret: String) {
    self.instructions = instructions
    self.tools = tools
    self.fenceSecret = fenceSecret
    turns = []
    seen = [Passage(instructions, from: .owner)]
  }

  /// Nobody outside can know it, so that no text can close its own fence.
  package static func newFenceSecret() -> String {
    var generator = SystemRandomNumberGenerator()
    return String(generator.next(), radix: 36) + String(generator.next(), radix: 36)
  }

  /// What a call led to, as the model is shown it.
  package struct CallOutcome: Hashable, Sendable, Codable {
    /// ``RequestedCall/id``.
    package var call: String
    package var passages: [Passage]
    package var isError: Bool

    package init(call: String, _ passages: [Passage], isError: Bool = false) {
      self.call = call
      self.passages = passages
      self.isError = isError
    }

    package init(call: String, _ result: ToolResult) { self.init(call: call, result.passages) }

    /// - Parameter refusal: The gate's sentence, or a tool's.
    package init(call: String, refusal: String) {
      self.init(call: call, [Passage(refusal, from: .system("assay"))], isError: true)
    }
  }

  /// What stands for turns that were compacted. The model's own words, so never the owner's, and at best as good as the
  /// worst of what it replaces.
  package struct Summary: Hashable, Sendable, Codable {
    package var text: String
    /// Of all that it replaces, each once, in the order in which they were seen.
    package var origins: [Origin]
    package var labels: Labels
    package var replacedTurns: Int

    package init(text: String, origins: [Origin], labels: Labels, replacedTurns: Int) {
      self.text = text
      self.origins = origins
      self.labels = labels
      self.replacedTurns = replacedTurns
    }

    package var isTainted: Bool {
      origins.contains { if case .untrusted = $0 { true } else { false } }
    }
  }
}

/// A step that does not fit where the conversation stands.
package enum ConversationError: Error, Hashable, Sendable, CustomStringConvertible {
  case resultsMissing(calls: [String])
  case noSuchCall(String)
  case nothingWaiting

  package var description: String {
    switch self {
    case .resultsMissing(let calls):
      "The model waits for the results of \(calls.joined(separator: ", ")); give them before anything else is said."
    case .noSuchCall(let call): "The model did not ask for a call \(call) in its last answer."
    case .nothingWaiting: "No calls are waiting for results."
    }
  }
}
