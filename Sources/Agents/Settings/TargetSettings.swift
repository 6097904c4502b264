package import AsyncHTTPClient
package import Deployments
import Ledger
import ServiceSettings

/// One place that agents may be given to deploy to, by commands of the organisation's own.
package struct TargetSettings: Sendable {
  package var place: DeploymentPlace
  package var terms: DeploymentTerms
  private var commands: CommandTarget.Commands
  /// A git directory on this machine that has the commits.
  private var git: String
  private var health: Health

  private enum Health {
    case address(String)
    case command([String])
  }

  init(_ node: SettingsNode) throws(ConfigurationError) {
    let fields = try SettingsFields(
      node,
      known: [
        "name", "repository", "environment", "production", "git", "current", "deploy", "find", "checks",
        "rollback",
        "health", "approvers", "required_checks", "data", "look_every", "well_within", "hold_for", "branch",
      ])
    let name = try fields.required("name")
    guard (1...64).contains(name.utf8.count),
      name.utf8.allSatisfy({ (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D })
    else { throw ConfigurationError(.wrongValue(key: "name", expected: "small letters, digits and hyphens")) }
    let isProduction = try fields.boolean("production") ?? true
    place = DeploymentPlace(
      name: name, repository: try fields.required("repository"),
      environment: try fields.string("environment") ?? (isProduction ? "production" : "staging"),
      isProduction: isProduction)
    git = try fields.required("git")
    guard let current = try Self.command("current", fields), let deploy = try Self.command("deploy", fields)
    else {
      throw ConfigurationError(.missing(key: fields.node("current") == nil ? "current" : "deploy"))
    }
    commands = CommandTarget.Commands(
      current: current, begin: deploy, find: try Self.command("find", fields),
      checks: try Self.command("checks", fields), rollback: try Self.command("rollback", fields))
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

  /// - Parameter client: One that follows no redirects.
  package func ground(_ client: HTTPClient) -> DeploymentTools.Ground {
    let probe: any HealthProbe =
      switch health {
      case .address(let address): HTTPProbe(client, address: address)
      case .command(let argv): CommandProbe(argv)
      }
    return DeploymentTools.Ground(
      CommandTarget(place: place, commands: commands, repository: git, health: probe), terms: terms)
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
