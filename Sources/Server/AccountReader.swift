import Account
import Foundation
import Ledger
import Visibility

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

  /// What one account used in each closed week.
  func weeks(of account: AccountID, closedAt now: Instant) throws -> [Week: Visibility.Figures] {
    let everything = Instant(milliseconds: .min)..<Instant(milliseconds: .max)
    var weeks: [Week: Visibility.Figures] = [:]
    for cell in try ledger.cells(in: everything, of: account) {
      let week = Week(containing: cell.slot, in: timeZone)
      guard week.isClosed(at: now, in: timeZone) else { continue }
      weeks[week, default: Visibility.Figures(records: 0)] += Visibility.Figures(of: cell)
    }
    return weeks
  }
}

extension Visibility.Figures {
  init(of cell: RollupCell) {
    let totals = cell.totals
    let cost = totals.cost ?? .zero
    self.init(
      cost: cost, tokens: totals.counts, outcomes: [cell.state: cost],
      records: totals.records &+ totals.unitemisedRecords,
      unknownRecords: totals.unknownRecords &+ totals.unpricedRecords)
  }
}
