import ArgumentParser
import Foundation
import Gateway
import Ledger
import ServiceSettings
import Surroundings

/// `assay gateway`: the gateway alone.
struct GatewayCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gateway",
    abstract: "Passes model calls on to their providers, and meters every one of them.",
    discussion: """
      Point a tool at it and nothing else changes:
        ANTHROPIC_BASE_URL=http://127.0.0.1:8787   Claude Code, Anthropic's SDKs
        OPENAI_BASE_URL=http://127.0.0.1:8787/v1   Codex, OpenAI's SDKs

      Without a configuration it serves this machine alone: calls go to the providers themselves, with the key in \
      ANTHROPIC_API_KEY, OPENAI_API_KEY or GEMINI_API_KEY, or else with whatever the client signs in with. \
      docs/gateway.md explains the file that serves an organisation.

      EXAMPLES
        assay gateway
        assay gateway --config gateway.yaml
        assay key create laptop --person ada@example.org

      EXIT STATUS
        0   stopped by a signal, with every call settled
        1   it could not start, or had to stop; the message says why
      """)

  @Option(help: ArgumentHelp("A YAML file; see docs/gateway.md.", valueName: "file"))
  var config: String?

  @Option(help: ArgumentHelp("Where to listen instead: address:port.", valueName: "address"))
  var listen: String?

  @OptionGroup var storage: StorageOptions

  @Option(help: ArgumentHelp("An organisation's own price file. Also $ASSAY_PRICES.", valueName: "file"))
  var prices: String?

  func run() async throws {
    let environment = ProcessInfo.processInfo.environment
    var configuration =
      try config.map { try GatewayConfiguration(fileAt: GivenPath.absolute($0)) }
      ?? GatewayConfiguration.local(environment: environment)
    if let listen { configuration.listen = try ListenAddress(listen, key: "--listen") }
    try configuration.validate()

    let process = LongRunningProcess(label: "gateway", environment: environment)
    try await process.run(
      process.gatewayServices(
        configuration, ledger: try storage.openLedger(), control: try storage.openControl(),
        spoolDirectory: storage.spoolDirectory, prices: try PriceCatalogue.given(prices, environment)))
  }
}
