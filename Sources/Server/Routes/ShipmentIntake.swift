import Foundation
package import Ledger

/// Makes of what a machine sent what the ledger stores: checked, and under the account that the credential says.
package struct ShipmentIntake: Sendable {
  private let check: ShipmentCheck
  private let machine: String
  private let account: AccountID

  /// - Parameter machine: As its sources are listed.
  package init(from machine: String, account: AccountID, at now: Instant) {
    check = ShipmentCheck(at: now)
    self.machine = machine
    self.account = account
  }

  package func update(_ shipment: FactShipment) -> SourceUpdate {
    var batch = check.checked(shipment.batch)
    batch.account = account
    return SourceUpdate(
      source: KnownSource(
        path: "\(machine)/\(ShipmentCheck.name(shipment.source))", tool: shipment.tool, shape: shipment.shape,
        identity: FileIdentity(device: 0, inode: 0, size: 0, modifiedNanoseconds: 0), offset: 0, lines: 0,
        fingerprint: 0, readerVersion: 0),
      checkpoint: nil, batch: batch, fromStart: shipment.fromStart)
  }
}
