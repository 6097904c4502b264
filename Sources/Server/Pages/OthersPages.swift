import Account
import Charts
import ControlSQLite
import Directory
import Foundation
import Hummingbird
import Ledger
import Visibility

/// What somebody is shown of others, and of what the organisation keeps: people, sources, decisions.
struct OthersPages: Sendable {
  let ledger: any LedgerStore
  let control: ControlStore
  let sight: Sight
  let timeZone: TimeZone
  let layout: PageLayout

  func add(to router: Router<AssayContext>) {
    router.get("/people") { request, context in try people(request, context) }
    router.get("/people/:id") { request, context in try person(request, context, purpose: nil) }
    router.post("/people/:id") { request, context in
      let form = try await FormBody(request, context)
      return try person(request, context, purpose: form["purpose"].map(Self.purpose))
    }
    router.get("/sources") { request, context in try sources(request, context) }
  }

  private static func purpose(_ text: String) throws(ProblemDetails) -> Purpose {
    do {
      return try Purpose(text)
    } catch {
      throw ProblemDetails(400, "purpose", title: "A purpose is needed", detail: "\(error)")
    }
  }

  // MARK: A person

  /// Usage and linked outcomes of somebody, for a direct manager or an administrator with a purpose, where the
  /// organisation has it so.
  private func person(
    _ request: Request, _ context: AssayContext, purpose stated: Purpose?
  ) throws -> Response {
    let id = context.parameters.get("id", as: Int64.self)
    let others = OthersUsage(ledger: ledger, control: control, sight: sight, timeZone: timeZone)
    let (person, purpose, usage): (Person, Purpose?, SharedUsage)
    do {
      (person, purpose, usage) = try others.usage(of: id, purpose: stated, context)
    } catch let problem as ProblemDetails where problem == .purposeMissing {
      return try askForPurpose(id, request, context)
    }
    let content =
      PageContent.heading(person.name, "\(person.name) sees that you looked, when, and what for.")
      + (purpose.map { .paragraph("Purpose: \($0.text)") } ?? .nothing) + .chart(UsageTable(usage).chart)
      + .table(UsageTable(usage).table)
    return try layout.page(person.name, at: "/people", request, context, isTakenAway: false, content)
  }

  private func askForPurpose(_ id: Int64?, _ request: Request, _ context: AssayContext) throws -> Response {
    guard let person = try control.snapshot().contents.people.first(where: { $0.id == id }) else {
      throw ProblemDetails.noSuchPerson
    }
    let form = PageContent.form(
      "/people/\(person.id)", proof: context.formProof, button: "Look, and let them know",
      """
      <label for="purpose">What for</label>
      <input id="purpose" name="purpose" size="60" required minlength="10" maxlength="500">

      """)
    return try layout.page(
      person.name, at: "/people", request, context, isTakenAway: false,
      .heading(
        person.name,
        "Reading a person’s data as administrator needs a purpose. The person sees it, with your name.")
        + form)
  }

  // MARK: Who there is

  private func people(_ request: Request, _ context: AssayContext) throws -> Response {
    _ = try sight.ask(.people, on: .organisation, context)
    let reading = try control.peopleReading()
    let contents = reading.snapshot.contents
    let teams = Dictionary(contents.teams.map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
    let names = Dictionary(contents.people.map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
    let rows = contents.people.filter { $0.ended == nil }.map { person in
      let manager = reading.manager(of: person.id, at: context.asked)
      let doubt =
        reading.ambiguous[person.id].map { "in several groups: \($0.joined(separator: ", "))" }
        ?? reading.managersUnknown[person.id].map { "manager “\($0)” is nobody here" } ?? ""
      return [
        person.name, person.mail, person.team.flatMap { teams[$0] } ?? "–",
        manager.flatMap { names[$0] } ?? reading.managersUnknown[person.id] ?? "–", doubt,
      ]
    }
    _ = try sight.ask(.unmatchedIdentities, on: .organisation, context)
    let unmatched = try control.unmatchedIdentities().map { one in
      [
        DataValue.text(one.value), .text(one.kind.rawValue), .text(one.source), .count(one.count),
        .text(one.last.utc),
      ]
    }
    let content =
      PageContent.heading("People")
      + .table(
        DataTable(
          id: "people", caption: "Who is in the directory. assay person import and SCIM keep it.",
          heads: ["Name", "Mail", "Team", "Manager", "In doubt"], texts: rows,
          empty: "Nobody yet: assay person import reads a list, and SCIM keeps it up to date."))
      + .section(
        "Unmatched",
        .table(
          DataTable(
            id: "unmatched",
            caption:
              "What was seen in telemetry, commits and webhooks and is nobody’s here. Say whose it is with assay identity link.",
            columns: [
              DataColumn("Value"), DataColumn("Kind"), DataColumn("Seen in"), DataColumn("Times", .count),
              DataColumn("Last"),
            ], rows: unmatched, empty: "Everything that was seen is somebody’s.")))
    // A list of names is looked at, not carried off.
    return try layout.page("People", at: "/people", request, context, isTakenAway: false, content)
  }

  // MARK: Sources

  private func sources(_ request: Request, _ context: AssayContext) throws -> Response {
    _ = try sight.ask(.sources, on: .configuration, context)
    let rows = try SourceReadings(ledger).tools.map { one in
      [
        DataValue.text(one.tool.displayName), .count(one.sources),
        one.unread.isEmpty
          ? .missing : .text(one.unread.map { "\($0.kind.rawValue) \($0.count)" }.joined(separator: ", ")),
      ]
    }
    let content =
      PageContent.heading("Sources", "What was read, and what in it could not be.")
      + .table(
        DataTable(
          id: "sources", caption: "By tool, of nobody in particular.",
          columns: [
            DataColumn("Tool"), DataColumn("Sources", .count), DataColumn("Could not be read", .words),
          ], rows: rows,
          empty: "Nothing has come in yet: docs/server.md says how machines send what they have.")
      ) + Self.words(try ledger.keptOut())
    return try layout.page("Sources", at: "/sources", request, context, content)
  }
}

extension OthersPages {
  fileprivate static func words(_ keptOut: KeptOut) -> PageContent {
    guard !keptOut.isEmpty else { return .nothing }
    return .paragraph(
      "Came in and was not taken: \(keptOut.older) facts older than what is kept, \(keptOut.erased) of people who were erased."
    )
  }
}

extension ProblemDetails {
  static let noSuchPerson = ProblemDetails(
    404, "no-such-person", title: "Nothing here", detail: "There is nothing to be shown at this address.")
}

extension OutcomeClass {
  var title: String {
    switch self {
    case .held: "Held"
    case .otherLinked: "Linked, not held"
    case .notLinked: "Not linked"
    }
  }
}

extension OutcomeClass {
  var tone: Tone {
    switch self {
    case .held: .state(.held)
    case .otherLinked: .linkedNotHeld
    case .notLinked: .notLinked
    }
  }
}

extension NanoDollars {
  /// To the cent.
  var dollars: String {
    let cents = count / 10_000_000
    let rest = abs(cents % 100)
    return "\(cents < 0 ? "−" : "")$\(abs(cents / 100)).\(rest < 10 ? "0" : "")\(rest)"
  }
}
