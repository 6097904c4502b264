import Ledger

/// The answer last read. It is handed over when another follows: until then it may be repeated with more calls.
struct GeminiOpenMessage: Codable {
  let id: EventID
  var usage: UsageRecord?
  var toolCalls: [ToolCallFact] = []
  var edits: [EditFact] = []
  var mentions: [OutcomeMention] = []

  init(id: EventID) { self.id = id }
}
