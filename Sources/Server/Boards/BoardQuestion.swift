import Boards
import Charts
import Hummingbird

/// Which board is asked for, and in which order.
struct BoardQuestion {
  var dimension = Board.Dimension.applications
  var sort: BoardMeasure?

  /// - Throws: ``ProblemDetails`` for a dimension or a measure that there is none of.
  init(_ query: Parameters) throws(ProblemDetails) {
    if let text = query["of"] {
      guard let found = Board.Dimension(rawValue: String(text)) else {
        throw .badField(
          "of", "of is one of \(Board.Dimension.allCases.map(\.rawValue).joined(separator: ", ")).")
      }
      dimension = found
    }
    sort = try Self.measure(query["sort"].map(String.init))
  }

  static func measure(_ text: String?) throws(ProblemDetails) -> BoardMeasure? {
    guard let text, !text.isEmpty else { return nil }
    guard let measure = BoardMeasure(rawValue: text) else {
      throw .badField(
        "sort", "sort is one of \(BoardMeasure.allCases.map(\.rawValue).joined(separator: ", ")).")
    }
    return measure
  }

  var address: String {
    "\(BoardPages.address)?of=\(dimension.rawValue)" + (sort.map { "&sort=\($0.rawValue)" } ?? "")
  }

  /// What to ask for instead, without a script.
  var content: PageContent {
    let pickers = Board.Dimension.allCases.map { one in
      one == dimension
        ? "<strong aria-current=\"page\">\(Markup.escape(one.title))</strong>"
        : Markup.anchor("\(BoardPages.address)?of=\(one.rawValue)", one.title)
    }.joined(separator: " · ")
    let options = BoardMeasure.allCases.map { one in
      "<option value=\"\(one.rawValue)\"\(one == sort ? " selected" : "")>\(Markup.escape(one.title))</option>\n"
    }.joined()
    return .markup(
      """
      <p>\(pickers)</p>
      <form method="get" action="\(BoardPages.address)">
      <input type="hidden" name="of" value="\(dimension.rawValue)">
      <p><label for="sort">In the order of</label>
      <select id="sort" name="sort"><option value="">name</option>
      \(options)</select> <button>Sort</button></p>
      </form>

      """)
  }
}

extension Board.Dimension {
  var title: String {
    switch self {
    case .applications: "Applications"
    case .useCases: "Use cases"
    case .teams: "Teams"
    }
  }
}
