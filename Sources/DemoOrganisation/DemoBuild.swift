package import Arena
import Collection
import ControlSQLite
import Derivation
import Events
package import Foundation
import Ledger
import LedgerSQLite
import Logging
import Server

/// Makes the databases of a server out of a simulated organisation, by the ways that a real one's data take: lists of
/// people, what the tools recorded, repositories, events; then derivation and the closing of weeks.
package struct DemoBuild: Sendable {
  private let organisation: Organisation
  private let directory: URL
  private let progress: @Sendable (_ step: String) -> Void

  /// - Parameter directory: Exists and is empty.
  package init(
    _ organisation: Organisation, in directory: URL, progress: @escaping @Sendable (_ step: String) -> Void
  ) {
    self.organisation = organisation
    self.directory = directory
    self.progress = progress
  }

  /// - Returns: What the generator knows of every session.
  package func run() async throws -> [Organisation.Session] {
    let control = try ControlStore(path: directory.appending(path: DemoFiles.control).path)
    let ledger = try SQLiteLedger(path: directory.appending(path: DemoFiles.ledger).path)
    progress("people")
    let people = try DemoDirectory(of: organisation, in: control)
    let sessions = try await work(of: people.accounts, into: ledger)
    progress("outcomes")
    let repositories = directory.appending(path: DemoFiles.repositories).path
    let derivation = try Self.derivation(of: ledger, repositories: [repositories])
    try await derivation.run(now: organisation.end)
    progress("closing weeks")
    let weeks = WeekClosing(
      ledger: ledger, control: control, timeZone: .gmt, judging: try JudgementBasis(),
      log: Logger(label: "demo") { _ in SwiftLogNoOpLogHandler() })
    try await weeks.close(at: organisation.end)
    progress("settling weeks")
    try await weeks.settle(at: organisation.end)
    try await weeks.deliver(at: organisation.end)
    progress("estimating")
    try await weeks.estimate(at: organisation.end)
    return sessions
  }

  static func derivation(of ledger: any LedgerStore, repositories: [String]) throws -> Derivation {
    Derivation(
      store: ledger, prices: try PriceCatalogue.builtIn(withFileAt: nil), repositories: repositories,
      isServing: true,
      cacheDirectory: nil)
  }

  /// Site by site, as many at once as there are processors: what is held is what one site's sessions are.
  private func work(
    of accounts: [Int: AccountID], into ledger: SQLiteLedger
  ) async throws -> [Organisation.Session] {
    let sites = organisation.sites().sorted { ($0.count, $1.application) > ($1.count, $0.application) }
    let total = max(1, sites.reduce(0) { $0 + $1.count })
    var done = 0
    var sessions: [Organisation.Session] = []
    try await withThrowingTaskGroup(of: [Organisation.Session].self) { group in
      var waiting = sites[...]
      for _ in 0..<max(1, ProcessInfo.processInfo.activeProcessorCount) {
        guard let site = waiting.popFirst() else { break }
        group.addTask { try await collect(site, accounts, into: ledger) }
      }
      while let finished = try await group.next() {
        done += finished.count
        sessions += finished
        progress("sessions \(done * 100 / total) %")
        guard let site = waiting.popFirst() else { continue }
        group.addTask { try await collect(site, accounts, into: ledger) }
      }
    }
    return sessions.sorted { ($0.spender, $0.week, $0.name) < ($1.spender, $1.week, $1.name) }
  }

  @concurrent
  private func collect(
    _ site: Organisation.SiteWriter, _ accounts: [Int: AccountID], into ledger: SQLiteLedger
  ) async throws -> [Organisation.Session] {
    let project = site.project
    let homes = directory.appending(path: "homes-\(project.name)")
    defer { try? FileManager.default.removeItem(at: homes) }
    let written = try await site.write(
      repository: directory.appending(path: "\(DemoFiles.repositories)/\(project.name).git")
    ) { homes.appending(path: "\($0)") }
    for spender in written.spenders.sorted() {
      guard let account = accounts[spender] else { continue }
      let machine = DemoMachine(
        ledger, of: "machine \(spender)", account: account, remotes: [site.directory: project.remote],
        at: organisation.end)
      let home = HomeDirectory(path: homes.appending(path: "\(spender)").path)
      _ = try await Collector(store: machine).collect(Discovery(homes: [home]))
    }
    for body in organisation.events(of: site.application, in: written) {
      switch EventIntake.read(
        .json, headers: IntakeHeaders([]), body: Data(body), secret: nil, at: organisation.end)
      {
      case .failure(let problem): throw DemoError.event("\(problem)")
      case .success(let intake): try ledger.append(intake.reports, surviving: .crash)
      }
    }
    let reports = organisation.forgeReports(of: site.application, in: written)
    try ledger.append(reports, surviving: .crash)
    return written.sessions
  }
}

/// What is in a sample organisation's directory.
enum DemoFiles {
  static let ledger = "ledger.sqlite"
  static let control = "control.sqlite"
  static let repositories = "repositories"
  static let card = "demo.json"
  static let truth = "truth.json"
}
