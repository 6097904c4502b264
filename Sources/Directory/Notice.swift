package import Ledger

/// What a limit or the breaker had to tell an owner.
package struct Notice: Hashable, Sendable, Identifiable {
  package enum Kind: String, Hashable, Sendable, CaseIterable {
    /// A limit was reached, and calls were refused.
    case limit
    /// The same request came again and again, and was stopped.
    case breaker
  }

  package var id: Int64
  package var at: Instant
  package var kind: Kind
  /// The key whose call it was.
  package var key: Int64?
  /// The person who is told: the key's holder, or the owner of the agent that holds it.
  package var person: Int64?
  package var limit: Int64?
  /// A sentence for that person; no content of any call.
  package var text: String

  package init(
    id: Int64 = 0, at: Instant, kind: Kind, key: Int64? = nil, person: Int64? = nil, limit: Int64? = nil,
    text: String
  ) {
    self.id = id
    self.at = at
    self.kind = kind
    self.key = key
    self.person = person
    self.limit = limit
    self.text = text
  }
}
