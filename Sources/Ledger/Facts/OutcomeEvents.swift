import Foundation

/// Something that happened outside of sessions: a push, a pull or merge request, a deployment, an incident, a ticket, a
/// dated score. It is what one report says, or what all reports of it say together (``folded(_:)``).
///
/// Nothing of titles, texts, names of branches or names of people is in it.
package struct OutcomeEvent: Hashable, Sendable, Codable, Identifiable {
  /// The same for every report of the thing, wherever and however often it comes.
  package var id: EventID
  package var kind: Kind
  package var source: Source
  /// When it was as said here, by the source's own clock. Of two reports the later one says how things are.
  package var asOf: Instant
  /// The remote as the source gives it, without credentials.
  package var repository: String?
  /// Of a change or an issue.
  package var number: Int64?
  /// Of a change, a ticket or an incident: a page of the source, without credentials and query.
  package var address: String?
  /// The key of a ticket such as `SHOP-12`, or what a score is of.
  package var name: String?
  /// Where a deployment went.
  package var environment: String?
  package var isProduction: Bool?
  /// Of a push or change: whether it went, or is to go, to the repository's main line.
  package var isMainline: Bool?
  /// Of a deployment: whether it was made because of an incident. `nil` where nobody says.
  package var isUnplanned: Bool?
  /// Of a push: whether it had more commits than are listed.
  package var isPartial: Bool?
  package var state: State?
  /// When it was pushed, opened, begun, noticed or, of a score, measured.
  package var started: Instant?
  /// When it was merged or went live; the first time it did.
  package var landed: Instant?
  /// When it was closed, resolved, failed or cancelled; `nil` once it is open again.
  package var ended: Instant?
  /// When somebody other than the author first reviewed it.
  package var reviewed: Instant?
  package var approved: Instant?
  /// What a push brought, as what a change landed, what a deployment put in place: ordered by hash.
  package var commits: [EventCommit] = []
  /// Of a push: where the branch stood before it; `nil` for a new branch.
  package var before: String?
  /// Of a push or change: the last commit of the branch.
  package var head: String?
  /// Ordered.
  package var links: [EventLink] = []
  /// Of a score.
  package var value: Double?

  package init(_ id: EventID, _ kind: Kind, from source: Source, asOf: Instant) {
    self.id = id
    self.kind = kind
    self.source = source
    self.asOf = asOf
  }

  package enum Kind: String, Sendable, Codable, Hashable, CaseIterable {
    case push
    /// A pull request or merge request.
    case change
    case deployment, incident
    /// A bug that somebody reported.
    case ticket
    /// A figure with a date, such as customer satisfaction.
    case score
  }

  package enum Source: String, Sendable, Codable, Hashable, CaseIterable {
    case github, gitlab, jira
    /// Assay's own JSON.
    case json
  }

  /// How it stands. In the order in which things go, which decides between reports of one instant.
  package enum State: String, Sendable, Codable, Hashable, CaseIterable {
    case open, pending, running, succeeded, merged, closed, resolved, failed, cancelled
    /// A deployment that another one replaced.
    case inactive
    /// Deleted, a duplicate, or no longer labelled as what it was: it does not count.
    case withdrawn

    /// Whether there is more to come, so that no end holds.
    package var isOpen: Bool { self == .open || self == .pending || self == .running }

    fileprivate var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
  }

  /// Every instant at which something happened; that of the report if it names none.
  package var instants: [Instant] {
    let named = [started, landed, ended, reviewed, approved].compactMap { $0 }
    return named.isEmpty ? [asOf] : named
  }

  /// `host/path` of the repository, the same for every way of writing its address.
  package var repositoryName: String? { repository.flatMap { RemoteName.normalised($0) } }
}

/// A commit that an event names.
package struct EventCommit: Hashable, Sendable, Codable {
  /// 40 or 64 lowercase hexadecimal digits.
  package var hash: String
  /// When it was committed; `nil` where the source does not say.
  package var at: Instant?

  package init(_ hash: String, at: Instant? = nil) {
    self.hash = hash
    self.at = at
  }
}

