/// Why a request did not go out, or its answer did not come in: one sentence for the agent and for people. Has nothing of
/// a credential in it, and of what was asked only the host and the method, both checked to be plain words.
package enum EgressRefusal: Error, Hashable, Sendable, CustomStringConvertible {
  case malformed(String)
  /// `CONNECT`, or another protocol inside: what passes there cannot be looked at.
  case tunnel
  case host(EgressHost)
  case method(String, EgressHost)
  case path(EgressHost)
  /// The host has an address that is not on the public Internet, and the rule does not name its network.
  case address(EgressHost)
  case tooLarge(Int)
  case usedUp(String)
  /// Not reached, and nothing was sent.
  case unreachable(EgressHost)
  /// Sent, and no whole answer came: it may have been done.
  case broken(EgressHost, reason: String)
  case cancelled

  package var description: String {
    switch self {
    case .malformed(let reason): "Refused: \(reason)."
    case .tunnel:
      "Refused: the way out looks at every request, so it opens no tunnels; ask for http:// and it asks on over TLS."
    case .host(let host): "Refused: no rule of this run lets it reach \(host)."
    case .method(let method, let host): "Refused: no rule of this run lets it ask \(host) to \(method)."
    case .path(let host): "Refused: no rule of this run lets it ask \(host) for that path."
    case .address(let host):
      "Refused: \(host) leads to an address that is not on the public Internet, and no rule names its network."
    case .tooLarge(let limit): "Refused: more than \(limit) bytes are not carried at once."
    case .usedUp(let what): "Refused: this run has used up its \(what)."
    case .unreachable(let host): "\(host) could not be reached; nothing was sent."
    case .broken(let host, let reason): "\(host) was asked and gave no whole answer: \(reason)."
    case .cancelled: "The request was given up, because the run was stopped."
    }
  }

  /// What a client of the proxy is answered (RFC 9110).
  var status: Int {
    switch self {
    case .malformed: 400
    case .tunnel, .host, .method, .path, .address: 403
    case .tooLarge: 413
    case .usedUp: 429
    case .unreachable, .broken: 502
    case .cancelled: 503
    }
  }
}
