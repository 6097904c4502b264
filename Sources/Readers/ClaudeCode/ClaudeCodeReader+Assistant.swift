import JSONScan
import Ledger

extension ClaudeCodeReader {
  /// An assistant line: one content block of one model call, with the call's usage as known then.
  mutating func readAssistant(
    _ line: ClaudeLine, _ whole: JSONCursor, trackName: String?, at timestamp: Instant?, number: Int,
    into batch: inout FactBatch
  ) throws(JSONScanError) {
    guard let session = state.session?.id, let message = line.message else { return }
    guard let at = timestamp ?? state.lastTimestamp else {
      batch.diagnostics.append(
        Diagnostic(kind: .doubtfulTime, line: number, detail: "a model call before any timestamp"))
      return
    }
    openTurnIfNone(trackName, line, whole, at: at, into: &batch)
    state.tracks[trackName].noteAnswer(at: at)
    let owner = owner(of: line, whole, session: session, at: at)
    if owner.rank == .stated {
      state.tracks[trackName].turn?.fact.session = owner.session
      state.tracks[trackName].turn?.fact.ownerRank = .stated
    }
    record(
      id: message.id ?? line.uuid, model: message.model, usageAt: message.usageAt, cursor: whole, at: at,
      owner: owner,
      turn: state.tracks[trackName].turn?.fact.id,
      requestID: line.requestID.map { whole.decoded($0) }, number: number, into: &batch)

    guard detail >= .facts, let content = message.content else { return }
    var cursor = whole
    cursor.position = content.lowerBound
    try readContent(&cursor, trackName: trackName, at: at, into: &batch)
  }

  private mutating func record(
    id: JSONString?, model: JSONString?, usageAt: Int?, cursor whole: JSONCursor, at: Instant,
    owner: (session: SessionID, rank: OwnerRank), turn: TurnID?, requestID: String?, number: Int,
    into batch: inout FactBatch
  ) {
    // Without any identifier the line itself is the call, as far as anyone can tell.
    let event =
      id.map { whole.withUTF8($0, scratch: &scratch) { EventID.anthropicMessage($0) } }
      ?? Key128(part: number, of: owner.session)
    let isSynthetic = model.map { whole.text($0, equals: "<synthetic>") } ?? false
    let name = model.map { names.model($0, whole) }
    var record = UsageRecord(
      id: event, session: owner.session, ownerRank: owner.rank, turn: turn, at: at, tool: .claudeCode,
      model: isSynthetic ? nil : name, counts: TokenCounts(), requestID: requestID)
    if isSynthetic {
      record.kind = .notBilled
    } else if let usageAt {
      var cursor = whole
      cursor.position = usageAt
      do throws(JSONScanError) {
        let usage = try ClaudeUsage(&cursor, model: name)
        guard !usage.counts.isImpossible, !usage.iterations.contains(where: \.counts.isImpossible) else {
          throw JSONScanError(reason: .notAnInteger, offset: usageAt)
        }
        record.counts = usage.counts
        record.service = usage.service
        for (index, iteration) in usage.iterations.enumerated() {
          var part = record
          part.id = Key128(part: index + 1, of: event)
          part.model = iteration.model
          part.counts = iteration.counts
          part.service = UsageRecord.Service()
          part.requestID = nil
          note(part, into: &batch)
        }
      } catch {
        batch.diagnostics.append(
          Diagnostic(kind: .impossibleCount, line: number, detail: "usage is not made of token counts"))
      }
    } else {
      batch.diagnostics.append(
        Diagnostic(kind: .usageMissing, line: number, detail: "a model call without usage"))
    }
    note(record, into: &batch)
  }

  /// Merges the record with the earlier lines of its call, and hands over the calls that are long past.
  private mutating func note(_ record: UsageRecord, into batch: inout FactBatch) {
    if let index = openCallIndex[record.id] {
      openCalls[index].counts = openCalls[index].counts.merged(with: record.counts)
      openCalls[index].service.webSearches = max(
        openCalls[index].service.webSearches, record.service.webSearches)
      return
    }
    if openCalls.count >= 256 {
      batch.usage.append(contentsOf: openCalls)
      openCalls.removeAll(keepingCapacity: true)
      openCallIndex.removeAll(keepingCapacity: true)
    }
    openCallIndex[record.id] = openCalls.count
    openCalls.append(record)
  }

