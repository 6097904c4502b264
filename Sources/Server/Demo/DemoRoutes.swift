import Charts
import ControlSQLite
import Directory
import Foundation
import HTTPTypes
import Hummingbird
import Ledger
import NIOCore

/// The way into a sample organisation: a form says as whom to look, and begins that person's session. There are no such
/// routes on any other server.
struct DemoRoutes: Sendable {
  let looks: DemoLooks
  let control: ControlStore
  let cookie: SessionCookie
  let layout: PageLayout

  func add(to router: Router<AssayContext>) {
    router.get("/") { _, context in
      Response.redirect(to: context.formProof == nil ? "/look-as" : "/me", type: .found)
    }
    router.get("/look-as") { request, context in try welcome(request, context) }
    // Where pages send whoever has no session.
    router.get("/sign-in") { request, context in try welcome(request, context) }
    router.post("/look-as") { request, context in try await look(request, context) }
  }

  /// Who has no session yet gets a secret in a cookie all the same, lest another site begins one for them.
  private func welcome(_ request: Request, _ context: AssayContext) throws -> Response {
    let secret = KeySecret().revealed
    let rows = looks.looks.map { [$0.title, $0.name, $0.hint] }
    let content =
      PageContent.heading(
        layout.organisation,
        "About two hundred people, half a year of AI use in the tools’ own formats, and real repositories: all of it made up, read and judged as any organisation’s is."
      )
      + .table(
        DataTable(
          id: "looks",
          caption:
            "As whom to look. What each sees is what somebody in that place sees of a real organisation.",
          heads: ["Look as", "Who that is", "See for yourself"], texts: rows))
      + .markup(context.formProof == nil ? looks.form(proof: SessionCookie.proof(of: secret)) : "")
    var response = try layout.page(
      "Look as", at: "/look-as", request, context, isTakenAway: false, content)
    if context.formProof == nil { response.headers[.setCookie] = cookie.setAttempt(secret) }
    return response
  }

  @Sendable private func look(_ request: Request, _ context: AssayContext) async throws -> Response {
    let form = try await FormBody(request, context)
    if context.formProof == nil {
      let expected = request.cookies[cookie.attemptName].map { SessionCookie.proof(of: $0.value) }
      guard let expected, form["proof"] == expected else { throw ProblemDetails.proofMissing }
    }
    guard let look = looks.looks.first(where: { $0.id == form["as"] }),
      let person = try control.livingPerson(mail: look.mail)
    else {
      throw ProblemDetails(
        400, "nobody-to-look-as", title: "Nobody to look as",
        detail: "Choose one of: \(looks.looks.map(\.id).joined(separator: ", ")).")
    }
    if let secret = cookie.value(in: request) { try control.endSession(of: secret) }
    let secret = try control.beginSession(of: person.id, at: context.asked)
    var response = Response.redirect(to: look.start, type: .normal)
    response.headers.append(HTTPField(name: .setCookie, value: cookie.set(secret)))
    response.headers.append(HTTPField(name: .setCookie, value: cookie.attemptCleared))
    return response
  }
}
