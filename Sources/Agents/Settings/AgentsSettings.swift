import Deployments
package import Gate
package import ServiceSettings
package import ToolServers

/// The part `agents` of a server's file: where their folders are, where their models are asked, and what they can deploy
/// to. docs/agents.md explains each key.
package struct AgentsSettings: Sendable {
  /// The directory with a folder for each agent; `nil`: beside the databases.
  package var folders: String?
  /// Where models are asked; `nil`: by the gateway of the same process.
  package var model: ModelAddress?
  package var targets: [TargetSettings] = []
  /// Repositories on this machine that agents may be given a copy of: git directories by name.
  package var repositories: [String: String] = [:]
  package var credentials: [EgressCredentialSettings] = []
  package var mailboxes: [MailboxSettings] = []
  package var toolServers: [ToolServerSettings] = []
  /// What the organisation lets its agents do unasked, and never.
  package var policy = Policy()
  /// Runs that are carried out at once.
  package var mostAtOnce = 8
  /// Between two looks at repositories whose pushes set agents off.
  package var watchEvery: Duration = .seconds(15)

  /// An address that speaks the formats of the models that folders name.
  package struct ModelAddress: Sendable, Equatable {
    package var url: String
    package var key: CredentialSource?
  }

  package init() {}

  package init(_ node: SettingsNode) throws(ConfigurationError) {
    let fields = try SettingsFields(
      node,
      known: [
        "folders", "model", "targets", "repositories", "credentials", "mailboxes", "tool_servers", "at_once",
        "watch_every", "owners_own", "effects_unasked", "effects_of_one_tool_unasked",
      ])
    folders = try fields.string("folders")
    mostAtOnce = try fields.number("at_once", in: 1...1000) ?? mostAtOnce
    watchEvery = try fields.seconds("watch_every") ?? watchEvery
    policy.ownersOwn = Set(try fields.strings("owners_own") ?? [])
    policy.mostInAll = try fields.number("effects_unasked", in: 0...10_000) ?? policy.mostInAll
    policy.mostOfATool =
      try fields.number("effects_of_one_tool_unasked", in: 0...10_000) ?? policy.mostOfATool
    // An approval was given under one policy: under another it has to be asked for again.
    policy.version =
      "1 \(policy.mostInAll) \(policy.mostOfATool) \(policy.ownersOwn.sorted().joined(separator: ","))"
    if let node = fields.node("model") {
      let fields = try SettingsFields(node, known: ["url", "key"])
      model = ModelAddress(
        url: try fields.required("url"),
        key: try fields.node("key").map { node throws(ConfigurationError) in try CredentialSource(node) })
    }
    for node in try fields.node("repositories")?.list("repositories") ?? [] {
      let fields = try SettingsFields(node, known: ["name", "git"])
      let (name, git) = (try fields.required("name"), try fields.required("git"))
      guard git.hasPrefix("/") else {
        throw ConfigurationError(.wrongValue(key: "git", expected: "the whole path of a git directory"))
      }
      guard repositories.updateValue(git, forKey: name) == nil else {
        throw ConfigurationError(
          .rule("Two repositories are called “\(name)”. Give one another name."))
      }
    }
    for node in try fields.node("credentials")?.list("credentials") ?? [] {
      let credential = try EgressCredentialSettings(node)
      guard !credentials.contains(where: { $0.name == credential.name }) else {
        throw ConfigurationError(
          .rule("Two credentials are called “\(credential.name)”. Give one another name."))
      }
      credentials.append(credential)
    }
    for node in try fields.node("mailboxes")?.list("mailboxes") ?? [] {
      let mailbox = try MailboxSettings(node)
      guard !mailboxes.contains(where: { $0.name == mailbox.name }) else {
        throw ConfigurationError(
          .rule("Two mailboxes are called “\(mailbox.name)”. Give one another name."))
      }
      mailboxes.append(mailbox)
    }
    toolServers = try ToolServerSettings.list(try fields.node("tool_servers")?.list("tool_servers") ?? [])
    for node in try fields.node("targets")?.list("targets") ?? [] {
      let target = try TargetSettings(node)
      guard !targets.contains(where: { $0.place.name == target.place.name }) else {
        throw ConfigurationError(
          .rule("Two targets are called “\(target.place.name)”. Give one another name."))
      }
      targets.append(target)
    }
  }
}
