import Deployments
import Effects
import Foundation
import Ledger
import Testing

/// Deployments that are broken off, refused or in each other's way. The service need not run for it.
@Suite struct BrokenOffTests {
  private func release(_ fixture: SiteFixture) -> String? { fixture.site.currentCommit }

  @Test
  func `a hook killed midway leaves what ran, is found not to have happened, and the next try repairs it`()
    async throws
  {
    let fixture = try await SiteFixture()
    let first = try await fixture.site.commit(.well, "First")
    let second = try await fixture.site.commit(.well, "Second")
    try await fixture.deploy(first, 1)
    try fixture.site.inject("half-made")
    let call = try await fixture.call(second, 2)
    let deploy = fixture.tool("deploy")
    await #expect(throws: ToolFailure.unavailable("It was not deployed: the hook did not finish.")) {
      try await deploy.perform(call)
    }
    #expect(release(fixture) == first)
    #expect(FileManager.default.fileExists(atPath: fixture.site.path("making")))
    #expect(!FileManager.default.fileExists(atPath: fixture.site.path("releases/\(second)")))
    #expect(try await deploy.find(call) == .didNotHappen)
    _ = try await deploy.perform(call)
    #expect(release(fixture) == second)
    guard case .happened(let found) = try await deploy.find(call) else {
      Issue.record("not found")
      return
    }
    #expect(!found.follows.isEmpty)
    // What ran before is in the call, so that it can be put back all the same.
    #expect(found.undo?["to"] == .string(first))
  }

  @Test func `a hook killed after the link was changed did deploy, and is not repeated`() async throws {
    let fixture = try await SiteFixture()
    let first = try await fixture.site.commit(.well, "First")
    let second = try await fixture.site.commit(.well, "Second")
    try fixture.site.inject("after-swap")
    let call = try await fixture.call(first, 1)
    let deploy = fixture.tool("deploy")
    _ = try await deploy.perform(call)
    _ = try await deploy.perform(call)
    #expect(try fixture.begun() == 1)
    // The next one writes down what the last could not, so that it is still found later.
    try await fixture.deploy(second, 2)
    #expect(
      try await fixture.target.find(SiteFixture.effect(1)) == .replaced(by: second, isOlder: false))
  }

  @Test func `an executor killed between effect and answer finds that it happened`() async throws {
    let fixture = try await SiteFixture()
    let commit = try await fixture.site.commit(.well, "First")
    try fixture.site.inject("before-making")
    let call = try await fixture.call(commit, 1)
    let deploy = fixture.tool("deploy")
    let running = Task { try await deploy.perform(call) }
    try await fixture.reach { try await fixture.target.find(call.effect) != .absent }
    #expect(try await fixture.target.find(call.effect) == .running)
    // A second executor that takes the run over finds it under way and does nothing.
    let other = try await deploy.perform(call)
    #expect(!other.follows.isEmpty)
    try fixture.site.inject("swapped")
    try fixture.site.takeBack("before-making")
    try await fixture.reach { release(fixture) == commit }
    running.cancel()
    _ = await running.result
    guard case .happened = try await deploy.find(call) else {
      Issue.record("not found")
      return
    }
    #expect(try fixture.begun() == 1)
  }

  @Test func `a task that is cancelled ends the program it runs, and says that it cannot tell`() async throws
  {
    let fixture = try await SiteFixture()
    let commit = try await fixture.site.commit(.well, "First")
    try fixture.site.inject("before-making")
    let call = try await fixture.call(commit, 1)
    let deploy = fixture.tool("deploy")
    let running = Task { try await deploy.perform(call) }
    try await fixture.reach { try await fixture.target.find(call.effect) == .running }
    running.cancel()
    let result = await running.result
    guard case .failure(ToolFailure.uncertain) = result else {
      Issue.record("\(result)")
      return
    }
    #expect(release(fixture) == nil)
    try fixture.site.takeBack("before-making")
    try await fixture.reach { try await fixture.target.find(call.effect) != .running }
    #expect(try await deploy.find(call) == .didNotHappen)
  }

  @Test func `of two deployments at once one goes in, and the other is told`() async throws {
    let fixture = try await SiteFixture()
    let first = try await fixture.site.commit(.well, "First")
    let second = try await fixture.site.commit(.well, "Second")
    let third = try await fixture.site.commit(.well, "Third")
    try await fixture.deploy(first, 1)
    let calls = [try await fixture.call(second, 2), try await fixture.call(third, 3)]
    let deploy = fixture.tool("deploy")
    let results = await withTaskGroup(of: Result<ToolResult, any Error>.self) { group in
      for call in calls {
        group.addTask {
          do { return .success(try await deploy.perform(call)) } catch { return .failure(error) }
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(results.count { (try? $0.get()) != nil } == 1, "\(results)")
    #expect([second, third].contains(release(fixture)))
    #expect(try fixture.begun() == 2)
  }

  @Test func `a rollback of which nobody can say whether it happened is uncertain`() async throws {
    let fixture = try await SiteFixture()
    let first = try await fixture.site.commit(.well, "First")
    let second = try await fixture.site.commit(.well, "Second")
    try await fixture.deploy(first, 1)
    try await fixture.deploy(second, 2)
    try fixture.site.inject("before-making")
    let rollback = fixture.tool("rollback")
    let call = ToolCall(
      tool: "rollback",
      arguments: ["target": "shop-production", "to": .string(first), "from": .string(second)],
      effect: SiteFixture.effect(3))
    let running = Task { try await rollback.perform(call) }
    try await fixture.reach { try await fixture.target.find(call.effect) == .running }
    // The site goes away while it works.
    try fixture.site.inject("unreachable")
    try fixture.site.inject("half-made")
    try fixture.site.inject("after-swap")
    try fixture.site.takeBack("before-making")
    let result = await running.result
    guard case .failure(ToolFailure.uncertain(let why)) = result else {
      Issue.record("\(result)")
      return
    }
    #expect(why.contains("may have been deployed or not"))
    await #expect(
      throws: ToolFailure.unavailable("shop-production cannot be asked: the site cannot be reached.")
    ) {
      try await rollback.find(call)
    }
    // Back again, it says what became of it.
    try fixture.site.takeBack("unreachable")
    guard case .happened = try await rollback.find(call) else {
      Issue.record("not found")
      return
    }
    #expect(release(fixture) == first)
  }

  @Test func `a rollback that the hook does not finish leaves what runs, and says so`() async throws {
    let fixture = try await SiteFixture()
    let first = try await fixture.site.commit(.well, "First")
    let second = try await fixture.site.commit(.well, "Second")
    try await fixture.deploy(first, 1)
    try await fixture.deploy(second, 2)
    try FileManager.default.removeItem(atPath: fixture.site.path("releases/\(first)"))
    try fixture.site.inject("half-made")
    await #expect(throws: ToolFailure.unavailable("It was not deployed: the hook did not finish.")) {
      try await fixture.rollback(to: first, from: second, 3)
    }
    #expect(release(fixture) == second)
  }

  @Test func `what was not planned, is not green, or has moved since is refused`() async throws {
    let fixture = try await SiteFixture(requiredChecks: ["tests"])
    let first = try await fixture.site.commit(.well, "First")
    await #expect(
      throws: ToolFailure.refused("The check “tests” has not said anything of \(first.prefix(10)).")
    ) {
      try await fixture.deploy(first, 1)
    }
    try fixture.site.say([DeploymentCheck("tests", .failed, by: "ci")], of: first)
    await #expect(throws: ToolFailure.refused("The check “tests” is not green for \(first.prefix(10)).")) {
      try await fixture.deploy(first, 1)
    }
    try fixture.site.say([DeploymentCheck("tests", .passed, by: "ci")], of: first)
    try await fixture.deploy(first, 1)
    let second = try await fixture.site.commit(.well, "Second")
    try fixture.site.say([DeploymentCheck("tests", .passed, by: "ci")], of: second)
    let call = try await fixture.call(second, 2)
    // Said by somebody else since: not what was approved.
    try fixture.site.say([DeploymentCheck("tests", .passed, by: "somebody")], of: second)
    let deploy = fixture.tool("deploy")
    do {
      _ = try await deploy.perform(call)
      Issue.record("it was deployed")
    } catch {
      guard case .refused(let why) = error else { throw error }
      #expect(why.contains("Plan again"))
    }
    #expect(release(fixture) == first)
    await #expect(throws: ToolFailure.self) { try await fixture.rollback(to: second, from: first, 3) }
  }
}
