import Deployments
import Effects
import Foundation
import Ledger
import Synchronization
import TestCorpus

/// The reference site with the hands of an agent on it, and a clock that goes as fast as it is asked to.
struct SiteFixture: Sendable {
  let site: ReferenceSite
  let tools: DeploymentTools
  let target: CommandTarget
  let clock: LookClock
  private let directory: TemporaryDirectory

  /// Looks are a minute apart by the clock and some hundredths of a second by the machine's: what is good has a thousand
  /// of them to become so, and what is bad will not whatever it has.
  static func criteria(looksToBeWell: Int64 = 1000, held looks: Int64 = 8) -> HealthCriteria {
    HealthCriteria(
      interval: .minutes(1), slow: .milliseconds(1500), goodToSettle: 4, badToFail: 3, window: 5,
      liveWithin: .minutes(20), wellWithin: .minutes(looksToBeWell), holdFor: .minutes(looks),
      objectivePerMille: 900, coveragePerMille: 800)
  }

  init(_ criteria: HealthCriteria = SiteFixture.criteria(), requiredChecks: [String] = []) async throws {
    directory = try TemporaryDirectory()
    site = try await ReferenceSite(in: directory.url)
    target = try site.target()
    clock = LookClock()
    tools = DeploymentTools([
      DeploymentTools.Ground(
        target,
        terms: DeploymentTerms(approvers: ["ada"], requiredChecks: requiredChecks, criteria: criteria))
    ])
  }

  static func effect(_ number: Int) -> EffectID {
    EffectID(run: "run", step: number, tool: "deploy", arguments: .null)
  }

  func tool(_ name: String) -> any AgentTool {
    tools.tools.first { $0.declaration.name == name } ?? tools.tools[0]
  }

  /// The call of `deploy` that carries out what is planned for `commit` now.
  func call(_ commit: String, _ number: Int) async throws -> ToolCall {
    let plan = try await tools.plan("shop-production", revision: commit)
    return ToolCall(
      tool: "deploy",
      arguments: [
        "target": "shop-production", "commit": .string(plan.to), "plan": .string(plan.hash),
        "from": plan.from.map { .string($0) } ?? .null,
      ], effect: Self.effect(number))
  }

  @discardableResult
  func deploy(_ commit: String, _ number: Int) async throws -> ToolResult {
    try await tool("deploy").perform(call(commit, number))
  }

  func rollback(to commit: String, from: String, _ number: Int) async throws -> ToolResult {
    try await tool("rollback").perform(
      ToolCall(
        tool: "rollback",
        arguments: ["target": "shop-production", "to": .string(commit), "from": .string(from)],
        effect: Self.effect(number)))
  }

  /// The watch over what `result` follows, to its end.
  func watched(_ result: ToolResult) async throws -> HealthWatch {
    guard let subject = result.follows.first.flatMap({ DeploymentSubject($0.subject) }) else {
      throw ReferenceSiteMissing()
    }
    let watch = try tools.watch(over: subject, begun: clock.now)
    return try await watcher.run(watch) { _ in }
  }

  var watcher: HealthWatcher {
    let clock = clock
    return HealthWatcher(target, now: { clock.now }, pause: { try await clock.pause($0) })
  }
}

struct ReferenceSiteMissing: Error {}

extension SiteFixture {
  /// Looks until it is so. A thousand looks are more than any machine needs.
  func reach(_ isSo: () async throws -> Bool) async throws {
    for _ in 0..<1000 {
      if try await isSo() { return }
      try await Task.sleep(for: .milliseconds(20))
    }
    throw ReferenceSiteMissing()
  }
}

/// Begins at one instant of the machine's clock and goes on by what it is asked to wait.
final class LookClock: Sendable {
  private let time = Mutex(Instant(Date()))
  var now: Instant { time.withLock { $0 } }

  func pause(_ duration: Duration) async throws {
    time.withLock { $0 = $0 + duration }
    try await Task.sleep(for: .milliseconds(60))
  }
}
