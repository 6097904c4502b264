import Account
import Charts
import ControlSQLite
import Directory
import Foundation
import Hummingbird
import Ledger
import Targets
import Visibility

/// A token leaderboard in the shape that companies ended up with, where an organisation decided for one: each sees their
/// own place, a direct manager that of each report, nobody else; with what it did to use above it.
struct LeaderboardPages: Sendable {
  let board: Leaderboard
  let control: ControlStore
  let sight: Sight
  let timeZone: TimeZone
  let layout: PageLayout

  static let address = "/leaderboard"
  private static let reports = "/leaderboard/reports"

  func add(to router: Router<AssayContext>) {
    router.get("/leaderboard") { request, context in try own(request, context) }
    router.get("/leaderboard/reports") { request, context in try reports(request, context) }
  }

  // MARK: One's own

  private func own(_ request: Request, _ context: AssayContext) throws -> Response {
    guard let settings = try sight.policy().settings.leaderboard else {
      _ = try sight.own(.me, context)
      return try layout.page(
        "No leaderboard", at: Self.address, request, context,
        .heading("There is no leaderboard", Self.whyNot)
          + Self.reasons.map(PageContent.paragraph).reduce(.nothing, +))
    }
    let person = try sight.own(.leaderboardPlace, context).person
    let weeks = try board.weeks(of: settings)
    let standing = try person.flatMap { try board.standing(of: $0, in: weeks) }
    let content =
      PageContent.heading(
        "Your place, by cost",
        "From week \(settings.since) to \(settings.until); then it is over unless your organisation decides anew."
      )
      + (try effect(of: settings)) + .section("Your place", place(standing, weeks))
      + .paragraph(
        "You see your own place; whoever you report to directly sees it too, and you see when they looked. Nobody else does, and there is no list."
      )
      + (try hasReports(person, context)
        ? .link(Self.reports, "The places of those who report to you; each of them is told that you looked")
        : .nothing)
    return try layout.page("Your place", at: Self.address, request, context, content)
  }

  private func place(_ standing: Leaderboard.Standing?, _ weeks: [Week]) -> PageContent {
    guard let first = weeks.first, let last = weeks.last else {
      return .paragraph("The first week is not closed yet.")
    }
    guard let standing else {
      return .paragraph("Too few people used anything for a place to say nothing about the others.")
    }
    return .table(
      DataTable(
        id: "place",
        caption:
          "Weeks \(first) to \(last). Tokens of different classes differ in price and are never added up.",
        columns: Self.columns, rows: [row(standing)]))
  }

  private static var columns: [DataColumn] {
    [DataColumn("Place"), DataColumn("Cost", .money)]
      + TokenClass.allCases.map { DataColumn($0.label, .tokens) }
  }

  private func row(_ standing: Leaderboard.Standing) -> [DataValue] {
    [.text(standing.place.map { "\($0)" }), .money(standing.cost)]
      + TokenClass.allCases.map { .count($0.tokens(in: standing.tokens)) }
  }

  // MARK: Reports'

  private func hasReports(_ person: Person?, _ context: AssayContext) throws -> Bool {
    guard let person else { return false }
    return try !control.peopleReading().reports(of: person.id, at: context.asked).isEmpty
  }

  private func reports(_ request: Request, _ context: AssayContext) throws -> Response {
    let people = try control.peopleReading()
    guard let viewer = try context.requirePerson() else { throw ProblemDetails.nothingThere }
    let reports = Set(people.reports(of: viewer.id, at: context.asked))
    let members = people.snapshot.contents.people.filter { reports.contains($0.id) }.sorted {
      $0.name < $1.name
    }
    guard let settings = try sight.policy().settings.leaderboard, !members.isEmpty else {
      throw ProblemDetails.nothingThere
    }
    let weeks = try board.weeks(of: settings)
    let rows = try members.map { member in
      // Written down for each before it is shown.
      _ = try sight.ask(
        .leaderboardPlace, of: member.id,
        as: sight.relation(of: context.caller, to: member.id, in: people, at: context.asked), context)
      let standing = try board.standing(of: member, in: weeks)
      return [DataValue.text(member.name), standing.map { .text($0.place.map(String.init)) } ?? .withheld]
    }
    let content =
      PageContent.heading(
        "Places of those who report to you",
        "Places alone, sorted by name. Each of them is told that you looked.")
      + (try effect(of: settings))
      + .table(
        DataTable(
          id: "places",
          caption: weeks.first.map { "Weeks \($0) to \(weeks.last ?? $0), by cost at list price." }
            ?? "The first week is not closed yet.", columns: [DataColumn("Name"), DataColumn("Place")],
          rows: rows))
    // With names in it, it is read here and not taken away.
    return try layout.page("Places", at: Self.address, request, context, isTakenAway: false, content)
  }

  // MARK: What it does

  /// Of the organisation's published weeks: as many before it was switched on as since, at most eight.
  private func effect(of settings: VisibilitySettings.Leaderboard) throws -> PageContent {
    let weeks = try control.frozenWeeks()
    let since = Array(weeks.filter { settings.since <= $0.week }.prefix(8))
    let before = Array(weeks.filter { $0.week < settings.since }.suffix(max(1, since.count)))
    let rows = [("before", before), ("since", since)].map { name, weeks -> [DataValue] in
      let sums = SpendSums(of: weeks)
      let costs = weeks.compactMap { week -> NanoDollars? in
        guard case .figures(let figures)? = week[Cell(.organisation)]?.content else { return nil }
        return figures.cost
      }
      let total = costs.reduce(.zero, +)
      return [
        .text(name), .count(costs.count),
        .money(costs.isEmpty ? nil : NanoDollars(total.count / Int64(costs.count))),
        .count(sums.settledWeeks),
        .share(sums.notLinkedShare), .share(sums.heldShare),
      ]
    }
    return .section(
      "What it does to use",
      .table(
        DataTable(
          id: "effect",
          caption:
            "The organisation’s closed weeks before it was switched on, and since. That one thing came after another does not say that it came of it; but where tokens were ranked elsewhere, more were spent and less came of them.",
          columns: [
            DataColumn("Weeks"), DataColumn("How many", .count), DataColumn("Cost a week", .money),
            DataColumn("Settled", .count), DataColumn("Not linked to an outcome", .share),
            DataColumn("Held", .share),
          ], rows: rows)))
  }

  private static let whyNot =
    "Assay ranks nobody unless an organisation decides so in so many words, for a time, with what it does to use shown above it."

  private static let reasons = [
    "Where companies counted each person’s tokens on a board, people let agents and scripts burn tokens for a place on it, some of them reading the company’s own code so that the waste looked like work. The boards were taken down or hidden; nobody could say which tokens had bought anything.",
    "A place says how much somebody spent, not what came of it. Your own page says that, to you alone.",
    "An organisation that wants one all the same switches it on with assay visibility leaderboard --weeks COUNT. Everybody reads that decision on “What others see”. Each person then sees their own place, and a direct manager that of each report; it ends by itself.",
  ]
}
