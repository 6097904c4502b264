import Account
import Charts
import ControlSQLite
import Directory
import Foundation
import Hummingbird
import Ledger
import Visibility

/// What is published of groups, for programs; and what roles may see of the organisation.
struct OrganisationAPI: Sendable {
  let ledger: any LedgerStore
  let control: ControlStore
  let sight: Sight
  let timeZone: TimeZone

  func add(to router: Router<AssayContext>) {
    let group = router.group("/api/v1")
    group.get("weeks") { request, context in try weeks(request, context) }
    group.get("weeks/:week") { request, context in try week(request, context) }
    group.get("cost-centres") { request, context in try costCentres(request, context) }
    group.get("people") { request, context in try people(request, context) }
    group.get("people/:id/usage") { request, context in try usage(request, context) }
    group.get("sources") { request, context in try sources(request, context) }
  }

  // MARK: Groups

  private func weeks(_ request: Request, _ context: AssayContext) throws -> Response {
    _ = try sight.ask(.cellExport, on: .group(isManagedByViewer: false), context)
    let document = try Paging(request).document(of: control.frozenWeeks(), key: { "\($0.week)" }) { week in
      .object([
        ("week", .string("\(week.week)")), ("version", .integer(Int64(week.version))),
        ("settled", .bool(week.isSettled)),
      ])
    }
    return TaggedAnswer(document).response(to: request)
  }

  private func week(_ request: Request, _ context: AssayContext) throws -> Response {
    _ = try sight.ask(.cellExport, on: .group(isManagedByViewer: false), context)
    guard let week = context.parameters.get("week").flatMap({ Week($0) }),
      let frozen = try control.frozenWeek(week)
    else { throw ProblemDetails.nothingThere }
    let names = GroupNames(try control.snapshot())
    let cells = frozen.published.cells.filter { $0.group.dimension != .costCentre }
    return TaggedAnswer(try CellList(frozen, names).document(of: cells, Paging(request))).response(
      to: request)
  }

  /// For finance and platform: the published cells of cost centres.
  private func costCentres(_ request: Request, _ context: AssayContext) throws -> Response {
    _ = try sight.ask(.costCentres, on: .organisation, context)
    let names = GroupNames(try control.snapshot())
    let items = try control.frozenWeeks().flatMap { week in
      week.published.cells.filter { $0.group.dimension == .costCentre && $0.tool == nil }
        .map { (week: week, cell: $0) }
    }
    func key(_ item: (week: FrozenWeek, cell: Cell)) -> String {
      "\(item.week.week) \(names.key(of: item.cell))"
    }
    let document = try Paging(request).document(of: items.sorted { key($0) < key($1) }, key: key) { item in
      .object(
        [("week", .string("\(item.week.week)"))] + CellList(item.week, names).members(of: item.cell))
    }
    return TaggedAnswer(document).response(to: request)
  }

  // MARK: People

  private func people(_ request: Request, _ context: AssayContext) throws -> Response {
    _ = try sight.ask(.people, on: .organisation, context)
    let reading = try control.peopleReading()
    let contents = reading.snapshot.contents
    let teams = Dictionary(contents.teams.map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
    let living = contents.people.filter { $0.ended == nil }.sorted { $0.id < $1.id }
    let document = try Paging(request).document(of: living, key: { Paging.leastFirst($0.id) }) { person in
      .object([
        ("id", .integer(person.id)), ("name", .string(person.name)), ("mail", .string(person.mail)),
        ("team", .optional(person.team.flatMap { teams[$0] })),
        ("manager", .optional(reading.manager(of: person.id, at: context.asked))),
      ])
    }
    return TaggedAnswer(document).response(to: request)
  }

  /// Usage and linked outcomes of somebody, for a direct manager or an administrator with a purpose.
  private func usage(_ request: Request, _ context: AssayContext) throws -> Response {
    let purpose = try request.headers[.assayPurpose].map { text throws(ProblemDetails) in
      do { return try Purpose(text) } catch { throw .badParameter("Assay-Purpose", "\(error)") }
    }
    let usage = try OthersUsage(ledger: ledger, control: control, sight: sight, timeZone: timeZone)
      .usage(of: context.parameters.get("id", as: Int64.self), purpose: purpose, context).usage
    let document = try Paging(request).document(of: usage.weeks, key: { "\($0.week)" }) { week in
      .object([
        ("week", .string("\(week.week)")), ("cost_nano_usd", .integer(week.cost.count)),
        ("tokens", week.tokens.json),
        (
          "outcomes",
          .object(
            OutcomeClass.allCases.map { ($0.jsonName, .integer((week.outcomes[$0] ?? .zero).count)) })
        ),
      ])
    }
    return TaggedAnswer(document).response(to: request)
  }

  // MARK: Sources

  private func sources(_ request: Request, _ context: AssayContext) throws -> Response {
    _ = try sight.ask(.sources, on: .configuration, context)
    let readings = try SourceReadings(ledger)
    let document = try Paging(request).document(of: readings.tools, key: \.tool.rawValue) { one in
      .object([
        ("tool", .string(one.tool.rawValue)), ("sources", .integer(Int64(one.sources))),
        ("unread", .object(one.unread.map { ($0.kind.rawValue, .integer(Int64($0.count))) })),
      ])
    }
    return TaggedAnswer(document).response(to: request)
  }
}
