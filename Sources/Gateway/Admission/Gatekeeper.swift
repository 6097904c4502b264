import Budgets
import ControlSQLite
import Directory
import Foundation
import Ledger
import Logging
import ModelAPI
import NIOCore
import NIOHTTP1

/// The one door in front of every route: who asks, for what, whether they may, and what is set aside for it.
final class Gatekeeper: Sendable {
  private let configuration: GatewayConfiguration
  private let upstreams: [Upstream]
  private let health: UpstreamHealth
  private let budgets: BudgetBook
  private let directory: LiveDirectory
  private let notices: AsyncStream<Notice>.Continuation
  private let log: Logger
  private let clock: @Sendable () -> Instant

  init(
    configuration: GatewayConfiguration, upstreams: [Upstream], health: UpstreamHealth, budgets: BudgetBook,
    directory: LiveDirectory, notices: AsyncStream<Notice>.Continuation, log: Logger,
    clock: @escaping @Sendable () -> Instant
  ) {
    self.configuration = configuration
    self.upstreams = upstreams
    self.health = health
    self.budgets = budgets
    self.directory = directory
    self.notices = notices
    self.log = log
    self.clock = clock
  }

  // MARK: At the head

  /// Whether the head is sound, leads somewhere, and comes from somebody; before any of the body is kept.
  func receive(_ head: HTTPRequestHead) throws(Refusal) -> IncomingRequest {
    do {
      _ = try RequestFraming.check(head, limit: configuration.bounds.bodyBytes)
    } catch .tooLarge {
      throw .tooLarge
    } catch {
      throw .badFraming(error)
    }
    let caller = try identify(head)
    guard
      let route = ModelRoute.match(
        method: head.method.rawValue, path: head.uri,
        isAnthropicClient: head.headers.contains(name: "anthropic-version"))
    else { throw .notFound }
    return IncomingRequest(head: head, route: route, caller: caller)
  }

  private func identify(_ head: HTTPRequestHead) throws(Refusal) -> Caller {
    let (credential, identity) = ClientCredential.read(head)
    switch credential {
    case .virtualKey(let secret):
      return Caller(holder: try holder(of: secret), credential: .upstreams)
    case .ownKey, .ownSubscription:
      let isSubscription = credential == .ownSubscription
      if let identity {
        let holder = try holder(of: identity)
        if isSubscription, !holder.key.allowsSubscription { throw .subscriptionNotAllowed }
        return Caller(holder: holder, credential: .clients(isSubscription: isSubscription))
      }
      try requireOwnMachine(head)
      return Caller(holder: nil, credential: .clients(isSubscription: isSubscription))
    case .none:
      if let identity { return Caller(holder: try holder(of: identity), credential: .upstreams) }
      try requireOwnMachine(head)
      return Caller(holder: nil, credential: .upstreams)
    }
  }

  private func holder(of secret: String) throws(Refusal) -> KeyHolder {
    let found: Result<KeyHolder, KeyRefusal>
    do {
      found = try directory.holder(of: secret, at: clock())
    } catch {
      log.error("the directory cannot be read; nobody with a key is let in", metadata: ["cause": "\(error)"])
      throw .directoryUnreadable
    }
    switch found {
    case .success(let holder): return holder
    case .failure(let refusal): throw .key(refusal)
    }
  }

  /// Without a key only programs on this machine may call: a page in a browser, or a name of somebody else's that
  /// leads to this address, is neither.
  private func requireOwnMachine(_ head: HTTPRequestHead) throws(Refusal) {
    guard configuration.keys == .optional else { throw .noCredential }
    guard head.headers["origin"].isEmpty, head.headers["sec-fetch-site"].isEmpty,
      head.headers["host"].count == 1,
      let host = head.headers.first(name: "host"), Self.isOwnName(host)
    else { throw .foreignOrigin }
  }

