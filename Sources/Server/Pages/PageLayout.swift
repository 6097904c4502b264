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
  private func links(for caller: Caller?, here: String) -> [PageFrame.Link] {
    let own: [(String, String)] =
      switch caller {
      case .localUser, .person:
        [
          ("/me", "Me"), ("/me/sessions", "My sessions"), (FeedbackPages.address, "Did it help?"),
          ("/me/seen-by-others", "What others see"),
          ("/me/who-looked", "Who looked"),
        ]
      case .machine, nil: []
      }
    let others: [(String, String, Subject, Page)] = [
      ("/groups", "Teams and applications", .group(isManagedByViewer: false), .groupCells),
      ("/organisation", "The organisation", .organisation, .organisationTotals),
      ("/target", "Adoption target", .organisation, .adoptionTarget),
      (DigestPages.address, "Weekly digests", .group(isManagedByViewer: false), .digest),
      ("/cost-centres", "Cost centres", .organisation, .costCentres),
      ("/people", "People", .organisation, .people), ("/sources", "Sources", .configuration, .sources),
      ("/reconciliation", "Reconciliation", .organisation, .reconciliation),
    ]
    let open = others.filter { own.isEmpty == false && sight.opens($0.3, on: $0.2, to: caller) }
    return (own + open.map { ($0.0, $0.1) }).map { PageFrame.Link($0, $1, isHere: $0 == here) }
  }

  func page(
    _ title: String, at path: String, for caller: Caller?, status: HTTPResponse.Status = .ok,
    _ content: String
  ) -> Response {
    var headers = HTTPFields()
    headers[.contentType] = "text/html; charset=utf-8"
    return Response(
      status: status, headers: headers,
      body: ResponseBody(byteBuffer: ByteBuffer(string: document(title, at: path, for: caller, content))))
  }

  func document(_ title: String, at path: String, for caller: Caller?, _ content: String) -> String {
    PageFrame(
      title: "\(title) · \(organisation)", style: .at("/assets/style.css"), footer: "\(organisation) · Assay",
      links: links(for: caller, here: path)
    ).document((demo?.banner(for: caller) ?? "") + content)
  }

  func problem(_ problem: ProblemDetails) -> String {
    let isSignIn = problem.status == 401
    return document(
      problem.title, at: "", for: nil,
      """
      <header><h1>\(PageFrame.escape(problem.title))</h1></header>
      <p class="lead">\(PageFrame.escape(problem.detail ?? ""))</p>
      <p>\(isSignIn ? "<a href=\"/sign-in\">Sign in</a>" : "<a href=\"/\">To the front page</a>")</p>

      """)
  }
}
