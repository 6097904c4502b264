import AgentFolder
import Agents
import ArgumentParser
import Charts
import ControlSQLite
import Effects
import Foundation
import Gateway
import Journal
import Ledger
import LedgerSQLite
import ModelAPI
import ScriptedModel
import Server
import ServiceLifecycle
import ServiceSettings
import Surroundings

/// `assay agent run`: begins a run and carries it out here, asking whoever is at the terminal where somebody has to be
/// asked.
struct AgentRunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Run an agent here, and be asked where somebody has to be.",
    discussion: """
      Every model call goes through a gateway of this process's own, so that it is metered like any other. Ctrl-C \
      leaves the run where it is; assay serve, or the same command with --resume, goes on from there.

      EXAMPLES
        assay agent run release-captain "Release what is on main."
        assay agent run release-captain --config assay.yaml
        assay agent run --resume 3f9c2a71b0de
        assay agent run release-captain --script said.yaml

      EXIT STATUS
        0   the run is done
        1   it failed or was stopped, or waits for somebody who is not here; the last line says which
      """)

  @Argument(help: "The agent’s name.") var name: String?
  @Argument(help: "What it is to do.") var purpose: String?
  @Option(help: ArgumentHelp("Go on with a run instead of beginning one.", valueName: "run")) var resume:
    String?
  @Option(
    help: ArgumentHelp(
      "Ask a scripted model in place of a real one: what it says stands in this file. Nothing leaves the machine.",
      valueName: "file"))
  var script: String?
  @Option(help: ArgumentHelp("The server’s YAML file, for its gateway and agents parts.", valueName: "file"))
  var config: String?
  @Option(help: ArgumentHelp("The directory with a folder for each agent.", valueName: "dir")) var folders:
    String?
  @OptionGroup var storage: StorageOptions
  @Option(help: ArgumentHelp("An organisation's own price file. Also $ASSAY_PRICES.", valueName: "file"))
  var prices: String?

  func validate() throws {
    guard (name != nil) != (resume != nil) else {
      throw ValidationError("Name an agent, or give --resume and a run.")
    }
  }

  func run() async throws {
    var environment = ProcessInfo.processInfo.environment
    let parts = try AgentParts(config: config, environment: environment)
    guard parts.isLocal else {
      throw ValidationError(
        "\(config ?? "") serves an organisation, and whoever sits here is not known to it. There, runs are begun by schedules and pushes, and assay serve carries them out; to try an agent, use a file without sign_in."
      )
    }
    let process = LongRunningProcess(label: "agent", environment: environment, isQuiet: true)
    let (ledger, control) = (try storage.openLedger(), try storage.openControl())
    let catalogue = try PriceCatalogue.given(prices, environment)
    let place = GatewayPlace()
    let directory = folders.map(GivenPath.absolute) ?? parts.settings.folders ?? AgentOptions.standard
    let staff = AgentStaff(
      settings: parts.settings, roster: AgentRoster(directory: directory), runs: AgentOptions.runs,
      control: control, ledger: ledger,
      client: process.client, prices: catalogue, environment: environment, isLocal: true, gateway: place,
      log: process.log)
    let run = try begun(staff)
    let scripted: ScriptedModel?
    if let script {
      let text = try String(contentsOfFile: GivenPath.absolute(script), encoding: .utf8)
      scripted = try await ScriptedModel.start(Script(text: text))
    } else {
      scripted = nil
    }
    var services = try staff.services(only: run.id)
    if parts.settings.model == nil {
      var gateway = parts.gateway
      if let scripted { gateway.pass(to: scripted, &environment) }
      gateway.listen = ListenAddress(host: "127.0.0.1", port: 0)
      gateway.metrics = nil
      services.insert(
        Gateway(
          gateway, environment: environment,
          stores: Gateway.Stores(
            ledger: ledger, control: control, spoolDirectory: storage.spoolDirectory + "-agents"),
          prices: catalogue, log: process.log, onListening: { place.set(port: $0) }), at: 0)
    }
    services.append(RunAttendant(journal: staff.journal, run: run.id))
    try await process.run(services, endsWithLast: true)
    try await scripted?.stop()
    let left = try staff.journal.run(run.id)
    try StandardOutput.write(
      "\n\(left.status.rawValue)\(left.reason.map { ": \($0)" } ?? "")\nassay agent show \(left.id.short) has all of it.\n"
    )
    if left.status != .done { throw ExitCode(1) }
  }

  private func begun(_ staff: AgentStaff) throws -> Run {
    if let resume { return try RunArgument(text: resume).find(in: staff.journal) }
    let folder = try staff.roster.folder(named: name ?? "")
    let text = purpose ?? "Do what your instructions say, now."
    return try staff.journal.begin(
      RunRequest(
        account: .local, agent: folder.name, folder: folder.hash, purpose: Passage(text, from: .owner)))
  }
}

/// The parts of a server's file that concern agents.
struct AgentParts {
  var settings = AgentsSettings()
  var gateway: GatewayConfiguration
  /// Whether the file serves this machine alone.
  var isLocal = true

  init(config: String?, environment: [String: String]) throws {
    gateway = try GatewayConfiguration.local(environment: environment)
    guard let path = config.map(GivenPath.absolute) else { return }
    let root = try SettingsFields.file(at: path)
    do {
      isLocal = try ServerSettings(root).isLocal
      if let node = try ServerSettings.part("gateway", of: root) { gateway = try GatewayConfiguration(node) }
      if let node = try ServerSettings.part("agents", of: root) { settings = try AgentsSettings(node) }
    } catch {
      throw ConfigurationError(error.reason, path: path)
    }
  }
}
