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
    router.get("/digests") { _, context in try teams(context) }
    router.get("/digests/:team") { request, context in try digest(request, context) }
    router.get("/digests/:team/:week") { request, context in try digest(request, context) }
    router.get("/api/v1/teams/:team/digests/:week") { request, context in
      TaggedAnswer(try digest(context).json).response(to: request)
    }
  }

  // MARK: Which team

  private func teams(_ context: AssayContext) throws -> Response {
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
      PageTable.Row(
        [
          team.name, team.id == own ? "yours" : "–",
          latest?[Cell(.team(team.id))] == nil ? "too few people to be shown" : "shown",
        ], link: "\(Self.address)/\(team.id)")
    }
    let content =
      PagePart.heading(
        "Weekly digests",
        "What AI use led to, team by team, written from outcomes; with the team’s own words for those who are of it."
      )
      + PageTable(
        caption: latest.map { "Whether week \($0.week) says anything of the team by itself." }
          ?? "No week has been closed yet.",
        columns: ["Team", "", "Latest week"], linked: rows, empty: "There are no teams in the directory."
      ).html
    return layout.page("Weekly digests", at: Self.address, for: context.caller, content)
  }

  // MARK: One digest

  private func digest(_ context: AssayContext) throws -> TeamDigest {
    let text = context.parameters.get("week")
    let week = text.flatMap { Week($0) }
    guard text == nil || week != nil else { throw ProblemDetails.nothingThere }
    return try reading.digest(ofTeam: context.parameters.get("team", as: Int64.self), week: week, context)
  }

  private func digest(_ request: Request, _ context: AssayContext) throws -> Response {
    let asked = request.uri.queryParameters["as"].map(String.init) ?? Shape.page.rawValue
    guard let shape = Shape(rawValue: asked) else {
      throw ProblemDetails.badParameter(
        "as", "as takes one of: \(Shape.allCases.map(\.rawValue).joined(separator: ", ")).")
    }
    let digest = try digest(context)
    switch shape {
    case .page: return try page(digest, context)
    case .mail: return TaggedAnswer(digest.mail, type: "text/html; charset=utf-8").response(to: request)
    case .markdown:
      return TaggedAnswer(digest.markdown, type: "text/markdown; charset=utf-8").response(to: request)
    case .json: return TaggedAnswer(digest.json).response(to: request)
    }
  }

  private func page(_ digest: TeamDigest, _ context: AssayContext) throws -> Response {
    let team = context.parameters.get("team", as: Int64.self) ?? 0
    let here = "\(Self.address)/\(team)/\(digest.week)"
    let weeks = try reading.control.frozenWeeks().map(\.week)
    let place = weeks.firstIndex(of: digest.week)
    func neighbour(_ offset: Int, _ name: String) -> String {
      guard let place, weeks.indices.contains(place + offset) else { return "" }
      return PagePart.anchor(
        "\(Self.address)/\(team)/\(weeks[place + offset])", "\(name): \(weeks[place + offset])")
    }
    let around = [neighbour(-1, "The week before"), neighbour(1, "The week after")].filter { !$0.isEmpty }
    let quotes = digest.quotes.map { quote in
      "<blockquote>\(PagePart.lines(quote.text))<footer>\(PageFrame.escape(quote.about))</footer></blockquote>\n"
    }
    let split = digest.outcome?.parts.map { parts in
      PageTable(
        caption: "How the settled week’s cost turned out, at list price.",
        columns: ["What came of it", "Cost"],
        rows: parts.map { [$0.title, $0.cost.text] }, empty: ""
      ).html
    }
    let content =
      PagePart.heading(digest.title, "What AI use led to, from outcomes that were seen outside the tools.")
      + "<p>\(around.joined(separator: " · "))</p>\n"
      + PagePart.section(
        "What it led to", digest.outcomeSentences.map(PagePart.paragraph).joined() + (split ?? ""))
      + PagePart.section("What was used", PagePart.paragraph(digest.useSentence))
      + PagePart.section(
        "In the team’s own words",
        (digest.words == nil ? "" : PagePart.paragraph(TeamDigest.ownWords))
          + digest.wordSentences.map(PagePart.paragraph).joined() + quotes.joined())
      + "<p>To take away: \(PagePart.anchor(here + "?as=mail", "as mail")) · \(PagePart.anchor(here + "?as=markdown", "Markdown")) · \(PagePart.anchor(here + "?as=json", "JSON"))</p>\n"
    return layout.page(digest.title, at: Self.address, for: context.caller, content)
  }
}
