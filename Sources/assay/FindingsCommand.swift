import Account
import ArgumentParser
import Charts
import Foundation
import Ledger
import LedgerSQLite
import Surroundings
import Waste

/// `assay findings`: what somebody can act on, for themself alone.
struct FindingsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "findings",
    abstract: "Show what could have been had for less, and what to do about it. For you alone.",
    discussion: """
      Looks for files read again unchanged, commands that keep failing, caches lost to pauses, very long contexts, \
      large models for small questions, and agents that repeat themselves. None of it says that work had no purpose.

      EXAMPLES
        assay findings                 everything on this machine
        assay findings --since 30d     the last 30 days
        assay findings --json
      """)

  @OptionGroup(title: "What to read") var sources: SourceOptions
  @OptionGroup(title: "Period") var period: PeriodOptions
  @Flag(help: "Print JSON (docs/findings.md).") var json = false
  @Flag(name: .shortAndLong, help: "No progress line.") var quiet = false

  func run() async throws {
    try sources.requireOwn("findings are")
    let now = Instant(Date())
    let workbench = try await Workbench(sources, now: now, progress: ProgressLine(isQuiet: quiet))
    let account = try workbench.account(period: period.period(now: now), timeZone: period.zone())
    let report = try workbench.waste(in: account.sessions.map(\.session.id), period: period.period(now: now))
    if json {
      try StandardOutput.write(report.json.document)
    } else {
      let names = Dictionary(
        account.sessions.map { ($0.session.id, $0.session.name) }, uniquingKeysWith: { first, _ in first })
      try StandardOutput.write(
        report.text(columns: Terminal.current.width) { Display.safe(String((names[$0] ?? "").prefix(8))) })
    }
  }
}

extension Workbench {
  /// What could have been had for less in some sessions.
  ///
  /// - Parameter period: Of a session that goes beyond it, what was found in it.
  func waste(in sessions: [SessionID], period: ReportPeriod) throws -> WasteReport {
    let search = WasteSearch(prices: prices)
    var found: [Waste] = []
    // So many at a time, since their facts are held.
    for part in stride(from: 0, to: sessions.count, by: 256) {
      let some = Array(sessions[part..<min(part + 256, sessions.count)])
      for course in SessionCourse.courses(try ledger.facts(of: some), try ledger.usage(of: some).records) {
        found += search.waste(in: course)
      }
    }
    return WasteReport(found.filter { period.contains(slot: $0.at) }, sessions: sessions.count)
  }
}
