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
      read it before you accept it. What is shown ends with a digest, and --accept takes that: servers are asked \
      again, and if one says something else by then, nothing is pinned.

      EXAMPLES
        assay agent pin issue-sorter --config assay.yaml
        assay agent pin issue-sorter --config assay.yaml --accept 3f1c…

      EXIT STATUS
        0   all the tools that the agent lists are as they were accepted, or are now
        1   something is to be read, or is not any more what --accept was given for
      """)

  @Argument(help: "The agent’s name.") var name: String
  @Option(help: ArgumentHelp("The server’s YAML file, for its agents part.", valueName: "file"))
  var config: String
  @Option(help: ArgumentHelp("The directory with a folder for each agent.", valueName: "dir")) var folders:
    String?
  @Option(
    help: ArgumentHelp(
      "Pin what was shown under this digest, if the servers still say it.", valueName: "digest"))
  var accept: String?

  func run() async throws {
    let environment = ProcessInfo.processInfo.environment
    let settings = try AgentParts(config: config, environment: environment).settings
    let directory = folders.map(GivenPath.absolute) ?? settings.folders ?? AgentOptions.standard
    let roster = AgentRoster(directory: directory)
    let folder = try roster.folder(named: name)
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
    // Of servers that the agent does not use any more nothing is accepted.
    var now = ToolPins()
    for (server, listing) in listings { now.pin(listing.tools, of: server) }
    if let accept, accept == now.digest {
      let path = roster.path(of: name) + "/" + AgentFolder.toolsLockFile
      try Data(now.text.utf8).write(to: URL(filePath: path), options: .atomic)
      let count = now.servers.values.reduce(0) { $0 + $1.count }
      return try StandardOutput.write("Pinned in \(path): \(count).\n")
    }
    let isRead = try show(listings, unless: accepted(in: folder))
    if let accept {
      try StandardOutput.write(
        "Nothing was pinned: what the servers say now is not what was shown under \(accept).\n")
    } else if isRead {
      return try StandardOutput.write("\(name): all as it was accepted\n")
    }
    try StandardOutput.write(
      "Once you have read it, and if you accept it, run this with: --accept \(now.digest)\n")
    throw ExitCode(1)
  }

  /// A lock that cannot be read accepts nothing, and pinning again mends it.
  private func accepted(in folder: AgentFolder) throws -> ToolPins {
    do throws(AgentProblem) { return try ToolServerBench.pins(of: folder) } catch {
      try StandardOutput.write("\(error)\n\n")
      return ToolPins()
    }
  }

  /// - Returns: Whether all was accepted before, so that there was nothing to show.
  private func show(
    _ listings: [(server: String, listing: ToolServerConnection.Listing)], unless pins: ToolPins
  ) throws -> Bool {
    var isRead = true
    for (server, listing) in listings {
      let (_, problems) = pins.check(listing.tools, of: server)
      for problem in problems + listing.problems {
        let tool = listing.tools.first { $0.name == problem.tool }
        try StandardOutput.write("\(problem)\n" + (tool.map(Self.shown) ?? "") + "\n")
        if case .unusable = problem { continue }
        isRead = false
      }
    }
    return isRead
  }

  /// As a terminal may show it: what is not seen is made visible.
  private static func shown(_ tool: RemoteTool) -> String {
    var lines = tool.description.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    lines.append("arguments: \(tool.inputSchema.canonical)")
    if tool.annotations != .null { lines.append("it says of itself: \(tool.annotations.canonical)") }
    return lines.map { line in "  | " + line.unicodeScalars.map(Self.visible).joined() + "\n" }.joined()
  }

  private static func visible(_ scalar: Unicode.Scalar) -> String {
    // Of a line break that is not alone the rest would stand in a line of its own, as if it were ours.
    scalar.isHidden || scalar == "\n"
      ? "⟨U+\(String(scalar.value, radix: 16, uppercase: true))⟩" : String(scalar)
  }
}
