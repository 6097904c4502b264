import Ledger

/// Model calls by the GenAI semantic conventions, on spans and on events: input should include what was read from and
/// written to the cache, output includes reasoning (open-telemetry/semantic-conventions-genai). Also the names of
/// before, those of OpenLLMetry and of Pydantic's Logfire.
extension Gathering {
  mutating func takeGenAI(isSpan: Bool) {
    // Agents and workflows repeat the sums of the calls within them.
    guard isModelCall, item.has(.requestModel) || item.has(.responseModel) || hasGenAIUsage else {
      return passOver()
    }
    // Gemini CLI reports each call once more under an event of its own.
    guard isSpan || !item.equals(.serviceName, "gemini-cli") else { return passOver() }
    if !hasGenAIUsage, item.hasFailed || !item.has(.operation) { return passOver() }
    guard let at = instant() else { return }
    let tool: Tool = item.equals(item.scope, "github.copilot") ? .copilotCLI : .other
    let response = name(.responseID)
    let shared = response.flatMap { EventID.modelResponse($0) }
    add(
      genAICounts(), by: tool, at: at, model: item.has(.responseModel) ? .responseModel : .requestModel,
      // Copilot's records do not have the identifiers of responses.
      id: (tool == .other ? shared : nil) ?? spanKey,
      requestID: tool == .other && shared != nil ? response : nil)
  }

  private var isModelCall: Bool {
    guard item.has(.operation) else { return true }
    return item.equals(.operation, "chat") || item.equals(.operation, "generate_content")
      || item.equals(.operation, "text_completion") || item.equals(.operation, "embeddings")
      || item.equals(.operation, "completion")
  }

  private var hasGenAIUsage: Bool {
    item.has(.genAIInput) || item.has(.genAIOutput) || item.has(.genAIPrompt) || item.has(.genAICompletion)
      || item.has(.llmPrompt) || item.has(.llmCompletion)
  }

  private mutating func genAICounts() -> TokenCounts {
    let prompt = tokens(.genAIInput, .genAIPrompt, .llmPrompt)
    let read = tokens(.genAICacheRead, .oldCacheRead, .detailCacheRead)
    let written = tokens(.genAICacheCreation, .oldCacheCreation, .detailCacheWrite)
    let output = tokens(.genAIOutput, .genAICompletion, .llmCompletion)
    let reasoning = tokens(.genAIReasoning, .oldReasoning, .detailReasoning)
    let cached = (read ?? 0) + (written ?? 0)
    return TokenCounts(
      // "Should include": what is less than its part cannot, and stands beside it.
      input: prompt.map { $0 >= cached ? $0 - cached : $0 }, cacheRead: read, cacheWrite5m: written,
      output: output, reasoning: reasoning.map { min($0, output ?? $0) })
  }

  /// The span that the record is, or was written in: another record of the same call has it too.
  var spanKey: EventID? {
    guard let trace = item.range(item.traceID), trace.count == 16,
      item.text[trace].contains(where: { $0 != 0 }),
      let span = item.range(item.spanID), span.count == 8, item.text[span].contains(where: { $0 != 0 })
    else { return nil }
    let bytes = Array(item.text[trace]) + Array(item.text[span])
    return bytes.withUnsafeBufferPointer { EventID(space: "telemetry/span", $0) }
  }
}
