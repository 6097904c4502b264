import Account
import Foundation
import Ledger

/// Reads accounts of persons from the ledger.
struct AccountReader: Sendable {
  let ledger: any LedgerStore
  let timeZone: TimeZone

  /// All that is held of one account's use.
  func account(of account: AccountID, period: ReportPeriod = ReportPeriod()) throws -> Account {
    let everything = Instant(milliseconds: .min)..<Instant(milliseconds: .max)
    let cells = try ledger.cells(in: everything, of: account)
    let sessions = try ledger.derivedSessions(of: account)
    return Account.build(
      cells: cells, sessions: sessions.map { AccountSession($0) }, period: period, timeZone: timeZone)
  }
}
