import Charts
import ControlSQLite
import Directory
import Foundation
import Hummingbird
import Ledger
import Visibility

/// Whether tools, sessions and outcomes helped, as their user says: one tap, private until shared.
struct FeedbackPages: Sendable {
  let ledger: any LedgerStore
  let control: ControlStore
  let sight: Sight
  let layout: PageLayout

  static let address = "/me/feedback"

  func add(to router: Router<AssayContext>) {
    router.get("/me/feedback") { request, context in try page(request, context) }
    router.post("/me/feedback/answers") { request, context in try await answer(request, context) }
    router.post("/me/feedback/:id/words") { request, context in try await words(request, context) }
    router.post("/me/feedback/:id/share") { request, context in try await share(true, request, context) }
    router.post("/me/feedback/:id/keep") { request, context in try await share(false, request, context) }
    router.post("/me/feedback/:id/withdraw") { request, context in try await withdraw(request, context) }
  }

  // MARK: Looking

  private func page(_ request: Request, _ context: AssayContext) throws -> Response {
    let account = try sight.own(.feedback, context).account
    let given = try control.feedback(by: account)
    let used = try Set(ledger.derivedSessions(of: account).compactMap(\.session.tool))
    let said = Set(given.compactMap { if case .tool(let tool) = $0.subject { tool } else { nil } })
    let tools = used.union(said).sorted { $0.displayName < $1.displayName }
    let asked = tools.map { tool in
      PageContent.markup("<h3>\(Markup.escape(tool.displayName))</h3>\n")
        + FeedbackForm(
          subject: .tool(tool), given: given.first { $0.subject == .tool(tool) }, proof: context.formProof
        ).content
    }
    let others = given.filter { $0.subject.kind != .tool }.map { one in
      PageContent.markup("<h3>\(title(of: one.subject))</h3>\n")
        + FeedbackForm(subject: one.subject, given: one, proof: context.formProof).content
    }
    let content =
      PageContent.heading(
        "Did it help?",
        "One tap, for you. Nobody else reads it unless you share it with your team; it is never added into any figure. That a tool is of no use for your work is an answer like any other."
      )
      + .section(
        "Your tools",
        tools.isEmpty
          ? .paragraph("No tool of yours has sent anything yet.") : asked.reduce(.nothing, +))
      + .section(
        "Sessions and outcomes",
        others.isEmpty
          ? .paragraph("You have said nothing of these yet. Each session’s page asks.")
          : others.reduce(.nothing, +))
    return try layout.page("Did it help?", at: Self.address, request, context, content)
  }

  private func title(of subject: Feedback.Subject) -> String {
    switch subject {
    case .tool(let tool): Markup.escape(tool.displayName)
    case .session(let session):
      Markup.anchor("/me/sessions/\(session.hexadecimal)", "Session \(session.hexadecimal.prefix(10))")
    case .outcome(let hash): "Commit \(Markup.escape(String(hash.prefix(10))))"
    }
  }

  // MARK: Saying

  private func answer(_ request: Request, _ context: AssayContext) async throws -> Response {
    let account = try sight.own(.feedback, context).account
    let form = try await FormBody(request, context)
    guard let subject = Self.subject(form["kind"], form["subject"]) else { throw ProblemDetails.noSubject }
    guard let answer = form["answer"].flatMap({ Feedback.Answer(rawValue: $0) }) else {
      throw ProblemDetails.noAnswer
    }
    let before = try control.feedback(by: account).first { $0.subject == subject }
    // A second tap on what is pressed takes nothing away, its words and who may read them included.
    if before?.answer != answer {
      try control.answer(answer, on: subject, words: before?.words, by: account, at: context.asked)
    }
    return Self.back(form)
  }

  static func subject(_ kind: String?, _ name: String?) -> Feedback.Subject? {
    kind.flatMap { Feedback.Kind(rawValue: $0) }.flatMap { kind in
      name.flatMap { Feedback.Subject(kind, named: $0) }
    }
  }

  private func words(_ request: Request, _ context: AssayContext) async throws -> Response {
    let account = try sight.own(.feedback, context).account
    let form = try await FormBody(request, context)
    let one = try own(context, account)
    let text = form["words"] ?? ""
    let words: RemarkText?
    do {
      words = text.allSatisfy(\.isWhitespace) ? nil : try RemarkText(text)
    } catch {
      throw ProblemDetails.badField("words", error.description)
    }
    if words != one.words {
      try control.answer(one.answer, on: one.subject, words: words, by: account, at: context.asked)
    }
    return Self.back(form)
  }

  private func share(
    _ isShared: Bool, _ request: Request, _ context: AssayContext
  ) async throws -> Response {
    let account = try sight.own(.feedback, context).account
    let form = try await FormBody(request, context)
    let one = try own(context, account)
    var sharing: Feedback.Sharing?
    if isShared {
      guard let team = try control.snapshot().team(of: account, at: context.asked) else {
        throw ProblemDetails(
          409, "no-team", title: "No team to share with",
          detail: "The directory puts you in no team. What you said stays yours alone.")
      }
      sharing = Feedback.Sharing(team: team, since: context.asked)
    }
    try control.share(one.id, by: account, with: sharing)
    return Self.back(form)
  }

  private func withdraw(_ request: Request, _ context: AssayContext) async throws -> Response {
    let account = try sight.own(.feedback, context).account
    let form = try await FormBody(request, context)
    try control.withdraw(feedback: own(context, account).id, by: account)
    return Self.back(form)
  }

  private func own(_ context: AssayContext, _ account: AccountID) throws -> Feedback {
    guard let id = context.parameters.get("id", as: Int64.self),
      let one = try control.feedback(by: account).first(where: { $0.id == id })
    else { throw ProblemDetails.nothingThere }
    return one
  }

  /// To the session's page that it was said on, or to the list.
  private static func back(_ form: FormBody) -> Response {
    let session = form["page"].flatMap { SessionID(hexadecimal: $0) }
    return .redirect(to: session.map { "/me/sessions/\($0.hexadecimal)" } ?? address, type: .normal)
  }
}

extension ProblemDetails {
  static let noSubject = badField(
    "subject",
    "subject is a tool’s name, a session as /api/v1/me/sessions calls it, or a commit’s hash in full; kind says which: tool, session or outcome."
  )
  static let noAnswer = badField(
    "answer",
    "answer is one of: \(Feedback.Answer.allCases.map(\.rawValue).joined(separator: ", "))."
  )
}
