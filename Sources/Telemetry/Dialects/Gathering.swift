import JSONScan
import Ledger

/// Makes facts of the records of one request, one after the other. The dialects are its extensions.
struct Gathering {
  /// The record that is being read.
  var item = TelemetryItem()

  let account: AccountID
  let limits: TelemetryLimits
  var result = TelemetryReading(answer: .unsupported())
  private var sessions: [SessionID: SessionFact] = [:]
  private var lastClaims: (claims: TelemetryClaims, session: SessionID)?
  /// Whether a count of the record that is being read cannot be one.
  var hasImpossibleCount = false

  init(account: AccountID, limits: TelemetryLimits) {
    self.account = account
    self.limits = limits
  }

  /// Counts another record; `false` if there were too many.
  mutating func hasRoom() -> Bool {
    result.recordCount &+= 1
    guard result.recordCount > limits.records else { return true }
    reject(.tooMany)
    return false
  }

  mutating func reject(_ reason: TelemetryReading.Rejection) { result.rejected[reason, default: 0] += 1 }

  mutating func doubt(_ doubt: TelemetryReading.Doubt) { result.doubts[doubt, default: 0] += 1 }

  mutating func passOver() { result.passedOver &+= 1 }

  // MARK: Records

  mutating func takeLog() {
    hasImpossibleCount = false
    switch TelemetryEvent(item) {
    case .claudeRequest: takeClaudeRequest()
    case .claudePrompt: takePrompt(.claudeCode)
    case .claudeToolResult, .claudeToolDecision: takeClaudeTool()
    case .codexEvent: takeCodexEvent()
    case .codexPrompt: takePrompt(.codex)
    case .codexToolResult: takeCodexTool()
    case .geminiResponse: takeGeminiResponse()
    case .geminiPrompt: takePrompt(.geminiCLI)
    case .geminiToolCall: takeGeminiTool()
    case .genAIDetails: takeGenAI(isSpan: false)
    case .known, nil: passOver()
    }
  }

  mutating func takeSpan() {
    hasImpossibleCount = false
    // Spans of Claude Code (beta) name the request as its events do.
    if item.equals(item.name, "claude_code.llm_request"), item.range(.requestID) != nil,
      item.has(.inputTokens)
    {
      return takeClaudeRequest()
    }
    // Other spans of the tools tell of the calls that their events tell of, mostly without their session.
    if item.begins(item[.serviceName], "codex") || item.equals(.serviceName, "gemini-cli")
      || item.equals(.serviceName, "claude-code")
    {
      return passOver()
    }
    if item.has(.observationType) || item.has(.usageDetails) {
      takeLangfuse()
    } else {
      takeGenAI(isSpan: true)
    }
  }

  // MARK: What records have in common

  /// When it was, or when it was seen; `nil` is rejected.
  mutating func instant() -> Instant? {
    let nanoseconds = item.time != 0 ? item.time : item.observedTime
    let instant = Instant(milliseconds: Int64(nanoseconds / 1_000_000))
    guard TelemetryLimits.times.contains(instant) else {
      reject(.noTime)
      return nil
    }
    return instant
  }

  /// A token count; `nil` if it is missing or impossible.
  mutating func tokens(_ field: Field) -> Int64? {
    guard item.has(field) else { return nil }
    guard let count = item.integer(item[field]), (0...TelemetryLimits.tokens).contains(count) else {
      hasImpossibleCount = true
      return nil
    }
    return count
  }

  mutating func tokens(_ fields: Field...) -> Int64? {
    for field in fields {
      if let count = tokens(field) { return count }
    }
    return nil
  }

  /// A name as it may stand in the ledger; one that is too long is none.
  func name(_ field: Field) -> String? {
    guard let range = item.range(field), range.count <= TelemetryLimits.nameBytes else { return nil }
    return item.string(range)
  }

  /// The session that the record names, or where there is none one for the account, service and day.
  mutating func session(_ tool: Tool, at: Instant) -> (id: SessionID, isNamed: Bool)? {
    let range: Range<Int>?
    switch tool {
    case .claudeCode, .geminiCLI: range = item.range(.sessionID)
    case .codex: range = item.range(.conversationID)
    case .openCode, .copilotCLI, .cursor, .assayAgent, .other:
      range = item.range(.genAIConversation) ?? item.range(.sessionID) ?? item.range(.langfuseSession)
    }
    let id: SessionID
    if let range {
      guard range.count <= TelemetryLimits.nameBytes else {
        reject(.nameTooLong)
        return nil
      }
      let name = item.string(range)
      id = sessionID(name, tool)
      note(id, tool, name: name, at: at)
    } else {
      let day = CalendarDay(containing: at).description
      let name = "account \(account.rawValue)/\(self.name(.serviceName) ?? tool.rawValue)/\(day)"
      id = SessionID(space: "telemetry/session", name)
      note(id, tool, name: name, at: at, flags: .usageOnly)
    }
    noteClaims(of: id)
    return (id, range != nil)
  }

