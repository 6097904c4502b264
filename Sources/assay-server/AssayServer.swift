import ArgumentParser

/// The long-running side of Assay and what configures it; `assay` hands over to it.
@main
struct AssayServer: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "assay",
    abstract: "Passes model calls on and meters them, and says who may spend how much.",
    subcommands: [GatewayCommand.self, CallsCommand.self],
    groupedSubcommands: [
      CommandGroup(
        name: "Who may spend, and how much:",
        subcommands: [
          PersonCommand.self, TeamCommand.self, ProjectCommand.self, AgentCommand.self, KeyCommand.self,
          LimitCommand.self, NoticesCommand.self,
        ])
    ])
}
