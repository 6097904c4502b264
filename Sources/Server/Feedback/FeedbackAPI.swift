import Account
import Charts
import ControlSQLite
import Directory
import Foundation
import Hummingbird
import Ledger
import Visibility

/// Somebody's own feedback, for programs of theirs: a button in an editor, a command.
struct FeedbackAPI: Sendable {
  let control: ControlStore
  let sight: Sight

  func add(to router: Router<AssayContext>) {
    let group = router.group("/api/v1/me/feedback")
    group.get("") { request, context in try feedback(request, context) }
    group.post("") { request, context in try await answer(request, context) }
    group.delete(":id") { _, context in try withdraw(context) }
  }

  private func feedback(_ request: Request, _ context: AssayContext) throws -> Response {
    let account = try sight.own(.feedback, context).account
    let document = try Paging(request).document(
      of: try control.feedback(by: account),
      key: { Paging.latestFirst($0.given.milliseconds) + Paging.latestFirst($0.id) }, Self.json)
    return TaggedAnswer(document).response(to: request)
  }

  private struct NewFeedback: Decodable {
    var kind: String
    var subject: String
    var answer: String
    var words: String?
    /// Whether the team is to read it; no unless it says so.
    var shared: Bool?
  }

  private func answer(_ request: Request, _ context: AssayContext) async throws -> Response {
    let account = try sight.own(.feedback, context).account
    let given = try await JSONBody<NewFeedback>(request, limit: 64 << 10).value
    guard let subject = FeedbackPages.subject(given.kind, given.subject) else {
      throw ProblemDetails.noSubject
    }
    guard let answer = Feedback.Answer(rawValue: given.answer) else { throw ProblemDetails.noAnswer }
    let words: RemarkText?
    do {
      words = try given.words.map(RemarkText.init)
    } catch {
      throw ProblemDetails.badField("words", error.description)
    }
    let team = try control.snapshot().team(of: account, at: context.asked)
    if given.shared == true, team == nil {
      throw ProblemDetails.badField("shared", "The directory puts you in no team to share with.")
    }
    var feedback = try control.answer(answer, on: subject, words: words, by: account, at: context.asked)
    if given.shared == true, let team {
      feedback.sharing = Feedback.Sharing(team: team, since: context.asked)
      try control.share(feedback.id, by: account, with: feedback.sharing)
    }
    return .created(Self.json(feedback), at: "/api/v1/me/feedback/\(feedback.id)")
  }

  private func withdraw(_ context: AssayContext) throws -> Response {
    let account = try sight.own(.feedback, context).account
    guard let id = context.parameters.get("id", as: Int64.self),
      try control.withdraw(feedback: id, by: account)
    else { throw ProblemDetails.nothingThere }
    return Response(status: .noContent)
  }

  private static func json(_ feedback: Feedback) -> JSONValue {
    .object([
      ("id", .integer(feedback.id)), ("kind", .string(feedback.subject.kind.rawValue)),
      ("subject", .string(feedback.subject.name)), ("answer", .string(feedback.answer.rawValue)),
      ("words", .optional(feedback.words?.text)), ("given", .string(feedback.given.utc)),
      ("shared", .optional(feedback.sharing?.since.utc)),
    ])
  }
}
