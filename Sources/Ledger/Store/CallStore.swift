/// Where calls through the gateway are kept.
///
/// They come from spools, which a gateway writes to before anything else (see `Metering`). A batch is stored together
/// with how far each segment has been read, so that every frame is applied exactly once; applying one twice would
/// change nothing either.
package protocol CallStore: Sendable {
  /// Stores a batch in one transaction. A call that it settles becomes usage records, merged with what logs report of
  /// the same call; their sessions are due for derivation. A call that is settled already stays as it is.
  ///
  /// - Parameter surviving: What the batch has to survive before this returns.
  func append(_ calls: CallBatch, surviving: Survival) throws
  /// How far each segment of a spool has been applied, in bytes.
  func positions(inSpool spool: Key128) throws -> [String: Int64]
  /// Forgets the positions of segments that are gone.
  func forget(segments: [String], ofSpool spool: Key128) throws
  /// Calls that came from `spool` and are not settled, and any that were opened before `instant` wherever they came
  /// from: their spool is lost.
  func openCalls(ofSpool spool: Key128, orOpenedBefore instant: Instant) throws -> [CallFact]

  /// Calls opened in `period`, the latest first.
  func calls(in period: Range<Instant>, limit: Int) throws -> [CallFact]
  func call(_ id: Key128) throws -> CallFact?
  /// What the calls opened in `period` count against budgets, by whom they are charged to and when they were opened.
  ///
  /// - Parameter slot: The length of the stretches that they are added up over, counted from 1970 in UTC: a day's
  ///   slots make up months and ISO weeks; a millisecond's are single instants.
  func charges(in period: Range<Instant>, by slot: Duration) throws -> [ChargeSum]
}

/// What a store promises of something that it has stored.
package enum Survival: Sendable, Hashable {
  /// It survives the end of this process, however sudden.
  case crash
  /// It survives the end of the whole machine as well.
  case powerLoss
}

/// What was read from a spool, and how far.
package struct CallBatch: Sendable {
  package var spool: Key128
  package var opened: [CallFact]
  package var seen: [CallSighting]
  package var settled: [CallFact]
  /// Of the segments read, in bytes from their start.
  package var positions: [String: Int64]

  package init(
    spool: Key128, opened: [CallFact] = [], seen: [CallSighting] = [], settled: [CallFact] = [],
    positions: [String: Int64] = [:]
  ) {
    self.spool = spool
    self.opened = opened
    self.seen = seen
    self.settled = settled
    self.positions = positions
  }

  package var isEmpty: Bool {
    opened.isEmpty && seen.isEmpty && settled.isEmpty && positions.isEmpty
  }
}

/// What a stream has said so far of a call that is still open.
package struct CallSighting: Hashable, Sendable, Codable {
  /// Of the attempt.
  package var id: Key128
  package var firstByte: Instant?
  package var status: Int?
  package var model: String?
  package var usage: [CallUsage]
  package var requestID: String?
  package var responseID: String?

  package init(
    id: Key128, firstByte: Instant? = nil, status: Int? = nil, model: String? = nil, usage: [CallUsage] = [],
    requestID: String? = nil, responseID: String? = nil
  ) {
    self.id = id
    self.firstByte = firstByte
    self.status = status
    self.model = model
    self.usage = usage
    self.requestID = requestID
    self.responseID = responseID
  }

  package init(of fact: CallFact) {
    self.init(
      id: fact.id, firstByte: fact.firstByte, status: fact.status, model: fact.model, usage: fact.usage,
      requestID: fact.requestID, responseID: fact.responseID)
  }
}

extension CallFact {
  /// Adds what was seen of the call while it was open.
  package mutating func note(_ sighting: CallSighting) {
    firstByte = sighting.firstByte ?? firstByte
    status = sighting.status ?? status
    model = sighting.model ?? model
    if !sighting.usage.isEmpty { usage = sighting.usage }
    requestID = sighting.requestID ?? requestID
    responseID = sighting.responseID ?? responseID
  }
}

/// What some calls together count against the budgets of one set of scopes.
package struct ChargeSum: Hashable, Sendable {
  package var scopes: ChargeScopes
  /// The start of the slot that the calls were opened in.
  package var slot: Instant
  /// Further attempts at a call are not counted again.
  package var calls: Int64
  /// Of a call that is open its reservation.
  package var charged: NanoDollars
  package var tokens: Int64

  package init(scopes: ChargeScopes, slot: Instant, calls: Int64, charged: NanoDollars, tokens: Int64) {
    self.scopes = scopes
    self.slot = slot
    self.calls = calls
    self.charged = charged
    self.tokens = tokens
  }
}
