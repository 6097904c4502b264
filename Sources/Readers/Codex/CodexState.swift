import Ledger

/// What ``CodexReader`` remembers between lines; the whole of its checkpoint.
struct CodexState: Codable, Sendable {
  /// Raised when the layout changes; an older checkpoint is then unusable and the file is read anew.
  static let currentLayout = 2
  var layout = CodexState.currentLayout

  // The session, from its own `session_meta` and what changed since.
  var thread: String?
  var hasMeta = false
  var directory: String?
  var branch: String?
  var headCommit: String?
  var remote: String?
  var toolVersion: String?
  var parentThread: String?
  var trigger = TurnTrigger.unknown
  var began: Instant?
  var started: Instant?
  var ended: Instant?
  var latest: Instant?

  // Usage.
  var model: String?
  var increments = CodexIncrements()
  /// In whose name totals are identified: the thread that the history began in.
  var root: String?
  /// Whether `forked_from_id` or a copied `session_meta` says that history was copied into this file.
  var holdsCopies = false
  var statedUsage = false

  // The turn.
  var turn: TurnUnderway?
  var turnCount = 0
  var steerCount = 0
  /// A task that has begun and of which no message has been seen.
  var task: (id: String, at: Instant)? {
    get { taskID.flatMap { id in taskAt.map { (id, $0) } } }
    set {
      taskID = newValue?.id
      taskAt = newValue?.at
    }
  }
  private var taskID: String?
  private var taskAt: Instant?
  /// A user message seen as model input only. Versions that also write an event for each real message
  /// (`user_message`, `item_completed`) put reminders and files there too.
  var candidate: TurnUnderway?
  var writesUserEvents = false
  var lastAnswer: Instant?

  // Calls without a result yet, oldest first, and commands still running in the background.
  var pending: [CodexCall] = []
  var running: [CodexCall] = []
  var unnamedCalls = 0

  /// Names of record types already reported as unknown.
  var unknownTypes: [String] = []

  /// Open calls beyond this are handed over as of unknown end.
  static let maximumPending = 256
  static let maximumRunning = 32
  static let maximumUnknownTypes = 8

  var sessionID: SessionID { .ofCodex(thread ?? "") }

  var ownerRank: OwnerRank { (began ?? started).map(OwnerRank.fileBegan) ?? .statedCopy }
}

/// A tool call that was begun: what is known of it before its result, without its content.
struct CodexCall: Codable, Sendable {
  var callID: String
  var fact: ToolCallFact
  var edits: [EditFact] = []
  var makesCommit = false
  var makesPullRequest = false
  /// What the commits that it makes will be called.
  var subjects: [LineHash] = []
  /// For `write_stdin`: the background command that it is about. For a background command: its number.
  var process: Int64?
  var isPoll = false
}
