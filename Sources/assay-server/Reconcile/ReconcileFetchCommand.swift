import ArgumentParser
import AsyncHTTPClient
import Foundation
import Ledger
import LedgerSQLite
import ProviderReports
import Reconciliation
import ServiceSettings
import Surroundings

/// `assay reconcile fetch`: takes a provider's figures from its API.
struct ReconcileFetchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fetch",
    abstract: "Takes in what a provider reports, from its API.",
    discussion: """
      The key is read from an environment variable, or from a file that you alone can read. Days that were taken in \
      before are replaced. Run it once a day, for some days back: figures of the last days still grow.

        anthropic   $ANTHROPIC_ADMIN_KEY   an Admin API key (sk-ant-admin…): usage, cost, Claude Code analytics
        openai      $OPENAI_ADMIN_KEY      an admin key: completions usage, costs
        copilot     $GITHUB_TOKEN          may read Copilot metrics of --organisation NAME or enterprises/NAME
        cursor      $CURSOR_ADMIN_KEY      an Admin API key: usage events

      EXAMPLES
        assay reconcile fetch anthropic --since 2026-11-01
        assay reconcile fetch copilot --organisation example --key-file github.key

      EXIT STATUS
        0   all was taken in
        1   the provider did not answer, or refused; what was taken in before is as it was
        2   taken in, but something could not be read
      """)

  @Argument(help: "anthropic, openai, copilot or cursor.") var provider: BillProvider
  @Option(help: ArgumentHelp("The first UTC day. Default: seven days ago.", valueName: "day"))
  var since: String?
  @Option(help: ArgumentHelp("The last UTC day. Default: yesterday.", valueName: "day")) var until: String?
  @Option(help: "Only this report; may be given several times.") var report: [BillReport] = []
  @Option(help: ArgumentHelp("The environment variable with the key.", valueName: "name"))
  var keyVariable: String?
  @Option(help: ArgumentHelp("A file with the key, readable by you alone.", valueName: "file"))
  var keyFile: String?
  @Option(help: ArgumentHelp("GitHub’s name of the organisation, or enterprises/NAME.", valueName: "name"))
  var organisation = ""
  @Option(help: "Which of several accounts at the provider it is.") var account = ""
  @Option(help: ArgumentHelp("The API’s address, if it is not the provider’s own.", valueName: "url"))
  var baseURL: String?
  @OptionGroup var options: BillLedgerOptions

  func validate() throws {
    if provider == .copilot && organisation.isEmpty {
      throw ValidationError(
        "GitHub’s reports are of an organisation: give --organisation NAME or enterprises/NAME.")
    }
    for one in report where one.provider != provider {
      throw ValidationError("\(one.rawValue) is not a report of \(provider.displayName).")
    }
    _ = try base()
  }

  func run() async throws {
    let today = CalendarDay(containing: Instant(Date()))
    let last =
      try until.map { try CalendarDay(option: "--until", $0) }
      ?? CalendarDay(containing: today.start - .days(1))
    let first =
      try since.map { try CalendarDay(option: "--since", $0) }
      ?? CalendarDay(containing: today.start - .days(7))
    guard first <= last, last <= today, last.start - first.start <= .days(366) else {
      throw ValidationError("--since \(first) --until \(last): give at most a year, up to today.")
    }
    let source: CredentialSource =
      keyFile.map { .file(GivenPath.absolute($0)) } ?? .environment(keyVariable ?? provider.keyVariable)
    let key = try source.load(
      of: provider.displayName, environment: ProcessInfo.processInfo.environment)
    let ledger = try options.open()
    let client = HTTPClient(configuration: HTTPClient.Configuration(redirectConfiguration: .disallow))
    var failure: (any Error)?
    do {
      let fetch = ReportFetch(
        client: ProviderClient(client), base: try base(), key: key, days: first...last,
        organisation: organisation)
      let reports = report.isEmpty ? BillReport.allCases.filter { $0.provider == provider } : report
      // What one report has is kept, whatever becomes of the next.
      for report in reports {
        do {
          try BillImport(try await fetch.answers(of: report), account: account)
            .store(in: ledger, account: account)
        } catch let error as ProviderReportError {
          FileHandle.standardError.write(Data("\(report.title): \(error)\n".utf8))
          failure = ExitCode(1)
        } catch let code as ExitCode {
          failure = failure ?? code
        }
      }
    } catch {
      failure = error
    }
    try await client.shutdown()
    if let failure { throw failure }
  }

  private func base() throws -> URL {
    let text = baseURL ?? provider.baseURL
    guard let url = URL(string: text), let host = url.host(), url.query() == nil,
      url.scheme == "https" || url.scheme == "http" && ["localhost", "127.0.0.1", "[::1]"].contains(host)
    else {
      throw ValidationError("--base-url takes an https address: your key would travel in the open otherwise.")
    }
    return url
  }
}

extension BillProvider {
  fileprivate var keyVariable: String {
    switch self {
    case .anthropic: "ANTHROPIC_ADMIN_KEY"
    case .openAI: "OPENAI_ADMIN_KEY"
    case .copilot: "GITHUB_TOKEN"
    case .cursor: "CURSOR_ADMIN_KEY"
    }
  }

  fileprivate var baseURL: String {
    switch self {
    case .anthropic: "https://api.anthropic.com"
    case .openAI: "https://api.openai.com"
    case .copilot: "https://api.github.com"
    case .cursor: "https://api.cursor.com"
    }
  }
}
