package import Ledger

/// What a client signs in to the gateway with, in place of a provider's key.
package struct VirtualKey: Hashable, Sendable, Identifiable {
  package enum Holder: Hashable, Sendable {
    case person(Int64)
    case agent(Int64)
  }

  package var id: Int64
  package var name: String
  package var holder: Holder
  /// Charged instead of the team that the holder is in.
  package var team: Int64?
  package var project: Int64?
  package var hash: KeyHash
  /// The first characters of the secret, by which people tell keys apart.
  package var prefix: String
  package var created: Instant
  /// From when on it is refused.
  package var expires: Instant?
  package var revoked: Instant?
  /// Models it may ask for; none named: every model.
  package var models: [ModelPattern]
  /// Names of the upstreams it may use; none named: every upstream.
  package var upstreams: [String]
  /// Whether the client's own subscription sign-in may pass through under this key.
  package var allowsSubscription: Bool

  package init(
    id: Int64, name: String, holder: Holder, team: Int64? = nil, project: Int64? = nil, hash: KeyHash,
    prefix: String, created: Instant, expires: Instant? = nil, revoked: Instant? = nil,
    models: [ModelPattern] = [], upstreams: [String] = [], allowsSubscription: Bool = false
  ) {
    self.id = id
    self.name = name
    self.holder = holder
    self.team = team
    self.project = project
    self.hash = hash
    self.prefix = prefix
    self.created = created
    self.expires = expires
    self.revoked = revoked
    self.models = models
    self.upstreams = upstreams
    self.allowsSubscription = allowsSubscription
  }

  /// Whether the key may ask for this model, by the name that the client gave or by the one it leads to.
  package func allows(model: String) -> Bool { models.isEmpty || models.contains { $0.matches(model) } }

  package func allows(upstream: String) -> Bool { upstreams.isEmpty || upstreams.contains(upstream) }
}

/// A model's name in which each `*` stands for any characters, or none; case counts.
package struct ModelPattern: Hashable, Sendable {
  package var text: String
  package init(_ text: String) { self.text = text }

  /// Takes at most the product of both lengths, whatever the pattern.
  package func matches(_ name: String) -> Bool {
    let pattern = Array(text.utf8)
    let name = Array(name.utf8)
    let star = UInt8(ascii: "*")
    var (p, n) = (0, 0)
    // Where to go on from if what follows the last star does not fit where it was tried.
    var retry: (pattern: Int, name: Int)?
    while n < name.count {
      if p < pattern.count, pattern[p] == star {
        p += 1
        retry = (p, n)
      } else if p < pattern.count, pattern[p] == name[n] {
        p += 1
        n += 1
      } else if let last = retry {
        (p, n) = (last.pattern, last.name + 1)
        retry = (p, n)
      } else {
        return false
      }
    }
    return pattern[p...].allSatisfy { $0 == star }
  }
}
