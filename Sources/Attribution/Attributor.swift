package import Ledger
package import Outcomes

/// Links turns to what the repositories show, and decides their states.
///
/// Two pure steps, so that only what changed is done again: ``links(in:sessions:)`` matches the content of
/// sessions against one repository; ``attribute(_:links:places:now:)`` turns the links of all repositories into
/// states as of an instant. A session must be attributed again when its facts changed, when a repository that
/// may hold its outcomes changed, or when its `nextChange` has passed.
package struct Attributor: Sendable {
  package var policy: AttributionPolicy
  /// The ledger's key, under which lines and paths were hashed.
  package var key: SipHash24.Key

  package init(policy: AttributionPolicy = AttributionPolicy(), key: SipHash24.Key) {
    self.policy = policy
    self.key = key
  }
}
