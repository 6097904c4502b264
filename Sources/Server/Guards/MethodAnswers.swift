import HTTPTypes
import Hummingbird

/// An address that there is, asked with a method that it does not have: 405 with those it has (RFC 9110, 15.5.6).
struct MethodNotAllowed: Error {
  var allowed: [HTTPRequest.Method]
}

extension Router<AssayContext> {
  /// Registers, for every address so far, what is said to other methods than its own.
  func answerOtherMethods() {
    let known = Dictionary(grouping: routes, by: { "\($0.path)" })
    for (path, routes) in known {
      var own = Set(routes.map(\.method))
      // The router answers HEAD wherever it answers GET.
      if own.contains(.get) { own.insert(.head) }
      let allowed = own.sorted { $0.rawValue < $1.rawValue }
      for method in Self.methods where !allowed.contains(method) {
        on(RouterPath(path), method: method) { _, _ -> Response in throw MethodNotAllowed(allowed: allowed) }
      }
    }
  }

  private static var methods: [HTTPRequest.Method] {
    [
      .get, .head, .post, .put, .patch, .delete, .options, .trace, .connect, HTTPRequest.Method("QUERY"),
    ].compactMap { $0 }
  }
}
