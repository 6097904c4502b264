import ArgumentParser
import Foundation
import Keeping
import Ledger
import Surroundings

/// `assay restore`: puts a backup in place.
struct RestoreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restore",
    abstract: "Puts a backup in the place of ledger and control database.",
    discussion: """
      Stop the server first. The copies are checked before anything is touched; what they replace is kept beside, \
      under names that end in .replaced-TIME, and is yours to delete. Whoever was erased since the backup was made is \
      erased in it again. Keys and tokens that were revoked since are good again: look at assay key list.

      EXAMPLES
        assay restore /var/backups/assay/2026-11-21
      """)

  @Argument(help: ArgumentHelp("A directory that assay backup made.", valueName: "dir"))
  var directory: String

  @OptionGroup var storage: StorageOptions

  func run() throws {
    let places = Restore.Places(ledger: storage.ledgerPath, control: storage.controlPath)
    let outcome = try Restore(to: places).run(from: GivenPath.absolute(directory), at: Instant(Date()))
    var lines = ["Restored \(places.ledger) and \(places.control)."]
    if outcome.erasedAgain > 0 {
      lines.append("Erased again, since they were erased after the backup: \(outcome.erasedAgain).")
    }
    if outcome.unknownErased > 0 {
      lines.append("Erased since, and not in the backup: \(outcome.unknownErased).")
    }
    lines += outcome.kept.map {
      "What was replaced is in \($0). It holds what it held; delete it when you can."
    }
    try StandardOutput.write(lines.joined(separator: "\n") + "\n")
  }
}
