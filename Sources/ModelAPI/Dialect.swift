/// Whose wire format a call speaks.
package enum Dialect: String, Hashable, Sendable, Codable, CaseIterable { case anthropic, openAI, gemini }

/// What a request asks a provider to do.
package enum Endpoint: String, Hashable, Sendable, Codable, CaseIterable {
  case messages, countTokens
  /// `responses` is also their compaction, which answers in the same terms.
  case chatCompletions, responses, embeddings, responsesInputTokens
  case generateContent, streamGenerateContent, geminiCountTokens
  /// Models, files, and answers fetched again: whatever uses no tokens, although it may show usage.
  case passThrough

  /// Whether providers charge for it: for the rest nothing is metered.
  package var isBilled: Bool {
    switch self {
    case .messages, .chatCompletions, .responses, .embeddings, .generateContent, .streamGenerateContent: true
    case .countTokens, .responsesInputTokens, .geminiCountTokens, .passThrough: false
    }
  }

  /// Whether its body is a JSON object with a model's name and work in it, to be read before it is sent on.
  package var hasModelBody: Bool { self != .passThrough }
}
