import ArgumentParser
import ControlSQLite
import Foundation
import Keeping
import Ledger
import Surroundings

/// `assay export`: all that is held on a person, for that person.
struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Writes down all that is held on a person.",
    discussion: """
      Makes a directory that only you can read, with a JSON file for each kind of data and a README.txt that says what \
      each is and for how long it is kept. It is meant for the person, who can have the same from their own page. \
      The server may go on running.

      EXAMPLES
        assay export ada@example.org --output ada
      """)

  @Argument(help: ArgumentHelp("The mail address or the number of the person.", valueName: "person"))
  var person: String

  @Option(help: ArgumentHelp("The directory to make. Default: assay-export-NUMBER.", valueName: "dir"))
  var output: String?

  @OptionGroup var storage: StorageOptions

  func run() throws {
    let (ledger, control) = (try storage.openLedger(), try storage.openControl())
    let number = try PersonErasure.person(person, in: control)
    let export = PersonExport(
      of: try control.scope(of: number), ledger: ledger, control: control,
      retention: try Retention(notedIn: control))
    let directory = GivenPath.absolute(output ?? "assay-export-\(number)")
    let names = try export.write(toDirectory: directory)
    try StandardOutput.write(
      "Wrote \(names.count) files to \(directory). Its README.txt says what they are.\n")
  }
}
