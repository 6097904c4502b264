package import AgentFolder
import Effects
import Gate
import Journal
package import ToolServers

/// The tool servers that the settings have, for those whose AGENT.md lists tools of theirs.
package struct ToolServerBench: Sendable {
  package let servers: [ToolServerSettings]
  package let hub: ToolServerHub

  package init(_ servers: [ToolServerSettings], hub: ToolServerHub) {
    self.servers = servers
    self.hub = hub
  }

  /// `tracker__get_issue`, `tracker__*`: no tool of Assay's own has two such strokes in its name.
  package static func isRemote(_ name: String) -> Bool { name.contains("__") }

  /// The servers whose tools are listed, each with the names that are listed of it.
  ///
  /// - Throws: ``AgentProblem`` for a name of which no server is known.
  package func listed(
    in names: [String], of folder: String
  ) throws(AgentProblem) -> [(server: ToolServerSettings, names: [String])] {
    var listed: [(server: ToolServerSettings, names: [String])] = []
    for name in names where Self.isRemote(name) {
      guard let server = servers.first(where: { name.hasPrefix(RemoteAgentTool.prefix(of: $0.name)) }) else {
        let known = servers.map(\.name).sorted().joined(separator: ", ")
        throw AgentProblem(
          "AGENT.md of \(folder) lists the tool \(name), and the settings have no such tool server. They have: \(known.isEmpty ? "none" : known)."
        )
      }
      if let index = listed.firstIndex(where: { $0.server.name == server.name }) {
        listed[index].names.append(name)
      } else {
        listed.append((server, [name]))
      }
    }
    return listed
  }

  /// Those of the listed tools that are what somebody accepted, in the order of the list.
  ///
  /// - Throws: ``AgentProblem`` where a listed tool is not there, or is not what was accepted: who listed it counts on it.
  func tools(
    _ names: [String], of folder: AgentFolder, for run: Run, in runs: String
  ) async throws(AgentProblem) -> [any AgentTool] {
    let pins = try Self.pins(of: folder)
    let listed = try listed(in: names, of: folder.name)
    var tools: [any AgentTool] = []
    do throws(ToolServerProblem) {
      for (server, names) in listed {
        let connection = try await hub.connection(
          to: server, for: run.id.rawValue, in: "\(runs)/\(run.id.rawValue)/servers/\(server.name)")
        let listing = try await connection.tools()
        let (usable, problems) = pins.check(listing.tools, of: server.name)
        for name in names {
          let isWhole = name.hasSuffix("__*")
          let meant = { (tool: String) in isWhole || RemoteAgentTool.name(of: tool, at: server.name) == name }
          for problem in problems + listing.problems {
            // Of a whole server what is new waits until somebody has read it; the rest is used.
            if isWhole, case .notPinned = problem { continue }
            if isWhole, case .unusable = problem { continue }
            if let tool = problem.tool, meant(tool) { throw problem }
          }
          let found = usable.filter { meant($0.name) }
          guard let first = found.first else {
            throw .gone(server: server.name, tool: isWhole ? "that was accepted" : name)
          }
          guard isWhole || found.count == 1 else {
            throw .unusable(server: server.name, tool: first.name, reason: "another is called alike")
          }
          for tool in found
          where !tools.contains(where: {
            $0.declaration.name == RemoteAgentTool.name(of: tool.name, at: server.name)
          }) {
            tools.append(try RemoteAgentTool(tool, of: connection, under: server))
          }
        }
      }
    } catch {
      throw AgentProblem("\(error)")
    }
    return tools
  }

  package static func pins(of folder: AgentFolder) throws(AgentProblem) -> ToolPins {
    do throws(ToolPins.Mistake) { return try ToolPins(folder.toolsLock) } catch {
      throw AgentProblem(
        "\(AgentFolder.toolsLockFile) of \(folder.name), line \(error.line): \(error.reason)")
    }
  }

  /// What listing a whole server means: a grant for each of its tools that the list does not speak of by itself.
  static func expanded(_ grants: [Grant], over tools: [String]) -> [Grant] {
    grants.flatMap { grant -> [Grant] in
      guard grant.tool.hasSuffix("__*") else { return [grant] }
      let prefix = grant.tool.dropLast()
      return tools.filter { tool in
        tool.hasPrefix(prefix) && !grants.contains { $0.tool == tool }
      }.map { tool in
        var one = grant
        one.tool = tool
        return one
      }
    }
  }
}
