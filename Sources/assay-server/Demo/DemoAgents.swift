import AgentFolder
import Agents
import ControlSQLite
import DemoOrganisation
import Deployments
import Directory
import Foundation
import Gateway
import Journal
import Ledger
import LedgerSQLite
import ScriptedModel
import Server
import ServiceLifecycle
import ServiceSettings

/// The sample organisation's release captain, which is no sample: a real agent that deploys a real service on this machine,
/// with a model that follows a script. It is metered by a gateway, into a ledger of its own, so that the sample's figures
/// stand still.
struct DemoCaptain {
  var services: [any Service]
  /// Where the service is seen.
  var address: String
  var look: DemoLooks.Look

  /// - Throws: ``Absence`` with what is missing.
  init(in sample: SampleOrganisation, _ control: ControlStore, _ process: LongRunningProcess) async throws {
    let missing = DemoShop.missingPrograms
    guard missing.isEmpty else {
      throw Absence("it needs \(missing.joined(separator: ", ")), which this machine does not have")
    }
    guard let owner = sample.card.looks.looks.first(where: { $0.id == "employee" }),
      let person = try control.livingPerson(mail: owner.mail)
    else { throw Absence("the sample has nobody who could answer for it") }
    guard let shop = try await DemoShop(of: sample) else {
      throw Absence("another server on this machine shows it")
    }
    if try !control.snapshot().contents.agents.contains(where: { $0.name == DemoCaptainScript.agent }) {
      _ = try control.addAgent(name: DemoCaptainScript.agent, owner: person.id, at: Instant(Date()))
    }
    let folders = shop.directory.appending(path: "agents")
    try Self.writeFolder(in: folders)
    let ledger = try SQLiteLedger(path: shop.directory.appending(path: "ledger.sqlite").path)
    let model = try await ScriptedModel.start(Script(text: DemoCaptainScript.text))
    var environment = process.environment
    var gateway = GatewayConfiguration()
    gateway.keys = .required
    gateway.listen = ListenAddress(host: "127.0.0.1", port: 0)
    gateway.pass(to: model, &environment)
    let place = GatewayPlace()
    let prices = try PriceCatalogue.builtIn()
    let staff = AgentStaff(
      settings: try AgentsSettings(SettingsFields.root(ofYAML: Self.settings(of: shop))),
      roster: AgentRoster(directory: folders.path), runs: shop.directory.appending(path: "runs").path,
      control: control, ledger: ledger, client: process.client, prices: prices, environment: environment,
      isLocal: false, gateway: place, log: process.log)
    let journal = staff.journal
    services = [
      ScriptedModelService(model: model),
      Gateway(
        gateway, environment: environment,
        stores: Gateway.Stores(
          ledger: ledger, control: control, spoolDirectory: shop.directory.appending(path: "spool").path),
        prices: prices, log: process.log, onListening: { place.set(port: $0) }),
    ]
    services += try staff.services()
    services.append(
      DemoShopLife(shop, log: process.log) {
        let open = RunFilter(agent: DemoCaptainScript.agent, statuses: [.queued, .running, .waiting])
        return (try? journal.runs(of: open, limit: 1).isEmpty && journal.openOutcomes().isEmpty) ?? false
      })
    address = shop.site.address
    look = DemoLooks.Look(
      id: "owner", title: "the owner of an agent",
      hint: "A release that waits for a word. The one after it is not well: watch what becomes of it.",
      name: owner.name, mail: owner.mail, start: "/agents")
  }

  /// Why the sample has no agent now.
  struct Absence: Error, CustomStringConvertible {
    var description: String
    init(_ description: String) { self.description = description }
  }

  private static func writeFolder(in folders: URL) throws {
    let files =
      AgentFolder.example(
        .releaseCaptain(target: DemoCaptainScript.target), named: DemoCaptainScript.agent) ?? [:]
    for (name, text) in files {
      let place = folders.appending(path: "\(DemoCaptainScript.agent)/\(name)")
      try FileManager.default.createDirectory(
        at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: place, options: .atomic)
    }
  }

  /// As an operator would write it.
  private static func settings(of shop: DemoShop) -> String {
    let site = shop.site.path("bin/site")
    return """
      watch_every: 2
      targets:
        - name: \(DemoCaptainScript.target)
          repository: https://git.example/shop
          git: "\(shop.site.path("source.git"))"
          current: ["\(site)", current]
          deploy: ["\(site)", begin, "{sha}", "{from}", "{effect}", "{task}"]
          find: ["\(site)", find, "{effect}"]
          checks: ["\(site)", checks, "{sha}"]
          health: \(shop.site.address)health
          required_checks: [tests]
          look_every: 1
          well_within: 20
          hold_for: 30

      """
  }
}
