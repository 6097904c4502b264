import JSONScan
import Ledger

/// Gathers ``RequestFacts`` while a body is scanned.
struct RequestReading {
  private let route: ModelRoute
  private var found: RequestFacts
  private var seen: Set<RequestKey> = []
  private var hasModel = false
  private var outputBounds: Int64?
  private var answers: Int64 = 1
  /// Bytes of media, and the tokens that they count as instead.
  private var mediaBytes = 0
  private var mediaTokens = 0

  init(route: ModelRoute) {
    self.route = route
    found = RequestFacts(model: route.model ?? "", isStream: route.endpoint == .streamGenerateContent)
  }

  mutating func read(_ text: UnsafeBufferPointer<UInt8>) throws(RequestProblem) {
    var scanner = RequestScanner(text)
    var reading = self
    try scanner.scan { (key, range) throws(RequestProblem) in
      try reading.take(key, text: text, range)
    } onValue: { (place, value, _) throws(RequestProblem) in
      try reading.take(value, at: place, text: text)
    }
    self = reading
    found.inputTokenBound = Int64(text.count - mediaBytes + mediaTokens)
    var hash = SipHash24(key: .names)
    hash.append(contentsOf: UnsafeRawBufferPointer(text))
    for byte in route.endpoint.rawValue.utf8 { hash.append(byte) }
    found.fingerprint = hash.finalize64()
  }

  func facts() throws(RequestProblem) -> RequestFacts {
    var facts = found
    guard hasModel || route.model != nil else { throw .missingModel }
    if let outputBounds {
      facts.maxOutputTokens = outputBounds.multipliedReportingOverflow(by: answers).partialValue
    }
    return facts
  }

  // MARK: Inside

  private mutating func take(
    _ key: RequestKey, text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>
  ) throws(RequestProblem) {
    switch key {
    case .model, .stream, .maxTokens, .maxCompletionTokens, .maxOutputTokens, .answers, .generationConfig,
      .background:
      guard seen.insert(key).inserted else { throw .ambiguous(field: key.name) }
    case .other where range.count == 5 || range.count == 6:
      // Servers written in Go take “Model” for “model”.
      let lowered = text[range].map { $0 | 0x20 }
      if lowered == Array("model".utf8) { throw .ambiguous(field: "model") }
      if lowered == Array("stream".utf8) { throw .ambiguous(field: "stream") }
    default: break
    }
  }

  private mutating func take(
    _ value: RequestScanner.Value, at place: RequestScanner.Place, text: UnsafeBufferPointer<UInt8>
  ) throws(RequestProblem) {
    guard place.key != .other else { return }
    if place.depth == 1 {
      try takeTop(value, place.key, text: text)
    } else if place.depth == 2 {
      try takeSecond(value, place, text: text)
    }
    switch place.key {
    case .cacheControl:
      if case .object = value, found.cacheWrites == .none { found.cacheWrites = .fiveMinutes }
    case .ttl:
      guard place.parent == .cacheControl, case .string(let range) = value else { return }
      if !Self.equals(text[range], "5m") { found.cacheWrites = .oneHour }
    case .fileID:
      if case .string = value { found.isInputComplete = false }
    case .data, .url, .imageURL, .fileData:
      guard case .string(let range) = value else { return }
      takeMedia(UnsafeBufferPointer(rebasing: text[range]), place.key)
    default: break
    }
  }

  private mutating func takeMedia(_ string: UnsafeBufferPointer<UInt8>, _ key: RequestKey) {
    if let tokens = MediaSize.tokenBound(of: string) {
      mediaBytes += string.count
      mediaTokens += tokens
    } else if key == .url || key == .imageURL, string.starts(with: Array("http".utf8)) {
      found.isInputComplete = false
    }
  }

  private mutating func takeTop(
    _ value: RequestScanner.Value, _ key: RequestKey, text: UnsafeBufferPointer<UInt8>
  ) throws(RequestProblem) {
    switch (key, value) {
    case (.model, .string(let range)):
      guard route.model == nil else { return }
      found.model = try Self.modelName(text, range)
      hasModel = true
    case (.model, _) where route.model == nil: throw .badModel
    case (.stream, .boolean(let isOn)):
      if route.dialect != .gemini { found.isStream = isOn }
    case (.stream, .null), (.background, .null): break
    case (.stream, _) where route.dialect != .gemini: throw .wrongKind(field: key.name)
    case (.background, .boolean(let isOn)): found.isBackground = isOn && route.endpoint == .responses
    case (.background, _) where route.endpoint == .responses: throw .wrongKind(field: key.name)
    case (.maxTokens, _), (.maxCompletionTokens, _), (.maxOutputTokens, _):
      try takeBound(value, key, text: text)
    case (.answers, _) where route.endpoint == .chatCompletions: try takeAnswers(value, key, text: text)
    case (.serviceTier, .string(let range)): found.service.tier = Self.tier(text[range])
    case (.speed, .string(let range)): found.service.isFast = Self.equals(text[range], "fast")
    case (.previousResponse, .string), (.cachedContent, .string), (.container, .string),
      (.conversation, .string), (.conversation, .object), (.prompt, .object):
      found.isInputComplete = false
    default: break
    }
  }

