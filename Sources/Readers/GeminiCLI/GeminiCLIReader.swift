import JSONScan
package import Ledger

/// Reads Gemini CLI's chat recordings: `.gemini/tmp/<project>/chats/session-*.json`, one object for the whole
/// session, and since 2026 `session-*.jsonl`, one object a line (`chatRecordingService.ts` in
/// google-gemini/gemini-cli). Subagents have files of their own below a directory named for their parent.
///
/// A line repeats its message whole whenever tool calls are added to it, and of messages with one id the last
/// stands. Its tokens are written once and then only repeated, so that the ledger's field-wise maximum over
/// several readings comes to the same; within one reading only the last is handed over. `{"$rewindTo"}` takes
/// messages from the conversation, but not from what was spent. `{"$set": {"messages"}}` restates the history with
/// results masked: only calls not seen before are taken from it.
package struct GeminiCLIReader: SourceReader {
  package static let tool = Tool.geminiCLI
  package static let version = 3
  package static let places = [
    SearchPlace(
      ".gemini/tmp", override: (variable: "GEMINI_CLI_HOME", appending: ".gemini/tmp"), maximumDepth: 4
    ) { path in
      let components = path.split(separator: "/")
      guard components.contains("chats"), let name = components.last else { return nil }
      if name.hasSuffix(".jsonl") { return .lines }
      return name.hasSuffix(".json") ? .document : nil
    }
  ]

  let key: SipHash24.Key
  let shape: SourceShape
  var state: State
  var scratch: [UInt8] = []
  var unknownRecords = 0

  /// What is remembered from one unit to the next.
  struct State: Codable {
    /// From the path, until the records name the session themselves.
    var name: String
    var isNameStated = false
    var parent: String?
    var isSubagent = false
    var session: SessionFact?
    var directory: String?
    /// SHA-256 of the project's root, which is where the tool was started (`getProjectHash` in its `paths.ts`).
    var projectHash: String?
    var lastTime: Instant?
    /// When the answer last given ended.
    var lastAnswer: Instant?
    var turn: TurnUnderway?
    var message: GeminiOpenMessage?
    /// What is wrong with it, if it stays as it is.
    var messageProblem: Diagnostic?
    /// The turns of the calls handed over so far, to know their repetitions by.
    var known: [EventID: TurnID?] = [:]
  }

  /// Calls remembered; a session has a few hundred. Beyond, a repetition may be handed over twice, and merges in
  /// the ledger.
  static let maximumKnown = 20_000

  package init(source: SourceDescription, key: SipHash24.Key, checkpoint: [UInt8]?) throws {
    self.key = key
    shape = source.shape
    if let checkpoint {
      state = try ReaderCheckpoint.decode(State.self, from: checkpoint)
      return
    }
    let components = source.path.split(separator: "/")
    let file = components.last ?? ""
    let stem = file.hasSuffix(".jsonl") ? file.dropLast(6) : file.hasSuffix(".json") ? file.dropLast(5) : file
    state = State(name: String(stem))
    // chats/<parent's session>/<subagent's session>.jsonl
    if components.count >= 3, components[components.count - 3] == "chats" {
      state.parent = String(components[components.count - 2])
      state.isSubagent = true
    }
  }

  package func checkpoint() throws -> [UInt8] { try ReaderCheckpoint.encode(state) }

  package static func recognises(head: Span<UInt8>) -> Bool {
    var cursor = JSONCursor(head)
    var hasID = false
    var hasType = false
    do throws(JSONScanError) {
      try cursor.enterObject()
      while let key = try cursor.nextKey() {
        if cursor.text(key, equals: "projectHash") { return true }
        if cursor.text(key, equals: "id") { hasID = true }
        if cursor.text(key, equals: "type"), let type = try cursor.stringIfPresent() {
          hasType = cursor.text(type, equals: "gemini") || cursor.text(type, equals: "user")
        } else if cursor.text(key, equals: "content"), hasID, hasType {
          return true
        } else {
          try cursor.skipValue()
        }
      }
    } catch {
      return false
    }
    return false
  }

  // MARK: Units

  package mutating func read(_ unit: Span<UInt8>, at position: UnitPosition, into batch: inout FactBatch) {
    var cursor = JSONCursor(unit)
    var partial: GeminiRecord?
    do throws(JSONScanError) {
      let record = try GeminiRecord(&cursor, partial: &partial)
      try read(record, JSONCursor(unit), line: position.number, into: &batch)
    } catch {
      batch.diagnostics.append(
        Diagnostic(kind: .brokenLine, line: position.number, detail: error.description))
      // A document that breaks off among its messages is read as far as it goes.
      if let partial { readSession(partial, JSONCursor(unit), line: position.number, into: &batch) }
    }
  }

  package mutating func finish(into batch: inout FactBatch) {
    handOverMessage(into: &batch)
    reportProblem(into: &batch)
    if let turn = state.turn { batch.turns.append(fact(of: turn)) }
    if let session = state.session { batch.sessions.append(session) }
    if unknownRecords > 0 {
      batch.diagnostics.append(
        Diagnostic(kind: .unknownRecord, detail: "\(unknownRecords) of unknown type"))
      unknownRecords = 0
    }
  }

  private mutating func read(
    _ record: GeminiRecord, _ cursor: JSONCursor, line: Int, into batch: inout FactBatch
  ) throws(JSONScanError) {
    switch record.kind {
    case .metadata: readSession(record, cursor, line: line, into: &batch)
    case .update: try readUpdate(record, cursor, line: line, into: &batch)
    case .user: try readUser(record, cursor, line: line, into: &batch)
    case .gemini: try readAnswer(record, cursor, line: line, into: &batch)
    case .notice: try readNotice(record, cursor)
    case .rewind: closeMessage(into: &batch)
    case .unknown: unknownRecords += 1
    }
  }

  // MARK: Session

  private mutating func readSession(
    _ record: GeminiRecord, _ cursor: JSONCursor, line: Int, into batch: inout FactBatch
  ) {
    noteMetadata(record, cursor)
    guard let messages = record.messages else { return }
    forEachMessage(from: messages, cursor, line: line, into: &batch) {
      reader, message, cursor, batch throws(JSONScanError) in
      try reader.read(message, cursor, line: line, into: &batch)
    }
  }

  private mutating func readUpdate(
    _ record: GeminiRecord, _ cursor: JSONCursor, line: Int, into batch: inout FactBatch
  ) throws(JSONScanError) {
    guard let range = record.update else { return }
    let text = cursor.extracting(range)
    var inner = text
    guard inner.nextKind() == .object else { return }
    var partial: GeminiRecord?
    let update = try GeminiRecord(&inner, partial: &partial)
    noteMetadata(update, text)
    guard let messages = update.messages else { return }
    closeMessage(into: &batch)
    forEachMessage(from: messages, text, line: line, into: &batch) {
      reader, message, cursor, batch throws(JSONScanError) in
      guard message.kind == .gemini, let id = reader.eventID(message, cursor) else { return }
      if reader.state.known[id] == nil {
        try reader.readAnswer(message, cursor, line: line, into: &batch)
        reader.closeMessage(into: &batch)
      }
    }
  }

  /// Calls `body` with each message of the array that begins at `start`; one that is broken costs only itself as
  /// long as its end can be found.
  private mutating func forEachMessage(
    from start: Int, _ cursor: JSONCursor, line: Int, into batch: inout FactBatch,
    _ body: (inout Self, GeminiRecord, JSONCursor, inout FactBatch) throws(JSONScanError) -> Void
  ) {
    var cursor = cursor
    cursor.position = start
    do throws(JSONScanError) {
      try cursor.enterArray()
      while try cursor.nextElement() {
        let text = cursor.extracting(try cursor.skipValue())
        var inner = text
        guard inner.nextKind() == .object else {
          unknownRecords += 1
          continue
        }
        do throws(JSONScanError) {
          var partial: GeminiRecord?
          try body(&self, try GeminiRecord(&inner, partial: &partial), text, &batch)
        } catch {
          batch.diagnostics.append(
            Diagnostic(kind: .brokenLine, line: line, detail: "a message: \(error.description)"))
        }
      }
    } catch {
      batch.diagnostics.append(
        Diagnostic(kind: .brokenLine, line: line, detail: "the messages: \(error.description)"))
    }
  }

  private mutating func noteMetadata(_ record: GeminiRecord, _ cursor: JSONCursor) {
    if let id = record.sessionID, !id.isEmpty {
      let name = cursor.decoded(id)
      if name != state.name || !state.isNameStated {
        state.name = name
        state.isNameStated = true
        state.session = nil
      }
    }
    if record.isSubagent { state.isSubagent = true }
    if let directory = record.directory { state.directory = cursor.decoded(directory) }
    if let hash = record.projectHash, hash.range.count == 64 { state.projectHash = cursor.decoded(hash) }
    if let start = record.startTime.flatMap({ instant($0, cursor) }) {
      state.lastTime = state.lastTime ?? start
      noteSession(at: start)
    } else if state.session != nil {
      noteSession(at: nil)
    }
  }

  /// The session, widened to `instant`.
  mutating func noteSession(at instant: Instant?) {
    var session =
      state.session ?? SessionFact(id: sessionID, tool: .geminiCLI, name: state.name)
    session.directory = state.directory ?? session.directory
    session.directoryHash = state.projectHash ?? session.directoryHash
    session.parent = state.parent.map { .ofGeminiCLI($0) }
    if let instant { session.extend(to: instant) }
    state.session = session
  }

  var sessionID: SessionID { .ofGeminiCLI(state.name) }

  mutating func instant(_ string: JSONString, _ cursor: JSONCursor) -> Instant? {
    cursor.withUTF8(string, scratch: &scratch) { ISO8601Bytes.instant($0) }
  }
}
