import Account
import ArgumentParser
import Charts
import ControlSQLite
import Directory
import Foundation
import Ledger
import Surroundings

/// `assay notices`: what limits and the breaker told owners.
struct NoticesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "notices",
    abstract: "What a limit or the breaker told an owner.",
    discussion: """
      A notice is made when calls are first refused at a limit, and when the same request came again and again and \
      was stopped. The newest come first.

      EXAMPLES
        assay notices
        assay notices --person ana@example.com --days 7
        assay notices --json
      """)

  @Option(help: ArgumentHelp("Only what this person was told.", valueName: "mail")) var person: String?
  @Option(help: ArgumentHelp("Only of the last days.", valueName: "count")) var days: Int64?
  @Option(help: ArgumentHelp("At most so many.", valueName: "count")) var last = 50
  @Flag(help: "Print JSON.") var json = false
  @OptionGroup var control: ControlOptions

  func validate() throws {
    if let days, !(1...36_500).contains(days) {
      throw ValidationError("--days takes a number of days from 1.")
    }
    guard (1...ControlStore.mostNotices).contains(last) else {
      throw ValidationError("--last takes a number from 1 to \(ControlStore.mostNotices).")
    }
  }

  func run() throws {
    let store = try control.open()
    let directory = try NamedDirectory(store.snapshot())
    let notices = try store.notices(
      since: days.map { Instant(Date()) - .days($0) },
      person: try person.map { try directory.snapshot.person(mail: $0).id }, limit: last)
    guard !json else {
      let items = notices.map { notice in
        JSONValue.object([
          ("id", .integer(notice.id)), ("at", .string(notice.at.utc)),
          ("kind", .string(notice.kind.rawValue)),
          ("person", .optional(directory.mail(notice.person))), ("key", .optional(directory.key(notice.key))),
          ("limit", .optional(notice.limit)), ("text", .string(notice.text)),
        ])
      }
      return try StandardOutput.write(JSONValue.object([("notices", .array(items))]).document)
    }
    var table = ListTable(headings: ["AT", "TO", "KEY", "NOTICE"])
    table.rows = notices.map {
      [$0.at.local, directory.mail($0.person) ?? "–", directory.key($0.key) ?? "–", $0.text]
    }
    try StandardOutput.write(table.text(empty: "No notices."))
  }
}
