package import Effects
import Foundation
package import Ledger
package import Slack

/// The channels that agents may be given, by the names that folders use, and the way to them.
package struct SlackChannels: Sendable {
  package var api: SlackWebAPI
  /// Slack's ids by our names.
  package var ids: [String: String]
  /// Whose addresses may stay links in what is posted.
  package var links: SlackLinks

  /// Who somebody is there, if they have said so in Assay.
  package var user: @Sendable (AccountID) -> String?

  package init(
    _ api: SlackWebAPI, ids: [String: String], links: SlackLinks = .none,
    user: @escaping @Sendable (AccountID) -> String? = { _ in nil }
  ) {
    self.api = api
    self.user = user
    self.ids = ids
    self.links = links
  }

  /// From when on messages of a broken-off call are looked for: longer than a run waits. Where more was written since than is
  /// looked through, a person has to say.
  static var lookingBack: String { String(Int(Date().timeIntervalSince1970) - 30 * 86_400) }

  /// What Slack is called in the words of gate and pages.
  static let system = "slack"

  package static let toolNames = [SlackReadTool.name, SlackPostTool.name, SlackTellTool.name]

  /// - Parameters:
  ///   - names: Those that the agent's folder lists; none that it does not.
  ///   - account: Whose run it is.
  package func tools(for names: [String], of account: AccountID, holdFor: Duration) -> [any AgentTool] {
    var channels = self
    channels.ids = ids.filter { names.contains($0.key) }
    return [
      SlackReadTool(channels), SlackPostTool(channels, holdFor: holdFor),
      SlackTellTool(channels, user: user(account)),
    ]
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
