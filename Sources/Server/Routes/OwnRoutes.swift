import Account
import Crypto
import Directory
import Foundation
import HTTPTypes
import Hummingbird
import Ledger
import NIOCore
import Visibility

/// What somebody can take of their own, for programs of theirs.
struct OwnRoutes: Sendable {
  let ledger: any LedgerStore
  let sight: Sight
  let timeZone: TimeZone

  func add(to router: Router<AssayContext>) {
    router.get("/api/v1/me/account") { request, context in try account(request, context) }
  }

  /// The account as `assay report --json` prints it; docs/report.schema.json describes it.
  private func account(_ request: Request, _ context: AssayContext) throws -> Response {
    let person = try context.requirePerson()
    if let person { _ = try sight.ask(.personExport, of: person.id, as: .myself, context) }
    let asked = request.uri.queryParameters["by"].map(String.init) ?? ReportGrouping.project.rawValue
    guard let grouping = ReportGrouping(rawValue: asked) else {
      throw ProblemDetails(
        400, "unknown-grouping", title: "Unknown grouping",
        detail: "by takes one of: \(ReportGrouping.allCases.map(\.rawValue).joined(separator: ", ")).")
    }
    let account = try AccountReader(ledger: ledger, timeZone: timeZone).account(of: person?.account ?? .local)
    let body = account.json(by: grouping, generatedAt: Instant(milliseconds: 0))
    // The same content has the same tag, whenever it is asked for.
    let tag =
      "\"" + SHA256.hash(data: Data(body.utf8)).prefix(16).map { String($0, radix: 16) }.joined() + "\""
    if request.headers[.ifNoneMatch] == tag { return Response(status: .notModified, headers: [.eTag: tag]) }
    return Response(
      status: .ok,
      headers: [.contentType: "application/json", .eTag: tag, .cacheControl: "private, no-cache"],
      body: ResponseBody(
        byteBuffer: ByteBuffer(string: account.json(by: grouping, generatedAt: context.asked))))
  }
}
