package import Ledger

/// Whose a key is, and all that a call under it needs to know; made once a snapshot, so that to look one up copies
/// nothing.
package final class KeyHolder: Sendable {
  package let key: VirtualKey
  /// Under which the call stands in the ledger: the person's, or the agent's own.
  package let account: AccountID
  /// What the call is charged to. An agent's is charged to its owner and the owner's team too.
  package let scopes: ChargeScopes
  /// Every limit that any of the scopes is under.
  package let limits: [Limit]
  /// The holder as people know it: a person's mail or an agent's name.
  package let name: String

  package init(
    key: VirtualKey, account: AccountID, scopes: ChargeScopes, limits: [Limit], name: String
  ) {
    self.key = key
    self.account = account
    self.scopes = scopes
    self.limits = limits
    self.name = name
  }
}

/// Why a secret opens nothing. How much of it a client is told is for the caller to decide.
package enum KeyRefusal: Error, Hashable, Sendable {
  /// Not a secret of Assay's, or one that was mistyped or cut short.
  case malformed
  /// Of the right form, and no key's.
  case unknown
  case expired(key: Int64, at: Instant)
  case revoked(key: Int64, at: Instant)
}
