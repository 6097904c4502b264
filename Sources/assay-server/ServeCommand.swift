import Agents
import ArgumentParser
import Collection
import ControlSQLite
import Directory
import Derivation
import Foundation
import Gateway
import Ledger
import LedgerSQLite
import Logging
import Server
import ServiceLifecycle
import ServiceSettings
import SlackClient
import Surroundings

/// `assay serve`: pages, API, the ways in for data, and the gateway, in one process.
struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Serves an organisation: pages, data in, and the gateway, in one process.",
    discussion: """
      Without a configuration it serves this machine alone, and whoever is at it: pages on http://127.0.0.1:8790, the \
      gateway on http://127.0.0.1:8787. Everything is kept in SQLite files; nothing else is needed. docs/server.md \
      explains the file that serves an organisation.

      EXAMPLES
        assay serve
        assay serve --demo                 a sample organisation of two hundred people, to look around in
        assay serve --config assay.yaml

      EXIT STATUS
        0   stopped by a signal, with every request answered and every call settled
        1   it could not start, or had to stop; the message says why
      """)

  @Option(help: ArgumentHelp("A YAML file; see docs/server.md.", valueName: "file"))
  var config: String?

  @Option(help: ArgumentHelp("Where pages and API listen instead: address:port.", valueName: "address"))
  var listen: String?

  @Flag(help: "Pass no model calls on; only pages, API and data in.")
  var withoutGateway = false

  @Flag(help: "Show a sample organisation instead, on this machine alone; made once a week.")
  var demo = false

  @OptionGroup var storage: StorageOptions

  @Option(help: ArgumentHelp("An organisation's own price file. Also $ASSAY_PRICES.", valueName: "file"))
  var prices: String?

  func validate() throws {
    guard demo else { return }
    guard config == nil, prices == nil, storage.isDefault else {
      throw ValidationError(
        "--demo has settings and data of its own. Leave the other options out, but --listen.")
    }
  }

  func run() async throws {
    if demo { return try await DemoServing(listen: listen).run() }
    let environment = ProcessInfo.processInfo.environment
    let file = try config.map { path in
      (path: path, root: try SettingsFields.file(at: GivenPath.absolute(path)))
    }
    var settings = ServerSettings()
    var gateway = try GatewayConfiguration.local(environment: environment)
    // An organisation has agents if it says so; whoever serves their own machine need not.
    var agents: AgentsSettings? = file == nil ? AgentsSettings() : nil
    if let file {
      do {
        settings = try ServerSettings(file.root)
        if let node = try ServerSettings.part("gateway", of: file.root) {
          gateway = try GatewayConfiguration(node)
        }
        if let node = try ServerSettings.part("agents", of: file.root) { agents = try AgentsSettings(node) }
      } catch {
        throw ConfigurationError(error.reason, path: file.path)
      }
    }
    if let listen { settings.listen = try ListenAddress(listen, key: "--listen") }
    try settings.validate()

    let schedules = AgentSchedules()
    let judging = try judging(settings, schedules, file?.path)

    let process = LongRunningProcess(label: "server", environment: environment)
    let (ledger, control) = (try storage.openLedger(), try storage.openControl())
    var services: [any Service] = []
    let place = GatewayPlace()
    let catalogue = try PriceCatalogue.given(prices, environment)
    if !withoutGateway {
      services += try process.gatewayServices(
        gateway, ledger: ledger, control: control, spoolDirectory: storage.spoolDirectory, prices: catalogue,
        onListening: place.set)
    }
    var roster: AgentRoster?
    var staff: AgentStaff?
    if let agents, !withoutGateway || agents.model != nil {
      let folders = AgentRoster(directory: agents.folders.map(GivenPath.absolute) ?? AgentOptions.standard)
      roster = folders
      staff = AgentStaff(
        settings: agents, roster: folders,
        runs: AgentOptions.runs, control: control, ledger: ledger, client: process.client, prices: catalogue,
        environment: environment,
        isLocal: settings.isLocal, gateway: place, schedules: schedules, log: process.log)
    }
    let slack = try SlackOffice(
      settings, stores: Server.Stores(ledger: ledger, control: control), client: process.client,
      environment: environment, roster: roster, log: process.log)
    if let slack {
      services += try slack.services()
      staff?.slack = slack.channels
    }
    if let staff { services += try staff.services() }
    services.append(try derivation(of: ledger, settings, environment, process.log))
    // Whoever serves this machine alone is in no group.
    if !settings.isLocal {
      services.append(
        WeekClosing(
          ledger: ledger, control: control, timeZone: settings.timeZone, judging: judging, log: process.log))
      services.append(
        ExpiryService(
          ledger: ledger, control: control, retention: settings.retention, timeZone: settings.timeZone,
          log: process.log))
    }
    for name in judging.unknownHolders(in: try control.snapshot()) {
      process.log.warning(
        "the schedule “\(name)” (judgement: schedules) is of nobody whom the directory has, and excuses nothing"
      )
    }
    for team in settings.target.unknownTeams(in: try control.snapshot()) {
      process.log.warning("there is no team “\(team)” (target: rollout): it is left out")
    }
    let address = settings.listen
    let scheme = settings.tls == nil ? "http" : "https"
    services.append(
      try Server(
        settings, stores: Server.Stores(ledger: ledger, control: control), client: process.client,
        environment: environment, log: process.log,
        prices: try PriceCatalogue.given(prices, environment), judging: judging,
        slack: slack
      ) { port in
        process.log.notice("pages on \(scheme)://\(address.named(port: port))")
      })
    try await process.run(services)
  }

  /// Before anything is opened: a policy that cannot be used must not judge by another.
  private func judging(
    _ settings: ServerSettings, _ agents: AgentSchedules, _ path: String?
  ) throws -> JudgementBasis {
    do {
      return try JudgementBasis(settings.judgement, agents: agents)
    } catch {
      throw ConfigurationError(error.reason, path: path)
    }
  }

  /// For an organisation only its registered repositories count. Whoever serves this machine alone has their own
  /// sessions read as well, and sees what `assay report` says.
  private func derivation(
    of ledger: SQLiteLedger, _ settings: ServerSettings, _ environment: [String: String], _ log: Logger
  ) throws -> DerivationService {
    let catalogue = try PriceCatalogue.given(prices, environment)
    let repositories = settings.repositories.map(GivenPath.absolute)
    let cache = storage.ledgerPath + ".repositories"
    guard settings.isLocal else {
      return DerivationService(
        Derivation(
          store: ledger, prices: catalogue, repositories: repositories, isServing: true, cacheDirectory: cache
        ),
        log: log)
    }
    let home = HomeDirectory.current
    return DerivationService(
      Derivation(
        store: ledger, prices: catalogue, repositories: repositories,
        directories: GeminiProjects.directories(of: [home]), cacheDirectory: cache), log: log
    ) {
      _ = try await Collector(store: ledger).collect(Discovery(homes: [home], files: []))
    }
  }
}