  private enum BlockKey: String, CaseIterable { case type, text, id, name, input }
  private static let blockKeys = JSONKeys<BlockKey>()

  /// The blocks of an assistant message: text for the sketch, tool calls as pending.
  private mutating func readContent(
    _ cursor: inout JSONCursor, trackName: String?, at: Instant, into batch: inout FactBatch
  ) throws(JSONScanError) {
    guard cursor.nextKind() == .array else { return }
    let keys = Self.blockKeys
    try cursor.enterArray()
    while try cursor.nextElement() {
      guard cursor.nextKind() == .object else {
        try cursor.skipValue()
        continue
      }
      var type: JSONString?
      var text: JSONString?
      var id: JSONString?
      var name: JSONString?
      var input: Range<Int>?
      try cursor.enterObject()
      while let key = try cursor.next(keys) {
        switch key {
        case .type: type = try cursor.stringIfPresent()
        case .text: text = try cursor.stringIfPresent()
        case .id: id = try cursor.stringIfPresent()
        case .name: name = try cursor.stringIfPresent()
        case .input: input = try cursor.skipValue()
        }
      }
      guard let type else { continue }
      if let text, cursor.text(type, equals: "text"), detail >= .sketches {
        cursor.withUTF8(text, scratch: &scratch) { state.tracks[trackName].turn?.output.append($0) }
      } else if let id, let name, cursor.text(type, equals: "tool_use"),
        let turn = state.tracks[trackName].turn?.fact.id
      {
        var inputCursor = cursor
        inputCursor.position = input?.lowerBound ?? cursor.position
        let callID = cursor.decoded(id)
        let call = try proposedCall(
          id: callID, name: cursor.decoded(name), input: input == nil ? nil : inputCursor, turn: turn, at: at)
        batch.addMessages(call.subjects, turn: turn, at: at)
        if state.pendingCalls.count >= 512 { state.pendingCalls.removeAll() }
        state.pendingCalls[callID] = call
      }
    }
  }

  /// A turn for what was read before any message that could have begun it.
  private mutating func openTurnIfNone(
    _ trackName: String?, _ line: ClaudeLine, _ cursor: JSONCursor, at: Instant, into batch: inout FactBatch
  ) {
    guard state.tracks[trackName].turn == nil else { return }
    let trigger: TurnTrigger = state.isSubagentFile || trackName != nil ? .agent : .unknown
    openTurn(trackName, begunBy: line, cursor, trigger: trigger, at: at, needsActivity: true, into: &batch)
  }

  /// Ends the track's turn in progress and begins another.
  mutating func openTurn(
    _ trackName: String?, begunBy line: ClaudeLine, _ cursor: JSONCursor, trigger: TurnTrigger, at: Instant,
    needsActivity: Bool, into batch: inout FactBatch
  ) {
    guard let session = state.session?.id else { return }
    let previous = state.tracks[trackName].turn
    if let done = previous?.completed { batch.turns.append(done) }
    let id: TurnID
    if let uuid = line.uuid {
      id = cursor.withUTF8(uuid, scratch: &scratch) { Key128(space: "claude-code/turn", $0) }
    } else {
      id = Key128(part: at.milliseconds, of: session)
    }
    let answered = state.tracks[trackName].lastAnswer
    let owner = owner(of: line, cursor, session: session, at: at)
    let fact = TurnFact(
      id: id, session: owner.session, ownerRank: owner.rank, started: at, ended: at, trigger: trigger,
      gap: answered.map { $0 <= at ? at - $0 : .zero })
    state.tracks[trackName].turn = ClaudeTrack.OpenTurn(
      fact: fact, prompt: Sketcher(key: key), output: Sketcher(key: key), needsActivity: needsActivity)
  }
}
