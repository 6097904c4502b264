import ArgumentParser
import ControlSQLite
import Foundation
import Keeping
import Ledger
import LedgerSQLite
import Surroundings

/// Where what is long-running keeps its data.
struct StorageOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The ledger: usage, facts, what is derived.", valueName: "file"))
  var ledger: String?

  @Option(help: ArgumentHelp("The control database: people, keys, limits.", valueName: "file"))
  var control: String?

  @Option(help: ArgumentHelp("The directory of the gateway's write-ahead spool.", valueName: "dir"))
  var spool: String?

  /// Whether none was given.
  var isDefault: Bool { ledger == nil && control == nil && spool == nil }

  func openLedger() throws -> SQLiteLedger {
    try Restore.finishPending(control: controlPath)
    try CopyBeforeUpgrade.ofLedger(ledgerPath).map(Self.tell)
    return try SQLiteLedger(path: ledgerPath)
  }

  func openControl() throws -> ControlStore { try Self.openControl(controlPath) }

  static func openControl(_ path: String) throws -> ControlStore {
    try Restore.finishPending(control: path)
    try CopyBeforeUpgrade.ofControl(path).map(tell)
    return try ControlStore(path: path)
  }

  private static func tell(ofCopy path: String) {
    let line = "The database is brought up to date; as it was before, it is kept in \(path).\n"
    FileHandle.standardError.write(Data(line.utf8))
  }

  var controlPath: String { control.map(GivenPath.absolute) ?? XDGDirectory.data + "/control.sqlite" }
  var ledgerPath: String { ledger.map(GivenPath.absolute) ?? XDGDirectory.data + "/ledger.sqlite" }
  var spoolDirectory: String { spool.map(GivenPath.absolute) ?? XDGDirectory.data + "/spool" }
}

extension PriceCatalogue {
  /// With the file that an option names, else that of `$ASSAY_PRICES`, over what is built in.
  static func given(_ path: String?, _ environment: [String: String]) throws -> PriceCatalogue {
    try builtIn(withFileAt: path ?? environment["ASSAY_PRICES"].flatMap { $0.isEmpty ? nil : $0 })
  }
}
