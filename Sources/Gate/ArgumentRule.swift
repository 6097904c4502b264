package import Effects

/// What a grant asks of an argument. It is asked of each of its leaves; an empty list or object meets nothing but
/// `equals`.
package enum ArgumentRule: Hashable, Sendable, Codable {
  /// The whole argument, lists and objects too.
  case equals(JSON)
  /// Each leaf is one of these.
  case oneOf([JSON])
  /// Each leaf is a relative path at or below this one, after its parts are read: no `..`, nothing absolute.
  case path(under: String)
  /// Each leaf is an `https` address on one of these hosts.
  case host(in: [HostPattern])
  /// Each leaf is a number of at most this.
  case atMost(Int64)
}
