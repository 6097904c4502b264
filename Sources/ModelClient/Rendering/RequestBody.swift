import Effects
import Foundation

/// A request's body: the same conversation and endpoint give the same bytes in every process, so that providers' caches
/// of prompts find what they have.
struct RequestBody {
  let conversation: Conversation
  let endpoint: ModelEndpoint
  let fence: Fence

  init(_ conversation: Conversation, _ endpoint: ModelEndpoint) {
    self.conversation = conversation
    self.endpoint = endpoint
    fence = Fence(secret: conversation.fenceSecret)
  }

  var json: JSON {
    switch endpoint.format {
    case .messages: messages
    case .chatCompletions: chatCompletions
    case .responses: responses
    }
  }

  var bytes: [UInt8] { Array(json.canonical.utf8) }

  var system: String { conversation.system }

  /// What went with a call's result, which is never nothing: some servers refuse empty texts.
  func text(of outcome: Conversation.CallOutcome) -> String {
    let text = fence.text(of: outcome.passages)
    return text.isEmpty ? "(empty)" : text
  }

  func text(of told: [Passage]) -> String {
    let text = fence.text(of: told)
    return text.isEmpty ? "(empty)" : text
  }
}

extension Conversation {
  /// The instructions as the model is shown them.
  var system: String {
    instructions.isEmpty ? Fence.explanation : instructions + "\n\n" + Fence.explanation
  }

  /// For OpenAI's cache of prompts, which keeps calls with the same key together: the same for all runs of an agent.
  var cacheKey: String {
    let shown = tools.map { [$0.name, $0.summary, ToolSchema.parameters(of: $0).canonical] }
    return String(Fingerprint.digits(of: [system] + shown.flatMap(\.self)).prefix(32))
  }
}

extension ModelEndpoint {
  /// The bytes that a conversation is asked with.
  package func body(of conversation: Conversation) -> [UInt8] { RequestBody(conversation, self).bytes }
}
