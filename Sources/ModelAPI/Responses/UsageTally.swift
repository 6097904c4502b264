import JSONScan
import Ledger

/// Adds up what the events of one answer say, by the rules of its dialect.
struct UsageTally {
  private let endpoint: Endpoint
  private let routeModel: String?
  private(set) var isFinal = false
  private(set) var statesUsage = false
  private var anthropic: AnthropicUsage?
  private var counts: TokenCounts?
  private var tier: UsageRecord.Service.Tier?
  private var servedModel: [UInt8] = []
  private var firstRaw: [UInt8] = []
  private var lastRaw: [UInt8] = []
  private var isEnded = false
  private var hasError = false
  private var errorType: [UInt8] = []
  private var isBillable = false
  private var isPending = false
  private var pieces = 0
  private var hasImpossible = false
  private var hasTakenJSON = false
  /// Whether a message stated why it stopped, and its usage then. Only the end of the stream can still follow, but of
  /// servers that imitate the API some state it more than once.
  private var hasStopped = false

  init(endpoint: Endpoint, model: String?) {
    self.endpoint = endpoint
    routeModel = model
  }

  // MARK: Events

  /// Takes an event with data.
  ///
  /// - Returns: Whether it carries usage and nothing else, which a client that did not ask for it does not expect.
  mutating func take(_ event: EventReader.Event, _ scanner: borrowing AnswerScanner) -> Bool {
    switch event.verdict {
    case .piece:
      pieces &+= 1
      isBillable = true
      return false
    case .done:
      isEnded = true
      isFinal = isFinal || statesUsage
      return false
    case .skip, .unsure:
      return false
    case .read:
      break
    }
    takeNames(scanner)
    if scanner.hasError || Self.equals(scanner.type, "error") {
      hasError = true
      if !scanner.errorType.isEmpty { errorType = scanner.errorType }
      return false
    }
    switch endpoint {
    case .messages: takeMessageEvent(scanner)
    case .responses: takeResponseEvent(scanner)
    case .chatCompletions: return takeChunk(scanner)
    default: takeGeminiChunk(scanner)
    }
    return false
  }

  private mutating func takeMessageEvent(_ scanner: borrowing AnswerScanner) {
    isBillable = true
    takeUsage(scanner)
    if !scanner.servedModel.isEmpty { servedModel = scanner.servedModel }
    if Self.equals(scanner.type, "message_stop") {
      isEnded = true
      isFinal = isFinal || statesUsage
    } else if scanner.hasStopReason, !scanner.usage.isEmpty {
      hasStopped = true
    }
  }

  private mutating func takeResponseEvent(_ scanner: borrowing AnswerScanner) {
    takeUsage(scanner)
    if Self.equals(scanner.type, "response.failed") { hasError = true }
    let isTerminal =
      Self.equals(scanner.type, "response.completed") || Self.equals(scanner.type, "response.incomplete")
      || Self.equals(scanner.type, "response.failed") || Self.equals(scanner.type, "response.cancelled")
    // One that failed before it wrote anything, and states no usage, used none.
    isBillable = Self.equals(scanner.type, "response.failed") ? pieces > 0 || statesUsage : true
    guard isTerminal else { return }
    isEnded = true
    isPending = false
    isFinal = isFinal || !scanner.usage.isEmpty
  }

  private mutating func takeChunk(_ scanner: borrowing AnswerScanner) -> Bool {
    isBillable = true
    guard !scanner.usage.isEmpty else {
      pieces &+= 1
      return false
    }
    takeUsage(scanner)
    guard scanner.hasNoChoices else { return false }
    isFinal = true
    return scanner.isWhole
  }

  private mutating func takeGeminiChunk(_ scanner: borrowing AnswerScanner) {
    isBillable = true
    takeUsage(scanner)
    if scanner.usage.isEmpty { pieces &+= 1 }
    if scanner.hasFinishReason, !scanner.usage.isEmpty { isFinal = true }
  }

  // MARK: JSON

  /// Takes an answer that is no stream, as far as it came.
  ///
  /// - Parameter isEnd: Whether no more will come.
  mutating func takeJSON(_ scanner: borrowing AnswerScanner, isEnd: Bool) {
    guard !hasTakenJSON else { return }
    isBillable = true
    guard scanner.isWhole || isEnd else { return }
    hasTakenJSON = true
    takeNames(scanner)
    isPending = Self.equals(scanner.status, "queued") || Self.equals(scanner.status, "in_progress")
    if scanner.hasError || Self.equals(scanner.type, "error") {
      hasError = true
      errorType = scanner.errorType
    }
    takeUsage(scanner)
    isBillable = !hasError || statesUsage
    isEnded = scanner.isWhole
    isFinal = isEnded && statesUsage && !isPending
  }

