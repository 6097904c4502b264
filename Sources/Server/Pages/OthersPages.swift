import Account
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
    router.get("/people") { _, context in try people(context) }
    router.get("/people/:id") { _, context in try person(context, purpose: nil) }
    router.post("/people/:id") { request, context in
      let form = try await FormBody(request, context)
      return try person(context, purpose: form["purpose"].map(Self.purpose))
    }
    router.get("/sources") { _, context in try sources(context) }
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
  private func person(_ context: AssayContext, purpose stated: Purpose?) throws -> Response {
    let id = context.parameters.get("id", as: Int64.self)
    let others = OthersUsage(ledger: ledger, control: control, sight: sight, timeZone: timeZone)
    let (person, purpose, usage): (Person, Purpose?, SharedUsage)
    do {
      (person, purpose, usage) = try others.usage(of: id, purpose: stated, context)
    } catch let problem as ProblemDetails where problem == .purposeMissing {
      return try askForPurpose(id, context)
    }
    let content =
      PagePart.heading(person.name, "\(person.name) sees that you looked, when, and what for.")
      + (purpose.map { PagePart.paragraph("Purpose: \($0.text)") } ?? "") + UsageTable(usage).html
    return layout.page(person.name, at: "/people", for: context.caller, content)
  }

  private func askForPurpose(_ id: Int64?, _ context: AssayContext) throws -> Response {
    guard let person = try control.snapshot().contents.people.first(where: { $0.id == id }) else {
      throw ProblemDetails.noSuchPerson
    }
    let form = PagePart.form(
      "/people/\(person.id)", proof: context.formProof, button: "Look, and let them know",
      """
      <label for="purpose">What for</label>
      <input id="purpose" name="purpose" size="60" required minlength="10" maxlength="500">

      """)
    return layout.page(
      person.name, at: "/people", for: context.caller,
      PagePart.heading(
        person.name,
        "Reading a person’s data as administrator needs a purpose. The person sees it, with your name.")
        + form)
  }

  // MARK: Who there is

  private func people(_ context: AssayContext) throws -> Response {
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
      [one.value, one.kind.rawValue, one.source, "\(one.count)", one.last.utc]
    }
    let content =
      PagePart.heading("People")
      + PageTable(
        caption: "Who is in the directory. assay person import and SCIM keep it.",
        columns: ["Name", "Mail", "Team", "Manager", "In doubt"], rows: rows, empty: "Nobody yet."
      ).html
      + PagePart.section(
        "Unmatched",
        PageTable(
          caption:
            "What was seen in telemetry, commits and webhooks and is nobody’s here. Say whose it is with assay identity link.",
          columns: ["Value", "Kind", "Seen in", "Times", "Last"], rows: unmatched,
          empty: "Everything that was seen is somebody’s."
        ).html)
    return layout.page("People", at: "/people", for: context.caller, content)
  }

  // MARK: Sources

  private func sources(_ context: AssayContext) throws -> Response {
    _ = try sight.ask(.sources, on: .configuration, context)
    let rows = try SourceReadings(ledger).tools.map { one in
      [
        one.tool.displayName, "\(one.sources)",
        one.unread.isEmpty
          ? "–" : one.unread.map { "\($0.kind.rawValue) \($0.count)" }.joined(separator: ", "),
      ]
    }
    let content =
      PagePart.heading("Sources", "What was read, and what in it could not be.")
      + PageTable(
        caption: "By tool, of nobody in particular.", columns: ["Tool", "Sources", "Could not be read"],
        rows: rows, empty: "Nothing has come in yet."
      ).html + Self.words(try ledger.keptOut())
    return layout.page("Sources", at: "/sources", for: context.caller, content)
  }
}

extension OthersPages {
  fileprivate static func words(_ keptOut: KeptOut) -> String {
    guard !keptOut.isEmpty else { return "" }
    return PagePart.paragraph(
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

extension NanoDollars {
  /// To the cent.
  var dollars: String {
    let cents = count / 10_000_000
    let rest = abs(cents % 100)
    return "\(cents < 0 ? "−" : "")$\(abs(cents / 100)).\(rest < 10 ? "0" : "")\(rest)"
  }
}
