import ControlSQLite
import DemoOrganisation
import Foundation
import Ledger
import LedgerSQLite
import Server
import ServiceLifecycle
import ServiceSettings
import Surroundings

/// `assay serve --demo`: the pages of a sample organisation.
///
/// It stands still at the moment it was made for: nothing is derived and no week closed while it is shown. One thing in it
/// is alive, where this machine has what it takes: an agent that deploys a service (``DemoAgents``).
struct DemoServing {
  /// Where to listen instead.
  var listen: String?

  func run() async throws {
    var settings = ServerSettings()
    if let listen { settings.listen = try ListenAddress(listen, key: "--listen") }
    // Before anything is built: what cannot be served need not be.
    settings.demo = DemoLooks([])
    try settings.validate()
    let sample = try await Self.sample()
    settings.demo = sample.card.looks
    settings.organisation = sample.card.name
    settings.roles = sample.card.roleSettings
    let control = try ControlStore(path: sample.controlPath)
    settings.demand = try .sample(of: control, at: sample.card.end)
    let process = LongRunningProcess(label: "server", environment: ProcessInfo.processInfo.environment)
    var services: [any Service] = []
    var about = "Nothing in it is real. Stop it with Ctrl-C."
    do {
      let agents = try await DemoAgents(in: sample, control, process)
      services = agents.services
      settings.demo?.looks.append(agents.look)
      about = """
        Nothing in it is real, but for its agents. release-captain deploys a small shop on this machine
        (\(agents.address)) and asks its owner first; standup-scribe writes into a Slack that is none;
        \(agents.mail). Look as the owner of an agent. Stop it with Ctrl-C.
        """
    } catch let absence as DemoAgents.Absence {
      about = "Nothing in it is real. The agents are left out: \(absence). Stop it with Ctrl-C."
    }
    let address = settings.listen
    let stores = Server.Stores(
      ledger: try SQLiteLedger(path: sample.ledgerPath), control: control)
    let server = try Server(
      settings, stores: stores, client: process.client, environment: process.environment, log: process.log
    ) { [name = sample.card.name, about] port in
      try? StandardOutput.write(
        "\(name), a sample organisation: http://\(address.named(port: port))/\n\(about)\n")
    }
    try await process.run(services + [server])
    withExtendedLifetime(sample) {}
  }

  private static func sample() async throws -> SampleOrganisation {
    let line = BuildLine()
    let sample = try await DemoCache().demo(at: Instant(Date()), progress: line.show)
    line.end()
    return sample
  }
}

/// Says on standard error how far the sample is: on a terminal in one line, else a line a step.
private struct BuildLine {
  private let isTerminal = isatty(STDERR_FILENO) == 1

  func show(_ step: String) {
    let text = "assay: making the sample organisation, once a week: \(step)"
    FileHandle.standardError.write(Data((isTerminal ? "\r\u{1B}[2K\(text) …" : "\(text)\n").utf8))
  }

  func end() {
    if isTerminal { FileHandle.standardError.write(Data("\r\u{1B}[2K".utf8)) }
  }
}
