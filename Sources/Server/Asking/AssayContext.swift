import Directory
import Foundation
import Hummingbird
import Ledger
import NIOCore

/// What a middleware hands a request on to.
typealias NextResponder = @concurrent (Request, AssayContext) async throws -> Response

/// What is known of a request while it is answered.
struct AssayContext: RequestContext {
  var coreContext: CoreRequestContextStorage
  /// `nil`: nobody who could be told.
  var caller: Caller?
  var asked: Instant

  init(source: ApplicationRequestContextSource) {
    coreContext = CoreRequestContextStorage(source: source)
    asked = Instant(Date())
  }

  /// - Throws: ``ProblemDetails`` unless the caller is a person.
  func requirePerson() throws -> Person? {
    switch caller {
    case .localUser: return nil
    case .person(let person, _): return person
    case .machine:
      throw ProblemDetails(
        403, "people-only", title: "For people",
        detail: "A token cannot see what only the person it belongs to may see. Open it in a browser.")
    case nil: throw ProblemDetails.signInNeeded
    }
  }

  /// - Throws: ``ProblemDetails`` unless the caller is a token with the scope, or the user of this machine.
  func require(_ scope: TokenScope) throws -> Sender {
    switch caller {
    case .localUser: return Sender(token: nil, account: .local)
    case .machine(let token, let account) where token.scopes.contains(scope):
      return Sender(token: token, account: account)
    case .machine(let token, _):
      throw ProblemDetails(
        403, "scope-missing", title: "The token may not do this",
        detail: "The token “\(token.name)” lacks the scope \(scope.rawValue).")
    case .person:
      throw ProblemDetails(
        403, "machines-only", title: "For programs",
        detail: "This takes a token with the scope \(scope.rawValue): assay token create.")
    case nil:
      throw ProblemDetails(
        401, "token-missing", title: "A token is needed",
        detail: "Send Authorization: Bearer with a token of the scope \(scope.rawValue): assay token create.")
    }
  }
}

/// Under whose name something is sent.
struct Sender: Sendable {
  /// `nil`: whoever is at this machine.
  var token: APIToken?
  /// `nil`: nobody's, so that what is sent has to name whose it is.
  var account: AccountID?

  /// As sources are listed.
  var name: String { token.map { "token \($0.id)" } ?? "this machine" }
}

extension ProblemDetails {
  static let signInNeeded = ProblemDetails(
    401, "sign-in-needed", title: "Sign in first",
    detail: "This shows something of people, and so asks who you are.")
}
