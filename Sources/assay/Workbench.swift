import Account
import Collection
import Derivation
import Foundation
import Ledger
import LedgerSQLite

/// A ledger brought up to date, from which commands print.
struct Workbench {
  let ledger: SQLiteLedger
  let derivation: Derivation
  let discovery: Discovery
  let prices: PriceCatalogue

  /// Opens the ledger, reads what is new, and derives what has changed.
  init(_ options: SourceOptions, now: Instant, progress: ProgressLine) async throws {
    prices = try options.catalogue()
    ledger = try SQLiteLedger(path: options.ledgerPath)
    discovery = Discovery(homes: options.homeDirectories, files: options.filePaths)
    derivation = Derivation(
      store: ledger, prices: prices, policy: options.policy, repositories: options.repositoryPaths,
      cacheDirectory: options.cacheDirectory)
    _ = try await Collector(store: ledger).collect(discovery) { done, total in
      progress.show("reading sessions", done: done, of: total)
    }
    try await derivation.run(now: now) { progress.show($0) }
    progress.clear()
  }

  func account(period: ReportPeriod, timeZone: TimeZone) throws -> Account {
    let everything = Instant(milliseconds: .min)..<Instant(milliseconds: .max)
    let cells = try ledger.cells(in: everything)
    let summaries = try ledger.derivedSessions()
    let reading = AccountReading(
      cells: cells, summaries: summaries, diagnostics: try ledger.diagnostics(),
      places: try ledger.placeNotes(), discovery: discovery)
    return reading.account(period: period, timeZone: timeZone)
  }
}
