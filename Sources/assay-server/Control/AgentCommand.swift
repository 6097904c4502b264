import Account
import ArgumentParser
import Charts
import ControlSQLite
import Directory
import Foundation
import Ledger
import Surroundings

/// `assay agent`: programs that spend on their own.
struct AgentCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "agent",
    abstract: "Agents: their folders and runs; and who answers for those that spend on their own.",
    discussion: """
      An agent is a folder with an AGENT.md: what it is to do, with which tools, and what it may spend. docs/agents.md \
      explains it. In an organisation an agent has an account of its own; what it spends is charged to its owner’s \
      limits and team as well, and it ends with its owner, unless it is handed over before.

      EXAMPLES
        assay agent add triage --owner ana@example.com
        assay agent hand-over triage --to bo@example.com
        assay agent list
        assay agent remove triage
      """,
    subcommands: [AgentListCommand.self],
    groupedSubcommands: [
      CommandGroup(
        name: "Folders and runs:",
        subcommands: [
          AgentNewCommand.self, AgentCheckCommand.self, AgentPinCommand.self, AgentConnectCommand.self,
          AgentRunCommand.self, AgentRunsCommand.self,
          AgentShowCommand.self, AgentApproveCommand.self, AgentStopCommand.self, AgentUndoCommand.self,
          AgentMemoryCommand.self,
        ]),
      CommandGroup(
        name: "Who answers for them:", subcommands: [Add.self, HandOver.self, UseCase.self, Remove.self]),
    ])

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
