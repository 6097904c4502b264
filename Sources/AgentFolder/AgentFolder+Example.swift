import Triage

extension AgentFolder {
  /// Agents that come with Assay, to be used as they are or begun from, each with what of the server's settings it works on.
  package enum Example: Hashable, Sendable {
    /// - Parameter target: What it deploys to.
    case releaseCaptain(target: String)
    case inboxTriage(mailbox: String)
    /// - Parameters:
    ///   - repository: Whose merged changes it reads.
    ///   - target: Whose deployments.
    ///   - channel: Of Slack, that it reads and writes.
    case standupScribe(repository: String, target: String, channel: String)

    /// As the command line calls them.
    package static let names = ["release-captain", "inbox-triage", "standup-scribe"]
  }

  /// An example's files by their path below its folder: it passes the check, and its skills are pinned.
  ///
  /// - Returns: `nil` if `name` is no name for an agent, or what it works on none for such a thing.
  package static func example(_ example: Example, named name: String) -> [String: String]? {
    guard AgentSettings.isName(name) else { return nil }
    switch example {
    case .releaseCaptain(let target):
      guard AgentSettings.isName(target) else { return nil }
      let notes = ["SKILL.md": text(PackageResources.release_notes_md)]
      return [
        "AGENT.md": text(PackageResources.release_captain_md).replacing("shop-production", with: target),
        "skills/release-notes/SKILL.md": notes["SKILL.md"] ?? "",
        // They are ours, and were read.
        SkillsLock.file: "release-notes \(ContentHash.of(notes))\n",
      ]
    case .inboxTriage(let mailbox):
      guard AgentSettings.isName(mailbox) else { return nil }
      return [
        "AGENT.md": text(PackageResources.inbox_triage_md).replacing(
          "mailbox: work", with: "mailbox: \(mailbox)"),
        TriagePolicy.file: text(PackageResources.inbox_triage_yaml),
      ]
    case .standupScribe(let repository, let target, let channel):
      guard [repository, target, channel].allSatisfy(AgentSettings.isName) else { return nil }
      return [
        "AGENT.md": text(PackageResources.standup_scribe_md).replacing(
          "repository: shop", with: "repository: \(repository)"
        ).replacing("shop-production", with: target).replacing(
          "channel: standup", with: "channel: \(channel)"
        )
        .replacing("[standup]", with: "[\(channel)]").replacing("`standup`", with: "`\(channel)`")
      ]
    }
  }

  private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
