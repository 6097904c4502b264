import JSONScan
import Ledger

extension Frame {
  /// Reads a line without its end; `nil` if it is not just what was once written.
  static func read(_ line: UnsafeRawBufferPointer) -> Frame? {
    guard line.count > 10, line[8] == 0x20, let checksum = checksum(line) else { return nil }
    let body = UnsafeRawBufferPointer(rebasing: line[9...])
    guard CRC32C.checksum(body) == checksum else { return nil }
    var fields = FrameFields()
    do {
      try fields.read(body.bindMemory(to: UInt8.self).span)
    } catch {
      return nil
    }
    return fields.frame
  }

  private static func checksum(_ line: UnsafeRawBufferPointer) -> UInt32? {
    var value: UInt32 = 0
    for byte in line[..<8] {
      switch byte {
      case 0x30...0x39: value = value << 4 | UInt32(byte - 0x30)
      case 0x61...0x66: value = value << 4 | UInt32(byte - 0x57)
      default: return nil
      }
    }
    return value
  }
}

/// What a frame's JSON says, as far as it has been read.
private struct FrameFields {
  private var kind: Frame.Kind?
  private var id: Key128?
  private var call: Key128?
  private var attempt: Int64 = 1
  private var account: Int64 = AccountID.local.rawValue
  private var scopes = ChargeScopes()
  private var tool: Tool?
  private var session: SessionID?
  private var name: String?
  private var dialect: String?
  private var endpoint: String?
  private var upstream: String?
  private var asked: String?
  private var opened: Int64?
  private var reserved: Int64 = 0
  private var reservedTokens: Int64 = 0
  private var space: CallFact.ResponseSpace?
  private var isSubscription = false
  private var isBilled = true
  private var sighting = CallSighting(id: Key128(high: 0, low: 0))
  private var settled: Int64?
  private var ending: CallFact.Ending?
  private var source: CallFact.UsageSource?
  private var charged: Int64 = 0
  private var chargedTokens: Int64 = 0
  private var raw: [UInt8] = []

  var frame: Frame? {
    guard let kind, let id else { return nil }
    var sighting = sighting
    sighting.id = id
    if kind == .seen { return .seen(sighting) }
    guard let call, let tool, let dialect, let endpoint, let upstream, let asked, let opened, let space else {
      return nil
    }
    var fact = CallFact(
      call: call, attempt: Int(truncatingIfNeeded: attempt), account: AccountID(rawValue: account),
      scopes: scopes, tool: tool, session: session, sessionName: name, dialect: dialect, endpoint: endpoint,
      upstream: upstream, requestedModel: asked, responseSpace: space, opened: Instant(milliseconds: opened),
      reserved: NanoDollars(reserved), reservedTokens: reservedTokens, isSubscription: isSubscription,
      isBilled: isBilled)
    fact.id = id
    fact.note(sighting)
    guard kind == .settled else { return .opened(fact) }
    guard let ending, ending != .open, let source else { return nil }
    fact.settled = settled.map { Instant(milliseconds: $0) }
    fact.ending = ending
    fact.usageSource = source
    fact.charged = NanoDollars(charged)
    fact.chargedTokens = chargedTokens
    fact.rawUsage = raw
    return .settled(fact)
  }

  mutating func read(_ text: Span<UInt8>) throws(JSONScanError) {
    var cursor = JSONCursor(text)
    try cursor.enterObject()
    while let key = try cursor.nextKey() {
      if try !readIdentity(key, &cursor), try !readState(key, &cursor) { try cursor.skipValue() }
    }
    try cursor.expectEnd()
  }

