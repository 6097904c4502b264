import AgentFolder
import Deployments
import Effects
import Foundation
import Gate
import Journal
import Ledger
import ModelClient
import ScriptedModel
import Synchronization
import Testing

@testable import Agents

/// What is told of deployments that a forge tells of too, and that credentials of targets are never written down.
@Suite struct ForgeFollowingTests {
  /// A model that nobody asks here.
  private static let silent = """
    rules:
      - when: {turn: 1}
        text: Done.
    """
  private let start = Instant(milliseconds: 1_760_000_000_000)
  private let sha = String(repeating: "a", count: 40)
  private let effect = EffectID(run: "r", step: 1, tool: "deploy", arguments: .null)
  private let name = DeploymentRecord.ForgeEvent(
    id: .deployment(7, of: "github.com/example/shop"), source: .github)

  /// Looks once, as the follower would at `minute`.
  private func look(
    _ place: Workplace, _ forge: Forge, minute: Int64, kept: JSON?, of effect: EffectID? = nil
  ) async throws -> OutcomeLook {
    let now = start + .minutes(minute)
    let criteria = HealthCriteria(
      interval: .minutes(1), goodToSettle: 1, badToFail: 1, window: 1, liveWithin: .minutes(5),
      holdFor: .hours(1))
    let tools = DeploymentTools([
      DeploymentTools.Ground(forge, terms: DeploymentTerms(approvers: [], criteria: criteria))
    ])
    let follower = DeploymentFollower(tools, journal: place.journal, folder: { _ in nil }, now: { now })
    let subject = DeploymentSubject(place: forge.place.name, sha: sha, effect: effect ?? self.effect)
    let outcome = Outcome(
      id: OutcomeID(rawValue: 1), run: try place.begin().id, step: 1, agent: "clerk", account: .local,
      kind: DeploymentSubject.kind, subject: subject.description, opened: start, holdFor: .hours(1),
      state: .open, changed: start)
    return await follower.look(at: outcome, kept: kept)
  }

  @Test func `nothing is told before the forge's name for it is known, and then by that name alone`()
    async throws
  {
    try await Workplace.with(Self.silent) { place in
      let forge = Forge()
      forge.says(.running, nil)
      var look = try await look(place, forge, minute: 0, kept: nil)
      #expect(look.events.isEmpty && look.next != nil)
      forge.says(.running, name)
      look = try await self.look(place, forge, minute: 1, kept: look.kept)
      #expect(look.events.map(\.id) == [name.id])
      #expect(look.events.first?.source == .github)
      // From now on the name is kept; the forge need not be asked.
      forge.says(.live(since: start + .minutes(1)), nil)
      look = try await self.look(place, forge, minute: 2, kept: look.kept)
      #expect(look.events.map(\.id) == [name.id] && look.seen?.state == .holding)
    }
  }

  @Test func `what ended before the forge had a deployment is told by our own name`() async throws {
    try await Workplace.with(Self.silent) { place in
      let forge = Forge()
      forge.says(.failed("its pipeline ended without success"), nil)
      let look = try await look(place, forge, minute: 0, kept: nil)
      #expect(look.seen?.state == .reverted && look.next == nil)
      #expect(look.events.map(\.id) == [.reported(.deployment, "shop-production/\(effect.rawValue)")])
    }
  }

  @Test func `a verdict waits for a forge that cannot be asked, and not for ever`() async throws {
    try await Workplace.with(Self.silent) { place in
      let forge = Forge()
      forge.says(.failed("it failed"), nil, isThere: false)
      var look = try await look(place, forge, minute: 0, kept: nil)
      #expect(look.seen == nil && look.events.isEmpty && look.next == start + .minutes(1))
      look = try await self.look(place, forge, minute: 60 * 24, kept: look.kept)
      #expect(look.seen == nil && look.next != nil)
      look = try await self.look(place, forge, minute: 60 * 24 + 1, kept: look.kept)
      #expect(look.seen?.state == .reverted && look.next == nil && look.events.count == 1)
      // Had it come back, its name would have been used.
      forge.says(.failed("it failed"), name)
      let back = try await self.look(place, forge, minute: 3, kept: nil)
      #expect(back.events.map(\.id) == [name.id])
    }
  }

