import Account
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
    router.get("/me") { _, context in try me(context) }
    router.get("/me/seen-by-others") { _, context in try seenByOthers(context) }
    router.get("/me/who-looked") { _, context in try whoLooked(context) }
  }

  private func me(_ context: AssayContext) throws -> Response {
    let (account, person) = try sight.own(.me, context)
    let content =
      try AccountReader(ledger: ledger, timeZone: timeZone).account(of: account)
      .htmlSections(by: .project) + (person.map { try OwnWorkTime(of: $0.id, in: control).html } ?? "") + kept
    return layout.page("Me", at: "/me", for: context.caller, content)
  }

  /// Until when what is on the page is there.
  private var kept: String {
    PagePart.section(
      "What is kept, and until when",
      PagePart.paragraph("Sessions, calls and what came of them are kept \(retention.words(for: .facts)).")
        + "<p><a href=\"\(OwnExportRoute.address)\" download>Download everything that is held on you</a></p>\n"
    )
  }

  // MARK: What others see

  private func seenByOthers(_ context: AssayContext) throws -> Response {
    let account = try sight.own(.whatOthersSee, context).account
    let policy = try sight.policy()
    let purpose = try? Purpose("a purpose that they have to state, and that you can read")
    let view = PersonView(under: policy, administratorsPurpose: purpose)
    let figures = try SeenFigures(
      of: account, weeks: control.frozenWeeks(), people: control.snapshot(),
      own: AccountReader(ledger: ledger, timeZone: timeZone).weeks(of: account, closedAt: context.asked),
      at: context.asked)
    let sections = PersonView.Onlooker.allCases.map { onlooker in
      let entries = view.entries.filter { $0.onlooker == onlooker && $0.subject.isOfPeople }
      let rows = entries.compactMap { entry in
        entry.decision.grant.map { [entry.page.title, entry.subject.title, Self.words($0)] }
      }
      let refused = entries.filter { $0.decision.grant == nil && $0.subject.isOfMyself }.map(\.page.title)
      return PagePart.section(
        "As \(onlooker.rawValue)",
        PageTable(
          caption: "All that \(onlooker.rawValue) gets, as the policy decides it at this moment.",
          columns: ["Page", "About", "What is shown"], rows: rows, empty: "Nothing at all."
        ).html
          + figures.html(of: entries)
          + PagePart.paragraph("Not shown: \(refused.map(\.lowercasedFirst).joined(separator: ", "))."))
    }
    let decisions = try control.visibilityDecisions().map { decision in
      [decision.at.utc, decision.settings.inWords]
    }
    let content =
      PagePart.heading("What others see of me", policy.settings.inWords)
      + sections.joined()
      + PagePart.section(
        "What the organisation decided",
        PageTable(
          caption: "Every decision about who sees what, the latest first.", columns: ["When", "What"],
          rows: decisions, empty: "Nothing was switched on, ever."
        ).html)
    return layout.page("What others see", at: "/me/seen-by-others", for: context.caller, content)
  }

  private static func words(_ grant: Grant) -> String {
    grant.form.sentence + (grant.isLogged ? " You see who looked, when, and what for." : "")
  }

  // MARK: Who looked

  private func whoLooked(_ context: AssayContext) throws -> Response {
    guard let person = try context.requirePerson() else {
      return layout.page(
        "Who looked", at: "/me/who-looked", for: context.caller,
        PagePart.heading("Who looked", "Nobody else can: this server serves this machine alone."))
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
      PagePart.heading("Who looked", lead)
      + PageTable(
        caption: "Each sight of your data by anybody but you, the latest first.",
        columns: ["When", "Who", "As", "Which page", "What was shown", "What for"], rows: rows,
        empty: "Nobody."
      ).html
    return layout.page("Who looked", at: "/me/who-looked", for: context.caller, content)
  }
}
