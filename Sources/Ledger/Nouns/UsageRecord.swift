/// One model call as one source reported it. Rows are appended and never changed; two records with one `id`
/// are reports of the same call and merge field by field (``TokenCounts/merged(with:)``).
package struct UsageRecord: Hashable, Sendable, Codable {
  package enum Kind: Int64, Sendable, Codable, Hashable {
    /// A call that the source itemised.
    case itemised = 0
    /// Billed according to a ``SessionTotalFact``, but in no itemised record (compaction, cut streams).
    /// Derived when the ledger is read; no source reports it and no store keeps it.
    case unitemised = 1
    /// An error or a message the client made up; it cost nothing and is only counted.
    case notBilled = 2
    /// Itemised by telemetry, and by no log or gateway so far. Whether it counts the session's other records decide
    /// (``UsageRecord/counted(_:)``).
    case telemetry = 3
  }

  /// How the provider was asked to serve the call, where that changes its price.
  package struct Service: Hashable, Sendable, Codable {
    package enum Tier: String, Sendable, Codable, Hashable { case standard, batch, priority, flex }

    package var tier: Tier
    /// Anthropic's fast mode.
    package var isFast: Bool
    package var webSearches: Int64

    package init(tier: Tier = .standard, isFast: Bool = false, webSearches: Int64 = 0) {
      self.tier = tier
      self.isFast = isFast
      self.webSearches = webSearches
    }
  }

  package var id: EventID
  package var session: SessionID
  /// How strong the claim is that the call was first made in `session`; the lowest wins among copies.
  package var ownerRank: OwnerRank
  package var turn: TurnID?
  package var at: Instant
  package var tool: Tool
  /// As the source names it; `nil` if it does not.
  package var model: String?
  package var counts: TokenCounts
  package var service: Service
  package var kind: Kind
  /// The provider's request identifier, by which the gateway and telemetry know the same call.
  package var requestID: String?
  /// Who spent, as the credential says; a log says nothing of it.
  package var account: AccountID

  package init(
    id: EventID, session: SessionID, ownerRank: OwnerRank, turn: TurnID? = nil, at: Instant, tool: Tool,
    model: String?, counts: TokenCounts, service: Service = Service(), kind: Kind = .itemised,
    requestID: String? = nil, account: AccountID = .local
  ) {
    self.id = id
    self.session = session
    self.ownerRank = ownerRank
    self.turn = turn
    self.at = at
    self.tool = tool
    self.model = model
    self.counts = counts
    self.service = service
    self.kind = kind
    self.requestID = requestID
    self.account = account
  }
}

/// Which of several sessions that hold a copy of one call made it: forks and resumes copy history.
package struct OwnerRank: Hashable, Comparable, Sendable, Codable {
  package var rawValue: Int64
  package init(rawValue: Int64) { self.rawValue = rawValue }

  package static func < (a: OwnerRank, b: OwnerRank) -> Bool { a.rawValue < b.rawValue }

  /// The record itself says that it was made in this session.
  package static let stated = OwnerRank(rawValue: .min)
  /// The record itself says that it was made in another session.
  package static let statedCopy = OwnerRank(rawValue: .max)
  /// No source says in which session it was made, and one was made up: any that does say has the better claim.
  package static let placeholder = OwnerRank(rawValue: .max - 1)
  /// Telemetry says so: a log or gateway that says so too knows more of it.
  package static let telemetry = OwnerRank(rawValue: .max - 2)
  /// The session whose file begins earliest is the one that was copied from.
  package static func fileBegan(_ instant: Instant) -> OwnerRank { OwnerRank(rawValue: instant.milliseconds) }
}

/// What a source states as the total of a session or of one run of its tool, for one model.
///
/// Totals create no usage by themselves: what they exceed the itemised records by is derived from them as
/// `unitemised`, so that the account equals the strongest source.
package struct SessionTotalFact: Hashable, Sendable, Codable {
  package var session: SessionID
  /// What the total is cumulative over: empty for the whole session, else the name of one run. The latest
  /// total of each scope counts, and the scopes of a session add up.
  package var scope: String
  package var model: String
  /// The latest record before the total was written.
  package var at: Instant
  package var counts: TokenCounts
  package var webSearches: Int64

  package init(
    session: SessionID, scope: String = "", model: String, at: Instant, counts: TokenCounts,
    webSearches: Int64 = 0
  ) {
    self.session = session
    self.scope = scope
    self.model = model
    self.at = at
    self.counts = counts
    self.webSearches = webSearches
  }
}

extension UsageRecord {
  /// Two reports of one call as one: counts merge field by field, the session with the strongest claim owns
  /// it, and what one report leaves out the other fills in. Order and repetition make no difference.
  package func merged(with other: UsageRecord) -> UsageRecord {
    let first = (ownerRank, session, at) <= (other.ownerRank, other.session, other.at) ? self : other
    let second = first == self ? other : self
    var merged = first
    merged.counts = counts.merged(with: other.counts)
    merged.turn = first.turn ?? second.turn
    merged.model = first.model ?? second.model
    merged.requestID = first.requestID ?? second.requestID
    merged.kind = kind.rawValue <= other.kind.rawValue ? kind : other.kind
    merged.at = min(at, other.at)
    merged.service.webSearches = max(service.webSearches, other.service.webSearches)
    merged.service.isFast = service.isFast || other.service.isFast
    // The credential's account rather than that of whoever's machine the log lies on, which is the least.
    merged.account = max(account, other.account)
    return merged
  }
}
