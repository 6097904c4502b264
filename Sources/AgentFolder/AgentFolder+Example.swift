extension AgentFolder {
  /// Agents that come with Assay, to be used as they are or begun from.
  package enum Example: String, CaseIterable, Sendable {
    case releaseCaptain = "release-captain"
  }

  /// An example's files by their path below its folder: it passes the check, and its skills are pinned.
  ///
  /// - Parameter target: What it deploys to, by its name in the server's settings.
  /// - Returns: `nil` if `name` is no name for an agent, or `target` none for a target.
  package static func example(
    _ example: Example, named name: String, deployingTo target: String
  ) -> [String: String]? {
    guard AgentSettings.isName(name), AgentSettings.isName(target) else { return nil }
    switch example {
    case .releaseCaptain:
      let notes = ["SKILL.md": String(decoding: PackageResources.release_notes_md, as: UTF8.self)]
      let agent = String(decoding: PackageResources.release_captain_md, as: UTF8.self)
      return [
        "AGENT.md": agent.replacing("shop-production", with: target),
        "skills/release-notes/SKILL.md": notes["SKILL.md"] ?? "",
        // They are ours, and were read.
        SkillsLock.file: "release-notes \(ContentHash.of(notes))\n",
      ]
    }
  }
}
