import Account
import Charts
import ControlSQLite
import Directory
import Foundation
import Hummingbird
import Inventory
import Keeping
import Ledger
import Visibility

/// What somebody is shown of themself, and of what others can see of them.
struct PersonalPages: Sendable {
  let ledger: any LedgerStore
  let control: ControlStore
  let sight: Sight
  let timeZone: TimeZone
  let retention: Retention
  let layout: PageLayout

  func add(to router: Router<AssayContext>) {
    router.get("/me") { request, context in try me(request, context) }
    router.get("/me/seen-by-others") { request, context in try seenByOthers(request, context) }
    router.get("/me/who-looked") { request, context in try whoLooked(request, context) }
  }

  private func me(_ request: Request, _ context: AssayContext) throws -> Response {
    let (account, person) = try sight.own(.me, context)
    let content =
      try AccountReader(ledger: ledger, timeZone: timeZone).account(of: account)
      .content(by: .project) { "/me/sessions/\($0.hexadecimal)" }
      + (person.map { try OwnWorkTime(of: $0.id, in: control).content } ?? .nothing) + kept
    return try layout.page("Me", at: "/me", request, context, content)
  }

  /// Until when what is on the page is there.
  private var kept: PageContent {
    .section(
      "What is kept, and until when",
      .paragraph("Sessions, calls and what came of them are kept \(retention.words(for: .facts)).")
        + .link(OwnExportRoute.address, "Download everything that is held on you"))
  }

  // MARK: What others see

  private func seenByOthers(_ request: Request, _ context: AssayContext) throws -> Response {
    let account = try sight.own(.whatOthersSee, context).account
    let policy = try sight.policy()
    let purpose = try? Purpose("a purpose that they have to state, and that you can read")
    let view = PersonView(under: policy, administratorsPurpose: purpose)
    let figures = try SeenFigures(
      of: account, weeks: control.frozenWeeks(), people: control.snapshot(),
      own: AccountReader(ledger: ledger, timeZone: timeZone).weeks(of: account, closedAt: context.asked),
      at: context.asked)
    let sections = PersonView.Onlooker.allCases.map { onlooker in
      let name = DataTable.id("as \(onlooker.rawValue)")
      let entries = view.entries.filter { $0.onlooker == onlooker && $0.subject.isOfPeople }
      let rows = entries.compactMap { entry in
        entry.decision.grant.map {
          [DataValue.text(entry.page.title), .text(entry.subject.title), .text(Self.words($0))]
        }
      }
      let refused = entries.filter { $0.decision.grant == nil && $0.subject.isOfMyself }.map(\.page.title)
      return PageContent.section(
        "As \(onlooker.rawValue)",
        .table(
          DataTable(
            id: name, caption: "All that \(onlooker.rawValue) gets, as the policy decides it at this moment.",
            columns: [DataColumn("Page"), DataColumn("About"), DataColumn("What is shown", .words)],
            rows: rows, empty: "Nothing at all."))
          + figures.content(of: entries, for: name)
          + .quiet("Not shown: \(refused.map(\.lowercasedFirst).joined(separator: ", "))."))
    }
    let decisions = try control.visibilityDecisions().map { decision in
      [DataValue.text(decision.at.utc), .text(decision.settings.inWords)]
    }
    let content =
      PageContent.heading("What others see of me", policy.settings.inWords)
      + (policy.settings.leaderboard == nil
        ? .link(LeaderboardPages.address, "Why there is no leaderboard") : .nothing)
      + sections.reduce(.nothing, +) + figures.cells
      + .section(
        "What the organisation decided",
        .table(
          DataTable(
            id: "decisions", caption: "Every decision about who sees what, the latest first.",
            columns: [DataColumn("When"), DataColumn("What", .words)], rows: decisions,
            empty: "Nothing was switched on, ever.")))
    return try layout.page("What others see", at: "/me/seen-by-others", request, context, content)
  }

  private static func words(_ grant: Grant) -> String {
    grant.form.sentence + (grant.isLogged ? " You see who looked, when, and what for." : "")
  }

  // MARK: Who looked

  private func whoLooked(_ request: Request, _ context: AssayContext) throws -> Response {
    guard let person = try context.requirePerson() else {
      return try layout.page(
        "Who looked", at: "/me/who-looked", request, context,
        .heading("Who looked", "Nobody else can: this server serves this machine alone."))
    }
    _ = try sight.ask(.whoLooked, of: person.id, as: .myself, context)
    let names = Dictionary(
      try control.snapshot().contents.people.map { ($0.id, "\($0.name) <\($0.mail)>") },
      uniquingKeysWith: { first, _ in first })
    let rows = try control.accesses(to: person.id).map { access in
      let who =
        switch access.onlooker {
        case .person(let id): names[id] ?? "somebody who has left"
        case .machine(let name): "the program “\(name)”"
        }
      return [
        access.at.utc, who, access.basis.title, access.page.title, access.form.name,
        access.purpose?.text ?? "–",
      ]
    }
    let lead =
      rows.isEmpty
      ? "Nobody has looked at what is held on you." : "Everybody who looked at what is held on you."
    let content =
      PageContent.heading("Who looked", lead)
      + .table(
        DataTable(
          id: "looks", caption: "Each sight of your data by anybody but you, the latest first.",
          heads: ["When", "Who", "As", "Which page", "What was shown", "What for"], texts: rows))
    return try layout.page("Who looked", at: "/me/who-looked", request, context, content)
  }
}
