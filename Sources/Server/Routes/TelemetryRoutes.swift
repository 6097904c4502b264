import ControlSQLite
import Directory
import Foundation
import HTTPTypes
import Hummingbird
import Inventory
import Ledger
import Logging
import NIOCore
import Synchronization
import Telemetry

/// Where telemetry comes in: OTLP over HTTP, and the path that Langfuse's clients post it to.
struct TelemetryRoutes: Sendable {
  let ledger: any LedgerStore
  let control: ControlStore
  let bounds: ServerSettings.Bounds
  let queue: IngestQueue
  private let noted = NotedValues()

  init(
    ledger: any LedgerStore, control: ControlStore, bounds: ServerSettings.Bounds, queue: IngestQueue
  ) {
    self.ledger = ledger
    self.control = control
    self.bounds = bounds
    self.queue = queue
  }

  func add(to router: Router<AssayContext>) {
    for signal in OTLPSignal.allCases {
      // Some exporters are given the address of the server, others that of its OTLP part.
      for path in [signal.path, "/otlp" + signal.path] {
        router.post("\(path)") { request, context in try await take(signal, request, context) }
      }
    }
    router.post("/api/public/otel/v1/traces") { request, context in try await take(.traces, request, context)
    }
  }

  @Sendable private func take(
    _ signal: OTLPSignal, _ request: Request, _ context: AssayContext
  ) async throws -> Response {
    let sender = try self.sender(context)
    let contentType = request.headers[.contentType] ?? ""
    let bytes = try await IngestBody(limit: bounds.ingestBytes, time: bounds.bodyTime).bytes(of: request)
    let reading = OTLPRequest.read(
      signal, contentType: contentType, bytes: bytes, account: sender.account ?? .local,
      limits: TelemetryLimits(bytes: bounds.ingestBytes))
    guard !reading.facts.isEmpty else { return Self.response(reading.answer) }
    do {
      // Answered once it is stored: what is acknowledged survives kill -9.
      try await queue.append(facts(reading, of: sender, at: context.asked))
    } catch is IngestQueue.Full {
      return Self.later(contentType, status: 429)
    } catch let error {
      context.logger.error("telemetry could not be stored: \(type(of: error))")
      return Self.later(contentType, status: 503)
    }
    return Self.response(reading.answer)
  }

  private func sender(_ context: AssayContext) throws -> Sender {
    if case .machine(let token, _) = context.caller, token.scopes.contains(.ingestForOthers) {
      return try context.require(.ingestForOthers)
    }
    return try context.require(.ingest)
  }

  /// Under a token of the organisation's, each session is of whoever its claims name, by a declared identity; what
  /// nobody is known by is noted, and counts as the organisation's own until somebody says whose it is.
  private func facts(_ reading: TelemetryReading, of sender: Sender, at now: Instant) throws -> [FactBatch] {
    var facts = reading.facts
    if let account = sender.account {
      facts.account = account
      return [facts]
    }
    var accounts: [SessionID: AccountID] = [:]
    for (claims, sessions) in reading.claims {
      guard let account = try account(of: claims, from: sender, at: now) else { continue }
      // Of somebody who was erased it is an account that nothing comes in for: it is counted, and dropped.
      for session in sessions { accounts[session] = account }
    }
    return facts.divided { accounts[$0] ?? .local }
  }

  private func account(of claims: TelemetryClaims, from sender: Sender, at now: Instant) throws -> AccountID?
  {
    let named: [(SpendIdentity.Kind, String)] = [
      claims.email.map { (.workMail, $0) }, claims.accountUUID.map { (.anthropic, $0) },
      claims.accountID.map { (.openAI, $0) },
    ].compactMap { $0 }
    for (kind, value) in named {
      if let account = try control.account(of: kind, value, at: now) { return account }
    }
    for (kind, value) in named {
      if let person = try control.erasedPerson(kind, value),
        let account = try control.erasures().first(where: { $0.person == person })?.scope.accounts.first
      {
        return AccountID(rawValue: account)
      }
    }
    // One is enough to find out whose it is by.
    if let (kind, value) = named.first, noted.isNew("\(kind.rawValue) \(value)") {
      try control.noteUnmatched(kind, value, source: sender.name, at: now)
    }
    return nil
  }

  private static func response(_ answer: OTLPAnswer) -> Response {
    Response(
      status: HTTPResponse.Status(code: answer.status), headers: [.contentType: answer.contentType],
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body)))
  }

  private static func later(_ contentType: String, status: Int) -> Response {
    let encoding = OTLPEncoding(contentType: contentType) ?? .json
    var response = response(
      OTLPAnswer.retryLater(status: status, encoding, "The server cannot store this now. Send it again."))
    response.headers[.retryAfter] = "2"
    return response
  }
}

/// What has been noted before: a sender says the same of itself with every request.
private final class NotedValues: Sendable {
  private let values = Mutex<Set<String>>([])
  /// Beyond it, what is noted again is only counted again.
  private static let most = 10_000

  func isNew(_ value: String) -> Bool {
    values.withLock { values in
      if values.count >= Self.most { values.removeAll() }
      return values.insert(value).inserted
    }
  }
}

extension FactBatch {
  /// The batch in one part for each account, by whose each session is.
  func divided(_ account: (SessionID) -> AccountID) -> [FactBatch] {
    var parts: [AccountID: FactBatch] = [:]
    for session in sessions { parts[account(session.id), default: FactBatch()].sessions.append(session) }
    for record in usage { parts[account(record.session), default: FactBatch()].usage.append(record) }
    for total in totals { parts[account(total.session), default: FactBatch()].totals.append(total) }
    var turnOwners: [TurnID: AccountID] = [:]
    for turn in turns {
      turnOwners[turn.id] = account(turn.session)
      parts[account(turn.session), default: FactBatch()].turns.append(turn)
    }
    for call in toolCalls {
      parts[turnOwners[call.turn] ?? .local, default: FactBatch()].toolCalls.append(call)
    }
    for edit in edits { parts[turnOwners[edit.turn] ?? .local, default: FactBatch()].edits.append(edit) }
    for mention in mentions {
      parts[turnOwners[mention.turn] ?? .local, default: FactBatch()].mentions.append(mention)
    }
    return parts.map { owner, part in
      var part = part
      part.account = owner
      return part
    }
  }
}