  private mutating func takeSecond(
    _ value: RequestScanner.Value, _ place: RequestScanner.Place, text: UnsafeBufferPointer<UInt8>
  ) throws(RequestProblem) {
    switch (place.parent, place.key, value) {
    case (.streamOptions, .includeUsage, .boolean(let isOn)): found.asksForUsage = isOn
    case (.generationConfig, .maxOutputTokens, _): try takeBound(value, place.key, text: text)
    case (.generationConfig, .candidateCount, _): try takeAnswers(value, place.key, text: text)
    case (.metadata, .userID, .string(let range)):
      found.sessionName = SessionInUserID.name(in: text, range)
    default: break
    }
  }

  /// Of several bounds the largest: which of them a server heeds is its own affair.
  private mutating func takeBound(
    _ value: RequestScanner.Value, _ key: RequestKey, text: UnsafeBufferPointer<UInt8>
  ) throws(RequestProblem) {
    guard let bound = try Self.number(value, key, text: text, 0...RequestFacts.mostTokens) else { return }
    outputBounds = max(outputBounds ?? 0, bound)
  }

  private mutating func takeAnswers(
    _ value: RequestScanner.Value, _ key: RequestKey, text: UnsafeBufferPointer<UInt8>
  ) throws(RequestProblem) {
    guard let count = try Self.number(value, key, text: text, 1...RequestFacts.mostAnswers) else { return }
    answers = max(answers, count)
  }

  private static func number(
    _ value: RequestScanner.Value, _ key: RequestKey, text: UnsafeBufferPointer<UInt8>,
    _ valid: ClosedRange<Int64>
  ) throws(RequestProblem) -> Int64? {
    switch value {
    case .null: return nil
    case .number(let range):
      // Some clients write whole numbers with a fraction: 1024.0.
      guard range.count <= 32,
        let number = Double(String(decoding: text[range], as: UTF8.self)),
        let whole = Int64(exactly: number), valid.contains(whole)
      else { throw .absurdNumber(field: key.name) }
      return whole
    default: throw .wrongKind(field: key.name)
    }
  }

  private static func modelName(
    _ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>
  ) throws(RequestProblem) -> String {
    guard (1...256).contains(range.count) else { throw .badModel }
    let name = JSONCursor(Span(_unsafeElements: text)).decoded(JSONString(range: range))
    let isPlain = name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    guard isPlain else { throw .badModel }
    return name
  }

  private static func tier(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> UsageRecord.Service.Tier {
    if equals(text, "priority") || equals(text, "fast") { return .priority }
    return equals(text, "flex") ? .flex : .standard
  }

  private static func equals(_ text: Slice<UnsafeBufferPointer<UInt8>>, _ name: StaticString) -> Bool {
    text.elementsEqual(UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
  }
}

/// The session that Claude Code names in `metadata.user_id`.
enum SessionInUserID {
  /// Newer versions write an object as a string, older ones `user_…_account_…_session_…`.
  static func name(in text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> String? {
    guard range.count <= 2048 else { return nil }
    var value = JSONCursor(Span(_unsafeElements: text)).decoded(JSONString(range: range))
    let name = value.withUTF8 { bytes -> String? in
      if bytes.first == 0x7B { return member(of: bytes) }
      let text = String(decoding: bytes, as: UTF8.self)
      guard text.hasPrefix("user_"), let mark = text.firstRange(of: "_session_") else { return nil }
      return String(text[mark.upperBound...])
    }
    guard let name, (1...128).contains(name.utf8.count) else { return nil }
    return name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F } ? name : nil
  }

  private static func member(of bytes: UnsafeBufferPointer<UInt8>) -> String? {
    var cursor = JSONCursor(Span(_unsafeElements: bytes))
    do throws(JSONScanError) {
      try cursor.enterObject()
      while let key = try cursor.nextKey() {
        if cursor.text(key, equals: "session_id") {
          return try cursor.stringIfPresent().map { cursor.decoded($0) }
        }
        try cursor.skipValue()
      }
      return nil
    } catch { return nil }
  }
}
