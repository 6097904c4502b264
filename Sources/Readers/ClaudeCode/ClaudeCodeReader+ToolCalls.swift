import JSONScan
import Ledger

extension ClaudeCodeReader {
  /// The result of a tool call as a user line carries it.
  struct ToolResult {
    var callID: String?
    var isError = false
    var content: Range<Int>?
  }

  /// A call as proposed: its facts, and the change it would make if it is carried out.
  func proposedCall(
    id: String, name: String, input: consuming JSONCursor?, turn: TurnID, at: Instant
  ) throws(JSONScanError) -> ClaudePendingCall {
    let callKey = Key128(space: "claude-code/tool-call", id)
    var call = ClaudePendingCall(
      fact: ToolCallFact(id: callKey, turn: turn, at: at, name: name, kind: ToolNames.kind(of: name)))
    guard let input, var cursor = Optional(input), cursor.nextKind() == .object else { return call }
    let hashKey = self.key
    var path: String?
    var readPath: String?
    var added: [LineHash] = []
    var old: [LineHash] = []
    try cursor.enterObject()
    while let key = try cursor.nextKey() {
      if cursor.text(key, equals: "command"), let command = try cursor.stringIfPresent() {
        let text = cursor.decoded(command)
        let judged = CommandLine.judge(text)
        call.fact.command = judged.kind
        call.mayMakeCommit = judged.makesCommit
        if judged.makesCommit { call.subjects = CommitMessage.subjects(in: text, key: hashKey) }
        readPath = judged.target
        call.fact.aim = SelfMetering.aim(ofCommand: text)
        call.mayOpenPullRequest = text.contains("pr create") || text.contains("mr create")
        if call.fact.kind == .command, let written = HereDocument.written(by: text, key: hashKey) {
          path = written.path
          added = written.lines
        }
      } else if cursor.text(key, equals: "file_path") || cursor.text(key, equals: "notebook_path")
        || cursor.text(key, equals: "path") || cursor.text(key, equals: "url")
        || cursor.text(key, equals: "pattern")
      {
        if let text = try cursor.stringIfPresent() {
          let isFirst = path == nil || cursor.text(key, equals: "file_path")
          let looks = call.fact.kind == .read || call.fact.kind == .search
          guard isFirst || looks else { continue }
          let named = cursor.decoded(text)
          if looks, call.fact.aim == nil { call.fact.aim = SelfMetering.aim(ofPath: named) }
          if isFirst { path = named }
        }
      } else if cursor.text(key, equals: "old_string") {
        old += try lines(&cursor)
      } else if cursor.text(key, equals: "new_string") || cursor.text(key, equals: "content")
        || cursor.text(key, equals: "new_source")
      {
        added += try lines(&cursor)
      } else if cursor.text(key, equals: "edits"), cursor.nextKind() == .array {
        try cursor.enterArray()
        while try cursor.nextElement() {
          guard cursor.nextKind() == .object else {
            try cursor.skipValue()
            continue
          }
          try cursor.enterObject()
          while let key = try cursor.nextKey() {
            if cursor.text(key, equals: "old_string") {
              old += try lines(&cursor)
            } else if cursor.text(key, equals: "new_string") {
              added += try lines(&cursor)
            } else {
              try cursor.skipValue()
            }
          }
        }
      } else {
        try cursor.skipValue()
      }
    }
    if path == nil, let readPath {
      call.fact.target = PathHash(readPath.absolute(in: state.session?.directory), key: hashKey)
    }
    if let path {
      let target = PathHash(path, key: hashKey)
      call.fact.target = target
      if call.fact.kind == .edit || call.fact.kind == .command {
        // Old and new as they stand: the result mostly brings a patch, and these are then not needed.
        call.edit = EditFact(id: callKey, turn: turn, at: at, path: target, added: added, removed: old)
      }
    }
    return call
  }

