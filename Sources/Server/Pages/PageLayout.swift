import Charts
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Visibility

/// How this server's pages look around what they say, and where they lead.
struct PageLayout: Sendable {
  var organisation: String
  let sight: Sight
  /// Where a sample organisation is shown.
  var demo: DemoLooks?

  /// The pages that a caller can open, in the order in which they are named on each.
  private func groups(for caller: Caller?, here: String) -> [PageFrame.LinkGroup] {
    let isPerson =
      switch caller {
      case .localUser, .person: true
      case .machine, nil: false
      }
    guard isPerson else { return [] }
    let hasLeaderboard = (try? sight.policy())?.settings.leaderboard != nil
    let own =
      [
        ("/me", "Me"), ("/me/sessions", "My sessions"),
        (FindingsPages.address, "Findings"), (FeedbackPages.address, "Did it help?"),
        (AgentPages.address, "My agents"),
        ("/me/seen-by-others", "What others see"), ("/me/who-looked", "Who looked"),
      ] + (hasLeaderboard ? [(LeaderboardPages.address, "My place")] : [])
    let others: [(String, String, Subject, Page)] = [
      ("/organisation", "Overview", .organisation, .organisationTotals),
      ("/groups", "Teams and applications", .group(isManagedByViewer: false), .groupCells),
      (BoardPages.address, "Boards", .group(isManagedByViewer: false), .board),
      ("/target", "Adoption target", .organisation, .adoptionTarget),
      (DemandPage.address, "Demand", .organisation, .organisationTotals),
      (DigestPages.address, "Weekly digests", .group(isManagedByViewer: false), .digest),
      ("/cost-centres", "Cost centres", .organisation, .costCentres),
      ("/reconciliation", "Reconciliation", .organisation, .reconciliation),
      ("/people", "People", .organisation, .people), ("/sources", "Sources", .configuration, .sources),
    ]
    let open = others.filter { sight.opens($0.3, on: $0.2, to: caller) }.map { ($0.0, $0.1) }
    return [("Mine", own), ("The organisation", open)].map { name, links in
      PageFrame.LinkGroup(name, links.map { PageFrame.Link($0.0, $0.1, isHere: $0.0 == here) })
    }
  }

  /// A page; or, if the request names one of its tables (`?table=ID&as=csv` or `json`), that table's data. Whoever may
  /// read the page may take its tables away, for it is the same answer in another form.
  ///
  /// - Parameter isTakenAway: whether they may: not what is another person's.
  /// - Throws: ``ProblemDetails`` if the page has no such table, or not in such a form.
  func page(
    _ title: String, at path: String, _ request: Request, _ context: AssayContext, isTakenAway: Bool = true,
    _ content: PageContent
  ) throws(ProblemDetails) -> Response {
    if let table = request.uri.queryParameters["table"] {
      guard isTakenAway else { throw .notTakenAway }
      return try data(
        of: String(table), as: request.uri.queryParameters["as"].map(String.init), content, request)
    }
    var headers = HTTPFields()
    headers[.contentType] = "text/html; charset=utf-8"
    let downloads = isTakenAway ? Downloads(query: Self.rest(of: request.uri.query)) : nil
    let html = document(title, at: path, for: context.caller, content.html(downloads))
    return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: html)))
  }

  private func data(
    of name: String, as form: String?, _ content: PageContent, _ request: Request
  ) throws(ProblemDetails) -> Response {
    guard let table = content.tables.first(where: { $0.id == name }) else {
      throw ProblemDetails(
        404, "no-such-table", title: "No such table", detail: "This page has no table of that name.")
    }
    guard let format = Downloads.Format(rawValue: form ?? "") else {
      throw .badField("as", "as is \(Downloads.Format.allCases.map(\.rawValue).joined(separator: " or ")).")
    }
    var response =
      switch format {
      case .csv:
        TaggedAnswer(table.csv, type: "text/csv; charset=utf-8; header=present").response(to: request)
      case .json: TaggedAnswer(table.json).response(to: request)
      }
    response.headers[.contentDisposition] = "attachment; filename=\"\(table.id).\(format.rawValue)\""
    return response
  }

  /// What else stands in a query, as it came.
  private static func rest(of query: String?) -> String {
    (query ?? "").split(separator: "&").filter { !$0.hasPrefix("table=") && !$0.hasPrefix("as=") }
      .joined(separator: "&")
  }

  func document(_ title: String, at path: String, for caller: Caller?, _ content: String) -> String {
    PageFrame(
      title: "\(title) · \(organisation)", style: .at("/assets/style.css"), footer: "\(organisation) · Assay",
      name: organisation, groups: groups(for: caller, here: path), banner: demo?.banner(for: caller) ?? ""
    ).document(content)
  }

  func problem(_ problem: ProblemDetails) -> String {
    let content =
      PageContent.heading(problem.title, problem.detail ?? "")
      + (problem.status == 401 ? .link("/sign-in", "Sign in") : .link("/", "To the front page"))
    return document(problem.title, at: "", for: nil, content.html())
  }
}

extension ProblemDetails {
  fileprivate static let notTakenAway = ProblemDetails(
    404, "no-such-table", title: "No such table",
    detail: "What is another person’s is looked at here, and not taken away.")
}

extension PageContent {
  /// A form that changes something, with the proof that this server's page sent it.
  ///
  /// - Parameter fields: markup.
  static func form(_ address: String, proof: String?, button: String, _ fields: String) -> PageContent {
    let hidden = proof.map { "<input type=\"hidden\" name=\"proof\" value=\"\(Markup.escape($0))\">\n" } ?? ""
    return .markup(
      """
      <form method="post" action="\(Markup.escape(address))">
      \(hidden)\(fields)<p><button>\(Markup.escape(button))</button></p>
      </form>

      """)
  }
}
