import Agents
import ArgumentParser
import AsyncHTTPClient
import Foundation
import ServiceSettings
import Surroundings
import ToolServers

/// `assay agent connect`: signs somebody in at a tool server.
struct AgentConnectCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "connect",
    abstract: "Sign in at a tool server that wants it, in a browser on this machine.",
    discussion: """
      The tokens are kept in a file that only you can read, below assay in $XDG_DATA_HOME or ~/.local/share, and are \
      renewed without you. What agents do there they do in your name.

      The tool server says where to sign in. If the settings name an “issuer”, it is that one or none; if they do not, it \
      is the one of the last time, unless you name another.

      EXAMPLES
        assay agent connect tracker --config assay.yaml
        assay agent connect tracker --config assay.yaml --issuer https://signin.example
      """)

  @Argument(help: "The tool server’s name in the settings.") var server: String
  @Option(help: ArgumentHelp("The server’s YAML file, for its agents part.", valueName: "file"))
  var config: String
  @Option(
    help: ArgumentHelp(
      "The authorisation server to sign in at, where it is another than the last time.", valueName: "address")
  )
  var issuer: String?

  func run() async throws {
    let environment = ProcessInfo.processInfo.environment
    let settings = try AgentParts(config: config, environment: environment).settings
    guard let server = settings.toolServers.first(where: { $0.name == server }) else {
      throw ValidationError("The settings have no tool server \(server).")
    }
    let scopes = try await ToolServerCommand.with(environment) { [issuer] hub in
      try await ToolServerSignIn(server, access: hub.access).run(TerminalDesk(), issuer: issuer)
    }
    try StandardOutput.write(
      "Signed in at \(server.name)\(scopes.isEmpty ? "" : " for \(scopes.joined(separator: ", "))").\n")
  }

  private struct TerminalDesk: SignInDesk {
    func show(_ address: String) async {
      try? StandardOutput.write("Open this address in a browser on this machine:\n\n  \(address)\n\n")
    }
  }
}

/// What commands ask tool servers with.
enum ToolServerCommand {
  static func with<Result: Sendable>(
    _ environment: [String: String], _ body: @escaping @Sendable (ToolServerHub) async throws -> Result
  ) async throws -> Result {
    let client = HTTPClient(configuration: HTTPClient.Configuration(redirectConfiguration: .disallow))
    try FileManager.default.createDirectory(
      atPath: XDGDirectory.data, withIntermediateDirectories: true)
    let access = ToolServerAccess(client: client, environment: environment, tokens: AgentOptions.tokens)
    let result: Swift.Result<Result, any Error>
    do { result = .success(try await ToolServerHub.with(access, body)) } catch { result = .failure(error) }
    try await client.shutdown()
    return try result.get()
  }
}
