import AgentFolder
import Agents
import ControlSQLite
import DemoOrganisation
import Deployments
import Directory
import Effects
import Foundation
import Gateway
import Journal
import Ledger
import LedgerSQLite
import MailSite
import ScriptedModel
import ScriptedSlack
import Server
import ServiceLifecycle
import ServiceSettings
import Slack
import SlackClient

/// The sample organisation's agents, which are no sample: they deploy a real service on this machine, triage a mailbox on a real
/// mail server, and write into a Slack that is none, with a model that follows a script. They are metered by a gateway, into a
/// ledger of their own, so that the sample's figures stand still.
struct DemoAgents {
  var services: [any Service]
  /// Where the service is seen.
  var address: String
  var look: DemoLooks.Look
  /// What became of the mailbox, for the line that says what is served.
  var mail: String

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
    let inbox: DemoInbox?
    do {
      inbox = try await DemoInbox(in: Self.mailDirectory, for: (owner.name, owner.mail))
      mail = "inbox-triage sorts a morning's mail in a mailbox of its own"
    } catch let error as MailSiteError {
      inbox = nil
      mail = "inbox-triage is left out: \(error.problem)"
    }
    let workspace = try await DemoWorkspace()
    let folders = shop.directory.appending(path: "agents")
    try? FileManager.default.removeItem(at: folders)
    var examples: [String: AgentFolder.Example] = [
      DemoCaptainScript.agent: .releaseCaptain(target: DemoCaptainScript.target),
      "standup-scribe": .standupScribe(
        repository: "shop", target: DemoCaptainScript.target, channel: DemoWorkspace.channel),
    ]
    if inbox != nil { examples["inbox-triage"] = .inboxTriage(mailbox: "work") }
    let known = Set(try control.snapshot().contents.agents.map(\.name))
    for (name, example) in examples {
      if !known.contains(name) { _ = try control.addAgent(name: name, owner: person.id, at: Instant(Date())) }
      try Self.write(example, named: name, in: folders)
    }
    let ledger = try SQLiteLedger(path: shop.directory.appending(path: "ledger.sqlite").path)
    let model = try await ScriptedModel.start(
      Script(text: DemoCaptainScript.text + "\n" + DemoAgentScript.text))
    var environment = process.environment
    var gateway = GatewayConfiguration()
    gateway.keys = .required
    gateway.listen = ListenAddress(host: "127.0.0.1", port: 0)
    gateway.pass(to: model, &environment)
    let place = GatewayPlace()
    let prices = try PriceCatalogue.builtIn()
    environment["ASSAY_DEMO_MAIL"] = inbox?.secret
    var staff = AgentStaff(
      settings: try AgentsSettings(
        SettingsFields.root(
          ofYAML: Self.settings(of: shop) + (inbox.map { Self.settings(of: $0, owner.mail) } ?? ""))),
      roster: AgentRoster(directory: folders.path), runs: shop.directory.appending(path: "runs").path,
      control: control, ledger: ledger, client: process.client, prices: prices, environment: environment,
      isLocal: false, gateway: place, log: process.log)
    staff.slack = try workspace.channels(process.client)
    let journal = staff.journal
    services = [
      ScriptedModelService(model: model),
      Gateway(
        gateway, environment: environment,
        stores: Gateway.Stores(
          ledger: ledger, control: control, spoolDirectory: shop.directory.appending(path: "spool").path),
        prices: prices, log: process.log, onListening: { place.set(port: $0) }),
    ]
    if let inbox { services.append(DemoInboxService(inbox: inbox)) }
    services.append(workspace)
    services += try staff.services()
    // What its schedule would begin tomorrow is to be seen today.
    let scribe = try staff.roster.folder(named: "standup-scribe")
    _ = try journal.begin(
      RunRequest(
        account: person.account, agent: scribe.name, folder: scribe.hash,
        purpose: Passage("Do what your instructions say: it is time.", from: .owner)))
    services.append(
      DemoShopLife(shop, log: process.log) {
        let open = RunFilter(agent: DemoCaptainScript.agent, statuses: [.queued, .running, .waiting])
        return (try? journal.runs(of: open, limit: 1).isEmpty && journal.openOutcomes().isEmpty) ?? false
      })
    address = shop.site.address
    look = DemoLooks.Look(
      id: "owner", title: "the owner of an agent",
      hint:
        "A release that waits for a word, and the one after it is not well. A morning's mail, filed and drafted. A standup.",
      name: owner.name, mail: owner.mail, start: "/agents")
  }

  /// Short, since sockets lie in it, and where the user that a mail server runs as gets to.
  private static var mailDirectory: URL {
    FileManager.default.temporaryDirectory.appending(
      path: "assay-mail-\(ProcessInfo.processInfo.processIdentifier)")
  }

  /// Why the sample has no agent now.
  struct Absence: Error, CustomStringConvertible {
    var description: String
    init(_ description: String) { self.description = description }
  }

  private static func write(_ example: AgentFolder.Example, named name: String, in folders: URL) throws {
    for (file, text) in AgentFolder.example(example, named: name) ?? [:] {
      let place = folders.appending(path: "\(name)/\(file)")
      try FileManager.default.createDirectory(
        at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
      // The sample has no days to wait in.
      let text = text.replacing(
        "triggers: [person, schedule]      #", with: "triggers: [person, schedule, {event: mail}] #"
      )
      .replacing("hold_window: 3d ", with: "hold_window: 40s ")
      .replacing("channels: [standup]", with: "channels: [standup]\nhold_window: 40s")
      try Data(text.utf8).write(to: place, options: .atomic)
    }
  }

  /// As an operator would write it.
  private static func settings(of shop: DemoShop) -> String {
    let site = shop.site.path("bin/site")
    return """
      watch_every: 2
      repositories:
        - {name: shop, git: "\(shop.site.path("source.git"))"}
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

  private static func settings(of inbox: DemoInbox, _ mail: String) -> String {
    """
    mailboxes:
      - name: work
        owner: \(mail)
        address: \(mail)
        imap:
          host: 127.0.0.1
          port: \(inbox.site.port)
          security: loopback
          user: \(DemoInbox.user)
          password: {environment: ASSAY_DEMO_MAIL}

    """
  }
}

/// The mail server of the sample, and its owner after breakfast.
private struct DemoInboxService: Service {
  var inbox: DemoInbox

  func run() async throws {
    try? await cancelWhenGracefulShutdown {
      try await inbox.site.whileServing { try await inbox.live() }
    }
    try? FileManager.default.removeItem(atPath: inbox.site.root)
  }
}
