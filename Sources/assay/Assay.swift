import ArgumentParser

/// What an organisation's AI tokens bought.
@main
struct Assay: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "assay",
    abstract: "Says what your AI coding sessions cost, and what they bought.",
    discussion: """
      Assay reads the records that AI coding tools keep on this machine, links them to the git repositories the \
      work happened in, and splits the spend into what became of it. Nothing leaves the machine, and no prompt, \
      answer or line of code is stored.

      EXAMPLES
        assay demo          a sample, so that you see what there is to see
        assay               the account of this machine (the same as assay report)
        assay explain latest
                            one session turn by turn, and why
        assay doctor        what was found, where, and what is missing

      EXIT STATUS
        0   done
        1   something failed; the message says what, where and what to do
        2   done, but some source could not be read: the account is incomplete and says so
        64  the command line is not right
      """,
    subcommands: [
      ReportCommand.self, ExplainCommand.self, DemoCommand.self, DoctorCommand.self, PricesCommand.self,
    ],
    groupedSubcommands: [
      CommandGroup(
        name: "Who may spend, and how much (for the gateway):",
        subcommands: [
          PersonCommand.self, TeamCommand.self, ProjectCommand.self, AgentCommand.self, KeyCommand.self,
          LimitCommand.self, NoticesCommand.self,
        ])
    ],
    defaultSubcommand: ReportCommand.self)
}