/// What an event says of another.
package struct EventLink: Hashable, Sendable, Codable, Comparable {
  package enum Role: String, Sendable, Codable, Hashable {
    /// The other brought this one about, as a deployment does an incident.
    case cause
    /// Of an incident or ticket: what put it right. Of a change or push: what it puts right.
    case remedy
    case mention
  }

  package enum Target: Hashable, Sendable, Codable {
    case event(EventID)
    /// 40 or 64 lowercase hexadecimal digits.
    case commit(String)
    /// The key of a ticket such as `SHOP-12`.
    case ticket(String)
  }

  package var role: Role
  package var target: Target

  package init(_ role: Role, _ target: Target) {
    self.role = role
    self.target = target
  }

  private var sortKey: String {
    switch target {
    case .event(let id): "e\(id.hexadecimal)\(role.rawValue)"
    case .commit(let hash): "c\(hash)\(role.rawValue)"
    case .ticket(let key): "t\(key)\(role.rawValue)"
    }
  }

  package static func < (a: EventLink, b: EventLink) -> Bool { a.sortKey < b.sortKey }
}

extension EventID {
  /// A pull or merge request. Known by its address, so that a text that names it finds it.
  ///
  /// - Parameter repository: ``RemoteName/normalised(_:)``.
  package static func change(_ number: Int64, of repository: String) -> EventID {
    EventID(space: "event/change", "\(repository)\n\(number)")
  }

  /// An issue of a forge, whether its labels make it an incident or a ticket.
  package static func issue(_ number: Int64, of repository: String) -> EventID {
    EventID(space: "event/issue", "\(repository)\n\(number)")
  }

  /// A deployment that a forge knows.
  package static func deployment(_ number: Int64, of repository: String) -> EventID {
    EventID(space: "event/deployment", "\(repository)\n\(number)")
  }

  /// What Assay's own JSON calls `name`.
  package static func reported(_ kind: OutcomeEvent.Kind, _ name: String) -> EventID {
    EventID(space: "event/json", "\(kind.rawValue)\n\(name)")
  }
}

extension OutcomeEvent {
  /// What reports of one event say together, whatever order they come in and however often.
  ///
  /// In the order of ``asOf`` each report's fields replace those before it, and what it leaves out stays. Commits and
  /// links add up; of beginnings, landings and reviews the earliest holds.
  ///
  /// - Parameter reports: Of one ``id``.
  package static func folded(_ reports: some Sequence<OutcomeEvent>) -> OutcomeEvent? {
    let ordered = Set(reports).sorted { a, b in
      let (first, second) = ((a.asOf, a.state?.rank ?? -1), (b.asOf, b.state?.rank ?? -1))
      // Only where two reports differ at one instant their texts have to decide.
      return first == second ? a.canonicalText.lexicographicallyPrecedes(b.canonicalText) : first < second
    }
    guard var event = ordered.first else { return nil }
    for report in ordered.dropFirst() { event.apply(report) }
    if event.state?.isOpen == true { event.ended = nil }
    return event
  }

  /// The report as JSON, the same bytes for the same report.
  package var canonicalText: [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Only a score that is no number cannot be written; none is let in.
    return ((try? encoder.encode(self)) ?? Data()).map { $0 }
  }

  private mutating func apply(_ later: OutcomeEvent) {
    kind = later.kind
    source = later.source
    asOf = later.asOf
    repository = later.repository ?? repository
    number = later.number ?? number
    address = later.address ?? address
    name = later.name ?? name
    environment = later.environment ?? environment
    isProduction = later.isProduction ?? isProduction
    isMainline = later.isMainline ?? isMainline
    isUnplanned = later.isUnplanned ?? isUnplanned
    isPartial = later.isPartial ?? isPartial
    if later.state?.isOpen == true { ended = nil }
    state = later.state ?? state
    started = Self.earliest(started, later.started)
    landed = Self.earliest(landed, later.landed)
    ended = later.ended ?? ended
    reviewed = Self.earliest(reviewed, later.reviewed)
    approved = Self.earliest(approved, later.approved)
    commits = Self.ordered(commits + later.commits)
    before = later.before ?? before
    head = later.head ?? head
    links = Set(links + later.links).sorted()
    value = later.value ?? value
  }

  private static func earliest(_ a: Instant?, _ b: Instant?) -> Instant? {
    guard let a, let b else { return a ?? b }
    return min(a, b)
  }

  /// One of each hash, with the earliest instant that is known of it.
  package static func ordered(_ commits: [EventCommit]) -> [EventCommit] {
    var known: [String: Instant?] = [:]
    for commit in commits { known[commit.hash] = earliest(known[commit.hash] ?? nil, commit.at) }
    return known.map { EventCommit($0.key, at: $0.value) }.sorted { $0.hash < $1.hash }
  }
}
