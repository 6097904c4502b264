import Ledger
import LedgerSQLite
import Server
import Shipping

/// Takes what the collector reads on one simulated person's machine to the ledger by the way that it takes from a real
/// one: reduced as it leaves the machine, checked as it arrives, and under the account of whose it is.
struct DemoMachine: CollectionStore {
  private let ledger: SQLiteLedger
  private let redaction: Redaction
  private let intake: ShipmentIntake

  /// - Parameter remotes: Of the working directories of the machine, which are in the records and not on this disk.
  init(
    _ ledger: SQLiteLedger, of name: String, account: AccountID, remotes: [String: String], at now: Instant
  ) {
    self.ledger = ledger
    redaction = Redaction(key: ledger.hashKey) { remotes[$0] }
    intake = ShipmentIntake(from: name, account: account, at: now)
  }

  var hashKey: SipHash24.Key { ledger.hashKey }
  /// Read once and thrown away.
  func knownSources() throws -> [KnownSource] { [] }
  func checkpoint(ofSource path: String) throws -> [UInt8]? { nil }

  func append(_ updates: [SourceUpdate]) throws -> KeptOut {
    try ledger.append(updates.compactMap { redaction.shipment($0).map(intake.update) })
  }
}
