import Foundation
import NIOCore

/// Where an upstream is and how it is spoken to, taken apart once.
struct UpstreamAddress: Sendable, Equatable {
  let host: String
  let port: Int
  let isSecure: Bool
  /// The field that names the host, as it stands in every request.
  let hostField: String
  /// In front of every target; without a slash at its end.
  let path: String
  /// `nil` for a host that has to be looked up.
  let literal: SocketAddress?

  /// - Returns: `nil` if the address names no host, or no scheme that is spoken here.
  init?(_ url: URL) {
    guard let scheme = url.scheme?.lowercased(), ["http", "https"].contains(scheme), let host = url.host(),
      !host.isEmpty
    else { return nil }
    let name = host.hasPrefix("[") ? String(host.dropFirst().prefix { $0 != "]" }) : host
    self.host = name
    isSecure = scheme == "https"
    let usual = isSecure ? 443 : 80
    port = url.port ?? usual
    let written = name.contains(":") ? "[\(name)]" : name
    hostField = port == usual ? written : "\(written):\(port)"
    var path = url.path(percentEncoded: true)
    while path.hasSuffix("/") { path.removeLast() }
    self.path = path
    literal = try? SocketAddress(ipAddress: name, port: port)
  }
}
