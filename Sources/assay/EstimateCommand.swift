import Account
import ArgumentParser
import Charts
import Foundation
import Judgement
import Ledger
import LedgerSQLite
import Surroundings

/// `assay estimate`: how much of a group's use was purposeless, with how wrong that may be.
struct EstimateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "estimate",
    abstract: "Estimate, for a group of people, what share of their use was purposeless, with its error.",
    discussion: """
      Each home is a person. Nothing is said of any one of them, nor of fewer than five.

      EXAMPLES
        assay estimate --homes /mnt/homes --repos /srv/git
        assay estimate --homes /mnt/homes --since 30d --json
      """)

  @OptionGroup(title: "What to read") var sources: SourceOptions
  @OptionGroup(title: "Period") var period: PeriodOptions
  @Flag(help: "Print JSON (docs/estimate.md).") var json = false
  @Flag(name: .shortAndLong, help: "No progress line.") var quiet = false

  func run() async throws {
    let now = Instant(Date())
    let workbench = try await Workbench(sources, now: now, progress: ProgressLine(isQuiet: quiet))
    let report = try workbench.estimate(in: period.period(now: now))
    try StandardOutput.write(
      json ? report.json.document : report.text(columns: Terminal.current.width))
  }
}

extension Workbench {
  func estimate(in period: ReportPeriod) throws -> EstimateReport {
    let cells = try ledger.cells(in: Instant(milliseconds: .min)..<Instant(milliseconds: .max))
      .filter { period.contains(slot: $0.slot) }
    let tokens = cells.reduce(into: [SessionID: Int64]()) {
      $0[$1.session, default: 0] += $1.totals.counts.weight
    }
    let policy = judge.policy
    var judged: [ScoredSession] = []
    let persons = try Set(ledger.sessions().map(\.account))
    try ledger.forEachAccount(nil) { account, observed in
      // What lies in nobody's home is nobody's, where homes are people.
      if persons.count > 1, account == .local { return }
      let sessions = observed.compactMap { SessionObservations($0) }
      for (session, score) in zip(sessions, judge.score(sessions)) {
        guard let started = session.started, let tokens = tokens[session.session] else { continue }
        judged.append(ScoredSession(account: account, started: started, score: score, tokens: tokens))
      }
    }
    let errors = try PrevalenceErrors.builtIn(for: policy)
    return EstimateReport(
      GroupEstimate(of: judged, correctedBy: errors, policy: policy), cells: cells, policy: policy,
      errors: errors)
  }
}