  private mutating func readIdentity(
    _ key: Range<Int>, _ cursor: inout JSONCursor
  ) throws(JSONScanError) -> Bool {
    if cursor.text(key, equals: "frame") {
      let value = try cursor.string()
      if cursor.text(value, equals: "opened") { kind = .opened }
      if cursor.text(value, equals: "seen") { kind = .seen }
      if cursor.text(value, equals: "settled") { kind = .settled }
    } else if cursor.text(key, equals: "id") {
      id = try cursor.key128()
    } else if cursor.text(key, equals: "call") {
      call = try cursor.key128()
    } else if cursor.text(key, equals: "attempt") {
      attempt = try cursor.integer() ?? 1
    } else if cursor.text(key, equals: "account") {
      account = try cursor.integer() ?? account
    } else if cursor.text(key, equals: "key") {
      scopes.key = try cursor.integer()
    } else if cursor.text(key, equals: "person") {
      scopes.person = try cursor.integer()
    } else if cursor.text(key, equals: "team") {
      scopes.team = try cursor.integer()
    } else if cursor.text(key, equals: "project") {
      scopes.project = try cursor.integer()
    } else if cursor.text(key, equals: "agent") {
      scopes.agent = try cursor.integer()
    } else if cursor.text(key, equals: "tool") {
      tool = Tool(rawValue: try cursor.text())
    } else if cursor.text(key, equals: "session") {
      session = try cursor.key128()
    } else if cursor.text(key, equals: "name") {
      name = try cursor.text()
    } else if cursor.text(key, equals: "dialect") {
      dialect = try cursor.text()
    } else if cursor.text(key, equals: "endpoint") {
      endpoint = try cursor.text()
    } else if cursor.text(key, equals: "upstream") {
      upstream = try cursor.text()
    } else if cursor.text(key, equals: "asked") {
      asked = try cursor.text()
    } else if cursor.text(key, equals: "opened") {
      opened = try cursor.integer()
    } else if cursor.text(key, equals: "reserved") {
      reserved = try cursor.integer() ?? 0
    } else if cursor.text(key, equals: "reservedTokens") {
      reservedTokens = try cursor.integer() ?? 0
    } else if cursor.text(key, equals: "space") {
      space = CallFact.ResponseSpace(rawValue: try cursor.text())
    } else if cursor.text(key, equals: "subscription") {
      isSubscription = try cursor.booleanIfPresent() ?? false
    } else if cursor.text(key, equals: "billed") {
      isBilled = try cursor.booleanIfPresent() ?? true
    } else {
      return false
    }
    return true
  }

  private mutating func readState(
    _ key: Range<Int>, _ cursor: inout JSONCursor
  ) throws(JSONScanError) -> Bool {
    if cursor.text(key, equals: "first") {
      sighting.firstByte = try cursor.integer().map { Instant(milliseconds: $0) }
    } else if cursor.text(key, equals: "status") {
      sighting.status = try cursor.integer().map { Int(truncatingIfNeeded: $0) }
    } else if cursor.text(key, equals: "model") {
      sighting.model = try cursor.text()
    } else if cursor.text(key, equals: "request") {
      sighting.requestID = try cursor.text()
    } else if cursor.text(key, equals: "response") {
      sighting.responseID = try cursor.text()
    } else if cursor.text(key, equals: "usage") {
      try cursor.enterArray()
      while try cursor.nextElement() { sighting.usage.append(try cursor.usage()) }
    } else if cursor.text(key, equals: "settled") {
      settled = try cursor.integer()
    } else if cursor.text(key, equals: "ending") {
      ending = CallFact.Ending(rawValue: try cursor.text())
    } else if cursor.text(key, equals: "source") {
      source = CallFact.UsageSource(rawValue: try cursor.text())
    } else if cursor.text(key, equals: "charged") {
      charged = try cursor.integer() ?? 0
    } else if cursor.text(key, equals: "chargedTokens") {
      chargedTokens = try cursor.integer() ?? 0
    } else if cursor.text(key, equals: "raw") {
      raw = try cursor.text().unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
    } else {
      return false
    }
    return true
  }
}

extension JSONCursor {
  fileprivate mutating func text() throws(JSONScanError) -> String { decoded(try string()) }

  fileprivate mutating func key128() throws(JSONScanError) -> Key128? {
    let string = try string()
    guard string.range.count == 32 else { return nil }
    var words: (high: UInt64, low: UInt64) = (0, 0)
    for byte in rawBytes(string) {
      let digit: UInt8
      switch byte {
      case 0x30...0x39: digit = byte - 0x30
      case 0x61...0x66: digit = byte - 0x57
      default: return nil
      }
      words = (words.high << 4 | words.low >> 60, words.low << 4 | UInt64(digit))
    }
    return Key128(high: words.high, low: words.low)
  }

  fileprivate mutating func usage() throws(JSONScanError) -> CallUsage {
    var usage = CallUsage(model: nil, counts: TokenCounts())
    try enterObject()
    while let key = try nextKey() {
      if text(key, equals: "tier") {
        usage.service.tier = UsageRecord.Service.Tier(rawValue: try text()) ?? .standard
      } else if text(key, equals: "model") {
        usage.model = try text()
      } else if text(key, equals: "input") {
        usage.counts.input = try integer()
      } else if text(key, equals: "read") {
        usage.counts.cacheRead = try integer()
      } else if text(key, equals: "write5m") {
        usage.counts.cacheWrite5m = try integer()
      } else if text(key, equals: "write1h") {
        usage.counts.cacheWrite1h = try integer()
      } else if text(key, equals: "output") {
        usage.counts.output = try integer()
      } else if text(key, equals: "reasoning") {
        usage.counts.reasoning = try integer()
      } else if text(key, equals: "fast") {
        usage.service.isFast = try booleanIfPresent() ?? false
      } else if text(key, equals: "searches") {
        usage.service.webSearches = try integer() ?? 0
      } else {
        try skipValue()
      }
    }
    return usage
  }
}
