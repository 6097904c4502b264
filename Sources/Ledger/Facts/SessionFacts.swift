/// One sitting of one tool, as its own records describe it.
package struct SessionFact: Hashable, Sendable, Codable {
  package var id: SessionID
  package var tool: Tool
  /// The tool's own identifier, as `assay explain` takes it.
  package var name: String
  /// The working directory, the last if it changed; `nil` if the source does not say.
  package var directory: String?
  /// Where the source names the working directory by its SHA-256 only, that in hexadecimal (Gemini CLI).
  package var directoryHash: String?
  package var branch: String?
  /// The commit the working directory was at when the session began, in full hexadecimal.
  package var headCommit: String?
  /// The repository's remote as the tool recorded it.
  package var remote: String?
  package var toolVersion: String?
  package var started: Instant?
  package var ended: Instant?
  /// The session that this one was forked from or was started by.
  package var parent: SessionID?
  /// The last record that was copied from `parent`; what the parent's totals were then is not this session's.
  package var forkedAt: Instant?
  package var flags: SessionFlags
  /// Who sat there, as the credential says under which its facts came in; no source says it of itself, so that it is
  /// no part of the coded form.
  package var account: AccountID = .local

  private enum CodingKeys: CodingKey {
    case id, tool, name, directory, directoryHash, branch, headCommit, remote, toolVersion, started, ended,
      parent
    case forkedAt, flags
  }

  package init(
    id: SessionID, tool: Tool, name: String, directory: String? = nil, directoryHash: String? = nil,
    branch: String? = nil, headCommit: String? = nil, remote: String? = nil, toolVersion: String? = nil,
    started: Instant? = nil, ended: Instant? = nil, parent: SessionID? = nil, forkedAt: Instant? = nil,
    flags: SessionFlags = []
  ) {
    self.id = id
    self.tool = tool
    self.name = name
    self.directory = directory
    self.directoryHash = directoryHash
    self.branch = branch
    self.headCommit = headCommit
    self.remote = remote
    self.toolVersion = toolVersion
    self.started = started
    self.ended = ended
    self.parent = parent
    self.forkedAt = forkedAt
    self.flags = flags
  }

  /// Widens the session's span to include `instant`.
  package mutating func extend(to instant: Instant) {
    started = started.map { Swift.min($0, instant) } ?? instant
    ended = ended.map { Swift.max($0, instant) } ?? instant
  }
}

package struct SessionFlags: OptionSet, Hashable, Sendable, Codable {
  package let rawValue: Int64
  package init(rawValue: Int64) { self.rawValue = rawValue }

  /// The version is known to write fewer output tokens into its log than were billed.
  package static let outputUnderRecorded = SessionFlags(rawValue: 1 << 0)
  /// The records end before the session's totals were written (killed, or still running).
  package static let totalsMissing = SessionFlags(rawValue: 1 << 1)
  /// The source holds usage only, without turns, edits or tool calls (Cursor's export).
  package static let usageOnly = SessionFlags(rawValue: 1 << 2)
}

/// Who or what began a turn.
package enum TurnTrigger: String, Sendable, Codable, Hashable {
  /// Somebody typed it.
  case person
  /// The tool was started by a program, with the prompt as an argument.
  case script
  /// A hook, a notification of a background task, or the tool itself.
  case hook
  case schedule
  /// Another agent: the turn belongs to a subagent.
  case agent
  case unknown
}

/// One message and all that the tool did until the next.
package struct TurnFact: Hashable, Sendable, Codable {
  package var id: TurnID
  package var session: SessionID
  /// As for usage: which of the sessions that hold a copy of the turn it belongs to.
  package var ownerRank: OwnerRank
  package var started: Instant
  package var ended: Instant
  package var trigger: TurnTrigger
  /// From the end of the answer before to this message; `nil` for a session's first turn.
  package var gap: Duration?
  /// Bytes of UTF-8 in the message that began it, and in the text answered.
  package var promptBytes: Int64
  package var outputBytes: Int64
  package var promptSketch: Sketch?
  package var outputSketch: Sketch?
  /// Lines of the answer's prose are not kept; these count what it called and changed.
  package var interrupted: Bool

  package init(
    id: TurnID, session: SessionID, ownerRank: OwnerRank = .stated, started: Instant, ended: Instant,
    trigger: TurnTrigger, gap: Duration? = nil, promptBytes: Int64 = 0, outputBytes: Int64 = 0,
    promptSketch: Sketch? = nil, outputSketch: Sketch? = nil, interrupted: Bool = false
  ) {
    self.id = id
    self.session = session
    self.ownerRank = ownerRank
    self.started = started
    self.ended = ended
    self.trigger = trigger
    self.gap = gap
    self.promptBytes = promptBytes
    self.outputBytes = outputBytes
    self.promptSketch = promptSketch
    self.outputSketch = outputSketch
    self.interrupted = interrupted
  }
}

