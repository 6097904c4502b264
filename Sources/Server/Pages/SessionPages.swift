import Account
import Charts
import ControlSQLite
import Directory
import Foundation
import Hummingbird
import Judgement
import Ledger
import Visibility

/// Somebody's own sessions, one by one, with what they wrote about them: for their eyes only.
struct SessionPages: Sendable {
  let ledger: any LedgerStore
  let control: ControlStore
  let sight: Sight
  let timeZone: TimeZone
  let findings: FindingsReading
  let layout: PageLayout

  func add(to router: Router<AssayContext>) {
    router.get("/me/sessions") { request, context in try sessions(request, context) }
    router.get("/me/sessions/:session") { request, context in try session(request, context) }
    router.post("/me/sessions/:session/remarks") { request, context in try await write(request, context) }
    router.post("/me/remarks/:id/withdraw") { request, context in try await withdraw(request, context) }
  }

  // MARK: Looking

  private func sessions(_ request: Request, _ context: AssayContext) throws -> Response {
    let account = try AccountReader(ledger: ledger, timeZone: timeZone).account(
      of: sight.own(.me, context).account)
    let remarked = Set(try control.remarks(by: sight.own(.contest, context).account).compactMap(\.session))
    let page = try Paging(request).page(
      of: account.sessions.sorted { OwnAPI.key(of: $0) < OwnAPI.key(of: $1) }, key: OwnAPI.key)
    let rows = page.items.map { one in
      DataTable.Row(
        [
          .text(one.session.started?.utc ?? one.session.name), .text(one.session.tool?.displayName),
          .text(one.session.project), .money(one.totals.knownCost),
          .toned(one.state.rawValue, .state(one.state)),
          .text(remarked.contains(one.session.id) ? "yes" : "none"),
        ], link: "/me/sessions/\(one.session.id.hexadecimal)")
    }
    let content =
      PageContent.heading(
        "My sessions", "The latest first. What you write about one is yours alone to read.")
      + .table(
        DataTable(
          id: "sessions", caption: "Cost at list price, and the outcome state that cost most.",
          columns: [
            DataColumn("Begun (UTC)"), DataColumn("Tool"), DataColumn("Project"), DataColumn("Cost", .money),
            DataColumn("State"), DataColumn("Remark"),
          ], rows: rows, empty: "Nothing has come in yet."))
      + (page.next.map { .link("/me/sessions?cursor=\($0)", "Older sessions") } ?? .nothing)
    return try layout.page("My sessions", at: "/me/sessions", request, context, content)
  }

  private func session(_ request: Request, _ context: AssayContext) throws -> Response {
    let owner = try sight.own(.me, context).account
    let id = try Self.id(context)
    let account = try AccountReader(ledger: ledger, timeZone: timeZone).account(of: owner)
    guard let one = account.sessions.first(where: { $0.session.id == id }) else {
      throw ProblemDetails.nothingThere
    }
    let session = one.session
    let facts = [
      ["Tool", session.tool?.displayName ?? "–"], ["Project", session.project ?? "–"],
      ["Begun (UTC)", session.started?.utc ?? "–"], ["Ended (UTC)", session.ended?.utc ?? "–"],
      ["Turns", "\(session.turns)"], ["Models", one.models.joined(separator: ", ")],
      [
        "Commits",
        session.commits.isEmpty ? "–" : session.commits.map { String($0.prefix(10)) }.joined(separator: ", "),
      ],
      ["Why", session.reason ?? "–"],
    ]
    let states = one.states.map { state in
      [
        DataValue.toned(state.state.rawValue, .state(state.state)), .money(state.totals.knownCost),
        .count(state.totals.records), .text(state.state.meaning),
      ]
    }
    let content =
      PageContent.heading("Session \(session.name)")
      + .table(DataTable(id: "held", caption: "What is held of it.", heads: ["What", "Value"], texts: facts))
      + .section(
        "What came of it",
        .table(
          DataTable(
            id: "states", caption: "Every token is in exactly one state.",
            columns: [
              DataColumn("State"), DataColumn("Cost", .money), DataColumn("Calls", .count),
              DataColumn("Means", .words),
            ], rows: states, empty: "No usage.")))
      + (try judgement(of: id, owner))
      + .section("Did it help?", try feedback(on: session, by: owner, context))
      + .section("Your remarks", try remarks(on: id, by: owner, context))
    return try layout.page("Session", at: "/me/sessions", request, context, content)
  }

