import Charts
import ControlSQLite
import Digest
import Directory
import Foundation
import HTTPTypes
import Hummingbird
import Ledger
import Visibility

/// Weekly digests of teams: as a page, as mail, as Markdown and as JSON.
struct DigestPages: Sendable {
  let reading: DigestReading
  let layout: PageLayout

  static let address = "/digests"

  private enum Shape: String, CaseIterable {
    case page, mail, markdown, json
  }

  func add(to router: Router<AssayContext>) {
    router.get("/digests") { request, context in try teams(request, context) }
    router.get("/digests/:team") { request, context in try digest(request, context) }
    router.get("/digests/:team/:week") { request, context in try digest(request, context) }
    router.get("/api/v1/teams/:team/digests/:week") { request, context in
      TaggedAnswer(try digest(context).json).response(to: request)
    }
  }

  // MARK: Which team

  private func teams(_ request: Request, _ context: AssayContext) throws -> Response {
    _ = try reading.sight.ask(.digest, on: .group(isManagedByViewer: false), context)
    let people = try reading.control.peopleReading()
    let living = people.snapshot.contents.teams.filter { $0.ended == nil }
    let latest = try reading.control.frozenWeeks().last
    var own: Int64?
    if case .person(let person, _) = context.caller {
      own = people.snapshot.team(of: person.account, at: context.asked)
    }
    let rows = living.sorted { ($0.id != own ? 1 : 0, $0.name) < ($1.id != own ? 1 : 0, $1.name) }.map {
      team in
      DataTable.Row(
        [
          .text(team.name), team.id == own ? .text("yours") : .missing,
          .text(latest?[Cell(.team(team.id))] == nil ? "too few people to be shown" : "shown"),
        ], link: "\(Self.address)/\(team.id)")
    }
    let content =
      PageContent.heading(
        "Weekly digests",
        "What AI use led to, team by team, written from outcomes; with the team’s own words for those who are of it."
      )
      + .table(
        DataTable(
          id: "teams",
          caption: latest.map { "Whether week \($0.week) says anything of the team by itself." }
            ?? "No week has been closed yet.",
          columns: [DataColumn("Team"), DataColumn("Yours"), DataColumn("Latest week")], rows: rows,
          empty: "There are no teams in the directory."))
    return try layout.page("Weekly digests", at: Self.address, request, context, content)
  }

  // MARK: One digest

  private func digest(_ context: AssayContext) throws -> TeamDigest {
    let text = context.parameters.get("week")
    let week = text.flatMap { Week($0) }
    guard text == nil || week != nil else { throw ProblemDetails.nothingThere }
    return try reading.digest(ofTeam: context.parameters.get("team", as: Int64.self), week: week, context)
  }

  private func digest(_ request: Request, _ context: AssayContext) throws -> Response {
    // A table of the page has forms of its own.
    let isOfTable = request.uri.queryParameters["table"] != nil
    let asked = isOfTable ? nil : request.uri.queryParameters["as"].map(String.init)
    guard let shape = Shape(rawValue: asked ?? Shape.page.rawValue) else {
      throw ProblemDetails.badParameter(
        "as", "as takes one of: \(Shape.allCases.map(\.rawValue).joined(separator: ", ")).")
    }
    let digest = try digest(context)
    switch shape {
    case .page: return try page(digest, request, context)
    case .mail: return TaggedAnswer(digest.mail, type: "text/html; charset=utf-8").response(to: request)
    case .markdown:
      return TaggedAnswer(digest.markdown, type: "text/markdown; charset=utf-8").response(to: request)
    case .json: return TaggedAnswer(digest.json).response(to: request)
    }
  }

  private func page(_ digest: TeamDigest, _ request: Request, _ context: AssayContext) throws -> Response {
    let team = context.parameters.get("team", as: Int64.self) ?? 0
    let here = "\(Self.address)/\(team)/\(digest.week)"
    let weeks = try reading.control.frozenWeeks().map(\.week)
    let place = weeks.firstIndex(of: digest.week)
    func neighbour(_ offset: Int, _ name: String) -> String {
      guard let place, weeks.indices.contains(place + offset) else { return "" }
      return Markup.anchor(
        "\(Self.address)/\(team)/\(weeks[place + offset])", "\(name): \(weeks[place + offset])")
    }
    let around = [neighbour(-1, "The week before"), neighbour(1, "The week after")].filter { !$0.isEmpty }
    let forms = [("mail", "as mail"), ("markdown", "Markdown"), ("json", "JSON")].map { form, name in
      Markup.anchor("\(here)?as=\(form)", name)
    }
    let quotes = digest.quotes.map { quote in
      PageContent.markup("<blockquote>") + .lines(quote.text)
        + .markup("<p class=\"quiet\">\(Markup.escape(quote.about))</p></blockquote>\n")
    }
    let split = digest.outcome?.parts.map { parts in
      PageContent.table(
        DataTable(
          id: "outcomes", caption: "How the settled week’s cost turned out, at list price.",
          columns: [DataColumn("What came of it"), DataColumn("Cost", .money)],
          rows: parts.map { [.text($0.title), .money($0.cost)] }))
    }
    let content =
      PageContent.heading(digest.title, "What AI use led to, from outcomes that were seen outside the tools.")
      + .markup("<p>\(around.joined(separator: " · "))</p>\n")
      + .section("What it led to", Self.paragraphs(digest.outcomeSentences) + (split ?? .nothing))
      + .section("What was used", .paragraph(digest.useSentence))
      + .section(
        "In the team’s own words",
        (digest.words == nil ? .nothing : .paragraph(TeamDigest.ownWords))
          + Self.paragraphs(digest.wordSentences) + quotes.reduce(.nothing, +))
      + .markup("<p>To take away: \(forms.joined(separator: " · "))</p>\n")
    return try layout.page(digest.title, at: Self.address, request, context, content)
  }

  private static func paragraphs(_ texts: [String]) -> PageContent {
    texts.map { PageContent.paragraph($0) }.reduce(.nothing, +)
  }
}
