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
    let sorted = living.sorted { ($0.id != own ? 1 : 0, $0.name) < ($1.id != own ? 1 : 0, $1.name) }
    let pages = RowPages(request, of: sorted.count)
    let rows = sorted[pages.range].map { team in
      DataTable.Row(
        [
          .text(team.name), .text(team.id == own ? "yours" : nil),
          latest?[Cell(.team(team.id))] == nil ? .withheld : .text("shown"),
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
          caption: latest.map {
            "Whether week \($0.week) says anything of the team by itself: too few people may have been active."
          } ?? "No week has been closed yet.",
          columns: [DataColumn("Team"), DataColumn("Whose"), DataColumn("Latest week")], rows: rows,
          empty: "There are no teams in the directory.")) + pages.links("Teams", at: Self.address)
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
    let query = request.uri.queryParameters
    // Of a table it says in which form its data are wanted.
    let asked = query["table"] == nil ? query["as"].map(String.init) : nil
    guard let shape = asked.map({ Shape(rawValue: $0) }) ?? .page else {
      throw ProblemDetails.badParameter(
        "as", "as takes one of: \(Shape.allCases.map(\.rawValue).joined(separator: ", ")).")
    }
    let digest = try digest(context)
    switch shape {
    case .page: return try page(digest, request, context)
    case .mail:
      var response = TaggedAnswer(digest.mail, type: "text/html; charset=utf-8").response(to: request)
      // Mail has its style in attributes, and nothing else of its own.
      if let name = HTTPField.Name("Content-Security-Policy") {
        response.headers[name] =
          "default-src 'none'; style-src-attr 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'"
      }
      return response
    case .markdown:
      return TaggedAnswer(digest.markdown, type: "text/markdown; charset=utf-8").response(to: request)
    case .json: return TaggedAnswer(digest.json).response(to: request)
    }
  }

  private func page(
    _ digest: TeamDigest, _ request: Request, _ context: AssayContext
  ) throws -> Response {
    let team = context.parameters.get("team", as: Int64.self) ?? 0
    let here = "\(Self.address)/\(team)/\(digest.week)"
    let quotes = digest.quotes.map { quote in
      PageContent.markup("<blockquote>\n") + .lines(quote.text)
        + .markup("<footer>\(Markup.escape(quote.about))</footer></blockquote>\n")
    }
    let forms = [("mail", "as mail"), ("markdown", "Markdown"), ("json", "JSON")].map { form, name in
      Markup.anchor("\(here)?as=\(form)", name)
    }
    let content =
      PageContent.heading(
        digest.title, "What AI use led to, from outcomes that were seen outside the tools.")
      + .markup("<p>\(try around(digest.week, of: team))</p>\n")
      + .section("What it led to", .sentences(digest.outcomeSentences) + split(digest))
      + .section("What was used", .paragraph(digest.useSentence))
      + .section(
        "In the team’s own words",
        (digest.words == nil ? .nothing : .quiet(TeamDigest.ownWords)) + .sentences(digest.wordSentences)
          + quotes.reduce(.nothing, +))
      + .markup("<p>To take away: \(forms.joined(separator: " · "))</p>\n")
    return try layout.page(digest.title, at: Self.address, request, context, content)
  }

  /// Links to the weeks before and after.
  private func around(_ week: Week, of team: Int64) throws -> String {
    let weeks = try reading.control.frozenWeeks().map(\.week)
    guard let place = weeks.firstIndex(of: week) else { return "" }
    return [(-1, "The week before"), (1, "The week after")].compactMap { offset, name in
      guard weeks.indices.contains(place + offset) else { return nil }
      let other = weeks[place + offset]
      return Markup.anchor("\(Self.address)/\(team)/\(other)", "\(name): \(other)")
    }.joined(separator: " · ")
  }

  private func split(_ digest: TeamDigest) -> PageContent {
    guard let parts = digest.outcome?.parts else { return .nothing }
    return .table(
      DataTable(
        id: "outcome", caption: "How the settled week’s cost turned out, at list price.",
        columns: [DataColumn("What came of it"), DataColumn("Cost", .money)],
        rows: parts.map { [.text($0.title), .money($0.cost)] }))
  }
}
