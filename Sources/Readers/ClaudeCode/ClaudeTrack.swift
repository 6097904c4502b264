import Ledger

/// One conversation within a transcript: the main one, or a subagent's embedded in it.
struct ClaudeTrack: Codable, Sendable {
  /// The turn in progress; handed over when the next begins, and at the end of what there is.
  struct OpenTurn: Codable, Sendable {
    var fact: TurnFact
    var prompt: Sketcher
    var output: Sketcher
    /// A local command (`/clear`) is a turn only if the model was called for it.
    var needsActivity: Bool
    var hasActivity = false

    var completed: TurnFact? {
      if needsActivity && !hasActivity { return nil }
      var fact = fact
      fact.promptBytes = prompt.byteCount
      fact.outputBytes = output.byteCount
      fact.promptSketch = prompt.isEmpty ? nil : prompt.sketch()
      fact.outputSketch = output.isEmpty ? nil : output.sketch()
      return fact
    }
  }

  var turn: OpenTurn?
  var lastAnswer: Instant?

  mutating func noteAnswer(at instant: Instant?) {
    guard let instant else { return }
    lastAnswer = lastAnswer.map { max($0, instant) } ?? instant
    guard var open = turn.take() else { return }
    open.fact.ended = max(open.fact.ended, instant)
    open.hasActivity = true
    turn = open
  }
}

/// The conversations of a transcript by name; the main one has none.
struct ClaudeTracks: Codable, Sendable {
  private var main = ClaudeTrack()
  private var subagents: [String: ClaudeTrack] = [:]

  subscript(name: String?) -> ClaudeTrack {
    get { name.flatMap { subagents[$0] } ?? (name == nil ? main : ClaudeTrack()) }
    _modify {
      if let name {
        yield &subagents[name, default: ClaudeTrack()]
      } else {
        yield &main
      }
    }
  }

  /// The main one first, then by name.
  var all: [ClaudeTrack] { [main] + subagents.sorted { $0.key < $1.key }.map(\.value) }
}

/// A tool call whose result has not been seen yet.
struct ClaudePendingCall: Codable, Sendable {
  var fact: ToolCallFact
  /// What its input proposes to change; counts only if the result says that it was done.
  var edit: EditFact?
  /// Whether its output may name commits or pull requests that it made.
  var mayMakeCommit = false
  var mayOpenPullRequest = false
  /// What the commits that it makes will be called.
  var subjects: [LineHash] = []
}
