import Charts
import ArgumentParser
import ControlSQLite
import Directory
import Foundation
import Ledger
import Provisioning
import Surroundings

extension PersonCommand {
  /// `assay person working-days`.
  struct WorkingDaysCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "working-days",
      abstract: "On which days of the week people work.",
      discussion: """
        Of whom nothing is said: Monday to Friday. Whoever works fewer days counts as one person all the same for an \
        adoption target. Each person sees on their own page what is held of them; nobody else is shown it.

        EXAMPLES
          assay person working-days set ana@example.com mon-thu
          assay person working-days import working-days.csv
          assay person working-days list
        """,
      subcommands: [Set.self, Import.self, List.self])

    struct Set: ParsableCommand {
      static let configuration = CommandConfiguration(
        abstract: "Say on which days a person works, from a day on.",
        discussion: """
          EXAMPLES
            assay person working-days set ana@example.com mon-thu
            assay person working-days set ana@example.com 'mon tue fri' --since 2026-05-01
          """)

      @Argument(help: "The person’s mail address.") var mail: String
      @Argument(help: "Days or ranges of days: mon-thu, 'mon tue fri'.") var days: String
      @Option(help: ArgumentHelp("From this day on. Default: today.", valueName: "day")) var since: String?
      @OptionGroup var control: ControlOptions

      func run() throws {
        let days = try WorkingDays(days)
        let since = try since.map { text throws(WorkTimeError) in try GivenDay.day(text) } ?? GivenDay.today
        let store = try control.open()
        let person = try store.snapshot().person(mail: mail)
        try store.setWorkingDays(WorkingDaysSince(person: person.id, since: since, days: days))
        try StandardOutput.write("\(person.mail) works on \(days), from \(since) on.\n")
      }
    }

    struct Import: ParsableCommand {
      static let configuration = CommandConfiguration(
        abstract: "Take working days from a list.",
        discussion: """
          The list is a CSV file whose first line names its columns: mail, days (such as mon-thu), and since (without \
          it: today). A line that cannot be taken is named with what is wrong with it, and all others are taken; then \
          the exit status is 1. To import the same list again changes nothing.

          EXAMPLES
            assay person working-days import working-days.csv --dry-run
            assay person working-days import working-days.csv
          """)

      @Argument(help: "The list; - for standard input.", completion: .file()) var file: String
      @Flag(help: "Say what would change, and change nothing.") var dryRun = false
      @OptionGroup var control: ControlOptions

      func run() throws {
        try WorkTimeList.take(.workingDays, from: file, into: control.open(), dryRun: dryRun)
      }
    }

    struct List: ParsableCommand {
      static let configuration = CommandConfiguration(
        abstract: "List what was said of working days.",
        discussion: """
          EXAMPLES
            assay person working-days list
            assay person working-days list --person ana@example.com --json
          """)

      @Option(help: ArgumentHelp("Only this person’s.", valueName: "mail")) var person: String?
      @Flag(help: "Print JSON.") var json = false
      @OptionGroup var control: ControlOptions

      func run() throws {
        let store = try control.open()
        let directory = NamedDirectory(try store.snapshot())
        let person = try person.map { try directory.snapshot.person(mail: $0).id }
        let days = try store.workingDays(of: person)
        guard !json else {
          let items = days.map { one in
            JSONValue.object([
              ("person", .optional(directory.mail(one.person))), ("since", .string(one.since.description)),
              ("days", .array(one.days.days.sorted().map { .string($0.short) })),
            ])
          }
          return try StandardOutput.write(JSONValue.object([("working_days", .array(items))]).document)
        }
        var table = ListTable(headings: ["PERSON", "SINCE", "DAYS"])
        table.rows = days.map {
          [directory.mail($0.person) ?? "–", $0.since.description, $0.days.description]
        }
        try StandardOutput.write(
          table.text(empty: "Nothing was said: everybody works from Monday to Friday."))
      }
    }
  }
}
