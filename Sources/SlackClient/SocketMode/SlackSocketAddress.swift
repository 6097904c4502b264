import Foundation
import ServiceSettings

/// Where a connection of Socket Mode is made to: `wss` anywhere, `ws` on this machine only. Its query has a secret in it, so
/// that it is never printed.
struct SlackSocketAddress: CustomStringConvertible {
  var isSecure: Bool
  var host: String
  var port: Int
  /// Path and query.
  var target: String

  /// `nil` for anything else.
  init?(_ text: String) {
    guard let parts = URLComponents(string: text), let scheme = parts.scheme, var host = parts.host,
      parts.user == nil, parts.password == nil, parts.fragment == nil
    else { return nil }
    if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
    switch scheme {
    case "wss": isSecure = true
    // The same rule as for services, which knows what loopback is.
    case "ws":
      let name = host.contains(":") ? "[\(host)]" : host
      guard (try? ServiceAddress("http://\(name)")) != nil else { return nil }
      isSecure = false
    default: return nil
    }
    guard !host.isEmpty else { return nil }
    self.host = host
    port = parts.port ?? (isSecure ? 443 : 80)
    target = parts.percentEncodedPath.isEmpty ? "/" : parts.percentEncodedPath
    if let query = parts.percentEncodedQuery { target += "?\(query)" }
  }

  var description: String { "\(isSecure ? "wss" : "ws")://\(host):\(port)" }
}

extension SlackSocketMode {
  /// Whether a connection would be made to it.
  package static func isAddress(_ text: String) -> Bool { SlackSocketAddress(text) != nil }
}
