package import Ledger

/// A name under which an account is known elsewhere.
///
/// These are personal data. They are kept as long as the person is, and end with them; what has ended is kept so
/// that what was seen before can still be said to be whose it was.
package struct SpendIdentity: Hashable, Sendable, Identifiable {
  package enum Kind: String, Hashable, Sendable, CaseIterable {
    case workMail = "work-mail"
    case gitAuthor = "git-author"
    case gitCommitter = "git-committer"
    /// An account's UUID with Anthropic.
    case anthropic = "anthropic"
    /// A user's identifier with OpenAI.
    case openAI = "openai"
    case gitHub = "github"
    case gitLab = "gitlab"
    case slack = "slack"
    /// The subject of an OpenID Connect provider, as `issuer subject`.
    case openIDSubject = "oidc"

    /// Whether it is an address, and so the one that the work mail may be.
    package var isMail: Bool { self == .workMail || self == .gitAuthor || self == .gitCommitter }
    /// Whether two values that differ in case only are one.
    package var ignoresCase: Bool { self != .slack && self != .openIDSubject && self != .openAI }
  }

  /// Why a value is held to be an account's.
  package enum Rule: String, Hashable, Sendable, CaseIterable {
    /// A directory service said so.
    case scim
    /// An imported list said so.
    case csv
    /// It is the address of one who was declared.
    case equalMail = "equal-mail"
    case hand
    /// The person said so themself, signed in, after it was asked from there: what nobody else can say.
    case confirmed
  }

  package var id: Int64
  package var kind: Kind
  package var value: String
  package var account: AccountID
  package var rule: Rule
  package var since: Instant
  package var until: Instant?

  package init(
    id: Int64, kind: Kind, value: String, account: AccountID, rule: Rule, since: Instant,
    until: Instant? = nil
  ) {
    self.id = id
    self.kind = kind
    self.value = value
    self.account = account
    self.rule = rule
    self.since = since
    self.until = until
  }

  package func holds(at instant: Instant) -> Bool {
    since <= instant && until.map { instant < $0 } ?? true
  }
}

/// A value that was seen and is nobody's here.
///
/// It may name a person all the same, and is kept for 90 days after it was last seen (``longestKept``) and only
/// until it is resolved: `ControlStore.expireUnmatched` lets the older ones go, and of more than ``most`` the ones
/// that were seen least recently go at once.
package struct UnmatchedIdentity: Hashable, Sendable {
  package static let longestKept = Duration.days(90)
  package static let most = 10_000
  /// In bytes of UTF-8; longer values are no names and are not kept.
  package static let longestValue = 320

  package var kind: SpendIdentity.Kind
  package var value: String
  /// Where it was seen, such as `telemetry` or `github`.
  package var source: String
  package var count: Int64
  package var first: Instant
  package var last: Instant

  package init(
    kind: SpendIdentity.Kind, value: String, source: String, count: Int64, first: Instant, last: Instant
  ) {
    self.kind = kind
    self.value = value
    self.source = source
    self.count = count
    self.first = first
    self.last = last
  }
}