  /// What speaks for a purpose and against it, line by line.
  private func judgement(of id: SessionID, _ owner: AccountID) throws -> PageContent {
    let (policy, judgements) = try findings.judgements(of: owner)
    guard let judgement = judgements.first(where: { $0.session == id }) else { return .nothing }
    let conclusion =
      judgement.said.map { "You said: “\($0)”. It is no finding." }
      ?? (judgement.isFinding
        ? "Nothing was found that explains this session. \(policy.errorSentence) If it had a purpose, say so below."
        : judgement.isComplete
          ? "No finding." : "Not all of it could be seen, so that nothing counts against a purpose.")
    return .section(
      "Had it a purpose?", .paragraph(conclusion) + .folded("Line by line", .table(judgement.lines)))
  }

  /// Of the session, and of each commit that it led to.
  private func feedback(
    on session: AccountSession, by owner: AccountID, _ context: AssayContext
  ) throws -> PageContent {
    let given = try control.feedback(by: owner)
    func form(_ subject: Feedback.Subject) -> PageContent {
      FeedbackForm(
        subject: subject, given: given.first { $0.subject == subject }, proof: context.formProof,
        page: session.id.hexadecimal
      ).content
    }
    let outcomes = session.commits.compactMap { hash in
      Feedback.Subject(.outcome, named: hash).map { subject in
        .markup("<h3>Commit <code>\(hash.prefix(10))</code></h3>\n") + form(subject)
      }
    }
    return outcomes.reduce(
      .paragraph("One tap, for you. Your team reads it only if you share it.")
        + form(.session(session.id)), +)
  }

  private static func id(_ context: AssayContext) throws(ProblemDetails) -> SessionID {
    guard let id = context.parameters.get("session").flatMap({ SessionID(hexadecimal: $0) }) else {
      throw .nothingThere
    }
    return id
  }

  // MARK: Writing

  private func remarks(on session: SessionID, by owner: AccountID, _ context: AssayContext) throws
    -> PageContent
  {
    let written = try control.remarks(by: owner).filter { $0.session == session }.map { remark in
      PageContent.markup("<article><h3>\(remark.kind.title), \(remark.written.utc)</h3>\n")
        + .lines(remark.text.text)
        + .form(
          "/me/remarks/\(remark.id)/withdraw", proof: context.formProof, button: "Take it back",
          "<input type=\"hidden\" name=\"session\" value=\"\(session.hexadecimal)\">\n")
        + .markup("</article>\n")
    }
    return written.reduce(.nothing, +)
      + .form(
        "/me/sessions/\(session.hexadecimal)/remarks", proof: context.formProof, button: "Keep it",
        """
        <p><label for="kind">What it is</label>
        <select id="kind" name="kind"><option value="note">A note</option>
        <option value="contest">What is held is wrong</option></select></p>
        <p><label for="text">In your words</label>
        <textarea id="text" name="text" rows="4" cols="60" required maxlength="\(RemarkText.longest)"></textarea></p>

        """)
      + .paragraph(
        "Nobody but you can read it: no manager, no administrator’s page, no export of others.")
  }

  private func write(_ request: Request, _ context: AssayContext) async throws -> Response {
    let owner = try sight.own(.contest, context).account
    let id = try Self.id(context)
    let form = try await FormBody(request, context)
    guard let kind = form["kind"].flatMap({ Remark.Kind(rawValue: $0) }) else {
      throw ProblemDetails.badField("kind", "kind is note or contest.")
    }
    let text: RemarkText
    do {
      text = try RemarkText(form["text"] ?? "")
    } catch {
      throw ProblemDetails.badField("text", error.description)
    }
    try control.write(text, as: kind, on: id, by: owner, at: context.asked)
    return .redirect(to: "/me/sessions/\(id.hexadecimal)", type: .normal)
  }

  private func withdraw(_ request: Request, _ context: AssayContext) async throws -> Response {
    let owner = try sight.own(.contest, context).account
    let form = try await FormBody(request, context)
    guard let id = context.parameters.get("id", as: Int64.self),
      try control.withdraw(remark: id, by: owner)
    else { throw ProblemDetails.nothingThere }
    let session = form["session"].flatMap { SessionID(hexadecimal: $0) }
    return .redirect(to: session.map { "/me/sessions/\($0.hexadecimal)" } ?? "/me/sessions", type: .normal)
  }
}

extension Remark.Kind {
  fileprivate var title: String {
    switch self {
    case .note: "Note"
    case .contest: "Contested"
    }
  }
}
