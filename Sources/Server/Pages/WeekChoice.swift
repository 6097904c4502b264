import Charts
import Hummingbird
import Visibility

/// Which of the closed weeks a page is about: `week` of its address, the latest if it says nothing.
struct WeekChoice {
  let week: FrozenWeek
  /// All that are closed, the first one first.
  let weeks: [FrozenWeek]
  private let index: Int
  private let path: String
  /// What else the address says, as it stands in links.
  private let rest: String

  /// - Returns: `nil` if no week has been closed yet.
  /// - Throws: ``ProblemDetails`` for what is no week, or none that is closed.
  init?(
    _ request: Request, among weeks: [FrozenWeek], at path: String, keeping rest: String = ""
  ) throws(ProblemDetails) {
    guard let last = weeks.indices.last else { return nil }
    self.weeks = weeks
    self.path = path
    self.rest = rest
    if let text = request.uri.queryParameters["week"] {
      guard let asked = Week(text) else {
        throw .badField("week", "week is an ISO week, such as \(weeks[last].week).")
      }
      guard let found = weeks.firstIndex(where: { $0.week == asked }) else {
        throw ProblemDetails(
          404, "no-such-week", title: "Not closed",
          detail:
            "Nothing is published of \(asked). Closed are \(weeks[0].week) to \(weeks[last].week).")
      }
      index = found
    } else {
      index = last
    }
    week = weeks[index]
  }

  /// A quarter up to the week.
  var quarter: ArraySlice<FrozenWeek> { weeks[...index].suffix(13) }

  var before: FrozenWeek? { index > 0 ? weeks[index - 1] : nil }

  var latestSettled: FrozenWeek? { weeks.last(where: \.isSettled) }

  /// The week before and after, and all of them to choose from.
  var content: PageContent {
    let after = index + 1 < weeks.count ? weeks[index + 1] : nil
    let links = [
      before.map { Markup.anchor(address(of: $0), "← \($0.week)") },
      after.map { Markup.anchor(address(of: $0), "\($0.week) →") },
    ].compactMap(\.self)
    let options = weeks.reversed().map { one in
      "<option\(one.week == week.week ? " selected" : "")>\(one.week)</option>"
    }
    let hidden = rest.split(separator: "&").map { pair in
      let parts = pair.split(separator: "=", maxSplits: 1).map(String.init)
      let value = parts.count > 1 ? parts[1] : ""
      return
        "<input type=\"hidden\" name=\"\(Markup.escape(parts[0]))\" value=\"\(Markup.escape(value))\">"
    }
    return .markup(
      """
      <form class="choice" method="get" action="\(Markup.escape(path))">\(hidden.joined())
      <label for="week">Week</label> <select id="week" name="week">\(options.joined())</select>
      <button>Show</button> \(links.joined(separator: " "))</form>

      """)
  }

  func address(of week: FrozenWeek) -> String {
    "\(path)?\(rest.isEmpty ? "" : rest + "&")week=\(week.week)"
  }
}

extension Week {
  /// Under an axis.
  var axis: AxisName {
    AxisName("W\(Figures.padded(number, 2))", long: description, year: year)
  }
}
