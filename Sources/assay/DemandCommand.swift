import Account
import ArgumentParser
import Charts
import Demand
import Foundation
import Ledger
import LedgerSQLite
import Surroundings

/// `assay demand`: what is likely to be used in the weeks ahead, and what use takes.
struct DemandCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demand",
    abstract: "Forecast tokens by model, with ranges; hold spend against a commitment; show the footprint.",
    discussion: """
      Where five homes or more are given, what is ahead is also shown without what is estimated to be purposeless.

      EXAMPLES
        assay demand                                       the next four weeks
        assay demand --ahead 13 --json
        assay demand --homes /mnt/homes --announced 2026-05-04
        assay demand --commitment 50000 --committed-from 2026-07-01 --committed-until 2026-12-31
      """)

  @OptionGroup(title: "What to read") var sources: SourceOptions
  @Option(help: ArgumentHelp("How many weeks.", valueName: "weeks")) var ahead = 4
  @Option(help: ArgumentHelp("The day on which a target was announced, as 2026-05-04.", valueName: "day"))
  var announced: String?
  @Option(help: ArgumentHelp("What was committed to, in dollars.", valueName: "dollars")) var commitment:
    Double?
  @Option(help: ArgumentHelp("Its first day.", valueName: "day")) var committedFrom: String?
  @Option(help: ArgumentHelp("Its last day.", valueName: "day")) var committedUntil: String?
  @Flag(help: "Print JSON (docs/demand.md).") var json = false
  @Flag(name: .shortAndLong, help: "No progress line.") var quiet = false

  func validate() throws {
    guard (1...52).contains(ahead) else { throw ValidationError("--ahead takes 1 to 52 weeks.") }
    let given = [commitment != nil, committedFrom != nil, committedUntil != nil]
    guard Set(given).count == 1 else {
      throw ValidationError("--commitment, --committed-from and --committed-until go together.")
    }
    if let commitment, !(commitment > 0 && commitment < 9e9) {
      throw ValidationError("--commitment takes dollars above 0.")
    }
    _ = try day(announced, "--announced")
    if let term = try term(), term.from >= term.until {
      throw ValidationError("--committed-from must not be after --committed-until.")
    }
  }

  func run() async throws {
    let now = Instant(Date())
    let workbench = try await Workbench(sources, now: now, progress: ProgressLine(isQuiet: quiet))
    let report = try workbench.demand(
      until: now, ahead: ahead, announced: day(announced, "--announced"), commitment: term())
    try StandardOutput.write(
      json ? report.json.document : report.text(columns: Terminal.current.width))
  }

  private func term() throws -> DemandReport.Commitment? {
    guard let commitment, let from = try day(committedFrom, "--committed-from"),
      let until = try day(committedUntil, "--committed-until")
    else { return nil }
    return DemandReport.Commitment(
      amount: NanoDollars(Int64((commitment * Double(NanoDollars.perDollar)).rounded())), from: from,
      until: until + .days(1))
  }

  private func day(_ text: String?, _ option: String) throws -> Instant? {
    guard let text else { return nil }
    guard let date = try? Date(text + "T00:00:00Z", strategy: .iso8601) else {
      throw ValidationError("\(option) \(text): not a day such as 2026-05-04.")
    }
    return Instant(date)
  }
}

extension Workbench {
  func demand(
    until now: Instant, ahead: Int, announced: Instant?, commitment: DemandReport.Commitment?
  ) throws -> DemandReport {
    let estimate = try estimate(in: ReportPeriod()).tokens
    return DemandReport(
      of: try ledger.cells(in: Instant(milliseconds: .min)..<Instant(milliseconds: .max)), until: now,
      ahead: ahead, purposeless: estimate, announced: announced, commitment: commitment,
      coefficients: try FootprintCoefficients.builtIn())
  }
}
