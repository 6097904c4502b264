import JSONScan
import Ledger

/// The `tokens` of a message: the usage metadata of Google's API under Gemini CLI's names
/// (`chatRecordingService.ts` in google-gemini/gemini-cli).
///
/// `input` includes `cached`, `thoughts` stands beside `output`, and `tool` (tokens of tool results in the prompt)
/// beside `input`; `total` is the API's own sum and decides where versions differ.
enum GeminiTokens: Hashable {
  case known(TokenCounts, addsUp: Bool)
  /// Not stated; all zeros are written where the API sent no usage, since a call has at least a prompt.
  case missing
  case impossible

  init(_ cursor: inout JSONCursor) throws(JSONScanError) {
    guard cursor.nextKind() == .object else {
      try cursor.skipValue()
      self = .missing
      return
    }
    var input = TokenNumber.missing
    var output = TokenNumber.missing
    var cached = TokenNumber.missing
    var thoughts = TokenNumber.missing
    var tool = TokenNumber.missing
    var total = TokenNumber.missing
    try cursor.enterObject()
    while let key = try cursor.nextKey() {
      if cursor.text(key, equals: "input") {
        input = try cursor.tokenNumber()
      } else if cursor.text(key, equals: "output") {
        output = try cursor.tokenNumber()
      } else if cursor.text(key, equals: "cached") {
        cached = try cursor.tokenNumber()
      } else if cursor.text(key, equals: "thoughts") {
        thoughts = try cursor.tokenNumber()
      } else if cursor.text(key, equals: "tool") {
        tool = try cursor.tokenNumber()
      } else if cursor.text(key, equals: "total") {
        total = try cursor.tokenNumber()
      } else {
        try cursor.skipValue()
      }
    }
    self = Self.normalised(
      input: input, output: output, cached: cached, thoughts: thoughts, tool: tool, total: total)
  }

  private static func normalised(
    input: TokenNumber, output: TokenNumber, cached: TokenNumber, thoughts: TokenNumber, tool: TokenNumber,
    total: TokenNumber
  ) -> GeminiTokens {
    let all = [input, output, cached, thoughts, tool, total]
    if all.contains(.impossible) { return .impossible }
    if all.allSatisfy({ $0.value ?? 0 == 0 }) { return .missing }
    if let cached = cached.value, let input = input.value, cached > input { return .impossible }

    let withoutTool = (input.value ?? 0) + (output.value ?? 0) + (thoughts.value ?? 0)
    let toolTokens = tool.value ?? 0
    let countsTool = total.value != withoutTool
    let counts = TokenCounts(
      input: input.value.map { $0 - (cached.value ?? 0) + (countsTool ? toolTokens : 0) },
      cacheRead: cached.value,
      output: output.value.map { $0 + (thoughts.value ?? 0) } ?? thoughts.value,
      reasoning: thoughts.value)
    let sum = withoutTool + (countsTool ? toolTokens : 0)
    return .known(counts, addsUp: total.value.map { $0 == sum } ?? true)
  }
}
