import Account
import ArgumentParser
import Charts
import ControlSQLite
import Directory
import Foundation
import Ledger
import Surroundings

/// `assay agent`: programs that spend on their own.
struct AgentCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "agent",
    abstract: "The agents that spend on their own, and who answers for them.",
    discussion: """
      An agent has an account of its own; what it spends is charged to its owner’s limits and team as well. An \
      agent ends with its owner, unless it is handed over before.

      EXAMPLES
        assay agent add triage --owner ana@example.com
        assay agent hand-over triage --to bo@example.com
        assay agent list
        assay agent remove triage
      """,
    subcommands: [Add.self, HandOver.self, UseCase.self, List.self, Remove.self])

  struct Add: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Add an agent.",
      discussion: """
        EXAMPLES
          assay agent add triage --owner ana@example.com
        """)

    @Argument(help: "The agent’s name.") var name: String
    @Option(help: ArgumentHelp("Who answers for it.", valueName: "mail")) var owner: String
    @OptionGroup var control: ControlOptions

    func run() throws {
      let store = try control.open()
      let owner = try store.snapshot().person(mail: owner)
      let agent = try store.addAgent(name: name, owner: owner.id, at: Instant(Date()))
      try StandardOutput.write("Added the agent \(agent.name), for which \(owner.mail) answers.\n")
    }
  }

  struct HandOver: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Make another person answer for an agent, from now on.",
      discussion: """
        EXAMPLES
          assay agent hand-over triage --to bo@example.com
        """)

    @Argument(help: "The agent’s name.") var name: String
    @Option(help: ArgumentHelp("Who is to answer for it.", valueName: "mail")) var to: String
    @OptionGroup var control: ControlOptions

    func run() throws {
      let store = try control.open()
      let snapshot = try store.snapshot()
      let agent = try snapshot.agent(named: name)
      let owner = try snapshot.person(mail: to)
      try store.handOver(agent: agent.id, to: owner.id, at: Instant(Date()))
      try StandardOutput.write("\(owner.mail) answers for the agent \(agent.name) from now on.\n")
    }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List agents.",
      discussion: """
        EXAMPLES
          assay agent list
          assay agent list --all --json
        """)

    @OptionGroup var list: ListOptions
    @OptionGroup var control: ControlOptions

    func run() throws {
      let directory = try NamedDirectory(control.open().snapshot())
      let agents = directory.contents.agents.filter { list.all || $0.ended == nil }
      guard !list.json else {
        let items = agents.map { agent in
          JSONValue.object([
            ("id", .integer(agent.id)), ("account", .integer(agent.account.rawValue)),
            ("name", .string(agent.name)), ("owner", .optional(directory.mail(agent.owner))),
            ("created", .string(agent.created.utc)), ("ended", .optional(agent.ended?.utc)),
          ])
        }
        return try StandardOutput.write(JSONValue.object([("agents", .array(items))]).document)
      }
      var table = ListTable(headings: ["NAME", "OWNER", "KEYS"] + (list.all ? ["ENDED"] : []))
      table.rows = agents.map { agent in
        let keys = directory.contents.keys.count { $0.holder == .agent(agent.id) && $0.revoked == nil }
        return [agent.name, directory.mail(agent.owner) ?? "–", String(keys)]
          + (list.all ? [agent.ended?.local ?? ""] : [])
      }
      try StandardOutput.write(
        table.text(empty: "No agent yet. Add one with assay agent add NAME --owner MAIL."))
    }
  }

  struct Remove: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Remove an agent, and revoke its keys.",
      discussion: """
        Its limits are lifted. The history stays.

        EXAMPLES
          assay agent remove triage
        """)

    @Argument(help: "The agent’s name.") var name: String
    @OptionGroup var control: ControlOptions

    func run() throws {
      let store = try control.open()
      let agent = try store.snapshot().agent(named: name)
      var removal = try store.removeAgent(agent.id, at: Instant(Date()))
      removal.agents = []
      try StandardOutput.write("Removed the agent \(agent.name).\(removal.sentences)\n")
    }
  }
}
