import Budgets
import Ledger
import Logging
import Metering
import ModelAPI
import NIOHTTP1
import Tracing

/// What is written of one call: a row for each attempt, opened before the upstream sees it and settled before the
/// client has its end; and what the call takes from budgets.
struct CallLedger {
  private let admitted: AdmittedCall
  private let loop: GatewayLoop
  private var fact: CallFact
  private(set) var isOpen = false
  private var hasSeen = false
  private var spent = (cost: NanoDollars.zero, tokens: Int64(0))

  var status: Int? { fact.status }

  init(_ admitted: AdmittedCall, loop: GatewayLoop) {
    self.admitted = admitted
    self.loop = loop
    fact = admitted.fact
  }

  /// - Throws: ``SpoolError`` if the row cannot be written; the upstream must then not be asked.
  mutating func open(attempt: Int, upstream: Upstream) throws(SpoolError) {
    fact = admitted.fact
    if attempt > 0 {
      fact.attempt = attempt + 1
      fact.id = CallFact.id(ofAttempt: fact.attempt, call: fact.call)
    }
    fact.upstream = upstream.name
    fact.opened = loop.shared.now()
    hasSeen = false
    try loop.lane.open(fact)
    isOpen = true
  }

  mutating func answerBegan(status: Int, headers: HTTPHeaders) {
    fact.firstByte = loop.shared.now()
    fact.status = status
    let id = headers.first(name: "request-id") ?? headers.first(name: "x-request-id")
    fact.requestID = id.map { String($0.prefix(200)) }
  }

  /// A stream says at its start what its input cost: kept at once, since its end may never come.
  mutating func seen(_ meter: ResponseMeter) {
    guard !hasSeen, isOpen, meter.statesUsage, !meter.isFinal else { return }
    hasSeen = true
    take(meter.reading)
    // Should this not be written and the gateway be killed, less is known of the call; it may go on.
    try? loop.lane.see(fact)
  }

  /// Writes how the attempt ended, once.
  mutating func settle(_ end: CallMachine.AttemptEnd, meter: ResponseMeter?) {
    guard isOpen else { return }
    isOpen = false
    fact.settled = loop.shared.now()
    fact.ending = CallFact.Ending(end)
    if let meter { take(meter.reading) }
    fact.usageSource = usageSource(end, meter: meter)
    let charge = loop.charge(for: fact)
    // What may have been billed, and nobody knows for how much, counts as all that was set aside for it: else a
    // client that leaves early would spend past every limit.
    let isUnknown = fact.usageSource == .unknown
    fact.charged = fact.isSubscription ? .zero : isUnknown ? fact.reserved : charge.cost ?? .zero
    fact.chargedTokens = isUnknown ? fact.reservedTokens : charge.tokens
    spent.cost = spent.cost + fact.charged
    spent.tokens &+= fact.chargedTokens
    loop.metrics.settled(fact)
    do {
      try loop.lane.settle(fact)
    } catch {
      loop.shared.log.error(
        "how a call ended is kept in memory until it can be written; no new call is admitted before",
        metadata: ["cause": "\(error)"])
    }
  }

  /// Gives back what was reserved and not used.
  func close() {
    guard let reservation = admitted.reservation else { return }
    _ = loop.shared.budgets.settle(reservation, cost: spent.cost, tokens: spent.tokens)
  }

  /// What an operator may want to know of the call; what the conventions for GenAI have names for goes by those.
  func describe(_ span: any Span) {
    span.attributes["gen_ai.response.model"] = fact.model
    span.attributes["gen_ai.response.id"] = fact.responseID
    span.attributes["http.response.status_code"] = fact.status
    span.attributes["assay.attempts"] = fact.attempt
    span.attributes["assay.ending"] = fact.ending.rawValue
    if let counts = fact.usage.first?.counts {
      // The conventions' input includes what was read from a cache and written to one.
      let inputs = [counts.input, counts.cacheRead, counts.cacheWrite5m, counts.cacheWrite1h]
      span.attributes["gen_ai.usage.input_tokens"] = inputs.reduce(0) { $0 &+ ($1 ?? 0) }
      span.attributes["gen_ai.usage.output_tokens"] = counts.output
    }
  }

  private mutating func take(_ reading: UsageReading) {
    fact.usage = reading.usage
    fact.model = reading.model ?? fact.model
    fact.responseID = reading.responseID ?? fact.responseID
    fact.rawUsage = reading.rawUsage
  }

  private func usageSource(_ end: CallMachine.AttemptEnd, meter: ResponseMeter?) -> CallFact.UsageSource {
    guard fact.isBilled else { return .none }
    let reading = meter?.reading
    if let reading, !reading.usage.isEmpty { return reading.source }
    switch end {
    // An error is not billed; an answer without usage is unknown, not free.
    case .completed: return (fact.status ?? 200) < 400 && !(reading?.hasError ?? false) ? .unknown : .none
    case .refused, .failed(.unreachable), .failed(.unrecorded): return .none
    case .failed, .cut, .clientLeft: return .unknown
    }
  }
}

extension CallFact.Ending {
  init(_ end: CallMachine.AttemptEnd) {
    switch end {
    case .completed: self = .completed
    case .refused: self = .refusedByUpstream
    case .failed(.timedOut): self = .timedOut
    case .failed: self = .failed
    case .cut: self = .cut
    case .clientLeft: self = .clientLeft
    }
  }
}
