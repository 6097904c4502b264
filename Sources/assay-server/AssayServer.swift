import ArgumentParser

/// The long-running side of Assay and what configures it; `assay` hands over to it.
@main
struct AssayServer: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "assay",
    abstract: "Serves an organisation: pages, data in, metered model calls; and says who may spend how much.",
    subcommands: [
      ServeCommand.self, GatewayCommand.self, CallsCommand.self, CollectCommand.self, BackupCommand.self,
      ExportCommand.self, EraseCommand.self, RestoreCommand.self,
      ReconcileCommand.self,
    ],
    groupedSubcommands: [
      CommandGroup(
        name: "Who there is, what they may spend, and who may send:",
        subcommands: [
          PersonCommand.self, TeamCommand.self, ProjectCommand.self, AgentCommand.self, KeyCommand.self,
          TokenCommand.self, IdentityCommand.self, VisibilityCommand.self, TargetCommand.self,
          LimitCommand.self,
          NoticesCommand.self,
        ])
    ])
}
