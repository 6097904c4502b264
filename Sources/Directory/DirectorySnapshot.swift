package import Ledger

/// The whole directory as of one moment: a value, to be read from everywhere at once.
package struct DirectorySnapshot: Sendable {
  /// Everything that makes up a directory, what has ended included; each kind in the order of its identifiers.
  package struct Contents: Sendable {
    package var people: [Person] = []
    package var teams: [Team] = []
    package var projects: [Project] = []
    package var agents: [Agent] = []
    package var keys: [VirtualKey] = []
    /// Those in force only.
    package var limits: [Limit] = []
    /// People in teams.
    package var memberships: [Tenure] = []
    /// Agents and who answers for them.
    package var ownerships: [Tenure] = []
    /// Accounts that were found to be another person's than the one they were made for, and since when. Few.
    package var holdings: [Tenure] = []
    package init() {}
  }

  package let contents: Contents
  /// Grows with every change of the directory, by whatever process; the same in all of them.
  package let version: Int64

  private let holders: [KeyHash: KeyHolder]
  private let identities: [AccountID: Identity]
  private let memberships: [Int64: [Tenure]]
  private let ownerships: [Int64: [Tenure]]
  private let holdings: [Int64: [Tenure]]

  package init(_ contents: Contents, version: Int64) {
    self.contents = contents
    self.version = version
    // Of tens of thousands of keys each may have limits of its own.
    let limits = Dictionary(grouping: contents.limits, by: \.scope)
    let people = Dictionary(contents.people.map { ($0.id, $0) }) { first, _ in first }
    let agents = Dictionary(contents.agents.map { ($0.id, $0) }) { first, _ in first }
    identities = Dictionary(
      contents.people.map { ($0.account, .person($0)) } + contents.agents.map { ($0.account, .agent($0)) }
    ) { first, _ in first }
    memberships = Dictionary(grouping: contents.memberships, by: \.member)
    ownerships = Dictionary(grouping: contents.ownerships, by: \.member)
    holdings = Dictionary(grouping: contents.holdings, by: \.member)
    holders = Dictionary(
      contents.keys.compactMap { key -> (KeyHash, KeyHolder)? in
        // A key whose holder is not in the directory opens nothing.
        guard let (person, agent) = Self.holder(of: key, people, agents) else { return nil }
        let scopes = ChargeScopes(key, person, agent)
        let holder = KeyHolder(
          key: key, account: agent?.account ?? person.account, scopes: scopes,
          limits: scopes.all.flatMap { limits[$0] ?? [] }.sorted { $0.id < $1.id },
          name: agent?.name ?? person.mail)
        return (key.hash, holder)
      }
    ) { first, _ in first }
  }

  private static func holder(
    of key: VirtualKey, _ people: [Int64: Person], _ agents: [Int64: Agent]
  ) -> (person: Person, agent: Agent?)? {
    switch key.holder {
    case .person(let id): people[id].map { ($0, nil) }
    case .agent(let id): agents[id].flatMap { agent in people[agent.owner].map { ($0, agent) } }
    }
  }

  /// What a call under the key would be charged to now, revoked or not.
  package func scopes(of key: VirtualKey) -> ChargeScopes {
    holders[key.hash]?.scopes ?? ChargeScopes(key: key.id, team: key.team, project: key.project)
  }

  /// Whose secret this is, if it opens anything at `now`.
  ///
  /// Time tells nothing of a secret here: what is looked up is a hash, and whoever could steer its bits could as
  /// well find the preimage.
  package func holder(of secretText: String, at now: Instant) -> Result<KeyHolder, KeyRefusal> {
    var text = secretText
    let hash = text.withUTF8 { KeySecret.isWellFormed($0) ? KeyHash(ofSecret: $0) : nil }
    guard let hash else { return .failure(.malformed) }
    guard let holder = holders[hash] else { return .failure(.unknown) }
    if let revoked = holder.key.revoked { return .failure(.revoked(key: holder.key.id, at: revoked)) }
    if let expires = holder.key.expires, expires <= now {
      return .failure(.expired(key: holder.key.id, at: expires))
    }
    return .success(holder)
  }

  /// Who spends under an account.
  package enum Identity: Hashable, Sendable {
    case person(Person)
    case agent(Agent)
  }

  /// - Returns: `nil` for an account that is nobody's here, such as that of a machine of one's own.
  package func identity(of account: AccountID) -> Identity? { identities[account] }

  /// The person who spent under an account, or answered for the agent that did, as of an instant. An account that was
  /// merged with another person's is that person's, from the day it was declared to be.
  package func person(of account: AccountID, at instant: Instant) -> Int64? {
    if let holding = holdings[account.rawValue]?.last(where: { $0.holds(at: instant) }) { return holding.of }
    return switch identities[account] {
    case .person(let person): person.id
    case .agent(let agent): ownerships[agent.id]?.first { $0.holds(at: instant) }?.of
    case nil: nil
    }
  }

  /// The team of ``person(of:at:)``, as of the same instant.
  package func team(of account: AccountID, at instant: Instant) -> Int64? {
    guard let person = person(of: account, at: instant) else { return nil }
    return memberships[person]?.first { $0.holds(at: instant) }?.of
  }
}

extension ChargeScopes {
  /// Everything that a limit on such a call may be of.
  fileprivate var all: [Limit.Scope] {
    [
      .organisation, key.map { .key($0) }, person.map { .person($0) }, team.map { .team($0) },
      project.map { .project($0) }, agent.map { .agent($0) },
    ].compactMap { $0 }
  }

  fileprivate init(_ key: VirtualKey, _ person: Person, _ agent: Agent?) {
    self.init(
      key: key.id, person: person.id, team: key.team ?? person.team, project: key.project, agent: agent?.id)
  }
}