  private func sessionID(_ name: String, _ tool: Tool) -> SessionID {
    switch tool {
    case .copilotCLI: .ofCopilotCLI(name)
    case .claudeCode, .codex, .geminiCLI, .openCode, .cursor, .assayAgent, .other:
      // Applications number their conversations as they like.
      SessionID.named(name, by: tool)
        ?? SessionID(
          space: "telemetry/conversation",
          "account \(account.rawValue)/\(self.name(.serviceName) ?? "")/\(name)")
    }
  }

  private mutating func note(
    _ id: SessionID, _ tool: Tool, name: String, at: Instant, flags: SessionFlags = []
  ) {
    if sessions[id] == nil {
      let version = tool == .other ? nil : self.name(.appVersion) ?? self.name(.serviceVersion)
      sessions[id] = SessionFact(id: id, tool: tool, name: name, toolVersion: version, flags: flags)
    }
    sessions[id]?.extend(to: at)
  }

  private mutating func noteClaims(of session: SessionID) {
    guard
      item.has(.userEmail) || item.has(.accountUUID) || item.has(.organization) || item.has(.accountID)
        || item.has(.userID)
    else { return }
    let claims = TelemetryClaims(
      email: name(.userEmail), accountUUID: name(.accountUUID), accountID: name(.accountID),
      organization: name(.organization), user: name(.userID))
    if let last = lastClaims, last.session == session, last.claims == claims { return }
    lastClaims = (claims, session)
    result.claims[claims, default: []].insert(session)
  }

  /// Adds a call.
  ///
  /// - Parameters:
  ///   - id: `nil` if nothing in the record names it: then the record itself does, by all that is looked at of it.
  ///   - requestID: By which the tool's own log knows the call.
  mutating func add(
    _ counts: TokenCounts, by tool: Tool, at: Instant, model: Field?, id: EventID? = nil,
    requestID: String? = nil, turn: TurnID? = nil, service: UsageRecord.Service = UsageRecord.Service()
  ) {
    var modelName: String?
    if let model, let range = item.range(model) {
      guard range.count <= TelemetryLimits.nameBytes else { return reject(.nameTooLong) }
      modelName = item.string(range)
    }
    guard let session = session(tool, at: at) else { return }
    var counts = counts
    if hasImpossibleCount {
      counts = TokenCounts()
      doubt(.impossibleCount)
    } else if counts.isUnknown {
      doubt(.usageMissing)
    }
    result.facts.usage.append(
      UsageRecord(
        id: id ?? contentKey(space: "telemetry/call", session: session.id, counts), session: session.id,
        ownerRank: session.isNamed ? .telemetry : .placeholder, turn: turn, at: at, tool: tool,
        model: modelName, counts: counts, service: service, kind: .telemetry, requestID: requestID,
        account: account))
  }

  /// A key of what is looked at of the record, so that one that is sent again is the same.
  func contentKey(
    space: StaticString, session: SessionID, _ counts: TokenCounts = TokenCounts()
  ) -> Key128 {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(192)
    func add(_ word: UInt64) {
      for shift in stride(from: UInt64(0), to: 64, by: 8) {
        bytes.append(UInt8(truncatingIfNeeded: word >> shift))
      }
    }
    add(session.high)
    add(session.low)
    add(item.time)
    add(item.observedTime)
    for count in [
      counts.input, counts.cacheRead, counts.cacheWrite5m, counts.cacheWrite1h, counts.output,
      counts.reasoning,
      item.integer(item[.eventSequence]), item.integer(item[.duration]), item.integer(item[.promptLength]),
    ] { add(UInt64(bitPattern: count ?? -1)) }
    for field in [Field.model, .promptID, .promptIDOfGemini, .toolName, .functionName] {
      if let range = item.range(field) { bytes.append(contentsOf: item.text[range]) }
      bytes.append(0)
    }
    return bytes.withUnsafeBufferPointer { Key128(space: space, $0) }
  }

  // MARK: The whole

  /// What was gathered, and the answer to it.
  consuming func reading(_ signal: OTLPSignal, _ encoding: OTLPEncoding) -> TelemetryReading {
    var reading = result
    reading.facts.sessions = sessions.values.sorted { $0.id < $1.id }
    let rejections = TelemetryReading.Rejection.allCases.compactMap { reason in
      reading.rejected[reason].map { "\($0) rejected: \(reason.rawValue)" }
    }
    // Of what the client can do nothing about it is not told with every request.
    let doubts = reading.doubts[.impossibleCount].map {
      ["\($0) \(TelemetryReading.Doubt.impossibleCount.rawValue)"]
    }
    reading.answer = .success(
      signal, encoding, rejected: reading.rejected.values.reduce(0, +),
      message: (rejections + (doubts ?? [])).joined(separator: "; "))
    return reading
  }
}