  @Test func `what went wrong is over once the next one is well, by the forge's names for both`() async throws
  {
    try await Workplace.with(Self.silent) { place in
      let forge = Forge()
      forge.says(.live(since: start), name)
      var look = try await look(place, forge, minute: 1, kept: nil)
      forge.says(.failed("GitHub says that it failed"), name)
      look = try await self.look(place, forge, minute: 2, kept: look.kept)
      #expect(look.seen?.state == .reverted)
      let incident = try #require(look.events.first { $0.kind == .incident })
      #expect(incident.state == .open && incident.links == [EventLink(.cause, .event(name.id))])
      // Names of which half the numbers have no place among those with a sign.
      for number: Int64 in 8...15 {
        let next = DeploymentRecord.ForgeEvent(
          id: .deployment(number, of: "github.com/example/shop"), source: .github)
        forge.says(.live(since: start + .minutes(3)), next)
        let effect = EffectID(run: "r", step: Int(number), tool: "deploy", arguments: .null)
        let look = try await self.look(place, forge, minute: 3, kept: nil, of: effect)
        let resolved = look.events.filter { $0.id == incident.id && $0.state == .resolved }
        #expect(resolved.count == (number == 8 ? 1 : 0), "only the first of them put it right")
      }
    }
  }

  @Test func `the credentials of targets are among what an agent's run never writes down`() async throws {
    try await Workplace.with(Self.silent) { place in
      let folders = FileManager.default.temporaryDirectory.appending(path: "folders-\(UUID())")
      defer { try? FileManager.default.removeItem(at: folders) }
      let folder = folders.appending(path: "clerk")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try """
      ---
      description: Deploys.
      model: {name: claude-sonnet-4-5, api: messages}
      tools: [deployment_status]
      budget: {run: {money: 1.00 USD}, day: {money: 1.00 USD}}
      deployments: [shop-production]
      ---
      Say how it is.

      """.write(to: folder.appending(path: "AGENT.md"), atomically: true, encoding: .utf8)
      let model = place.model.baseURL
      let workshop = AgentWorkshop(
        roster: AgentRoster(directory: folders.path), policy: Policy(),
        bench: AgentWorkbench(
          runs: folders.appending(path: "runs").path,
          deployments: DeploymentTools([
            DeploymentTools.Ground(Forge(), terms: DeploymentTerms(approvers: []))
          ]), mail: MailRoom([], states: place.journal, now: { start }), secrets: ["a-token-of-the-forge"]),
        journal: place.journal, account: { _ in nil }, name: { _ in "Ana" },
        endpoint: { _, _ async throws(AgentProblem) in
          do throws(ModelError) {
            return try ModelEndpoint(
              .messages, base: model, credential: nil, model: "m", maxOutputTokens: 1, windowTokens: 1)
          } catch { throw AgentProblem("\(error)") }
        }, now: { start })
      let agent = try await workshop.prepare(try place.begin())
      #expect(agent.secrets == ["a-token-of-the-forge"])
      #expect(agent.tools.map(\.declaration.name) == ["deployment_status"])
    }
  }
}

/// A target that a forge tells of, and that says what it is told to.
private final class Forge: DeployTarget {
  let place = DeploymentPlace(
    name: "shop-production", repository: "https://github.com/example/shop.git", environment: "production",
    isProduction: true)
  let effectClass = EffectClass.queryable
  let isToldByForge = true

  private struct Word {
    var standing = DeploymentStanding.absent
    var event: DeploymentRecord.ForgeEvent?
    var isThere = true
  }
  private let word = Mutex(Word())

  func says(
    _ standing: DeploymentStanding, _ event: DeploymentRecord.ForgeEvent?, isThere: Bool = true
  ) {
    word.withLock { $0 = Word(standing: standing, event: event, isThere: isThere) }
  }

  func resolve(_ revision: String) async throws(ToolFailure) -> String { revision }
  func current() async throws(ToolFailure) -> Release? { nil }
  func changes(from: String?, to: String) async throws(ToolFailure) -> DeploymentChanges { .init(.first) }
  func checks(of sha: String) async throws(ToolFailure) -> [DeploymentCheck] { [] }
  func begin(_ order: DeploymentOrder) async throws(ToolFailure) -> DeploymentStanding { .running }
  func find(_ effect: EffectID) async throws(ToolFailure) -> DeploymentStanding {
    word.withLock { $0.standing }
  }
  func probe() async -> HealthSample {
    HealthSample(at: Instant(milliseconds: 0), .well(after: .zero, release: nil))
  }
  func forgeEvent(of effect: EffectID) async throws(ToolFailure) -> DeploymentRecord.ForgeEvent? {
    let word = word.withLock { $0 }
    guard word.isThere else { throw .unavailable("The forge is not there.") }
    return word.event
  }
}
