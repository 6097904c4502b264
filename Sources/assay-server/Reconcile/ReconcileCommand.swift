import ArgumentParser
import Charts
import Foundation
import Ledger
import LedgerSQLite
import Reconciliation
import Surroundings

/// `assay reconcile`: the ledger against what the providers say was used.
struct ReconcileCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reconcile",
    abstract: "Holds the ledger against the providers' own figures.",
    discussion: """
      By UTC day and model: what a provider reports, what of it the ledger has, what is missing, and what the ledger \
      has beyond. Take the providers' figures in first, from files or from their APIs; docs/reconciliation.md says \
      where each comes from and what it can say.

      EXAMPLES
        assay reconcile import usage.json
        assay reconcile fetch anthropic --since 2026-11-01
        assay reconcile
        assay reconcile --from 2026-11-01 --to 2026-11-20 --provider anthropic --json
      """,
    subcommands: [
      ReconcileShowCommand.self, ReconcileImportCommand.self, ReconcileFetchCommand.self,
    ],
    defaultSubcommand: ReconcileShowCommand.self)
}

/// Which ledger, for every part of `assay reconcile`.
struct BillLedgerOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The ledger.", valueName: "file")) var ledger: String?

  func open() throws -> SQLiteLedger {
    try SQLiteLedger(path: ledger.map(GivenPath.absolute) ?? XDGDirectory.data + "/ledger.sqlite")
  }
}

extension CalendarDay {
  /// A day as the command line says it.
  init(option: String, _ text: String) throws {
    guard let day = CalendarDay(text) else {
      throw ValidationError("\(option) takes a day in UTC, such as 2026-11-03.")
    }
    self = day
  }
}

/// `assay reconcile` itself.
struct ReconcileShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Prints the comparison.",
    discussion: "REPORTED is the provider's figure, ASSAY the ledger's. Unknown is –, and never zero.")

  @Option(help: ArgumentHelp("The first UTC day. Default: 30 days before the last.", valueName: "day"))
  var from: String?
  @Option(help: ArgumentHelp("The last UTC day. Default: the last that was taken in.", valueName: "day"))
  var to: String?
  @Option(help: "Only this provider: anthropic, openai, copilot or cursor.") var provider: BillProvider?
  @Flag(help: "Print JSON.") var json = false
  @Flag(help: "Print CSV, a row a day, model and measure.") var csv = false
  @Option(help: ArgumentHelp("An organisation's own price file. Also $ASSAY_PRICES.", valueName: "file"))
  var prices: String?
  @OptionGroup var options: BillLedgerOptions

  func validate() throws {
    if json && csv { throw ValidationError("Give --json or --csv, not both.") }
  }

  func run() throws {
    let first = try from.map { try CalendarDay(option: "--from", $0) }
    let last = try to.map { try CalendarDay(option: "--to", $0) }
    let store = try options.open()
    guard let known = try store.billedDays() else {
      throw CommandFailure(
        "No provider's figures have been taken in. Start with assay reconcile import FILE or assay reconcile fetch anthropic; docs/reconciliation.md says where they come from."
      )
    }
    let end = last ?? known.upperBound
    let start = first ?? max(known.lowerBound, CalendarDay(containing: end.start - .days(29)))
    guard start <= end, end.start - start.start <= .days(732) else {
      throw ValidationError("--from \(start) --to \(end): give at most two years, the first day first.")
    }
    let catalogue = try PriceCatalogue.given(prices, ProcessInfo.processInfo.environment)
    let found = Reconciliation(
      start...end, reports: BillReport.allCases.filter { provider == nil || $0.provider == provider },
      bills: try store.bills(in: start...end), use: try store.use(on: start...end),
      scope: LedgerScope(catalogue))
    try StandardOutput.write(json ? found.json.document : csv ? found.csv : ReconciliationText(found).text)
  }
}

extension BillProvider: ExpressibleByArgument {}
extension BillReport: ExpressibleByArgument {}
