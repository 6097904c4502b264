import JSONScan

/// The attributes that are looked at; every other is passed over, and with it all content.
enum Field: Int, CaseIterable {
  // Whose it is.
  case serviceName, serviceVersion, sessionID, conversationID, appVersion, userEmail, userID, accountUUID
  case accountID, organization, interactive, entrypoint, originator
  // Events of the command-line tools.
  case eventName, eventKind, eventSequence, model, requestID, promptID, promptIDOfGemini, promptLength
  case inputTokens, outputTokens, cacheReadTokens, cacheCreationTokens, cacheCreation5m, cacheCreation1h
  case duration, speed, toolName, toolUseID, callID, functionName, toolType, success, decision, revision
  case inputCount, outputCount, cachedCount, cacheWriteCount, reasoningCount, cachedContentCount
  case thoughtsCount, toolTokenCount, totalCount
  // The metrics' class of tokens.
  case type
  // GenAI semantic conventions, and what they were before.
  case operation, requestModel, responseModel, responseID, genAIConversation
  case genAIInput, genAIOutput, genAICacheRead, genAICacheCreation, genAIReasoning
  case genAIPrompt, genAICompletion, llmPrompt, llmCompletion, oldCacheRead, oldCacheCreation
  case detailCacheRead, detailCacheWrite, detailReasoning, oldReasoning
  // Langfuse.
  case observationType, observationModel, usageDetails, langfuseSession

  var name: String {
    switch self {
    case .serviceName: "service.name"
    case .serviceVersion: "service.version"
    case .sessionID: "session.id"
    case .conversationID: "conversation.id"
    case .appVersion: "app.version"
    case .userEmail: "user.email"
    case .userID: "user.id"
    case .accountUUID: "user.account_uuid"
    case .accountID: "user.account_id"
    case .organization: "organization.id"
    case .interactive: "interactive"
    case .entrypoint: "app.entrypoint"
    case .originator: "originator"
    case .eventName: "event.name"
    case .eventKind: "event.kind"
    case .eventSequence: "event.sequence"
    case .model: "model"
    case .requestID: "request_id"
    case .promptID: "prompt.id"
    case .promptIDOfGemini: "prompt_id"
    case .promptLength: "prompt_length"
    case .inputTokens: "input_tokens"
    case .outputTokens: "output_tokens"
    case .cacheReadTokens: "cache_read_tokens"
    case .cacheCreationTokens: "cache_creation_tokens"
    case .cacheCreation5m: "cache_creation_5m_tokens"
    case .cacheCreation1h: "cache_creation_1h_tokens"
    case .duration: "duration_ms"
    case .speed: "speed"
    case .toolName: "tool_name"
    case .toolUseID: "tool_use_id"
    case .callID: "call_id"
    case .functionName: "function_name"
    case .toolType: "tool_type"
    case .success: "success"
    case .decision: "decision"
    case .revision: "vcs.ref.head.revision"
    case .inputCount: "input_token_count"
    case .outputCount: "output_token_count"
    case .cachedCount: "cached_token_count"
    case .cacheWriteCount: "cache_write_token_count"
    case .reasoningCount: "reasoning_token_count"
    case .cachedContentCount: "cached_content_token_count"
    case .thoughtsCount: "thoughts_token_count"
    case .toolTokenCount: "tool_token_count"
    case .totalCount: "total_token_count"
    case .type: "type"
    case .operation: "gen_ai.operation.name"
    case .requestModel: "gen_ai.request.model"
    case .responseModel: "gen_ai.response.model"
    case .responseID: "gen_ai.response.id"
    case .genAIConversation: "gen_ai.conversation.id"
    case .genAIInput: "gen_ai.usage.input_tokens"
    case .genAIOutput: "gen_ai.usage.output_tokens"
    case .genAICacheRead: "gen_ai.usage.cache_read.input_tokens"
    case .genAICacheCreation: "gen_ai.usage.cache_creation.input_tokens"
    case .genAIReasoning: "gen_ai.usage.reasoning.output_tokens"
    case .genAIPrompt: "gen_ai.usage.prompt_tokens"
    case .genAICompletion: "gen_ai.usage.completion_tokens"
    case .llmPrompt: "llm.usage.prompt_tokens"
    case .llmCompletion: "llm.usage.completion_tokens"
    case .oldCacheRead: "gen_ai.usage.cache_read_input_tokens"
    case .oldCacheCreation: "gen_ai.usage.cache_creation_input_tokens"
    case .detailCacheRead: "gen_ai.usage.details.cache_read_tokens"
    case .detailCacheWrite: "gen_ai.usage.details.cache_write_tokens"
    case .detailReasoning: "gen_ai.usage.details.reasoning_tokens"
    case .oldReasoning: "gen_ai.usage.reasoning_tokens"
    case .observationType: "langfuse.observation.type"
    case .observationModel: "langfuse.observation.model.name"
    case .usageDetails: "langfuse.observation.usage_details"
    case .langfuseSession: "langfuse.session.id"
    }
  }

  static let table = JSONKeyTable(allCases.map(\.name))
  static let count = allCases.count
}
