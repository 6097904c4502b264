/// What a reader found in a stretch of one source, ready to be stored in one transaction.
package struct FactBatch: Sendable, Codable {
  package var sessions: [SessionFact] = []
  package var usage: [UsageRecord] = []
  package var totals: [SessionTotalFact] = []
  package var turns: [TurnFact] = []
  package var toolCalls: [ToolCallFact] = []
  package var edits: [EditFact] = []
  package var mentions: [OutcomeMention] = []
  package var diagnostics: [Diagnostic] = []
  /// Whose all of it is, as the credential says under which it came in; what comes from elsewhere does not say it.
  package var account: AccountID = .local

  private enum CodingKeys: CodingKey {
    case sessions, usage, totals, turns, toolCalls, edits, mentions, diagnostics
  }

  package init() {}

  package var isEmpty: Bool {
    sessions.isEmpty && usage.isEmpty && totals.isEmpty && turns.isEmpty && toolCalls.isEmpty && edits.isEmpty
      && mentions.isEmpty && diagnostics.isEmpty
  }

  /// Roughly how many rows the batch will become.
  package var rowCount: Int {
    sessions.count + usage.count + totals.count + turns.count + toolCalls.count + edits.count + mentions.count
  }
}

/// Something in a source that could not be read, or was read with a doubt: counted, never guessed (law 2).
package struct Diagnostic: Hashable, Sendable, Codable {
  package enum Kind: String, Sendable, Codable, Hashable, CaseIterable {
    /// Not valid JSON, or cut off; the line is skipped.
    case brokenLine = "broken-line"
    /// The last line has no end; it may still be being written, and is looked at again next time.
    case incompleteLine = "incomplete-line"
    /// Bytes that are not UTF-8; read with replacement characters.
    case invalidUTF8 = "invalid-utf8"
    /// Longer than the limit; the line is skipped.
    case lineTooLong = "line-too-long"
    /// A record type this version does not know; skipped.
    case unknownRecord = "unknown-record"
    /// A record that should carry usage and does not; counted as unknown.
    case usageMissing = "usage-missing"
    /// A number that cannot be a token count (negative, fractional, absurd); the record is unknown.
    case impossibleCount = "impossible-count"
    /// A timestamp that is missing, unreadable or runs backwards by more than a day.
    case doubtfulTime = "doubtful-time"
    /// The file could not be opened or read to its end.
    case unreadableFile = "unreadable-file"
    /// The file was rewritten, truncated or replaced since it was last read; it was read anew.
    case rewrittenFile = "rewritten-file"
  }

  package var kind: Kind
  /// From 1; `nil` if it concerns the whole source.
  package var line: Int?
  /// What was found, without any of its content.
  package var detail: String
  /// How many lines it stands for: 1, or more where there were too many to name each.
  package var count: Int

  package init(kind: Kind, line: Int? = nil, detail: String, count: Int = 1) {
    self.kind = kind
    self.line = line
    self.detail = detail
    self.count = count
  }
}
