import JSONScan
import Ledger

/// One line of a segment: the CRC-32C of its JSON in eight hexadecimal digits, a space, the JSON.
///
/// A frame says all that is known of the attempt, but for one that was seen midway, so that each can be understood
/// without those before it.
enum Frame {
  case opened(CallFact)
  case seen(CallSighting)
  case settled(CallFact)

  enum Kind { case opened, seen, settled }

  /// Names are cut after so many bytes. A client may name a model of a megabyte.
  static let textLimit = 1024

  /// The longest line that is looked at; no frame comes near it.
  static let lengthLimit = 8 << 20
}

// MARK: - Writing

extension FrameBuffer {
  mutating func append(_ kind: Frame.Kind, _ call: CallFact) {
    let start = beginFrame()
    switch kind {
    case .opened: append("{\"frame\":\"opened\",\"id\":")
    case .seen: append("{\"frame\":\"seen\",\"id\":")
    case .settled: append("{\"frame\":\"settled\",\"id\":")
    }
    append(call.id)
    if kind != .seen { appendIdentity(of: call) }
    if let firstByte = call.firstByte { append(",\"first\":", firstByte.milliseconds) }
    if let status = call.status { append(",\"status\":", Int64(status)) }
    append(",\"model\":", call.model)
    append(",\"request\":", call.requestID)
    append(",\"response\":", call.responseID)
    if !call.usage.isEmpty { append(usage: call.usage) }
    if kind == .settled { appendEnd(of: call) }
    append("}")
    endFrame(from: start)
  }

  private mutating func appendIdentity(of call: CallFact) {
    append(",\"call\":")
    append(call.call)
    append(",\"attempt\":", Int64(call.attempt))
    append(",\"account\":", call.account.rawValue)
    if let key = call.scopes.key { append(",\"key\":", key) }
    if let person = call.scopes.person { append(",\"person\":", person) }
    if let team = call.scopes.team { append(",\"team\":", team) }
    if let project = call.scopes.project { append(",\"project\":", project) }
    if let agent = call.scopes.agent { append(",\"agent\":", agent) }
    append(",\"tool\":", call.tool.rawValue)
    if let session = call.session {
      append(",\"session\":")
      append(session)
    }
    append(",\"name\":", call.sessionName)
    append(",\"dialect\":", call.dialect)
    append(",\"endpoint\":", call.endpoint)
    append(",\"upstream\":", call.upstream)
    append(",\"asked\":", call.requestedModel)
    append(",\"opened\":", call.opened.milliseconds)
    append(",\"reserved\":", call.reserved.count)
    append(",\"reservedTokens\":", call.reservedTokens)
    append(",\"space\":", call.responseSpace.rawValue)
    if call.isSubscription { append(",\"subscription\":true") }
    if !call.isBilled { append(",\"billed\":false") }
  }

  private mutating func appendEnd(of call: CallFact) {
    if let settled = call.settled { append(",\"settled\":", settled.milliseconds) }
    append(",\"ending\":", call.ending.rawValue)
    append(",\"source\":", call.usageSource.rawValue)
    append(",\"charged\":", call.charged.count)
    append(",\"chargedTokens\":", call.chargedTokens)
    if !call.rawUsage.isEmpty {
      append(",\"raw\":")
      append(latin: call.rawUsage, limit: CallFact.rawUsageLimit)
    }
  }

  private mutating func append(usage: [CallUsage]) {
    append(",\"usage\":[")
    for (index, part) in usage.enumerated() {
      if index > 0 { append(",") }
      append("{\"tier\":", part.service.tier.rawValue)
      append(",\"model\":", part.model)
      let counts = part.counts
      if let input = counts.input { append(",\"input\":", input) }
      if let cacheRead = counts.cacheRead { append(",\"read\":", cacheRead) }
      if let cacheWrite5m = counts.cacheWrite5m { append(",\"write5m\":", cacheWrite5m) }
      if let cacheWrite1h = counts.cacheWrite1h { append(",\"write1h\":", cacheWrite1h) }
      if let output = counts.output { append(",\"output\":", output) }
      if let reasoning = counts.reasoning { append(",\"reasoning\":", reasoning) }
      if part.service.isFast { append(",\"fast\":true") }
      if part.service.webSearches != 0 { append(",\"searches\":", part.service.webSearches) }
      append("}")
    }
    append("]")
  }

  private mutating func append(_ key: StaticString, _ number: Int64) {
    append(key)
    append(number)
  }

  private mutating func append(_ key: StaticString, _ text: String?) {
    guard let text else { return }
    append(key)
    append(text: text, limit: Frame.textLimit)
  }
}