  /// Settles a pending call by its result, and keeps the change that it made.
  mutating func take(
    _ result: ToolResult, detailAt: Range<Int>?, _ whole: JSONCursor, at: Instant, into batch: inout FactBatch
  ) throws(JSONScanError) {
    guard detail >= .facts, let id = result.callID, var call = state.pendingCalls.removeValue(forKey: id)
    else { return }
    call.fact.exit = result.isError ? .failed : .succeeded
    if result.isError, let content = result.content, Self.isRejection(content, whole) {
      call.fact.exit = .rejected
    }
    var change = ClaudeChange()
    if let detailAt, call.edit != nil || call.mayMakeCommit || call.mayOpenPullRequest {
      var cursor = whole
      cursor.position = detailAt.lowerBound
      if cursor.nextKind() == .object { change = try ClaudeChange(&cursor, key: key) }
    }
    if change.interrupted { call.fact.exit = .interrupted }
    batch.toolCalls.append(call.fact)
    guard call.fact.exit == .succeeded else { return }

    if var edit = call.edit {
      if change.hasPatch {
        edit.added = change.added
        edit.removed = change.removed
      } else if edit.removed.isEmpty {
        edit.isWholeFile = !change.isNewFile
      } else {
        (edit.added, edit.removed) = TextLines.difference(from: edit.removed, to: edit.added)
      }
      edit.at = at
      edit.exit = .succeeded
      edit.changedByPerson = change.modifiedByPerson
      if !edit.added.isEmpty || !edit.removed.isEmpty { batch.edits.append(edit) }
    }
    guard call.mayMakeCommit || call.mayOpenPullRequest else { return }
    let output: String
    if let printed = change.output {
      output = whole.decoded(printed)
    } else {
      output = try text(of: result.content, whole)
    }
    if call.mayMakeCommit {
      for sha in CommandLine.commitsMade(inOutput: output) {
        batch.mentions.append(OutcomeMention(turn: call.fact.turn, at: at, kind: .committed, value: sha))
      }
    }
    if call.mayOpenPullRequest {
      for address in CommandLine.pullRequests(inOutput: output) {
        batch.mentions.append(
          OutcomeMention(turn: call.fact.turn, at: at, kind: .pullRequest, value: address))
      }
    }
  }

  private func lines(_ cursor: inout JSONCursor) throws(JSONScanError) -> [LineHash] {
    guard let text = try cursor.stringIfPresent() else { return [] }
    var scratch: [UInt8] = []
    return cursor.withUTF8(text, scratch: &scratch) { TextLines.hashes($0, key: key) }
  }

  /// The person declined the call.
  private static func isRejection(_ content: Range<Int>, _ whole: JSONCursor) -> Bool {
    let head = whole.decoded(
      JSONString(range: content.lowerBound..<min(content.upperBound, content.lowerBound + 200)))
    return head.contains("doesn't want to proceed") || head.contains("doesn't want to take this action")
  }

  /// The text of a result's content: a string, or blocks of text.
  private func text(of content: Range<Int>?, _ whole: JSONCursor) throws(JSONScanError) -> String {
    guard let content else { return "" }
    var cursor = whole
    cursor.position = content.lowerBound
    if cursor.nextKind() == .string { return cursor.decoded(try cursor.string()) }
    guard cursor.nextKind() == .array else { return "" }
    var text = ""
    try cursor.enterArray()
    while try cursor.nextElement() {
      guard cursor.nextKind() == .object else {
        try cursor.skipValue()
        continue
      }
      try cursor.enterObject()
      while let key = try cursor.nextKey() {
        if cursor.text(key, equals: "text"), let part = try cursor.stringIfPresent() {
          text += cursor.decoded(part) + "\n"
        } else {
          try cursor.skipValue()
        }
      }
    }
    return text
  }
}

/// What a line's `toolUseResult` says of the change that was made.
struct ClaudeChange {
  var hasPatch = false
  var added: [LineHash] = []
  var removed: [LineHash] = []
  var modifiedByPerson = false
  var interrupted = false
  var isNewFile = false
  var output: JSONString?

  init() {}

  init(_ cursor: inout JSONCursor, key hashKey: SipHash24.Key) throws(JSONScanError) {
    try cursor.enterObject()
    while let key = try cursor.nextKey() {
      if cursor.text(key, equals: "structuredPatch"), cursor.nextKind() == .array {
        try readPatch(&cursor, key: hashKey)
      } else if cursor.text(key, equals: "userModified") {
        modifiedByPerson = try cursor.booleanIfPresent() ?? false
      } else if cursor.text(key, equals: "interrupted") {
        interrupted = try cursor.booleanIfPresent() ?? false
      } else if cursor.text(key, equals: "type"), let type = try cursor.stringIfPresent() {
        isNewFile = cursor.text(type, equals: "create")
      } else if cursor.text(key, equals: "stdout") {
        output = try cursor.stringIfPresent()
      } else {
        try cursor.skipValue()
      }
    }
  }

  private mutating func readPatch(
    _ cursor: inout JSONCursor, key hashKey: SipHash24.Key
  ) throws(JSONScanError) {
    var scratch: [UInt8] = []
    try cursor.enterArray()
    while try cursor.nextElement() {
      guard cursor.nextKind() == .object else {
        try cursor.skipValue()
        continue
      }
      try cursor.enterObject()
      while let key = try cursor.nextKey() {
        guard cursor.text(key, equals: "lines"), cursor.nextKind() == .array else {
          try cursor.skipValue()
          continue
        }
        hasPatch = true
        try cursor.enterArray()
        while try cursor.nextElement() {
          guard let line = try cursor.stringIfPresent() else { continue }
          cursor.withUTF8(line, scratch: &scratch) { text in
            guard let sign = text.first, sign == 0x2B || sign == 0x2D,
              let hash = LineHash(UnsafeBufferPointer(rebasing: text.dropFirst()), key: hashKey)
            else { return }
            if sign == 0x2B { added.append(hash) } else { removed.append(hash) }
          }
        }
      }
    }
  }
}
