import Foundation
import HTTPTypes
import Hummingbird

/// Lets in only requests that mean this server, and that no other site made a browser send.
///
/// A page of another site can point a name of its own at this machine (DNS rebinding), and can make a browser post
/// here with the browser's cookies. So whatever authority comes by itself, a cookie or being at this machine, is
/// good only for requests that name this server as their host and, where they change anything, come from its pages
/// (Fetch Metadata; OWASP, Cross-Site Request Forgery Prevention).
struct HostGuard: RouterMiddleware {
  typealias Context = AssayContext

  /// `host` or `host:port`, as a browser would name this server.
  let hosts: @Sendable () -> Set<String>
  let isSecure: Bool

  func handle(
    _ request: Request, context: AssayContext, next: NextResponder
  ) async throws -> Response {
    // A webhook proves itself by a signature of its body, which no browser can be made to send.
    let provesItself = request.headers[.authorization] != nil || request.uri.path.hasPrefix("/webhooks/")
    if provesItself { return try await next(request, context) }
    let hosts = hosts()
    guard let host = request.head.authority?.lowercased(), hosts.contains(host) else {
      throw ProblemDetails(
        421, "wrong-host", title: "Not this server's name",
        detail: "Use one of: \(hosts.sorted().joined(separator: ", ")).")
    }
    let isSafe = [.get, .head, .options].contains(request.method)
    if !isSafe {
      if let site = request.headers[.secFetchSite], site != "same-origin", site != "none" {
        throw Self.foreign
      }
      if let origin = request.headers[.origin]?.lowercased() {
        let scheme = isSecure ? "https://" : "http://"
        guard hosts.contains(where: { origin == scheme + $0 }) else { throw Self.foreign }
      }
    }
    return try await next(request, context)
  }

  private static let foreign = ProblemDetails(
    403, "foreign-origin", title: "Asked by another site",
    detail: "Another site's page made your browser send this. Nothing was done.")
}

extension HTTPField.Name {
  // Names by their letters alone, which these are.
  static let secFetchSite = HTTPField.Name("Sec-Fetch-Site") ?? .origin
}