  private static func isOwnName(_ host: String) -> Bool {
    let isBracketed = host.utf8.first == UInt8(ascii: "[")
    let end: UInt8 = isBracketed ? UInt8(ascii: "]") : UInt8(ascii: ":")
    let name = host.utf8.prefix { $0 != end }.dropFirst(isBracketed ? 1 : 0)
    if name.starts(with: "127.".utf8) { return name.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2E } }
    let text = Substring(name)
    return text == "::1" || text.lowercased() == "localhost"
  }

  // MARK: With the body

  /// What a whole request asks for, whether its caller may have it, and what it may cost at worst.
  func admit(_ request: IncomingRequest, body: ByteBuffer, pricer: inout Pricer, names: inout TimeOrderedKeys)
    throws(Refusal) -> AdmittedCall
  {
    let now = clock()
    let route = request.route
    var body = body
    var facts: RequestFacts?
    if route.endpoint.hasModelBody {
      facts = try Self.facts(of: body, route: route)
    }
    let model = facts?.model ?? route.model
    let plan = try plan(for: request.caller, route: route, model: model, at: now)
    var forcesUsage = false
    if let facts, route.endpoint == .chatCompletions, facts.isStream, !facts.asksForUsage {
      if let forced = try Self.forcingUsage(body) {
        body = forced
        forcesUsage = true
      }
    }
    let worst = worstCase(facts, model: model, route: route, at: now, pricer: &pricer)
    let reservation = try reserve(request.caller, worst: worst, fingerprint: facts?.fingerprint, at: now)
    let client = ClientTool.read(request.head, facts: facts)
    let fact = CallFact(
      call: names.next(at: now), account: request.caller.account, scopes: request.caller.scopes,
      tool: client.tool,
      session: client.sessionName.flatMap { SessionID.named($0, by: client.tool) },
      sessionName: client.sessionName,
      dialect: route.dialect.rawValue, endpoint: route.endpoint.rawValue, upstream: "",
      requestedModel: model ?? "", responseSpace: route.endpoint.responseSpace, opened: now,
      reserved: worst.cost ?? .zero, reservedTokens: worst.tokens,
      isSubscription: request.caller.isSubscription,
      isBilled: route.endpoint.isBilled)
    return AdmittedCall(
      head: request.head, body: body, route: route, caller: request.caller, plan: plan,
      forcesUsage: forcesUsage,
      reservation: reservation, fact: fact)
  }

  /// The upstreams to ask, in order: those that may be, the healthy ones first, and the best once more if there is
  /// no other.
  private func plan(
    for caller: Caller, route: ModelRoute, model: String?, at now: Instant
  ) throws(Refusal) -> [Int] {
    if let holder = caller.holder, let model, !holder.key.allows(model: model) {
      throw .modelNotAllowed(model, allowed: holder.key.models.map(\.text))
    }
    let candidates = upstreams.indices.filter { index in
      let upstream = upstreams[index]
      return upstream.dialect == route.dialect && upstream.serves(model) && caller.mayUse(upstream)
    }
    if candidates.isEmpty {
      let needsCredential = upstreams.contains {
        $0.dialect == route.dialect && $0.credential == nil && $0.allowsClientCredentials
      }
      if case .upstreams = caller.credential, needsCredential, caller.holder == nil { throw .noCredential }
      throw .noUpstream(model: model)
    }
    // Each once; where there is but one, again.
    let ordered = health.ordered(candidates, at: now)
    if ordered.count == 1 { return Array(repeating: ordered[0], count: configuration.bounds.attempts) }
    return Array(ordered.prefix(configuration.bounds.attempts))
  }

  /// Tokens that most models take at most.
  private static let contextWindow: Int64 = 200_000

  private struct WorstCase {
    /// `nil` when the model has no price.
    var cost: NanoDollars?
    var tokens: Int64
  }

  /// The most that a call can cost: every byte of the request a token that is written to the dearest cache, and all
  /// the output that it allows.
  private func worstCase(
    _ facts: RequestFacts?, model: String?, route: ModelRoute, at now: Instant, pricer: inout Pricer
  ) -> WorstCase {
    guard let facts, route.endpoint.isBilled else { return WorstCase(cost: .zero, tokens: 0) }
    let output =
      route.endpoint == .embeddings ? 0 : facts.maxOutputTokens ?? configuration.bounds.defaultOutputTokens
    // What the request only refers to is not in its body; it fits a context window.
    let input = facts.isInputComplete ? facts.inputTokenBound : max(facts.inputTokenBound, Self.contextWindow)
    let tokens = input.addingReportingOverflow(output)
    var counts = TokenCounts(output: output)
    switch facts.cacheWrites {
    case .none: counts.input = input
    case .fiveMinutes: counts.cacheWrite5m = input
    case .oneHour: counts.cacheWrite1h = input
    }
    let worst = UsageRecord(
      id: Key128(high: 0, low: 0), session: Key128(high: 0, low: 0), ownerRank: .stated, at: now,
      tool: .other, model: model, counts: counts,
      service: facts.service)
    let cost: NanoDollars? = if case .priced(let cost) = pricer.cost(of: worst) { cost } else { nil }
    return WorstCase(cost: cost, tokens: tokens.overflow ? .max : tokens.partialValue)
  }

  private func reserve(
    _ caller: Caller, worst: WorstCase, fingerprint: UInt64?, at now: Instant
  ) throws(Refusal) -> ReservationID {
    let demand = Demand(
      scopes: caller.scopes, limits: caller.holder?.limits ?? [],
      cost: caller.isSubscription ? .zero : worst.cost, tokens: worst.tokens, at: now,
      fingerprint: fingerprint)
    switch budgets.reserve(demand) {
    case .success(let reservation): return reservation
    case .failure(let refusal):
      let names = ScopeNames(directory)
      if refusal.isNews { tellOwner(refusal, caller: caller, names: names) }
      throw .budget(refusal, names: names)
    }
  }

  /// Leaves the owner a notice, away from the event loop.
  private func tellOwner(_ refusal: Budgets.Refusal, caller: Caller, names: ScopeNames) {
    guard let holder = caller.holder else { return }
    let limit: Int64? =
      if case .limit(let shortfall) = refusal.reason { shortfall.standing.limit.id } else { nil }
    let isLoop = if case .repeated = refusal.reason { true } else { false }
    let notice = Notice(
      at: refusal.instant, kind: isLoop ? .breaker : .limit, key: holder.key.id, person: caller.scopes.person,
      limit: limit, text: refusal.sentence(naming: names.name))
    notices.yield(notice)
  }

  private static func facts(of body: ByteBuffer, route: ModelRoute) throws(Refusal) -> RequestFacts {
    do {
      return try body.withUnsafeReadableBytes { bytes throws(RequestProblem) in
        try RequestFacts.read(body: bytes.bindMemory(to: UInt8.self).span, route: route)
      }
    } catch {
      throw .badRequest(error)
    }
  }

  /// - Returns: `nil` if the body asks for its usage as it is.
  private static func forcingUsage(_ body: ByteBuffer) throws(Refusal) -> ByteBuffer? {
    do {
      return try body.withUnsafeReadableBytes { bytes throws(RequestProblem) in
        try UsageForcing.forcingUsage(bytes.bindMemory(to: UInt8.self).span).map { ByteBuffer(bytes: $0) }
      }
    } catch {
      throw .badRequest(error)
    }
  }
}

extension Endpoint {
  /// What names an answer so that a log of the client's names the same call.
  fileprivate var responseSpace: CallFact.ResponseSpace {
    switch self {
    case .messages: .anthropicMessage
    case .responses: .openAIResponse
    default: .unshared
    }
  }
}
