import ControlSQLite
import Crypto
import Directory
import Foundation
import HTTPTypes
import Hummingbird
import Ledger

/// Finds out who asks: by a token, by a browser's session, or as the one user of this machine.
struct CallerMiddleware: RouterMiddleware {
  typealias Context = AssayContext

  let control: ControlStore
  let isLocal: Bool
  let cookie: SessionCookie

  func handle(
    _ request: Request, context: AssayContext, next: NextResponder
  ) async throws -> Response {
    var context = context
    if let presented = Self.presented(request.headers[.authorization]) {
      guard let (token, account) = try control.token(of: presented, at: context.asked) else {
        throw ProblemDetails(
          401, "token-unknown", title: "The token opens nothing",
          detail:
            "It is unknown, expired or revoked, or its holder has left. Make one with assay token create.")
      }
      context.caller = .machine(token, account: account)
    } else if isLocal {
      context.caller = .localUser
    } else if let secret = cookie.value(in: request),
      let (_, person) = try control.session(of: secret, at: context.asked)
    {
      context.caller = .person(person, proof: SessionCookie.proof(of: secret))
    }
    return try await next(request, context)
  }

  /// The secret in an Authorization header: a bearer token (RFC 6750), or the password of Basic, where clients such as
  /// Langfuse's put theirs.
  private static func presented(_ header: String?) -> String? {
    guard let header else { return nil }
    let parts = header.split(separator: " ", maxSplits: 1)
    guard parts.count == 2 else { return "" }
    switch parts[0].lowercased() {
    case "bearer": return String(parts[1])
    case "basic":
      guard let data = Data(base64Encoded: String(parts[1])) else { return "" }
      let pair = String(decoding: data, as: UTF8.self)
      return pair.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).last.map(String.init)
    default: return ""
    }
  }
}

/// The cookie that a browser's session is in.
struct SessionCookie: Sendable {
  var isSecure: Bool

  /// With the prefix a browser takes it only over TLS, for this host alone (RFC 6265bis, 4.1.3.2).
  var name: String { isSecure ? "__Host-assay" : "assay" }
  var attemptName: String { isSecure ? "__Host-assay-sign-in" : "assay-sign-in" }

  func value(in request: Request) -> String? { request.cookies[name]?.value }

  func set(_ secret: KeySecret) -> String { line(name, secret.revealed, seconds: 12 * 3600, sameSite: "Lax") }
  func setAttempt(_ text: String) -> String { line(attemptName, text, seconds: 600, sameSite: "Lax") }
  var cleared: String { line(name, "", seconds: 0, sameSite: "Lax") }
  var attemptCleared: String { line(attemptName, "", seconds: 0, sameSite: "Lax") }

  private func line(_ name: String, _ value: String, seconds: Int, sameSite: String) -> String {
    "\(name)=\(value); Path=/; Max-Age=\(seconds); HttpOnly; SameSite=\(sameSite)\(isSecure ? "; Secure" : "")"
  }

  /// What a form brings back to prove that this server's page had it: a hash of the session's secret, which a page
  /// may hold where the secret must not be.
  static func proof(of secret: String) -> String {
    SHA256.hash(data: Data(("assay form " + secret).utf8)).map { byte in
      let digits = String(byte, radix: 16)
      return digits.utf8.count == 1 ? "0" + digits : digits
    }.joined()
  }
}
