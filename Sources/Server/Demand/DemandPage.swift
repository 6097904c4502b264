import Account
import Charts
import Demand
import Directory
import Foundation
import Hummingbird
import Ledger
import Statistics
import Visibility

/// What the organisation is likely to use in the weeks ahead, what of that serves a purpose, and what use takes. Of closed
/// weeks only, as they were published; what was committed to is for finance and platform.
struct DemandPage: Sendable {
  let reading: DemandReading
  let sight: Sight
  let layout: PageLayout

  static let address = "/organisation/demand"
  private static let title = "Demand"

  func add(to router: Router<AssayContext>) {
    router.get("/organisation/demand") { request, context in try page(request, context) }
    router.get("/api/v1/demand") { request, context in try document(request, context) }
  }

  private func shown(_ request: Request, _ context: AssayContext) throws -> DemandReading.Shown? {
    _ = try sight.ask(.organisationTotals, on: .organisation, context)
    let question = try DemandQuestion(request.uri.queryParameters, usually: reading.settings.ahead)
    return try reading.shown(ahead: question.ahead, withCommitments: seesCommitments(context))
  }

  /// What a provider was promised is a contract's, and not everybody's.
  private func seesCommitments(_ context: AssayContext) -> Bool {
    sight.opens(.costCentres, on: .organisation, to: context.caller)
  }

  private func document(_ request: Request, _ context: AssayContext) throws -> Response {
    let document = try shown(request, context).map(DemandWords.document) ?? DemandWords.nothing
    return TaggedAnswer(document).response(to: request)
  }

  private func page(_ request: Request, _ context: AssayContext) throws -> Response {
    guard let shown = try shown(request, context) else {
      return try layout.page(
        Self.title, at: Self.address, request, context,
        .heading(
          Self.title, "What is likely to be used in the weeks ahead, once a week of it has been closed.")
          + .paragraph(WeekWords.noneClosed))
    }
    let report = shown.report
    let words = DemandWords(shown)
    let commitments: PageContent =
      seesCommitments(context)
      ? .section("Commitments", .sentences(words.commitments) + .table(words.commitmentTable)) : .nothing
    let content =
      PageContent.heading(Self.title, words.lead)
      + .section(
        "The weeks ahead",
        .sentences([report.costSentence] + words.corrections) + Self.choice(report.ahead)
          + .chart(words.chart))
      + .section("By model", .table(report.forecastTable) + .sentences(words.models))
      + commitments
      + .section(
        "What use takes",
        .table(report.footprintTable) + .sentences(words.footprint)
          + .folded("Where these figures are from", .table(report.coefficients.table)))
      + .section("How to read it", .sentences(words.reading))
      + .link(EstimatePage.address, "How much of it was purposeless, as far as can be estimated")
    return try layout.page(Self.title, at: Self.address, request, context, content)
  }

  private static func choice(_ ahead: Int) -> PageContent {
    let links = [4, 13, 26].map { weeks in
      weeks == ahead
        ? "<strong>\(weeks) weeks</strong>" : Markup.anchor("\(address)?ahead=\(weeks)", "\(weeks) weeks")
    }
    return .markup("<p>Ahead: \(links.joined(separator: " · "))</p>\n")
  }
}
