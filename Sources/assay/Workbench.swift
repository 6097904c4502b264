import Account
import Attribution
import Collection
import Derivation
import Foundation
import Judgement
import Ledger
import LedgerSQLite

/// A ledger brought up to date, from which commands print.
struct Workbench {
  let ledger: SQLiteLedger
  let derivation: Derivation
  let discovery: Discovery
  let prices: PriceCatalogue
  let judge: Judge
  /// As ``SourceOptions/isOfPeople``.
  let isOfPeople: Bool

  /// Opens the ledger, reads what is new, and derives what has changed.
  init(_ options: SourceOptions, now: Instant, progress: ProgressLine) async throws {
    prices = try options.catalogue()
    isOfPeople = options.isOfPeople
    judge = Judge(policy: try options.evidencePolicy())
    ledger = try SQLiteLedger(path: options.ledgerPath)
    discovery = Discovery(homes: options.homeDirectories, files: options.filePaths)
    derivation = Derivation(
      store: ledger, prices: prices, policy: options.policy, repositories: options.repositoryPaths,
      directories: GeminiProjects.directories(of: options.homeDirectories),
      cacheDirectory: options.cacheDirectory)
    let homes = options.homeDirectories
    let store: any CollectionStore = homes.count > 1 ? HomeAccounts(ledger, homes: homes) : ledger
    _ = try await Collector(store: store).collect(discovery) { done, total in
      progress.show("reading sessions", done: done, of: total)
    }
    try await derivation.run(now: now) { progress.show($0) }
    progress.clear()
  }

  /// - Parameter splitsCosts: Whether each cell's cost is also wanted by token class.
  func account(
    period: ReportPeriod, timeZone: TimeZone, splitsCosts: Bool = false
  ) throws -> Account {
    let everything = Instant(milliseconds: .min)..<Instant(milliseconds: .max)
    var cells = try ledger.cells(in: everything)
    if splitsCosts {
      for index in cells.indices { cells[index].classCosts = classCosts(of: cells[index]) }
    }
    let summaries = try ledger.derivedSessions()
    let reading = AccountReading(
      cells: cells, summaries: summaries, judgements: try judgements(), diagnostics: try ledger.diagnostics(),
      places: try ledger.placeNotes(), discovery: discovery)
    return reading.account(period: period, timeZone: timeZone)
  }

  /// What is made of each session's purpose, beside what the person said of it. Nothing of homes that are several
  /// people's; else each home is a machine of one's own, judged by itself.
  func judgements() throws -> [SessionID: Judgement] {
    guard !isOfPeople else { return [:] }
    var judgements: [SessionID: Judgement] = [:]
    try ledger.forEachAccount(nil) { account, stored in
      for judgement in judge.judge(stored.compactMap { SessionObservations($0) }) {
        judgements[judgement.session] = judgement
      }
      for contest in try ledger.contests(of: account) { judgements[contest.session]?.contest(contest.said) }
    }
    return judgements
  }

  /// The cell's cost divided among its token classes in proportion to what each costs at list price.
  private func classCosts(of cell: RollupCell) -> ClassCosts? {
    guard let cost = cell.totals.cost, let model = cell.model,
      let price = prices.price(model: model, at: cell.slot)
    else { return nil }
    let counts = cell.totals.counts
    let classes = [
      TokenCounts(input: counts.input), TokenCounts(cacheRead: counts.cacheRead),
      TokenCounts(cacheWrite5m: counts.cacheWrite5m), TokenCounts(cacheWrite1h: counts.cacheWrite1h),
      TokenCounts(output: counts.output),
    ]
    let weights = classes.map {
      price.cost(of: $0, service: UsageRecord.Service(), isOneRequest: false)?.count ?? 0
    }
    let parts = apportion(cost.count, weights: weights).map { NanoDollars($0) }
    return ClassCosts(
      input: parts[0], cacheRead: parts[1], cacheWrite5m: parts[2], cacheWrite1h: parts[3], output: parts[4])
  }
}
