package import Effects
package import Slack

/// The channels that agents may be given, by the names that folders use, and the way to them.
package struct SlackChannels: Sendable {
  package var api: SlackWebAPI
  /// Slack's ids by our names.
  package var ids: [String: String]
  /// Whose addresses may stay links in what is posted.
  package var links: SlackLinks

  package init(_ api: SlackWebAPI, ids: [String: String], links: SlackLinks = .none) {
    self.api = api
    self.ids = ids
    self.links = links
  }

  /// What Slack is called in the words of gate and pages.
  static let system = "slack"

  package static let toolNames = [SlackReadTool.name, SlackPostTool.name]

  /// - Parameter names: Those that the agent's folder lists; none that it does not.
  package func tools(for names: [String], holdFor: Duration) -> [any AgentTool] {
    var channels = self
    channels.ids = ids.filter { names.contains($0.key) }
    return [SlackReadTool(channels), SlackPostTool(channels, holdFor: holdFor)]
  }

  func id(of name: String) throws(ToolFailure) -> String {
    guard let id = ids[name] else {
      let known = ids.keys.sorted().joined(separator: ", ")
      throw .refused(
        "The agent has no channel “\(name.prefix(80))”. It has: \(known.isEmpty ? "none" : known).")
    }
    return id
  }

  static let channel = ToolDeclaration.Parameter(
    "channel", ["type": "string", "minLength": 1, "maxLength": 80], role: .control)
}
