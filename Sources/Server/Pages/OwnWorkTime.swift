import Charts
import ControlSQLite
import Directory
import Ledger

/// What is held of when somebody works: on their own page, and on no other.
struct OwnWorkTime {
  private let leave: [Absence]
  private let days: [WorkingDaysSince]

  init(of person: Int64, in control: ControlStore) throws {
    leave = try control.leave(of: person)
    days = try control.workingDays(of: person)
  }

  var content: PageContent {
    .section(
      "When you work",
      .paragraph(sentence)
        + .table(
          DataTable(
            id: "leave",
            caption:
              "Days only, never why. An adoption target does not count you in a week in which you are away.",
            heads: ["First day", "Last day"],
            texts: leave.reversed().map { [$0.first.description, $0.last.description] },
            empty: "No leave of yours is held.")))
  }

  private var sentence: String {
    guard !days.isEmpty else {
      return "Nothing is held of it: you are taken to work from Monday to Friday."
    }
    return "You work on "
      + days.map { "\($0.days) from \($0.since) on" }.joined(separator: ", ")
      + ", as your organisation said. Nobody else is shown this."
  }
}
