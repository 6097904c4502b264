import Account
import Arena
import ArgumentParser
import Foundation
import Ledger
import Surroundings

/// `assay demo`: the account of a made-up developer, for a machine without history.
struct DemoCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "Show the account of a sample: a made-up developer's five weeks with six tools.",
    discussion: """
      The sample is written anew in the tools' own file formats, with real git repositories, and then read like \
      any other history. Nothing of yours is read.

      EXAMPLES
        assay demo                         the account, and a page to open in a browser
        assay demo --by session            each sitting
        assay demo --into ~/assay-demo     keep the sample there, to try the other commands on
      """)

  @Option(
    help: ArgumentHelp(
      "The directory to write the sample to; made anew. Default: assay/demo below $XDG_DATA_HOME or ~/.local/share.",
      valueName: "dir"))
  var into: String?

  @Option(name: .customLong("by"), help: "What the table lists, as for assay report.")
  var grouping: Grouping = .project
  @Flag(help: "Print JSON, as assay report does.") var json = false

  func run() async throws {
    let root = URL(filePath: into.map(GivenPath.absolute) ?? XDGDirectory.data + "/demo")
    let home = root.appending(path: "home")
    let repositories = root.appending(path: "src")
    try prepare(root)
    let now = Instant(Date())
    let progress = ProgressLine()
    progress.show("writing the sample")
    _ = try await Scenario.demo(endingAt: now).write(home: home, repositories: repositories)
    progress.clear()

    let shared = ["--home", home.path, "--ledger", root.appending(path: "ledger.sqlite").path]
    let page = root.appending(path: "account.html")
    let sources = try SourceOptions.parse(shared)
    let workbench = try await Workbench(sources, now: now, progress: progress)
    let account = try workbench.account(period: ReportPeriod(), timeZone: .current)
    try OutputFile.write(account.html(by: grouping, generatedAt: now), to: page.path)
    if json {
      try StandardOutput.write(account.json(by: grouping, generatedAt: now))
      return
    }
    let terminal = Terminal.current
    var options = TextOptions(columns: terminal.width, usesColour: terminal.usesColour, grouping: grouping)
    options.command = Invocation.command
    options.sources = sources.repeated
    try StandardOutput.write(account.text(options))
    try StandardOutput.write(
      """

      This is a sample. The same as a page: \(page.path)
      Other tables:  \(Invocation.command) report --by session\(sources.repeated)
      Your own:      \(Invocation.command) report
      As an organisation of two hundred sees it: \(Invocation.command) serve --demo

      """)
  }

  /// Only a directory that holds nothing, or a sample of ours, is written over.
  private func prepare(_ root: URL) throws {
    let manager = FileManager.default
    let mark = root.appending(path: "assay-demo")
    let entries = (try? manager.contentsOfDirectory(atPath: root.path)) ?? []
    if !entries.isEmpty {
      guard manager.fileExists(atPath: mark.path) else {
        throw CommandFailure("\(root.path) holds other files. Choose an empty directory with --into DIR.")
      }
      try manager.removeItem(at: root)
    }
    try manager.createDirectory(at: root, withIntermediateDirectories: true)
    try Data("Written by assay demo; made anew each time.\n".utf8).write(to: mark)
  }
}
