import Account
import Charts
import ControlSQLite
import Hummingbird
import Judgement
import Ledger
import Visibility
import Waste

/// What somebody can act on in their own use; and, apart from it, their sessions that look unexplained. For them alone: no
/// other page, list or program has any of it.
struct FindingsPages: Sendable {
  let reading: FindingsReading
  let sight: Sight
  let layout: PageLayout

  static let address = "/me/findings"

  func add(to router: Router<AssayContext>) {
    router.get("/me/findings") { request, context in try page(request, context) }
    router.get("/api/v1/me/findings") { request, context in try document(request, context) }
  }

  private func page(_ request: Request, _ context: AssayContext) throws -> Response {
    let account = try sight.own(.findings, context).account
    let waste = try reading.waste(of: account, at: context.asked)
    let (policy, judgements) = try reading.judgements(of: account)
    let content =
      PageContent.heading("Findings", "What you can act on in your own use. Only you can see this page.")
      + .section("What could have been had for less", Self.waste(waste))
      + .section("Sessions that look unexplained", Self.unexplained(judgements, policy))
    return try layout.page("Findings", at: Self.address, request, context, content)
  }

  private func document(_ request: Request, _ context: AssayContext) throws -> Response {
    let account = try sight.own(.findings, context).account
    let (policy, judgements) = try reading.judgements(of: account)
    return TaggedAnswer(
      .object([
        ("waste", try reading.waste(of: account, at: context.asked).json),
        ("policy", .string(policy.stamp)),
        ("how_often_wrong", .string(policy.errorSentence)),
        ("judged", .integer(Int64(judgements.count))),
        (
          "unexplained",
          .array(
            judgements.filter(\.isFinding).map { one in
              .object([("session", .string(one.session.hexadecimal)), ("judgement", one.json)])
            })
        ),
      ])
    ).response(to: request)
  }

  private static func waste(_ report: WasteReport) -> PageContent {
    .paragraph(
      report.findings.isEmpty
        ? "Looked through: the last 30 days."
        : "Of the last 30 days, \(Figures.counted(report.sessions, "session")): \(report.cost.text).")
      + .table(report.table)
      + (report.findings.isEmpty
        ? .nothing
        : .folded(
          "The dearest of them",
          .table(
            report.examples(20, name: { String($0.hexadecimal.prefix(8)) }, time: \.utc) {
              "/me/sessions/\($0.hexadecimal)"
            })))
  }

  private static func unexplained(_ judgements: [Judgement], _ policy: EvidencePolicy) -> PageContent {
    let findings = judgements.filter(\.isFinding)
    let lead = [
      "Nothing was found that explains these sessions. That is all that it says: there may have been a good reason that no record shows.",
      policy.errorSentence,
      "If you know what one was, say so on its page. Only you can read it, and it is then no finding any more.",
    ]
    return (findings.isEmpty ? .quiet(policy.errorSentence) : .sentences(lead))
      + .table(
        DataTable(
          id: "unexplained", caption: "The latest first, with what speaks most against a purpose.",
          columns: [
            DataColumn("Session", .code), DataColumn("Bits", .number(unit: "", decimals: 1)),
            DataColumn("What was observed", .words),
          ],
          rows: findings.reversed().map { one in
            DataTable.Row(
              [
                .text(String(one.session.hexadecimal.prefix(8))), .number(one.bits),
                .text(
                  one.evidence.filter { $0.bits > 0 }.sorted { $0.bits > $1.bits }.prefix(3).map(\.text)
                    .joined(separator: "; ")),
              ], link: "/me/sessions/\(one.session.hexadecimal)")
          }, empty: "None of \(Figures.counted(judgements.count, "session")) does."))
  }
}

extension Judgement {
  /// The sum line by line, for the page of one's own session.
  var lines: DataTable {
    DataTable(
      id: "judgement",
      caption:
        "What speaks for a purpose and against it, in bits: one more is twice as likely. How much the session used is no evidence.",
      columns: [DataColumn("What was observed", .words), DataColumn("Bits", .number(unit: "", decimals: 2))],
      rows: evidence.map { [.text($0.text), .number($0.bits)] },
      empty: "Nothing was observed."
    ).with(foot: [.text("In all"), .number(bits)])
  }
}

extension DataTable {
  fileprivate func with(foot cells: [DataValue]) -> DataTable {
    var table = self
    table.foot = Row(cells)
    return table
  }
}
