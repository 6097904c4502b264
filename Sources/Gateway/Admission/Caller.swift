import Directory
import Ledger
import ModelAPI

/// Who makes a call, as far as the gateway can know, and with whose credential it goes on.
struct Caller: Sendable {
  enum Credential: Sendable {
    /// The upstream's own, in place of the virtual key.
    case upstreams
    /// The client's passes through untouched.
    case clients(isSubscription: Bool)
  }

  /// `nil` for whoever uses a machine of their own without a key.
  let holder: KeyHolder?
  let credential: Credential

  var account: AccountID { holder?.account ?? .local }
  var scopes: ChargeScopes { holder?.scopes ?? ChargeScopes() }
  var isSubscription: Bool {
    if case .clients(isSubscription: true) = credential { true } else { false }
  }

  func mayUse(_ upstream: Upstream) -> Bool {
    if let holder, !holder.key.allows(upstream: upstream.name) { return false }
    return switch credential {
    case .upstreams: upstream.credential != nil
    case .clients: upstream.allowsClientCredentials
    }
  }
}
