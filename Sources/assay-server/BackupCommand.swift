import ArgumentParser
import ControlSQLite
import Foundation
import LedgerSQLite
import Surroundings

/// `assay backup`: a copy of everything, while the server runs.
struct BackupCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backup",
    abstract: "Copies ledger and control database, while they are in use.",
    discussion: """
      Writes ledger.sqlite and control.sqlite into the directory, readable by you alone; nothing that is there is \
      replaced. assay restore puts them back. What is in the gateway's spool at that moment is drained when it starts \
      again. docs/keeping.md says what a backup still holds of people who are erased later.

      EXAMPLES
        assay backup --into /var/backups/assay/2026-11-21
      """)

  @Option(help: ArgumentHelp("The directory to write to; made if it is not there.", valueName: "dir"))
  var into: String

  @OptionGroup var storage: StorageOptions

  func run() throws {
    let directory = GivenPath.absolute(into)
    try FileManager.default.createDirectory(
      atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    // The directory second: whoever is in the copy of the ledger is then in that of the directory as well.
    try storage.openLedger().backUp(to: directory + "/ledger.sqlite")
    try storage.openControl().backUp(to: directory + "/control.sqlite")
    try StandardOutput.write("Backed up to \(directory).\n")
  }
}