/// What a tool call was for.
package enum ToolCallKind: String, Sendable, Codable, Hashable {
  case read, search, edit, command, web, agent, mcp, plan, other
}

/// What a command was for, judged by its first words; only of calls whose kind is `command`.
package enum CommandClass: String, Sendable, Codable, Hashable {
  case test, build, lint, commit, versionControl, package, run, inspect, network, other
}

package enum ExitState: String, Sendable, Codable, Hashable {
  case succeeded, failed, interrupted, rejected, unknown
}

/// One call of one tool within a turn.
package struct ToolCallFact: Hashable, Sendable, Codable {
  /// From the source's own call identifier, so that a copied call is the same call.
  package var id: Key128
  package var turn: TurnID
  package var at: Instant
  package var name: String
  package var kind: ToolCallKind
  package var command: CommandClass?
  package var exit: ExitState
  /// Keyed hash of the file, address or pattern it was aimed at.
  package var target: PathHash?
  /// What it looked at; `nil` for nearly everything, and where the source does not say.
  package var aim: ToolCallAim?

  package init(
    id: Key128, turn: TurnID, at: Instant, name: String, kind: ToolCallKind,
    command: CommandClass? = nil, exit: ExitState = .unknown, target: PathHash? = nil, aim: ToolCallAim? = nil
  ) {
    self.id = id
    self.turn = turn
    self.at = at
    self.name = name
    self.kind = kind
    self.command = command
    self.exit = exit
    self.target = target
    self.aim = aim
  }
}

/// Lines that a turn added to and removed from one file, as hashes, in file order.
package struct EditFact: Hashable, Sendable, Codable {
  /// From the source's own call identifier (and the file, where one call edits several).
  package var id: Key128
  package var turn: TurnID
  package var at: Instant
  package var path: PathHash
  package var added: [LineHash]
  package var removed: [LineHash]
  /// Whether the tool reported that the edit was applied; a rejected or failed edit is never evidence.
  package var exit: ExitState
  /// Whether the person changed the proposal before accepting it.
  package var changedByPerson: Bool
  /// Whether `added` is a whole file as written, and the source does not say what stood there before: lines that
  /// somebody else had put there are then among them.
  package var isWholeFile: Bool

  package init(
    id: Key128, turn: TurnID, at: Instant, path: PathHash, added: [LineHash], removed: [LineHash],
    exit: ExitState = .unknown, changedByPerson: Bool = false, isWholeFile: Bool = false
  ) {
    self.id = id
    self.turn = turn
    self.at = at
    self.path = path
    self.added = added
    self.removed = removed
    self.exit = exit
    self.changedByPerson = changedByPerson
    self.isWholeFile = isWholeFile
  }
}

extension EditFact {
  /// Only what reached the file is evidence; a tool that does not say is believed.
  package var wasApplied: Bool { exit == .succeeded || exit == .unknown }
}

/// A commit or pull request that a session's records name. Content is not needed to link these.
package struct OutcomeMention: Hashable, Sendable, Codable {
  package enum Kind: String, Sendable, Codable, Hashable {
    /// A `git commit` that the session ran printed this abbreviated or full hash.
    case committed
    /// A tool result named the commit otherwise (`git log`, `rev-parse`); a weaker link.
    case named
    /// A `git commit` that the session ran stated this message: `value` is the ``LineHash`` of its first line, in
    /// hexadecimal. `at` is when the command began.
    case message
    /// A link to a pull or merge request that the session opened; `value` is its address.
    case pullRequest
  }

  package var turn: TurnID
  package var at: Instant
  package var kind: Kind
  /// Lowercase hexadecimal of at least seven digits, or an address.
  package var value: String

  package init(turn: TurnID, at: Instant, kind: Kind, value: String) {
    self.turn = turn
    self.at = at
    self.kind = kind
    self.value = value
  }
}
