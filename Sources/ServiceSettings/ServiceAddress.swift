import Foundation

/// Where another service's API is: `https`, or `http` on this machine only, as an address that has been parsed and not by
/// how it begins. A credential goes there and nowhere else.
package struct ServiceAddress: Hashable, Sendable {
  /// Scheme, host, port and path, without a `/` at the end.
  package var root: String
  /// For errors and logs: the host, and the port if one is named.
  package var host: String

  /// - Throws: ``Refusal``: not an address, a secret in it, or plain HTTP to another machine.
  package init(_ text: String) throws(Refusal) {
    guard let parts = URLComponents(string: text), let scheme = parts.scheme, let name = parts.host,
      !name.isEmpty
    else { throw Refusal(reason: "write it as https://host or http://127.0.0.1:port") }
    guard parts.user == nil, parts.password == nil, parts.query == nil, parts.fragment == nil else {
      throw Refusal(
        reason: "leave out user, password, query and fragment; the credential is given apart")
    }
    switch scheme {
    case "https": break
    case "http":
      guard Self.isLoopback(name) else {
        throw Refusal(reason: "\(name) is another machine, so it must be https")
      }
    default: throw Refusal(reason: "\(scheme) is neither https nor http")
    }
    host = parts.port.map { "\(name):\($0)" } ?? name
    var path = parts.percentEncodedPath
    while path.hasSuffix("/") { path.removeLast() }
    root = "\(scheme)://\(host)\(path)"
  }

  /// Why a text is no address of a service; what to write instead, without a full stop.
  package struct Refusal: Error, Hashable, Sendable {
    package var reason: String

    package init(reason: String) { self.reason = reason }
  }

  /// `localhost`, 127.0.0.0/8 in four decimal numbers, or ::1.
  private static func isLoopback(_ host: String) -> Bool {
    let host = host.lowercased()
    if host == "localhost" || host == "::1" || host == "[::1]" { return true }
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts[0] == "127"
      && parts.allSatisfy { part in
        (1...3).contains(part.count) && part.allSatisfy { $0.isASCII && $0.isNumber }
          && UInt8(part) != nil
      }
  }
}
