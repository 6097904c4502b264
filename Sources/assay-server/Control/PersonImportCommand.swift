import ArgumentParser
import Charts
import ControlSQLite
import Directory
import Foundation
import Ledger
import Provisioning
import Surroundings

/// `assay person import`.
struct PersonImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Add and change people from a list.",
    discussion: """
      The list is a CSV file whose first line names its columns: mail, and any of name, team, manager (a mail \
      address), cost_centre, external_id, department, title, employee_number, git_authors, github, gitlab, slack \
      (several with a semicolon between them). A column that is not there changes nothing; an empty field of one \
      that is there says that there is none. Teams and cost centres that are new are made.

      A line that cannot be taken is named with what is wrong with it, and all others are taken; then the exit \
      status is 1. To import the same list again changes nothing.

      EXAMPLES
        assay person import people.csv --dry-run
        assay person import people.csv
        assay person import people.csv --end-missing
      """)

  @Argument(help: "The list; - for standard input.", completion: .file()) var file: String
  @Flag(help: "Say what would change, and change nothing.") var dryRun = false
  @Flag(help: "End everybody who is not in the list.") var endMissing = false
  @OptionGroup var control: ControlOptions

  func run() throws {
    let list = PeopleList(try ListFile.bytes(of: file))
    let store = try control.open()
    var changes = PeopleImport(list, try store.peopleReading(), endMissing: endMissing)
    var removal = Removal()
    if !dryRun { removal = try changes.apply(to: store, at: Instant(Date())) }
    try StandardOutput.write(text(changes, removal))
    if !changes.problems.isEmpty { throw ExitCode(1) }
  }

  private func text(_ changes: PeopleImport, _ removal: Removal) -> String {
    var text = ""
    for change in changes.changes {
      let sign = ["add": "+", "change": "~", "end": "-"][change.kind.rawValue] ?? ""
      let details = change.details.isEmpty ? "" : "  " + change.details.joined(separator: "; ")
      text += Display.safe("\(sign) \(change.mail)\(details)") + "\n"
    }
    for note in changes.notes { text += Display.safe(note) + "\n" }
    for problem in changes.problems {
      text += Display.safe("Line \(problem.line) is not taken: \(problem.why).") + "\n"
    }
    func count(_ kind: PeopleImport.Change.Kind) -> Int { changes.changes.count { $0.kind == kind } }
    let would = dryRun ? "Would be added" : "Added"
    text +=
      "\(would): \(count(.add)), changed: \(count(.change)), ended: \(count(.end)), as before: \(changes.unchanged), not taken: \(changes.problems.count).\(removal.sentences)\n"
    return text
  }
}
