import Charts
import Boards
import Hummingbird
import Ledger
import Visibility

/// Boards for programs; the same as the page.
struct BoardAPI: Sendable {
  let shelf: BoardShelf
  let sight: Sight

  func add(to router: Router<AssayContext>) {
    router.get("/api/v1/boards/:dimension") { request, context in
      _ = try sight.ask(.board, on: .group(isManagedByViewer: false), context)
      guard let text = context.parameters.get("dimension"), let dimension = Board.Dimension(rawValue: text)
      else { throw ProblemDetails.nothingThere }
      let sort = try BoardQuestion.measure(request.uri.queryParameters["sort"].map(String.init))
      return TaggedAnswer(try shelf.board(dimension).json(sort: sort)).response(to: request)
    }
  }
}

extension Board {
  /// - Parameter sort: By name if there is none.
  func json(sort: BoardMeasure? = nil) -> JSONValue {
    .object([
      ("dimension", .string(dimension.rawValue)), ("weeks", .strings(weeks.map(\.description))),
      (
        "measures",
        .array(
          BoardMeasure.allCases.map { measure in
            .object([
              ("name", .string(measure.rawValue)), ("title", .string(measure.title)),
              ("unit", .string(measure.unit.jsonName)), ("definition", .string(measure.definition)),
            ])
          })
      ), ("items", .array((sort.map(sorted) ?? rows).map(\.json))),
      ("organisation", whole?.json ?? .null),
    ])
  }
}

extension Board.Row {
  fileprivate var json: JSONValue {
    .object([
      ("group", .string(name)), ("weeks", .integer(Int64(weeks))),
      ("coverage", .optional(coverage?.rawValue)),
      (
        "figures",
        .object(
          BoardMeasure.allCases.map { measure in
            (measure.rawValue, figures[measure].map { $0.json(measure.unit) } ?? .null)
          })
      ),
    ])
  }
}

extension Board.Figure {
  fileprivate func json(_ unit: BoardMeasure.Unit) -> JSONValue {
    .object([
      ("value", .integer(unit.integer(value))),
      ("low", .optional(range.map { unit.integer($0.lowerBound) })),
      ("high", .optional(range.map { unit.integer($0.upperBound) })),
      ("numerator", .integer(unit == .dollars ? unit.integer(numerator) : Self.whole(numerator))),
      ("denominator", .integer(Self.whole(denominator))), ("weeks", .integer(Int64(weeks))),
      ("known", .optional(known)), ("of", .optional(of)), ("standing", .string(standing.rawValue)),
    ])
  }

  private static func whole(_ value: Double) -> Int64 { Int64(min(value, 1e15).rounded()) }
}

extension BoardMeasure.Unit {
  /// What the integers of a figure count.
  fileprivate var jsonName: String {
    switch self {
    case .dollars: "nano_usd"
    case .seconds: "seconds"
    case .perDay: "millionths_per_day"
    case .share: "millionths"
    case .perHundred: "millionths_per_100_changes"
    }
  }

  fileprivate func integer(_ value: Double) -> Int64 {
    switch self {
    case .dollars: Int64((min(value, 1e9) * 1e9).rounded())
    case .seconds: Int64(min(value, 1e15).rounded())
    case .perDay, .share, .perHundred: Int64((min(value, 1e9) * 1e6).rounded())
    }
  }
}
