import Ledger

/// What ``CopilotCLIReader`` remembers between events; the whole of its checkpoint.
struct CopilotState: Codable, Sendable {
  /// Raised when the layout changes; an older checkpoint is then unusable and the file is read anew.
  static let currentLayout = 2
  var layout = CopilotState.currentLayout

  var name: String?
  var hasStart = false
  var directory: String?
  var branch: String?
  var headCommit: String?
  var remote: String?
  var toolVersion: String?
  var began: Instant?
  var started: Instant?
  var ended: Instant?
  var latest: Instant?
  var lacksTotals = false

  /// The model that answers, as far as an event said so.
  var model: String?
  var run = CopilotRun(scope: "")
  /// The run before: later totals may include it.
  var previous: CopilotRun?
  /// Whether the version keeps accounts over resumes.
  var keepsAccounts = false

  var turn: TurnUnderway?
  var turnCount = 0
  var lastAnswer: Instant?
  var pending: [CopilotCall] = []
  var unknownTypes: [String] = []

  /// Open calls beyond this are handed over as of unknown end.
  static let maximumPending = 256
  static let maximumUnknownTypes = 8

  var sessionID: SessionID { .ofCopilotCLI(name ?? "") }
  var ownerRank: OwnerRank { (began ?? started).map(OwnerRank.fileBegan) ?? .statedCopy }
}

/// One process of the CLI within a session, from its start or resumption to its shutdown.
struct CopilotRun: Codable, Sendable {
  /// The name of its totals: the identifier of the event that began it.
  var scope: String
  /// Output tokens of its messages, by model.
  var output: [String: Int64] = [:]
  var totals: [String: CopilotTotals] = [:]
  var messages = 0
  var isShutDown = false
  /// Records whose model no event had named when they were written.
  var unplaced: [UsageRecord] = []

  static let maximumUnplaced = 1000
}

/// The totals of one model in a shutdown's `modelMetrics`. `input` includes what was read from and written
/// to the cache.
struct CopilotTotals: Codable, Sendable, Hashable {
  var requests: Int64 = 0
  var input: Int64?
  var cacheRead: Int64?
  var cacheWrite: Int64?
  var output: Int64?
  var reasoning: Int64?

  /// Requests were answered, and nothing was counted: the provider reported no usage, which is not zero.
  var isSilent: Bool {
    requests > 0
      && [input, cacheRead, cacheWrite, output, reasoning].allSatisfy { $0 == nil || $0 == 0 }
  }

  var counts: TokenCounts {
    TokenCounts(
      input: input.map { max($0 &- (cacheRead ?? 0) &- (cacheWrite ?? 0), 0) }, cacheRead: cacheRead,
      cacheWrite5m: cacheWrite, output: output, reasoning: reasoning.map { min($0, output ?? $0) })
  }

  var isConsistent: Bool {
    (cacheRead ?? 0) &+ (cacheWrite ?? 0) <= (input ?? 0) && (reasoning ?? 0) <= (output ?? 0)
  }

  /// Whether this can be `earlier` with more use added.
  func continues(_ earlier: CopilotTotals) -> Bool {
    requests >= earlier.requests && (input ?? 0) >= (earlier.input ?? 0)
      && (cacheRead ?? 0) >= (earlier.cacheRead ?? 0) && (cacheWrite ?? 0) >= (earlier.cacheWrite ?? 0)
      && (output ?? 0) >= (earlier.output ?? 0) && (reasoning ?? 0) >= (earlier.reasoning ?? 0)
  }
}

/// A tool call that was begun: what is known of it before its result, without its content.
struct CopilotCall: Codable, Sendable {
  var callID: String
  var fact: ToolCallFact
  var edits: [EditFact] = []
  var makesCommit = false
  var makesPullRequest = false
  /// What the commits that it makes will be called.
  var subjects: [LineHash] = []
}
