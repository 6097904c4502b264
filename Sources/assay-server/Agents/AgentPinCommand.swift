import AgentFolder
import Agents
import ArgumentParser
import Effects
import Foundation
import ServiceSettings
import Surroundings
import ToolServers

/// `assay agent pin`: what the tool servers that an agent uses say of their tools, and, once somebody has read it, that it
/// is accepted.
struct AgentPinCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pin",
    abstract: "Show what is new or has changed of an agent’s tool servers; with --accept, pin it.",
    discussion: """
      The tools of other programs are used only as somebody accepted them: tools.lock in the agent’s folder has the \
      hash of each. What a server says of its tools is shown to the model, and may try to talk it into something: \
      read it before you accept it.

      EXAMPLES
        assay agent pin issue-sorter --config assay.yaml
        assay agent pin issue-sorter --config assay.yaml --accept

      EXIT STATUS
        0   all the tools that the agent lists are as they were accepted, or are now
        1   something is to be read
      """)

  @Argument(help: "The agent’s name.") var name: String
  @Option(help: ArgumentHelp("The server’s YAML file, for its agents part.", valueName: "file"))
  var config: String
  @Option(help: ArgumentHelp("The directory with a folder for each agent.", valueName: "dir")) var folders:
    String?
  @Flag(help: "Pin what the servers have now.") var accept = false

  func run() async throws {
    let environment = ProcessInfo.processInfo.environment
    let settings = try AgentParts(config: config, environment: environment).settings
    let directory = folders.map(GivenPath.absolute) ?? settings.folders ?? AgentOptions.standard
    let roster = AgentRoster(directory: directory)
    let folder = try roster.folder(named: name)
    var pins =
      accept ? ((try? ToolServerBench.pins(of: folder)) ?? ToolPins()) : try ToolServerBench.pins(of: folder)
    let listings = try await ToolServerCommand.with(environment) { hub in
      let bench = ToolServerBench(settings.toolServers, hub: hub)
      var listings: [(server: String, listing: ToolServerConnection.Listing)] = []
      for (server, _) in try bench.listed(in: folder.settings.tools, of: folder.name) {
        let scratch = FileManager.default.temporaryDirectory.appending(path: "assay-pin-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: scratch) }
        let connection = try await hub.connection(
          to: server, for: "pin", in: scratch.path(percentEncoded: false))
        listings.append((server.name, try await connection.tools()))
        await hub.close(for: "pin")
      }
      return listings
    }
    var isRead = true
    for (server, listing) in listings {
      let (_, problems) = pins.check(listing.tools, of: server)
      for problem in problems + listing.problems {
        let tool = listing.tools.first { $0.name == problem.tool }
        try StandardOutput.write("\(problem)\n" + (tool.map(Self.shown) ?? "") + "\n")
        if case .unusable = problem { continue }
        isRead = false
      }
      if accept { pins.pin(listing.tools, of: server) }
    }
    guard accept else {
      if isRead { return try StandardOutput.write("\(name): all as it was accepted\n") }
      throw ExitCode(1)
    }
    // Of servers that the agent does not use any more nothing is accepted.
    pins.servers = pins.servers.filter { server, _ in listings.contains { $0.server == server } }
    let path = roster.path(of: name) + "/" + AgentFolder.toolsLockFile
    try Data(pins.text.utf8).write(to: URL(filePath: path), options: .atomic)
    try StandardOutput.write("Pinned in \(path): \(pins.servers.values.reduce(0) { $0 + $1.count }).\n")
  }

  /// As a terminal may show it: what is not seen is made visible.
  private static func shown(_ tool: RemoteTool) -> String {
    var lines = tool.description.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    lines.append("arguments: \(tool.inputSchema.canonical)")
    if tool.annotations != .null { lines.append("it says of itself: \(tool.annotations.canonical)") }
    return lines.map { line in "  | " + line.unicodeScalars.map(Self.visible).joined() + "\n" }.joined()
  }

  private static func visible(_ scalar: Unicode.Scalar) -> String {
    switch scalar.properties.generalCategory {
    case .control, .format, .privateUse, .surrogate, .unassigned, .lineSeparator, .paragraphSeparator:
      "⟨U+\(String(scalar.value, radix: 16, uppercase: true))⟩"
    default: String(scalar)
    }
  }
}
