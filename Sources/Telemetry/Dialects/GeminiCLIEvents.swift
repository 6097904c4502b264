import Ledger

/// Gemini CLI's events (`packages/core/src/telemetry/types.ts` in google-gemini/gemini-cli). As in its recordings, input
/// includes what was cached, thoughts stand beside output, and what tools put into the prompt beside input. Counts
/// that the API left out are written as 0, so that all of them being 0 means that nothing is known.
extension Gathering {
  mutating func takeGeminiResponse() {
    guard let at = instant() else { return }
    let input = tokens(.inputCount)
    let output = tokens(.outputCount)
    let cached = tokens(.cachedContentCount)
    let thoughts = tokens(.thoughtsCount)
    let tool = tokens(.toolTokenCount) ?? 0
    let total = tokens(.totalCount)
    var counts = TokenCounts()
    if [input, output, cached, thoughts, tool, total].contains(where: { $0 ?? 0 != 0 }) {
      if let cached, let input, cached > input { hasImpossibleCount = true }
      // The API's own sum says whether the prompt includes what tools put into it.
      let countsTool = total != (input ?? 0) + (output ?? 0) + (thoughts ?? 0)
      counts = TokenCounts(
        input: input.map { $0 - (cached ?? 0) + (countsTool ? tool : 0) }, cacheRead: cached,
        output: output.map { $0 + (thoughts ?? 0) } ?? thoughts, reasoning: thoughts)
    }
    add(counts, by: .geminiCLI, at: at, model: .model, turn: prompt(.geminiCLI))
  }

  mutating func takeGeminiTool() {
    var exit = item.truth(.success).map { $0 ? ExitState.succeeded : .failed } ?? .unknown
    if item.equals(.decision, "reject") { exit = .rejected }
    takeTool(.geminiCLI, name: .functionName, call: nil, exit: exit, isMCP: item.equals(.toolType, "mcp"))
  }
}
