import ControlSQLite
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
        if try control.isErased(secret: presented) { throw ProblemDetails.erased }
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
