/// What a tool call looked at, where that is one of a few things that matter and that hashed targets cannot tell.
package enum ToolCallAim: String, Sendable, Codable, Hashable, CaseIterable {
  /// The records that an AI tool keeps of its own sessions.
  case ownRecords = "own-records"
  /// A counter of usage: a program, a page or a command of a tool that says how many tokens were used.
  case usageCounter = "usage-counter"
}