  // MARK: The end

  mutating func end(isCut: Bool) {
    isFinal = isFinal || hasStopped
    guard !isCut, !hasError, !hasTakenJSON else { return }
    switch endpoint {
    case .generateContent, .streamGenerateContent, .chatCompletions, .embeddings:
      // Gemini's streams have no last event, nor have those of some that speak OpenAI's dialect.
      isFinal = isFinal || statesUsage
      isEnded = isEnded || isFinal
    default: break
    }
  }

  func reading(id: [UInt8], model: [UInt8]) -> UsageReading {
    var reading = UsageReading()
    let name = servedModel.isEmpty ? model : servedModel
    reading.responseID = id.isEmpty ? nil : String(decoding: id, as: UTF8.self)
    reading.model = name.isEmpty ? routeModel : String(decoding: name, as: UTF8.self)
    if let anthropic {
      reading.usage = anthropic.calls(model: reading.model)
    } else if let counts {
      reading.usage = [
        CallUsage(
          model: reading.model, counts: counts, service: UsageRecord.Service(tier: tier ?? .standard))
      ]
    }
    reading.rawUsage = Array(raw.prefix(CallFact.rawUsageLimit))
    reading.isFinal = isFinal
    reading.isEnded = isEnded
    reading.hasError = hasError
    reading.errorType = Self.name(errorType)
    reading.isBillable = isBillable
    reading.pieces = pieces
    reading.hasImpossible = hasImpossible
    reading.isPending = isPending
    return reading
  }

  // MARK: Inside

  private var raw: [UInt8] {
    if firstRaw.isEmpty { return lastRaw }
    return [0x5B] + firstRaw + [0x2C] + lastRaw + [0x5D]
  }

  private mutating func takeNames(_ scanner: borrowing AnswerScanner) {
    // Chunks between the first and the one with usage are not all read.
    if !scanner.tier.isEmpty, tier == nil || !scanner.usage.isEmpty {
      tier = ServiceTier.tier(scanner.tier) ?? tier
    }
    if scanner.hasOverflow { hasImpossible = true }
    if Self.equals(scanner.status, "queued") { isPending = true }
  }

  private mutating func takeUsage(_ scanner: borrowing AnswerScanner) {
    guard !scanner.usage.isEmpty else { return }
    var cursor = JSONCursor(scanner.usage.span)
    do throws(JSONScanError) {
      switch endpoint {
      case .messages:
        let usage = try AnthropicUsage(&cursor)
        hasImpossible = hasImpossible || usage.hasImpossible
        if anthropic == nil { anthropic = usage } else { anthropic?.overwrite(with: usage) }
        if statesUsage, firstRaw.isEmpty { firstRaw = lastRaw }
      case .generateContent, .streamGenerateContent:
        let usage = try GeminiUsage(&cursor)
        hasImpossible = hasImpossible || usage.hasImpossible
        tier = usage.tier ?? tier
        replace(with: usage.counts, isWhole: usage.counts.input != nil)
      default:
        let usage = try OpenAIUsage(&cursor)
        hasImpossible = hasImpossible || usage.hasImpossible
        replace(with: usage.counts, isWhole: usage.counts.input != nil && usage.counts.output != nil)
      }
    } catch {
      hasImpossible = true
      return
    }
    lastRaw = scanner.usage
    statesUsage = true
  }

  /// Of figures that are cumulative the last stand; one that leaves out what a whole one has changes only the rest.
  private mutating func replace(with later: TokenCounts, isWhole: Bool) {
    guard let earlier = counts, !isWhole else {
      counts = later
      return
    }
    counts = TokenCounts(
      input: later.input ?? earlier.input, cacheRead: later.cacheRead ?? earlier.cacheRead,
      cacheWrite5m: later.cacheWrite5m ?? earlier.cacheWrite5m, output: later.output ?? earlier.output,
      reasoning: later.reasoning ?? earlier.reasoning)
  }

  private static func equals(_ text: [UInt8], _ name: StaticString) -> Bool {
    text.count == name.utf8CodeUnitCount
      && text.elementsEqual(UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
  }

  /// An error's name, if it is surely a name and no content.
  private static func name(_ text: [UInt8]) -> String? {
    guard (1...64).contains(text.count) else { return nil }
    let isName = text.allSatisfy {
      $0 == 0x5F || $0 == 0x2E || $0 == 0x2D || ($0 | 0x20) &- 0x61 < 26 || $0 &- 0x30 < 10
    }
    return isName ? String(decoding: text, as: UTF8.self) : nil
  }
}
