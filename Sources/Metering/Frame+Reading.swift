#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif
import JSONScan
import Ledger

extension Frame {
  /// Reads a line without its end; `nil` if it is not just what was once written.
  static func read(_ line: UnsafeRawBufferPointer) -> Frame? { body(line).flatMap { read(body: $0) } }

  /// The JSON of a line, if it is what was once written.
  static func body(_ line: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
    guard line.count > 10, line[8] == 0x20, let checksum = checksum(line) else { return nil }
    let body = UnsafeRawBufferPointer(rebasing: line[9...])
    return CRC32C.checksum(body) == checksum ? body : nil
  }

  /// The attempt that a frame opens, without reading more of it; `nil` for any other frame.
  static func opening(_ body: UnsafeRawBufferPointer) -> Key128? {
    let start: StaticString = "{\"frame\":\"opened\",\"id\":\""
    let length = start.utf8CodeUnitCount
    // In bounds: a StaticString has so many bytes, and the body as many and 32 more.
    guard body.count > length + 32, let base = body.baseAddress, memcmp(base, start.utf8Start, length) == 0
    else { return nil }
    return Key128(digits: body[length..<length + 32])
  }

  static func read(body: UnsafeRawBufferPointer) -> Frame? {
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
      id: id, call: call, attempt: Int(truncatingIfNeeded: attempt), account: AccountID(rawValue: account),
      scopes: scopes, tool: tool, session: session, sessionName: name, dialect: dialect, endpoint: endpoint,
      upstream: upstream, requestedModel: asked, responseSpace: space, opened: Instant(milliseconds: opened),
      reserved: NanoDollars(reserved), reservedTokens: reservedTokens, isSubscription: isSubscription,
      isBilled: isBilled)
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
    while let index = try cursor.nextKey(in: Self.table) {
      // In bounds: the table's keys are the fields.
      let field = FrameField.allCases[index]
      if try !readIdentity(field, &cursor) { try readState(field, &cursor) }
    }
    try cursor.expectEnd()
  }

  private static let table = JSONKeyTable(FrameField.allCases.map(\.rawValue))

  private mutating func readIdentity(
    _ field: FrameField, _ cursor: inout JSONCursor
  ) throws(JSONScanError) -> Bool {
    switch field {
    case .frame:
      let value = try cursor.string()
      if cursor.text(value, equals: "opened") { kind = .opened }
      if cursor.text(value, equals: "seen") { kind = .seen }
      if cursor.text(value, equals: "settled") { kind = .settled }
    case .id: id = try cursor.key128()
    case .call: call = try cursor.key128()
    case .attempt: attempt = try cursor.integer() ?? 1
    case .account: account = try cursor.integer() ?? account
    case .key: scopes.key = try cursor.integer()
    case .person: scopes.person = try cursor.integer()
    case .team: scopes.team = try cursor.integer()
    case .project: scopes.project = try cursor.integer()
    case .agent: scopes.agent = try cursor.integer()
    case .tool: tool = Tool(rawValue: try cursor.text())
    case .session: session = try cursor.key128()
    case .name: name = try cursor.text()
    case .dialect: dialect = try cursor.text()
    case .endpoint: endpoint = try cursor.text()
    case .upstream: upstream = try cursor.text()
    case .asked: asked = try cursor.text()
    case .opened: opened = try cursor.integer()
    case .reserved: reserved = try cursor.integer() ?? 0
    case .reservedTokens: reservedTokens = try cursor.integer() ?? 0
    case .space: space = CallFact.ResponseSpace(rawValue: try cursor.text())
    case .subscription: isSubscription = try cursor.booleanIfPresent() ?? false
    case .billed: isBilled = try cursor.booleanIfPresent() ?? true
    default: return false
    }
    return true
  }

  private mutating func readState(_ field: FrameField, _ cursor: inout JSONCursor) throws(JSONScanError) {
    switch field {
    case .first: sighting.firstByte = try cursor.integer().map { Instant(milliseconds: $0) }
    case .status: sighting.status = try cursor.integer().map { Int(truncatingIfNeeded: $0) }
    case .model: sighting.model = try cursor.text()
    case .request: sighting.requestID = try cursor.text()
    case .response: sighting.responseID = try cursor.text()
    case .usage:
      try cursor.enterArray()
      while try cursor.nextElement() { sighting.usage.append(try cursor.usage()) }
    case .settled: settled = try cursor.integer()
    case .ending: ending = CallFact.Ending(rawValue: try cursor.text())
    case .source: source = CallFact.UsageSource(rawValue: try cursor.text())
    case .charged: charged = try cursor.integer() ?? 0
    case .chargedTokens: chargedTokens = try cursor.integer() ?? 0
    case .raw: raw = try cursor.latin()
    default: try cursor.skipValue()
    }
  }
}

/// What a frame may say.
private enum FrameField: String, CaseIterable {
  case frame, id, call, attempt, account, key, person, team, project, agent, tool, session, name, dialect
  case endpoint, upstream, asked, opened, reserved, reservedTokens, space, subscription, billed
  case first, status, model, request, response, usage, settled, ending, source, charged, chargedTokens, raw
}

private enum UsageField: String, CaseIterable {
  case tier, model, input, read, write5m, write1h, output, reasoning, fast, searches

  static let table = JSONKeyTable(allCases.map(\.rawValue))
}

extension JSONCursor {
  fileprivate mutating func text() throws(JSONScanError) -> String { decoded(try string()) }

  /// A string of characters below 256 as the bytes they stand for.
  fileprivate mutating func latin() throws(JSONScanError) -> [UInt8] {
    var bytes: [UInt8] = []
    unescape(try string(), into: &bytes)
    if bytes.allSatisfy({ $0 < 0x80 }) { return bytes }
    return String(decoding: bytes, as: UTF8.self).unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
  }

  fileprivate mutating func key128() throws(JSONScanError) -> Key128? {
    var scratch: [UInt8] = []
    return withUTF8(try string(), scratch: &scratch) { Key128(digits: $0) }
  }

  fileprivate mutating func usage() throws(JSONScanError) -> CallUsage {
    var usage = CallUsage(model: nil, counts: TokenCounts())
    try enterObject()
    while let index = try nextKey(in: UsageField.table) {
      // In bounds: the table's keys are the fields.
      switch UsageField.allCases[index] {
      case .tier: usage.service.tier = UsageRecord.Service.Tier(rawValue: try text()) ?? .standard
      case .model: usage.model = try text()
      case .input: usage.counts.input = try integer()
      case .read: usage.counts.cacheRead = try integer()
      case .write5m: usage.counts.cacheWrite5m = try integer()
      case .write1h: usage.counts.cacheWrite1h = try integer()
      case .output: usage.counts.output = try integer()
      case .reasoning: usage.counts.reasoning = try integer()
      case .fast: usage.service.isFast = try booleanIfPresent() ?? false
      case .searches: usage.service.webSearches = try integer() ?? 0
      }
    }
    return usage
  }
}

extension Key128 {
  /// Reads 32 small hexadecimal digits; `nil` if there is anything else.
  fileprivate init?(digits: some Collection<UInt8>) {
    guard digits.count == 32 else { return nil }
    self.init(high: 0, low: 0)
    for byte in digits {
      let digit: UInt8
      switch byte {
      case 0x30...0x39: digit = byte - 0x30
      case 0x61...0x66: digit = byte - 0x57
      default: return nil
      }
      (high, low) = (high << 4 | low >> 60, low << 4 | UInt64(digit))
    }
  }
}
