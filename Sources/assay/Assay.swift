import ArgumentParser
import Charts
import Foundation
import Surroundings

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
        assay findings      what could have been had for less, for you alone
        assay doctor        what was found, where, and what is missing
        assay mcp           the same figures for an AI tool to ask (Model Context Protocol)

      \(HandedOver.help)

      EXIT STATUS
        0   done
        1   something failed; the message says what, where and what to do
        2   done, but some source could not be read: the account is incomplete and says so
        64  the command line is not right
      """,
    subcommands: [
      ReportCommand.self, ExplainCommand.self, FindingsCommand.self, EstimateCommand.self, DemandCommand.self,
      DemoCommand.self, DoctorCommand.self,
      PricesCommand.self,
      MCPCommand.self, ArenaCommand.self,
    ],
    defaultSubcommand: ReportCommand.self)

  static func main() async {
    do {
      try HandedOver.run(CommandLine.arguments.dropFirst().first)
      try requireKnownSubcommand(CommandLine.arguments.dropFirst().first)
      var command = try parseAsRoot()
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
    } catch {
      let status = exitCode(for: error)
      guard !status.isSuccess else { exit(withError: error) }
      // The parser prints the same, but knows the program only by its own name.
      let message = Invocation.renamed(fullMessage(for: error))
      if !message.isEmpty { _ = (message + "\n").write(to: STDERR_FILENO) }
      exit(withError: status)
    }
  }

  /// A first word that is no option names a subcommand; the parser would hold it against the default one.
  private static func requireKnownSubcommand(_ word: String?) throws {
    guard let word, !word.hasPrefix("-") else { return }
    // Built in: help, and what completion scripts ask for.
    let names = configuration.subcommands.compactMap { $0.configuration.commandName }
    guard !names.contains(word), word != "help", !word.hasPrefix("__") else { return }
    throw ValidationError(
      "\(Display.safe(word)) is no subcommand. There are \(names.joined(separator: ", ")), \(HandedOver.names.dropLast().joined(separator: ", ")) and \(HandedOver.names.last ?? "")."
    )
  }
}
