package import Ledger

/// What a program presents to this server: to send usage or events, to keep the directory, to read. Like a virtual
/// key's, its secret is shown once and kept as a hash; unlike one it opens no model.
package struct APIToken: Hashable, Sendable, Identifiable {
  /// Whose usage it may send as their own.
  package enum Holder: Hashable, Sendable {
    case person(Int64)
    case agent(Int64)
    /// Nobody's: what it sends names whose it is, or is about nobody.
    case organisation
  }

  package var id: Int64
  package var name: String
  package var holder: Holder
  package var scopes: Set<TokenScope>
  package var hash: KeyHash
  /// What of the secret may be shown.
  package var prefix: String
  package var created: Instant
  package var expires: Instant?
  package var revoked: Instant?

  package init(
    id: Int64, name: String, holder: Holder, scopes: Set<TokenScope>, hash: KeyHash, prefix: String,
    created: Instant, expires: Instant? = nil, revoked: Instant? = nil
  ) {
    self.id = id
    self.name = name
    self.holder = holder
    self.scopes = scopes
    self.hash = hash
    self.prefix = prefix
    self.created = created
    self.expires = expires
    self.revoked = revoked
  }
}

/// That somebody signed in with a browser, until they sign out, stay away too long, or a working day is over.
package struct BrowserSession: Hashable, Sendable {
  package var person: Int64
  package var begun: Instant
  package var lastSeen: Instant
  package var expires: Instant

  package init(person: Int64, begun: Instant, lastSeen: Instant, expires: Instant) {
    self.person = person
    self.begun = begun
    self.lastSeen = lastSeen
    self.expires = expires
  }
}
