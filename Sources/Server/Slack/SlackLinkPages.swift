import Account
import Charts
import ControlSQLite
import Directory
import Foundation
import Hummingbird
import Ledger
import SlackClient

/// Where somebody says, signed in, that a user of Slack's is them, and takes it back.
struct SlackLinkPages: Sendable {
  let people: SlackPeople
  let api: SlackWebAPI
  /// Slack's name of the workspace.
  let team: String
  let control: ControlStore
  let layout: PageLayout

  static let address = "/slack/link"

  func add(to router: Router<AssayContext>) {
    router.get("/slack/link") { request, context in try links(request, context) }
    router.get("/slack/link/:code") { request, context in try await page(request, context) }
    router.post("/slack/link/:code") { request, context in try await confirm(request, context) }
    router.post("/slack/unlink/:user") { request, context in try await unlink(request, context) }
  }

  private func links(_ request: Request, _ context: AssayContext) throws -> Response {
    let links = try people.links(of: account(context))
    let lines = links.map { link in
      PageContent.paragraph("The Slack user \(link.value), since \(link.since.utcMinute).")
        + .form(
          "/slack/unlink/\(Markup.escape(link.value))", proof: context.formProof, button: "End this", "")
    }
    let content =
      PageContent.heading(
        "You in Slack", "Who you are there is what you confirmed here, and nothing else.")
      + (lines.isEmpty
        ? .paragraph("Nobody in Slack is you. Write /assay link there.") : lines.reduce(.nothing, +))
    return try layout.page("You in Slack", at: Self.address, request, context, content)
  }

  private func page(_ request: Request, _ context: AssayContext) async throws -> Response {
    _ = try account(context)
    let (code, user) = try invited(context)
    let name = ", who goes by “\(try await checked(user, context))” there,"
    let content =
      PageContent.heading("Is the Slack user \(user) you?", "")
      + .paragraph(
        "From then on the Slack user \(user)\(name) decides in your name what agents ask you, stops your agents, begins their runs, and is shown what you may see. Confirm it only if you asked for this page yourself, by /assay link, a moment ago. If somebody sent you here, close it."
      )
      + .form(
        "\(Self.address)/\(Markup.escape(code))", proof: context.formProof, button: "Yes, that is me", "")
    return try layout.page("You in Slack", at: Self.address, request, context, content)
  }

  private func confirm(_ request: Request, _ context: AssayContext) async throws -> Response {
    let account = try account(context)
    _ = try await FormBody(request, context)
    let (_, user) = try invited(context)
    _ = try await checked(user, context)
    do {
      try people.link(user, to: account, at: context.asked)
    } catch is DirectoryError {
      throw ProblemDetails(
        409, "somebody-else", title: "Somebody else already",
        detail:
          "The Slack user \(user) is somebody else here. Whoever that is ends it with /assay unlink, or an administrator with assay identity unlink."
      )
    }
    return Response.redirect(to: Self.address, type: .normal)
  }

  private func unlink(_ request: Request, _ context: AssayContext) async throws -> Response {
    let account = try account(context)
    _ = try await FormBody(request, context)
    let user = try context.parameters.require("user")
    guard try people.unlink(user, from: account, at: context.asked) else { throw ProblemDetails.nothingThere }
    return Response.redirect(to: Self.address, type: .normal)
  }

  private func account(_ context: AssayContext) throws -> AccountID {
    try context.requirePerson()?.account ?? .local
  }

  private func invited(_ context: AssayContext) throws -> (code: String, user: String) {
    let code = try context.parameters.require("code")
    guard let user = try people.invited(by: code, at: context.asked) else {
      throw ProblemDetails.noInvitation
    }
    return (code, user)
  }

  /// What Slack says of a user makes them nobody here; but where it knows them by the address of one of our people, another
  /// cannot be them.
  ///
  /// - Returns: What they are called there.
  private func checked(_ user: String, _ context: AssayContext) async throws -> String {
    let found: SlackUser?
    do throws(SlackFailure) { found = try await api.user(user) } catch { throw ProblemDetails.slackIsSilent }
    guard let found, found.team == team, !found.isBot, !found.isOutsider, !found.isDeleted else {
      throw ProblemDetails.noInvitation
    }
    let owner = try found.mail.flatMap { try control.livingPerson(mail: $0) }
    if let owner, try owner.id != context.requirePerson()?.id { throw ProblemDetails.anothersMail }
    return found.name
  }
}

extension ProblemDetails {
  static let noInvitation = ProblemDetails(
    404, "no-such-link", title: "No such link",
    detail:
      "It has been used, is older than 15 minutes, or never was. Write /assay link in Slack for another.")
  static let slackIsSilent = ProblemDetails(
    503, "slack-is-silent", title: "Slack does not say who that is",
    detail: "Who a Slack user is is asked there before anybody is linked. Try it again in a moment.")
  static let anothersMail = ProblemDetails(
    409, "somebody-else", title: "Somebody else",
    detail: "Slack knows this user by the mail address of somebody else here, who cannot be you.")
}
