import HTTPTypes
import Hummingbird

/// What every answer carries, so that a browser does with it what was meant and nothing else.
struct SecurityHeaders: RouterMiddleware {
  typealias Context = AssayContext

  let isSecure: Bool

  func handle(
    _ request: Request, context: AssayContext, next: NextResponder
  ) async throws -> Response {
    var response = try await next(request, context)
    for (name, value) in Self.fields where response.headers[name] == nil { response.headers[name] = value }
    if isSecure { response.headers[.strictTransportSecurity] = "max-age=31536000" }
    // What is of people stays out of every cache, the browser's own included.
    if response.headers[.cacheControl] == nil { response.headers[.cacheControl] = "no-store" }
    return response
  }

  /// Pages have no script at all, and no style but the one sheet: what is drawn is drawn in SVG attributes.
  private static let policy =
    "default-src 'none'; style-src 'self'; img-src 'self' data:; "
    + "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

  private static let fields: [(HTTPField.Name, String)] = [
    ("Content-Security-Policy", policy), ("X-Content-Type-Options", "nosniff"), ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "same-origin"), ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"), ("Permissions-Policy", "interest-cohort=()"),
  ].compactMap { name, value in HTTPField.Name(name).map { ($0, value) } }
}
