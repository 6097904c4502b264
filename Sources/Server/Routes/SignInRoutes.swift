import Charts
import ControlSQLite
import Directory
import Foundation
import HTTPTypes
import Hummingbird
import Ledger
import Logging
import NIOCore
import SignIn

/// Signing in and out: the browser is sent to the organisation's provider and comes back with a code.
struct SignInRoutes: Sendable {
  let provider: OpenIDProvider
  let control: ControlStore
  let cookie: SessionCookie
  /// As registered at the provider.
  let callback: URL
  let layout: PageLayout
  let seal = AttemptSeal()

  func add(to router: Router<AssayContext>) {
    router.get("/sign-in") { request, context in try await begin(request, context) }
    router.get("/sign-in/callback") { request, context in try await finish(request, context) }
    router.post("/sign-out") { request, context in try await signOut(request, context) }
  }

  @Sendable private func begin(_ request: Request, _ context: AssayContext) async throws -> Response {
    let attempt = SignInAttempt(
      returnTo: request.uri.queryParameters["return-to"].map(String.init) ?? "/me", at: context.asked)
    do {
      let address = try await provider.address(for: attempt, returningTo: callback, at: context.asked)
      var response = Response.redirect(to: address.absoluteString, type: .found)
      response.headers[.setCookie] = cookie.setAttempt(try seal.seal(attempt))
      return response
    } catch let error as SignInError {
      throw Self.problem(error, context)
    }
  }

  @Sendable private func finish(_ request: Request, _ context: AssayContext) async throws -> Response {
    let query = request.uri.queryParameters
    func value(_ name: String) -> String? { query[Substring(name)].map(String.init) }
    do {
      guard
        let attempt = request.cookies[cookie.attemptName].flatMap({
          seal.open($0.value, at: context.asked)
        })
      else { throw SignInError.noAttempt }
      let answer = OpenIDProvider.Answer(
        code: value("code"), state: value("state"), error: value("error"), issuer: value("iss"))
      let identity = try await provider.identity(
        for: answer, of: attempt, returningTo: callback, at: context.asked)
      let person = try person(of: identity)
      let secret = try control.beginSession(of: person.id, at: context.asked)
      context.logger.info("signed in", metadata: ["person": "\(person.id)"])
      var response = Response.redirect(to: attempt.returnTo, type: .found)
      response.headers.append(HTTPField(name: .setCookie, value: cookie.set(secret)))
      response.headers.append(HTTPField(name: .setCookie, value: cookie.attemptCleared))
      return response
    } catch let error as SignInError {
      throw Self.problem(error, context)
    }
  }

  /// Known by the mail address, which the provider must have verified: whoever may choose an address freely there
  /// could choose another person's.
  private func person(of identity: SignedInIdentity) throws -> Person {
    guard let mail = identity.mail else { throw SignInError.notInDirectory }
    guard identity.isMailVerified else { throw SignInError.mailNotVerified }
    guard let person = try control.livingPerson(mail: mail) else { throw SignInError.notInDirectory }
    return person
  }

  @Sendable private func signOut(_ request: Request, _ context: AssayContext) async throws -> Response {
    if let secret = cookie.value(in: request) { try control.endSession(of: secret) }
    var nobody = context
    nobody.caller = nil
    var response = try layout.page(
      "Signed out", at: "", request, nobody, isTakenAway: false,
      PageContent.heading("Signed out", "On this server only.")
        + .link("/sign-in", "Sign in again"))
    response.headers.append(HTTPField(name: .setCookie, value: cookie.cleared))
    response.headers[.init("Clear-Site-Data") ?? .cacheControl] = "\"cookies\", \"storage\""
    return response
  }

  private static func problem(_ error: SignInError, _ context: AssayContext) -> ProblemDetails {
    context.logger.notice("a sign-in failed: \(error)")
    return switch error {
    case .provider:
      ProblemDetails(502, "sign-in-service", title: "Sign-in does not work now", detail: "\(error)")
    case .refused, .noAttempt, .token:
      ProblemDetails(400, "sign-in-failed", title: "Not signed in", detail: "\(error)")
    case .notInDirectory, .mailNotVerified:
      ProblemDetails(403, "sign-in-unknown", title: "Not known here", detail: "\(error)")
    }
  }
}
