import Charts
import ArgumentParser
import ControlSQLite
import Directory
import Foundation
import Ledger
import Provisioning
import Surroundings

extension PersonCommand {
  /// `assay person leave`.
  struct Leave: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "leave",
      abstract: "When people are away: days, never why.",
      discussion: """
        Who is on leave on all their working days of a week is not counted for an adoption target in it. Each person \
        sees on their own page what is held of them; nobody else is shown it.

        EXAMPLES
          assay person leave add ana@example.com 2026-08-03 2026-08-21
          assay person leave import leave.csv
          assay person leave list --person ana@example.com
        """,
      subcommands: [Add.self, Import.self, List.self, Remove.self])

    struct Add: ParsableCommand {
      static let configuration = CommandConfiguration(
        abstract: "Say that a person is away.",
        discussion: """
          EXAMPLES
            assay person leave add ana@example.com 2026-08-03 2026-08-21
            assay person leave add ana@example.com 2026-05-01
          """)

      @Argument(help: "The person’s mail address.") var mail: String
      @Argument(help: "The first day.") var first: String
      @Argument(help: "The last day. Default: the first.") var last: String?
      @OptionGroup var control: ControlOptions

      func run() throws {
        let (first, last) = (try GivenDay.day(first), try GivenDay.day(last ?? first))
        let store = try control.open()
        let person = try store.snapshot().person(mail: mail)
        let isNew = try store.addLeave(Absence(person: person.id, first: first, last: last))
        let days = first == last ? "on \(first)" : "from \(first) to \(last)"
        try StandardOutput.write("\(person.mail) is away \(days)\(isNew ? "" : "; that was known").\n")
      }
    }

    struct Import: ParsableCommand {
      static let configuration = CommandConfiguration(
        abstract: "Add leave from a list.",
        discussion: """
          The list is a CSV file whose first line names its columns: mail, first_day, and last_day (without it: one \
          day). Nothing is taken away. A line that cannot be taken is named with what is wrong with it, and all \
          others are taken; then the exit status is 1. To import the same list again changes nothing.

          EXAMPLES
            assay person leave import leave.csv --dry-run
            assay person leave import leave.csv
          """)

      @Argument(help: "The list; - for standard input.", completion: .file()) var file: String
      @Flag(help: "Say what would change, and change nothing.") var dryRun = false
      @OptionGroup var control: ControlOptions

      func run() throws { try WorkTimeList.take(.leave, from: file, into: control.open(), dryRun: dryRun) }
    }

    struct List: ParsableCommand {
      static let configuration = CommandConfiguration(
        abstract: "List who is away when.",
        discussion: """
          EXAMPLES
            assay person leave list
            assay person leave list --person ana@example.com --json
          """)

      @Option(help: ArgumentHelp("Only this person’s.", valueName: "mail")) var person: String?
      @Flag(help: "Print JSON.") var json = false
      @OptionGroup var control: ControlOptions

      func run() throws {
        let store = try control.open()
        let directory = NamedDirectory(try store.snapshot())
        let person = try person.map { try directory.snapshot.person(mail: $0).id }
        let leave = try store.leave(of: person)
        guard !json else {
          let items = leave.map { one in
            JSONValue.object([
              ("id", .integer(one.id)), ("person", .optional(directory.mail(one.person))),
              ("first_day", .string(one.first.description)), ("last_day", .string(one.last.description)),
            ])
          }
          return try StandardOutput.write(JSONValue.object([("leave", .array(items))]).document)
        }
        var table = ListTable(headings: ["ID", "PERSON", "FIRST DAY", "LAST DAY"])
        table.rows = leave.map {
          ["\($0.id)", directory.mail($0.person) ?? "–", $0.first.description, $0.last.description]
        }
        try StandardOutput.write(
          table.text(empty: "No leave is known. assay person leave add MAIL FIRST LAST adds some."))
      }
    }

    struct Remove: ParsableCommand {
      static let configuration = CommandConfiguration(
        abstract: "Take leave out that was added.",
        discussion: """
          EXAMPLES
            assay person leave remove 1
          """)

      @Argument(help: "Its number, as list shows it.") var id: Int64
      @OptionGroup var control: ControlOptions

      func run() throws {
        try control.open().removeLeave(id)
        try StandardOutput.write("The leave \(id) is not known any more.\n")
      }
    }
  }
}

/// A day as the command line says it.
enum GivenDay {
  static func day(_ text: String) throws(WorkTimeError) -> CalendarDay {
    guard let day = CalendarDay(text) else { throw .notADay(DirectoryText.shown(text)) }
    return day
  }

  /// This machine's.
  static var today: CalendarDay {
    let now = Date()
    return CalendarDay(
      containing: Instant(now), secondsFromUTC: TimeZone.current.secondsFromGMT(for: now))
  }
}

/// What a list of when people work came to.
enum WorkTimeList {
  static func take(
    _ kind: WorkTimeImport.Kind, from file: String, into store: ControlStore, dryRun: Bool
  ) throws {
    let list = try WorkTimeImport(
      kind, ListFile.bytes(of: file), into: store, today: GivenDay.today, isDry: dryRun)
    let problems = list.problems.map { Display.safe("Line \($0.line) is not taken: \($0.why).") + "\n" }
    let would = dryRun ? "Would be added" : "Added"
    try StandardOutput.write(
      problems.joined()
        + "\(would): \(list.added), as before: \(list.unchanged), not taken: \(list.problems.count).\n")
    if !list.problems.isEmpty { throw ExitCode(1) }
  }
}
