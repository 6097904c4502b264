import Account
import Charts
import ControlSQLite
import Directory
import Foundation
import HTTPTypes
import Hummingbird
import Ledger
import NIOCore
import Visibility

/// What somebody can take of their own, for programs of theirs.
struct OwnAPI: Sendable {
  let ledger: any LedgerStore
  let control: ControlStore
  let sight: Sight
  let timeZone: TimeZone

  func add(to router: Router<AssayContext>) {
    let group = router.group("/api/v1/me")
    group.get("") { request, context in try myself(request, context) }
    group.get("account") { request, context in try account(request, context) }
    group.get("sessions") { request, context in try sessions(request, context) }
    group.get("accesses") { request, context in try accesses(request, context) }
    group.get("seen-by-others") { request, context in try seenByOthers(request, context) }
    group.get("remarks") { request, context in try remarks(request, context) }
    group.post("remarks") { request, context in try await write(request, context) }
    group.delete("remarks/:id") { _, context in try withdraw(context) }
  }

  private func myself(_ request: Request, _ context: AssayContext) throws -> Response {
    let person = try sight.own(.me, context).person
    let team = try person?.team.flatMap { team in
      try control.snapshot().contents.teams.first { $0.id == team }?.name
    }
    let roles = sight.roles(of: context.caller).sorted().map(\.rawValue)
    return TaggedAnswer(
      .object([
        ("name", .optional(person?.name)), ("mail", .optional(person?.mail)), ("team", .optional(team)),
        ("roles", .strings(roles)),
      ])
    ).response(to: request)
  }

  /// The account as `assay report --json` prints it; docs/report.schema.json describes it.
  private func account(_ request: Request, _ context: AssayContext) throws -> Response {
    let id = try sight.own(.personExport, context).account
    let asked = request.uri.queryParameters["by"].map(String.init) ?? ReportGrouping.project.rawValue
    guard let grouping = ReportGrouping(rawValue: asked) else {
      throw ProblemDetails.badParameter(
        "by", "by takes one of: \(ReportGrouping.allCases.map(\.rawValue).joined(separator: ", ")).")
    }
    let account = try AccountReader(ledger: ledger, timeZone: timeZone).account(of: id)
    // The same content has the same tag, whenever it is asked for.
    return TaggedAnswer(
      account.json(by: grouping, generatedAt: context.asked),
      tagged: account.json(by: grouping, generatedAt: Instant(milliseconds: 0))
    ).response(to: request)
  }

  private func sessions(_ request: Request, _ context: AssayContext) throws -> Response {
    let id = try sight.own(.me, context).account
    let account = try AccountReader(ledger: ledger, timeZone: timeZone).account(of: id)
    let document = try Paging(request).document(
      of: account.sessions.sorted { Self.key(of: $0) < Self.key(of: $1) }, key: Self.key
    ) { one in
      guard case .object(let members) = one.json(parents: account) else { return .null }
      return .object([("session", .string(one.session.id.hexadecimal))] + members)
    }
    return TaggedAnswer(document).response(to: request)
  }

  /// By which sessions are listed, the latest first.
  static func key(of one: SessionAccount) -> String {
    Paging.latestFirst(one.session.started?.milliseconds ?? 0) + one.session.id.hexadecimal
  }

  private func accesses(_ request: Request, _ context: AssayContext) throws -> Response {
    let person = try sight.own(.whoLooked, context).person
    let log = try person.map { try control.accesses(to: $0.id, limit: .max) } ?? []
    let names = Dictionary(
      try control.snapshot().contents.people.map { ($0.id, $0.mail) }, uniquingKeysWith: { first, _ in first }
    )
    // The log only grows, so that how many came before an entry never changes.
    let entries = log.enumerated().map { (place: Int64(log.count - $0.offset), access: $0.element) }
    let document = try Paging(request).document(
      of: entries, key: { Paging.latestFirst($0.place) }
    ) { _, access in
      let (kind, name): (String, String?) =
        switch access.onlooker {
        case .person(let id): ("person", names[id])
        case .machine(let name): ("program", name)
        }
      return .object([
        ("at", .string(access.at.utc)), ("by", .string(kind)), ("name", .optional(name)),
        ("as", .string(access.basis.title)), ("page", .string(access.page.rawValue)),
        ("shown", .string(access.form.name)), ("purpose", .optional(access.purpose?.text)),
      ])
    }
    return TaggedAnswer(document).response(to: request)
  }

  private func seenByOthers(_ request: Request, _ context: AssayContext) throws -> Response {
    _ = try sight.own(.whatOthersSee, context)
    let view = PersonView(
      under: try sight.policy(), administratorsPurpose: try? Purpose("a purpose that they have to state"))
    let items = view.entries.filter(\.subject.isOfPeople).map { entry -> JSONValue in
      .object([
        ("onlooker", .string(entry.onlooker.rawValue)), ("about", .string(entry.subject.title)),
        ("page", .string(entry.page.rawValue)), ("shown", .optional(entry.decision.grant?.form.name)),
        ("logged", .bool(entry.decision.grant?.isLogged ?? false)),
      ])
    }
    return TaggedAnswer(.object([("items", .array(items)), ("next", .null)])).response(to: request)
  }

  // MARK: Remarks

  private func remarks(_ request: Request, _ context: AssayContext) throws -> Response {
    let account = try sight.own(.contest, context).account
    let document = try Paging(request).document(
      of: try control.remarks(by: account),
      key: { Paging.latestFirst($0.written.milliseconds) + Paging.latestFirst($0.id) }, Self.json)
    return TaggedAnswer(document).response(to: request)
  }

  private struct NewRemark: Decodable {
    var kind: String
    var session: String?
    var text: String
  }

  private func write(_ request: Request, _ context: AssayContext) async throws -> Response {
    let account = try sight.own(.contest, context).account
    let given = try await JSONBody<NewRemark>(request, limit: 64 << 10).value
    guard let kind = Remark.Kind(rawValue: given.kind) else {
      throw ProblemDetails.badField("kind", "kind is note or contest.")
    }
    let session = try given.session.map { text throws(ProblemDetails) in
      guard let session = SessionID(hexadecimal: text) else {
        throw .badField("session", "session is what /api/v1/me/sessions calls session.")
      }
      return session
    }
    let text: RemarkText
    do {
      text = try RemarkText(given.text)
    } catch {
      throw ProblemDetails.badField("text", error.description)
    }
    let remark = try control.write(text, as: kind, on: session, by: account, at: context.asked)
    return .created(Self.json(remark), at: "/api/v1/me/remarks/\(remark.id)")
  }

  private func withdraw(_ context: AssayContext) throws -> Response {
    let account = try sight.own(.contest, context).account
    guard let id = context.parameters.get("id", as: Int64.self),
      try control.withdraw(remark: id, by: account)
    else { throw ProblemDetails.nothingThere }
    return Response(status: .noContent)
  }

  private static func json(_ remark: Remark) -> JSONValue {
    .object([
      ("id", .integer(remark.id)), ("kind", .string(remark.kind.rawValue)),
      ("session", .optional(remark.session?.hexadecimal)), ("text", .string(remark.text.text)),
      ("written", .string(remark.written.utc)),
    ])
  }
}
