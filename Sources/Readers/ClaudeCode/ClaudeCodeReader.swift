import Foundation
import JSONScan
package import Ledger

/// Reads Claude Code's transcripts: `projects/**/*.jsonl`, one JSON object a line.
///
/// One model call is logged as several lines, one for each content block, each with the call's usage as known
/// then; earlier ones may hold placeholders. They merge by `message.id`, field-wise maximum. Forked and resumed
/// sessions begin with copies of their parent's lines, which keep their identifiers. `cost-state` lines state
/// totals that also cover what is never itemised (compaction, streams that were cut).
package struct ClaudeCodeReader: SourceReader {
  package static let tool = Tool.claudeCode
  package static let version = 3
  package static let places = [
    SearchPlace(
      ".claude/projects", override: ("CLAUDE_CONFIG_DIR", "projects"), maximumDepth: 6, shape: shape),
    SearchPlace(
      ".config/claude/projects", override: ("XDG_CONFIG_HOME", "claude/projects"), maximumDepth: 6,
      shape: shape),
  ]

  /// How much is taken from each line; less is faster. Everything but benchmarks reads with `.sketches`.
  package enum Detail: Int, Codable, Sendable, Comparable {
    case usage, facts, sketches
    package static func < (a: Detail, b: Detail) -> Bool { a.rawValue < b.rawValue }
  }

  package var detail = Detail.sketches

  let key: SipHash24.Key
  var state: State
  /// Model calls whose lines may still be coming, oldest first. Not part of the checkpoint: a later line of one
  /// of these merges with it in the ledger.
  var openCalls: [UsageRecord] = []
  var openCallIndex: [EventID: Int] = [:]
  var scratch: [UInt8] = []
  var names = ClaudeNames()

  /// What is remembered from one unit to the next.
  struct State: Codable, Sendable {
    var session: SessionFact?
    /// The session's name as its lines spell it.
    var ownName: [UInt8] = []
    /// Names the session for a main transcript; subagents' files name it in their lines.
    var fileStem: String
    var isSubagentFile: Bool
    /// The first timestamp in the file. Lines older than it are copies of another session's: a fork begins
    /// with a line of its own and then repeats its parent's.
    var began: Instant?
    var lastTimestamp: Instant?
    var tracks = ClaudeTracks()
    var pendingCalls: [String: ClaudePendingCall] = [:]
    var unknownTypes: [String: Int] = [:]
    var totals: [SessionTotalFact] = []
  }

  package init(source: SourceDescription, key: SipHash24.Key, checkpoint: [UInt8]?) throws {
    self.key = key
    if let checkpoint {
      state = try JSONDecoder().decode(State.self, from: Data(checkpoint))
    } else {
      let components = source.path.split(separator: "/")
      let stem = components.last.map { $0.hasSuffix(".jsonl") ? $0.dropLast(6) : $0 } ?? ""
      state = State(
        fileStem: String(stem),
        isSubagentFile: stem.hasPrefix("agent-") || components.dropLast().last == "subagents")
    }
  }

  package func checkpoint() throws -> [UInt8] { try Array(JSONEncoder().encode(state)) }

  package static func recognises(head: Span<UInt8>) -> Bool {
    var cursor = JSONCursor(head)
    guard let line = try? ClaudeLine(firstLineOf: &cursor) else { return false }
    return line.kind != .unknown && (line.sessionID != nil || line.uuid != nil || line.kind == .other)
  }

  @Sendable private static func shape(of path: String) -> SourceShape? {
    path.hasSuffix(".jsonl") && !path.hasSuffix("/history.jsonl") ? .lines : nil
  }

  // MARK: Units

  package mutating func read(_ unit: Span<UInt8>, at position: UnitPosition, into batch: inout FactBatch) {
    var cursor = JSONCursor(unit)
    do throws(JSONScanError) {
      let line = try ClaudeLine(&cursor)
      try read(line, cursor, at: position.number, into: &batch)
    } catch {
      batch.diagnostics.append(
        Diagnostic(kind: .brokenLine, line: position.number, detail: error.description))
    }
  }

  package mutating func finish(into batch: inout FactBatch) {
    for record in openCalls { batch.usage.append(record) }
    openCalls.removeAll(keepingCapacity: true)
    openCallIndex.removeAll(keepingCapacity: true)
    for track in state.tracks.all {
      if let turn = track.turn?.completed { batch.turns.append(turn) }
    }
    for (_, call) in state.pendingCalls.sorted(by: { $0.key < $1.key }) { batch.toolCalls.append(call.fact) }
    batch.totals += state.totals
    for (type, count) in state.unknownTypes.sorted(by: { $0.key < $1.key }) {
      batch.diagnostics.append(
        Diagnostic(kind: .unknownRecord, detail: "\(count) of type \(type)"))
    }
    state.unknownTypes = [:]
    if let session = state.session { batch.sessions.append(session) }
  }

  // MARK: Lines

  private mutating func read(
    _ line: ClaudeLine, _ cursor: JSONCursor, at number: Int, into batch: inout FactBatch
  ) throws(JSONScanError) {
    let timestamp = line.timestamp.flatMap { instant($0, cursor) }
    if let timestamp {
      state.began = state.began ?? timestamp
      state.lastTimestamp = timestamp
    }
    guard noteSession(line, cursor, at: timestamp) else {
      if line.kind == .unknown { noteUnknown(line, cursor) }
      return
    }
    switch line.kind {
    case .assistant:
      try readAssistant(
        line, cursor, trackName: trackName(line, cursor), at: timestamp, number: number, into: &batch)
    case .user:
      try readUser(line, cursor, trackName: trackName(line, cursor), at: timestamp, into: &batch)
    case .progress:
      try readProgress(line, cursor, number: number, into: &batch)
    case .costState:
      try readCostState(line, cursor)
    case .pullRequestLink:
      if let address = line.address, let turn = state.tracks[nil].turn?.fact.id,
        let at = timestamp ?? state.lastTimestamp
      {
        batch.mentions.append(
          OutcomeMention(turn: turn, at: at, kind: .pullRequest, value: cursor.decoded(address)))
      }
    case .system, .other:
      break
    case .unknown:
      noteUnknown(line, cursor)
    }
  }

  /// Keeps the session's facts up to date; `false` while it is not known which session this is.
  private mutating func noteSession(
    _ line: ClaudeLine, _ cursor: JSONCursor, at timestamp: Instant?
  ) -> Bool {
    if state.session == nil {
      let isNamedByFile = !state.isSubagentFile && UUID(uuidString: state.fileStem) != nil
      guard let name = isNamedByFile ? state.fileStem : line.sessionID.map({ cursor.decoded($0) }) else {
        return false
      }
      state.session = SessionFact(id: sessionID(name), tool: .claudeCode, name: name)
      state.ownName = Array(name.utf8)
    }
    if let timestamp { state.session?.extend(to: timestamp) }
    guard !state.isSubagentFile else { return true }
    if let directory = names.directory.update(line.directory, cursor) { state.session?.directory = directory }
    if let branch = names.branch.update(line.branch, cursor), branch != "HEAD" {
      state.session?.branch = branch
    }
    if let version = names.version.update(line.version, cursor) {
      state.session?.toolVersion = version
      if Self.underRecordsOutput(version) { state.session?.flags.insert(.outputUnderRecorded) }
    }
    if let owner = line.requestSessionID ?? line.sessionID, !isOwn(owner, cursor) {
      noteCopy(of: sessionID(cursor.decoded(owner)), at: timestamp)
    }
    return true
  }

  /// A line that another session wrote first. What that session's totals were by then is not this one's: by the
  /// last of the copies, or by this file's own beginning where it says when that was.
  private mutating func noteCopy(of parent: SessionID, at timestamp: Instant?) {
    guard let began = state.began, var session = state.session else { return }
    if session.parent == nil { session.parent = parent }
    session.forkedAt = max(session.forkedAt ?? began, timestamp ?? began)
    state.session = session
  }

  /// In which session a line was first written, and how strongly it says so.
  func owner(
    of line: ClaudeLine, _ cursor: JSONCursor, session: SessionID, at: Instant
  ) -> (session: SessionID, rank: OwnerRank) {
    // Copies say so in one of three ways: 2.1.329 names the session that made the request; 2.1.59 keeps the
    // parent's identifier on the line; 2.1.1 and 2.1.119 to 2.1.257 rewrite it, and only the time tells.
    if let stated = line.requestSessionID { return (sessionID(cursor.decoded(stated)), .stated) }
    if !state.isSubagentFile, let stated = line.sessionID, !isOwn(stated, cursor) {
      return (sessionID(cursor.decoded(stated)), .stated)
    }
    let began = state.began ?? at
    return (session, at < began && !state.isSubagentFile ? .statedCopy : .fileBegan(began))
  }

  /// Whether a line names the session of this file.
  private func isOwn(_ name: JSONString, _ cursor: JSONCursor) -> Bool {
    cursor.text(name, equals: state.ownName)
  }

  /// Versions 2.0.64 to 2.1.62 logged the placeholder of the stream's beginning as output (formats.md, 2.1).
  static func underRecordsOutput(_ version: String) -> Bool {
    let parts = version.split(separator: ".").map { Int($0) ?? 0 }
    guard parts.count >= 3 else { return false }
    return parts[0] == 2 && (parts[1] == 0 && parts[2] >= 64 || parts[1] == 1 && parts[2] <= 62)
  }

  private mutating func noteUnknown(_ line: ClaudeLine, _ cursor: JSONCursor) {
    var name = "(none)"
    if let type = line.type {
      let text = cursor.decoded(type)
      let isName =
        text.utf8.count <= 40
        && text.utf8.allSatisfy { byte in
          (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 || byte == 0x2D || byte == 0x5F || byte == 0x2E
        }
      name = isName ? text : "(unreadable)"
    }
    if state.unknownTypes.count < 20 || state.unknownTypes[name] != nil {
      state.unknownTypes[name, default: 0] += 1
    }
  }

  /// Totals are cumulative over the session's resumes; the latest counts.
  private mutating func readCostState(
    _ line: ClaudeLine, _ whole: JSONCursor
  ) throws(JSONScanError) {
    guard let session = state.session, let range = line.modelUsage, let at = state.lastTimestamp else {
      return
    }
    var cursor = whole
    cursor.position = range.lowerBound
    guard cursor.nextKind() == .object else { return }
    try cursor.enterObject()
    while let model = try cursor.nextKey() {
      let name = cursor.decoded(JSONString(range: model))
      guard cursor.nextKind() == .object else {
        try cursor.skipValue()
        continue
      }
      var total = SessionTotalFact(session: session.id, model: name, at: at, counts: TokenCounts())
      var cacheWrite: Int64?
      try cursor.enterObject()
      while let key = try cursor.nextKey() {
        if cursor.text(key, equals: "inputTokens") {
          total.counts.input = try cursor.integer()
        } else if cursor.text(key, equals: "outputTokens") {
          total.counts.output = try cursor.integer()
        } else if cursor.text(key, equals: "thinkingTokens") {
          total.counts.reasoning = try cursor.integer()
        } else if cursor.text(key, equals: "cacheReadInputTokens") {
          total.counts.cacheRead = try cursor.integer()
        } else if cursor.text(key, equals: "cacheCreationInputTokens") {
          cacheWrite = try cursor.integer()
        } else if cursor.text(key, equals: "cacheCreationEphemeral5mInputTokens") {
          total.counts.cacheWrite5m = try cursor.integer()
        } else if cursor.text(key, equals: "cacheCreationEphemeral1hInputTokens") {
          total.counts.cacheWrite1h = try cursor.integer()
        } else if cursor.text(key, equals: "webSearchRequests") {
          total.webSearches = try cursor.integer() ?? 0
        } else {
          try cursor.skipValue()
        }
      }
      if total.counts.cacheWrite5m == nil, total.counts.cacheWrite1h == nil {
        total.counts.cacheWrite5m = cacheWrite
      }
      guard !total.counts.isImpossible else { continue }
      // Each state is kept, not only the latest: a fork subtracts what its parent's was at the fork.
      if !state.totals.contains(total) { state.totals.append(total) }
    }
  }

  /// The conversation a line belongs to: subagents embedded in a main transcript have their own.
  private func trackName(_ line: ClaudeLine, _ cursor: JSONCursor) -> String? {
    guard line.isSidechain, !state.isSubagentFile else { return nil }
    return line.agentID.map { cursor.decoded($0) } ?? "sidechain"
  }

  func sessionID(_ name: String) -> SessionID { .ofClaudeCode(name) }

  func instant(_ text: JSONString, _ cursor: JSONCursor) -> Instant? {
    var scratch: [UInt8] = []
    return cursor.withUTF8(text, scratch: &scratch) { ISO8601Bytes.instant($0) }
  }
}

extension ClaudeLine {
  /// The first line of a file's head, which may be cut off behind it.
  fileprivate init(firstLineOf cursor: inout JSONCursor) throws(JSONScanError) {
    let range = try cursor.skipValue()
    var line = cursor.extracting(range)
    try self.init(&line)
  }
}
