package import AsyncHTTPClient
package import Deployments
import Ledger
package import ServiceSettings

/// One place that agents may be given to deploy to: by GitHub, by GitLab, or by commands of the organisation's own.
package struct TargetSettings: Sendable {
  package var place: DeploymentPlace
  package var terms: DeploymentTerms
  private var way: Way
  private var health: Health

  private enum Way {
    /// - Parameter git: A git directory on this machine that has the commits.
    case commands(CommandTarget.Commands, git: String)
    case forge(ForgeSettings)
  }

  private enum Health {
    case address(String)
    case command([String])
  }

  /// The keys of a target that is reached by commands.
  private static let commandKeys = ["git", "current", "deploy", "find", "checks", "rollback"]

  init(_ node: SettingsNode) throws(ConfigurationError) {
    let fields = try SettingsFields(
      node,
      known: [
        "name", "repository", "environment", "production", "health", "approvers", "required_checks", "data",
        "look_every", "well_within", "hold_for", "branch", "github", "gitlab",
      ] + Self.commandKeys)
    let name = try fields.required("name")
    guard (1...64).contains(name.utf8.count),
      name.utf8.allSatisfy({ (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D })
    else { throw ConfigurationError(.wrongValue(key: "name", expected: "small letters, digits and hyphens")) }
    way = try Self.way(of: name, fields)
    let repository: String
    switch way {
    case .commands: repository = try fields.required("repository")
    case .forge(let forge): repository = try forge.repository(given: fields.string("repository"))
    }
    let isProduction = try fields.boolean("production") ?? true
    place = DeploymentPlace(
      name: name, repository: repository,
      environment: try fields.string("environment") ?? (isProduction ? "production" : "staging"),
      isProduction: isProduction)
    guard let node = fields.node("health") else { throw ConfigurationError(.missing(key: "health")) }
    if let address = node.text {
      health = .address(address)
    } else {
      health = .command(try fields.strings("health") ?? [])
    }
    let usual = HealthCriteria()
    terms = DeploymentTerms(
      approvers: try fields.strings("approvers") ?? [],
      requiredChecks: try fields.strings("required_checks") ?? [],
      migration: try fields.string("data") ?? "none",
      criteria: HealthCriteria(
        interval: try fields.seconds("look_every") ?? usual.interval,
        wellWithin: try fields.seconds("well_within") ?? usual.wellWithin,
        holdFor: try fields.seconds("hold_for") ?? (isProduction ? .hours(24) : .hours(1))),
      mainline: try fields.string("branch") ?? "main")
  }

  /// The one way that the settings give.
  private static func way(of name: String, _ fields: SettingsFields) throws(ConfigurationError) -> Way {
    let given = ["github", "gitlab"].filter { fields.node($0) != nil }
    let commands = commandKeys.filter { fields.node($0) != nil }
    let ways = given + (commands.first.map { [$0] } ?? [])
    guard ways.count <= 1 else {
      throw ConfigurationError(
        .rule(
          "The target “\(name)” has \(ways.map { "“\($0)”" }.joined(separator: " and ")). It is reached in one way: by github, by gitlab, or by the commands (\(commandKeys.joined(separator: ", ")))."
        ))
    }
    if let node = fields.node("github") { return .forge(try ForgeSettings(gitHub: node)) }
    if let node = fields.node("gitlab") { return .forge(try ForgeSettings(gitLab: node)) }
    guard !commands.isEmpty else {
      throw ConfigurationError(
        .rule(
          "The target “\(name)” says nothing of how it is deployed to. Give it github, gitlab, or the commands current and deploy, with git."
        ))
    }
    let git = try fields.required("git")
    guard let current = try command("current", fields), let deploy = try command("deploy", fields)
    else {
      throw ConfigurationError(.missing(key: fields.node("current") == nil ? "current" : "deploy"))
    }
    return .commands(
      CommandTarget.Commands(
        current: current, begin: deploy, find: try command("find", fields),
        checks: try command("checks", fields), rollback: try command("rollback", fields)), git: git)
  }

  /// - Parameter client: One that follows no redirects.
  /// - Returns: The target as agents have it, and the credentials in it, which nobody is to write down.
  package func ground(
    _ client: HTTPClient, environment: [String: String]
  ) throws(ConfigurationError) -> (ground: DeploymentTools.Ground, secrets: Set<String>) {
    let probe: any HealthProbe =
      switch health {
      case .address(let address): HTTPProbe(client, address: address)
      case .command(let argv): CommandProbe(argv)
      }
    let target: any DeployTarget
    var secrets: Set<String> = []
    switch way {
    case .commands(let commands, let git):
      target = CommandTarget(place: place, commands: commands, repository: git, health: probe)
    case .forge(let forge):
      let token = try forge.access.token.load(of: "the target “\(place.name)”", environment: environment)
      secrets = [token.secret]
      switch forge {
      case .gitHub(let settings, let access):
        let forge = ForgeClient(client, at: access.api, .gitHub, credential: token)
        target = GitHubTarget(place: place, client: forge, settings: settings, health: probe)
      case .gitLab(let project, let access):
        let forge = ForgeClient(client, at: access.api, .gitLab, credential: token)
        target = GitLabTarget(place: place, client: forge, project: project, health: probe)
      }
    }
    return (DeploymentTools.Ground(target, terms: terms), secrets)
  }

  private static func command(
    _ key: String, _ fields: SettingsFields
  ) throws(ConfigurationError) -> CommandTemplate? {
    guard let argv = try fields.strings(key) else { return nil }
    do throws(CommandTemplateError) { return try CommandTemplate(argv) } catch {
      throw ConfigurationError(.rule("\(key): \(error)"))
    }
  }
}
