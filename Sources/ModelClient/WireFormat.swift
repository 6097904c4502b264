package import ModelAPI

/// Which of the three wire formats with tools a model is asked in.
package enum WireFormat: String, Hashable, Sendable, Codable, CaseIterable {
  /// Anthropic's Messages (<https://platform.claude.com/docs/en/api/messages>).
  case messages
  /// OpenAI's Chat Completions, which most other servers speak too
  /// (<https://platform.openai.com/docs/api-reference/chat>).
  case chatCompletions
  /// OpenAI's Responses (<https://platform.openai.com/docs/api-reference/responses>).
  case responses

  /// Where it is asked, behind the base address.
  package var path: String {
    switch self {
    case .messages: "/v1/messages"
    case .chatCompletions: "/v1/chat/completions"
    case .responses: "/v1/responses"
    }
  }

  /// As the gateway's readers of usage know it.
  package var route: ModelRoute {
    switch self {
    case .messages: ModelRoute(dialect: .anthropic, endpoint: .messages)
    case .chatCompletions: ModelRoute(dialect: .openAI, endpoint: .chatCompletions)
    case .responses: ModelRoute(dialect: .openAI, endpoint: .responses)
    }
  }
}
