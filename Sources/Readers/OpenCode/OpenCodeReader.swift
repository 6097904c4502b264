import JSONScan
package import Ledger

/// Reads OpenCode's history, in the three forms it has: its database (``OpenCodeDatabase``), the directory of
/// documents before that (``OpenCodeStorage``), and the file that `opencode export` writes. A message has the same
/// identifier in all of them.
///
/// A message states the tokens of its last step only; older versions made several steps within one message, so that
/// the finished steps' tokens are added up. A fork copies its parent's messages under new identifiers, but with
/// their times: a message older than its session is a copy, and where the original was read, nothing of the copy is
/// taken again.
package struct OpenCodeReader: SourceReader {
  package static let tool = Tool.openCode
  package static let version = 3
  package static let places = [
    SearchPlace(
      ".local/share/opencode", override: (variable: "XDG_DATA_HOME", appending: "opencode"), maximumDepth: 2
    ) { path in
      if path == "storage" || path.hasPrefix("project/") && path.hasSuffix("/storage") { return .documents }
      return !path.contains("/") && path.hasPrefix("opencode") && path.hasSuffix(".db") ? .database : nil
    }
  ]

  private static let databaseMark = Array("SQLite format 3\0".utf8)

  let key: SipHash24.Key
  let shape: SourceShape
  var state = State()
  var scratch: [UInt8] = []
  var unknownRecords = 0

  package init(source: SourceDescription, key: SipHash24.Key, checkpoint: [UInt8]?) throws {
    self.key = key
    shape = source.shape
    if let checkpoint { state = try ReaderCheckpoint.decode(State.self, from: checkpoint) }
  }

  package func checkpoint() throws -> [UInt8] { try ReaderCheckpoint.encode(state) }

  package static func recognises(directoryOf names: Set<String>) -> Bool {
    names.isSuperset(of: ["message", "part"])
  }

  /// An exported session, `{"info": {"id": "ses_…", …}, "messages": […]}`, or a database whose first pages hold the
  /// schema. (One in which they do not is known by its name.)
  package static func recognises(head: Span<UInt8>) -> Bool {
    if head.count >= databaseMark.count, databaseMark.indices.allSatisfy({ head[$0] == databaseMark[$0] }) {
      let schema = String(decoding: (0..<min(head.count, 64 << 10)).map { head[$0] }, as: UTF8.self)
      let tables = ["session", "message", "part"]
      return ["`", "", "\""].contains { quote in
        tables.allSatisfy { schema.contains("CREATE TABLE \(quote)\($0)\(quote) (") }
      }
    }
    var cursor = JSONCursor(head)
    do throws(JSONScanError) {
      try cursor.enterObject()
      guard let key = try cursor.nextKey(), cursor.text(key, equals: "info"), cursor.nextKind() == .object
      else { return false }
      try cursor.enterObject()
      while let key = try cursor.nextKey() {
        if cursor.text(key, equals: "projectID") || cursor.text(key, equals: "directory") { return true }
        try cursor.skipValue()
      }
    } catch {
      return false
    }
    return false
  }

  // MARK: Units

  package mutating func read(_ unit: Span<UInt8>, at position: UnitPosition, into batch: inout FactBatch) {
    let cursor = JSONCursor(unit)
    let number = position.number
    do throws(JSONScanError) {
      switch shape {
      case .database:
        switch position.part.flatMap(OpenCodeDatabase.Unit.init(rawValue:)) {
        case .session: try readSession(cursor, named: nil, into: &batch)
        case .message: try readMessage(cursor, named: nil, of: nil, number: number, into: &batch)
        case .part: try readPart(cursor, of: nil, number: number, into: &batch)
        case .step: try readStepOfVersion2(cursor, number: number, into: &batch)
        case nil: unknownRecords += 1
        }
      case .documents:
        switch position.part.flatMap(OpenCodeStorage.Document.init) {
        case .session(let id): try readSession(cursor, named: id, into: &batch)
        case .message(let id, let session):
          try readMessage(cursor, named: id, of: session, number: number, into: &batch)
        case .part(let message): try readPart(cursor, of: message, number: number, into: &batch)
        case nil: break
        }
      case .document, .lines:
        try readExport(cursor, number: number, into: &batch)
      }
    } catch {
      batch.diagnostics.append(
        Diagnostic(kind: .brokenLine, line: number, detail: error.description))
    }
  }

  package mutating func finish(into batch: inout FactBatch) {
    handOverMessage(into: &batch)
    if let turn = currentTurn { batch.turns.append(turn) }
    if let session = state.session { batch.sessions.append(session.fact) }
    if unknownRecords > 0 {
      batch.diagnostics.append(
        Diagnostic(kind: .unknownRecord, detail: "\(unknownRecords) of unknown type"))
      unknownRecords = 0
    }
  }

  // MARK: Export

  private mutating func readExport(
    _ text: JSONCursor, number: Int, into batch: inout FactBatch
  ) throws(JSONScanError) {
    var cursor = text
    try cursor.enterObject()
    while let key = try cursor.nextKey() {
      if cursor.text(key, equals: "info"), cursor.nextKind() == .object {
        let range = try cursor.skipValue()
        try readSession(text.extracting(range), named: nil, into: &batch)
      } else if cursor.text(key, equals: "messages"), cursor.nextKind() == .array {
        // Element by element, so that a file that was cut off is read as far as it goes.
        try cursor.enterArray()
        while try cursor.nextElement() {
          let range = try cursor.skipValue()
          do throws(JSONScanError) {
            try readExported(text.extracting(range), number: number, into: &batch)
          } catch {
            batch.diagnostics.append(
              Diagnostic(kind: .brokenLine, line: number, detail: "a message: \(error.description)"))
          }
        }
      } else {
        try cursor.skipValue()
      }
    }
  }

  /// `{"info": message, "parts": [part…]}`.
  private mutating func readExported(
    _ text: JSONCursor, number: Int, into batch: inout FactBatch
  ) throws(JSONScanError) {
    var cursor = text
    var parts: Int?
    var hasMessage = false
    try cursor.enterObject()
    while let key = try cursor.nextKey() {
      if cursor.text(key, equals: "parts"), cursor.nextKind() == .array { parts = cursor.position }
      let isInfo = cursor.text(key, equals: "info")
      let range = try cursor.skipValue()
      if isInfo {
        try readMessage(text.extracting(range), named: nil, of: nil, number: number, into: &batch)
        hasMessage = true
      }
    }
    guard hasMessage, let parts else { return }
    cursor.position = parts
    try cursor.enterArray()
    while try cursor.nextElement() {
      let range = try cursor.skipValue()
      try readPart(text.extracting(range), of: nil, number: number, into: &batch)
    }
  }
}
