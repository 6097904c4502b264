package import Effects
import Foundation
import Ledger

/// A target that is reached by programs of the organisation's own: `git push`, `kubectl`, `fly`. Programs and arguments
/// are configuration; what is put into them is commits, effect ids and names, nothing that a model worded.
///
/// What a program answers on standard output, where it has to answer something, is one JSON object:
/// ```
/// current   {"sha": "…", "since": 1760000000, "effect": "…"}            or {} before the first deployment
/// find      {"state": "absent|running|live|replaced|failed", "since": …, "by": "<sha>", "why": "…"}
/// checks    {"checks": [{"name": "…", "state": "passed|failed|running|neutral", "by": "…"}]}
/// ```
/// `since` is in seconds since 1970. `begin` is believed by what `find` says of it afterwards, whatever its status was.
package struct CommandTarget: DeployTarget {
  package var place: DeploymentPlace
  private let commands: Commands
  private let repository: GitRepository
  private let environment: [String: String]
  private let health: any HealthProbe

  package struct Commands: Hashable, Sendable, Codable {
    package var current: CommandTemplate
    package var begin: CommandTemplate
    /// Without it an effect is blind: what became of it after a crash, a person has to find out.
    package var find: CommandTemplate?
    /// Without it there are no checks.
    package var checks: CommandTemplate?
    /// Without it, `begin` with the older commit.
    package var rollback: CommandTemplate?

    package init(
      current: CommandTemplate, begin: CommandTemplate, find: CommandTemplate? = nil,
      checks: CommandTemplate? = nil, rollback: CommandTemplate? = nil
    ) {
      self.current = current
      self.begin = begin
      self.find = find
      self.checks = checks
      self.rollback = rollback
    }
  }

  /// - Parameters:
  ///   - repository: A git directory on this machine that has the commits.
  ///   - environment: All that the programs see of an environment, but for PATH and the locale if they are not in it.
  package init(
    place: DeploymentPlace, commands: Commands, repository: String, environment: [String: String] = [:],
    health: any HealthProbe
  ) {
    self.place = place
    self.commands = commands
    self.repository = GitRepository(path: repository)
    self.environment = environment
    self.health = health
  }

  package var effectClass: EffectClass { commands.find == nil ? .blind : .queryable }

  package func resolve(_ revision: String) async throws(ToolFailure) -> String {
    try await repository.resolve(revision)
  }

  package func current() async throws(ToolFailure) -> Release? {
    let answer = try await ask(commands.current, [:])
    guard let sha = answer["sha"]?.string else {
      guard answer == .object([:]) else { throw strange(commands.current) }
      return nil
    }
    guard CommitName.isWhole(sha) else { throw strange(commands.current) }
    return Release(
      sha: sha, since: answer["since"]?.instant,
      effect: answer["effect"]?.string.map { EffectID(rawValue: $0) })
  }

  package func changes(from: String?, to: String) async throws(ToolFailure) -> DeploymentChanges {
    try await repository.changes(from: from, to: to)
  }

  package func checks(of sha: String) async throws(ToolFailure) -> [DeploymentCheck] {
    guard let command = commands.checks else { return [] }
    guard case .array(let said) = try await ask(command, [.sha: sha])["checks"], said.count <= 1000 else {
      throw strange(command)
    }
    var checks: [DeploymentCheck] = []
    for check in said {
      guard let name = check["name"]?.string, let by = check["by"]?.string,
        let state = check["state"]?.string.flatMap(DeploymentCheck.State.init(rawValue:))
      else { throw strange(command) }
      checks.append(DeploymentCheck(name, state, by: by))
    }
    return checks
  }

  package func begin(_ order: DeploymentOrder) async throws(ToolFailure) -> DeploymentStanding {
    let known = try await find(order.effect)
    if known != .absent, effectClass == .queryable { return known }
    let template = order.isRollback ? commands.rollback ?? commands.begin : commands.begin
    var complaint: String?
    do throws(BoundedCommand.Failure) {
      let ending = try await command(
        template,
        [
          .sha: order.sha, .from: order.from ?? "", .effect: order.effect.rawValue,
          .task: order.isRollback ? "rollback" : "deploy",
        ]
      ).run()
      if ending.status != 0 { complaint = ending.lastComplaint }
    } catch {
      switch error {
      case .notStarted(let why): throw .refused("It was not deployed: \(why).")
      case .broken(let why): complaint = why
      }
    }
    return try await outcome(of: order, complaint)
  }

  /// What became of an order that was given: what the target says, not what the program ended with.
  private func outcome(
    of order: DeploymentOrder, _ complaint: String?
  ) async throws(ToolFailure) -> DeploymentStanding {
    guard commands.find != nil else {
      guard let complaint else { return .live(since: nil) }
      throw .uncertain("It may have been deployed or not; the program said: \(complaint).")
    }
    let standing: DeploymentStanding
    do throws(ToolFailure) {
      standing = try await find(order.effect)
    } catch {
      throw .uncertain("It may have been deployed or not: \(error.description)")
    }
    switch standing {
    case .absent:
      guard let complaint else {
        throw .uncertain("The program says that it was deployed, and the target knows nothing of it.")
      }
      throw .unavailable("It was not deployed: \(complaint).")
    case .unknown(let why): throw .uncertain(why)
    case .running, .live, .replaced, .failed: return standing
    }
  }

  package func find(_ effect: EffectID) async throws(ToolFailure) -> DeploymentStanding {
    guard let command = commands.find else {
      // All that can be seen is what runs.
      let release = try await current()
      return release?.effect == effect
        ? .live(since: release?.since) : .unknown("This target cannot be asked.")
    }
    let answer = try await ask(command, [.effect: effect.rawValue])
    switch answer["state"]?.string {
    case "absent": return .absent
    case "running": return .running
    case "live": return .live(since: answer["since"]?.instant)
    case "failed": return .failed(DeploymentPlan.oneLine(answer["why"]?.string ?? "nobody says why"))
    case "replaced":
      guard let other = answer["by"]?.string, let mine = answer["sha"]?.string, CommitName.isWhole(other),
        CommitName.isWhole(mine)
      else { throw strange(command) }
      if other == mine { return .replaced(by: other, isOlder: false) }
      return .replaced(by: other, isOlder: try await repository.isAncestor(other, of: mine))
    default: throw strange(command)
    }
  }

  package func probe() async -> HealthSample { await health.probe() }

  private func ask(
    _ template: CommandTemplate, _ values: [CommandTemplate.Place: String]
  ) async throws(ToolFailure) -> JSON {
    let ending: BoundedCommand.Ending
    do throws(BoundedCommand.Failure) {
      ending = try await command(template, values).run()
    } catch {
      throw .unavailable("\(place.name) cannot be asked: \(error.sentence).")
    }
    guard ending.status == 0 else {
      throw .unavailable("\(place.name) cannot be asked: \(ending.lastComplaint).")
    }
    do {
      return try JSON(bytes: Data(ending.output.utf8))
    } catch {
      throw strange(template)
    }
  }

  private func command(
    _ template: CommandTemplate, _ values: [CommandTemplate.Place: String]
  ) -> BoundedCommand {
    var values = values
    values[.environment] = place.environment
    return BoundedCommand(
      argv: template.filled(values), environment: environment, patience: template.patience)
  }

  private func strange(_ template: CommandTemplate) -> ToolFailure {
    .unavailable(
      "\(place.name) answered something that is not understood; check the command \(template.argv.first ?? "")."
    )
  }
}

extension JSON {
  /// Seconds since 1970.
  fileprivate var instant: Instant? {
    guard case .integer(let seconds) = self, (0..<1 << 40).contains(seconds) else { return nil }
    return Instant(milliseconds: seconds * 1000)
  }
}
