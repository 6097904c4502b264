import Account
import ArgumentParser
import Charts
import Foundation
import Ledger
import Surroundings

/// `assay report`: the account.
struct ReportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Print the account: what was spent, and what became of it.",
    discussion: """
      EXAMPLES
        assay report                              everything on this machine
        assay report --since 30d --by project     the last 30 days by project
        assay report --by day --timezone UTC      day by day
        assay report --repos ~/src --json         for other programs (docs/report.schema.json)
        assay report --html account.html          one page to look at or send
        assay report --home /mnt/old-laptop/me    another home directory
      """)

  @OptionGroup(title: "What to read") var sources: SourceOptions
  @OptionGroup(title: "Period") var period: PeriodOptions

  @Option(
    name: .customLong("by"),
    help:
      "What the table lists: day, week, month, session, project, tool, model, state or window (the providers' limit windows)."
  )
  var grouping: Grouping = .project

  @Flag(help: "Print JSON, as docs/report.schema.json describes it.") var json = false
  @Flag(help: "Print the table as CSV.") var csv = false
  @Flag(help: "Print a FOCUS export (FinOps Open Cost and Usage Specification) as CSV.") var focus = false
  @Flag(
    help:
      "With --focus: the tools run on subscriptions, so that list prices are a reference and nothing was billed."
  )
  var subscription = false
  @Option(help: ArgumentHelp("Write one self-contained page to this file.", valueName: "file")) var html:
    String?
  @Flag(name: .shortAndLong, help: "List what could not be read, with line numbers.") var verbose = false
  @Flag(name: .shortAndLong, help: "No progress line.") var quiet = false

  func validate() throws {
    guard [json, csv, focus].count(where: { $0 }) <= 1 else {
      throw ValidationError("--json, --csv and --focus exclude one another.")
    }
    guard focus || !subscription else { throw ValidationError("--subscription goes with --focus.") }
  }

  func run() async throws {
    let now = Instant(Date())
    let workbench = try await Workbench(sources, now: now, progress: ProgressLine(isQuiet: quiet))
    let account = try workbench.account(
      period: period.period(now: now), timeZone: period.zone(), splitsCosts: focus)
    try print(account, now: now)
    if account.isIncomplete { throw ExitStatus.incomplete }
  }

  func print(_ account: Account, now: Instant) throws {
    if let html {
      try OutputFile.write(account.html(by: grouping, generatedAt: now), to: html)
      if !(json || csv || focus) {
        try StandardOutput.write("Wrote \(html)\n")
        return
      }
    }
    if json {
      try StandardOutput.write(account.json(by: grouping, generatedAt: now))
    } else if csv {
      try StandardOutput.write(account.csv(by: grouping))
    } else if focus {
      try StandardOutput.write(account.focus(basis: subscription ? .subscription : .metered))
    } else {
      let terminal = Terminal.current
      var options = TextOptions(
        columns: terminal.width, usesColour: terminal.usesColour, grouping: grouping)
      options.command = Invocation.command
      options.sources = sources.repeated
      try StandardOutput.write(account.text(options))
      if verbose { try StandardOutput.write(account.diagnosticsText) }
    }
  }
}

extension Grouping: ExpressibleByArgument {}

extension Account {
  /// Whether some source could not be read at all.
  var isIncomplete: Bool { diagnostics.contains { $0.kind == .unreadableFile } }

  /// Every diagnostic with its lines.
  var diagnosticsText: String {
    diagnostics.map { diagnostic in
      let lines = diagnostic.lines.prefix(50).map(String.init).joined(separator: ", ")
      let more = diagnostic.lines.count > 50 ? ", …" : ""
      let place = lines.isEmpty ? "" : " (line \(lines)\(more))"
      let line = "\(diagnostic.source): \(diagnostic.kind.rawValue): \(diagnostic.detail ?? "")\(place)"
      // A file may be named so as to move the cursor or to look like another line.
      return Display.safe(line) + "\n"
    }.joined()
  }
}
