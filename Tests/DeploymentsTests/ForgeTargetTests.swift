import Deployments
import Effects
import Foundation
import Ledger
import Testing

/// What both forges' targets promise alike.
@Suite struct ForgeTargetTests {
  @Test(arguments: ForgeKind.allCases)
  func `what is deployed is under way, then live, then what runs, and is begun once`(kind: ForgeKind)
    async throws
  {
    try await ForgeFixture.with { forge in
      let target = try forge.target(kind)
      let sha = try await forge.commit("First")
      #expect(try await target.current() == nil)
      #expect(try await target.find(SiteFixture.effect(1)) == .absent)
      #expect(try await target.begin(DeploymentOrder(1, sha)) == .running)
      #expect(try await target.find(SiteFixture.effect(1)) == .running)
      #expect(try await target.current() == nil)
      try await forge.end(kind)
      guard case .live(let since?) = try await target.find(SiteFixture.effect(1)) else {
        Issue.record("\(try await target.find(SiteFixture.effect(1)))")
        return
      }
      let runs = try await target.current()
      #expect(runs == Release(sha: sha, since: since, effect: SiteFixture.effect(1)))
      #expect(try await target.begin(DeploymentOrder(1, sha)) == .live(since: since))
      #expect(try await forge.begun(kind) == 1)
    }
  }

  @Test(arguments: ForgeKind.allCases)
  func `what fails has failed, and what ran before still runs`(kind: ForgeKind) async throws {
    try await ForgeFixture.with { forge in
      let target = try forge.target(kind)
      let (first, second) = (try await forge.commit("First"), try await forge.commit("Second"))
      _ = try await target.begin(DeploymentOrder(1, first))
      try await forge.end(kind)
      _ = try await target.begin(DeploymentOrder(2, second, from: first))
      try await forge.end(kind, well: false)
      guard case .failed = try await target.find(SiteFixture.effect(2)) else {
        Issue.record("\(try await target.find(SiteFixture.effect(2)))")
        return
      }
      #expect(try await target.current()?.sha == first)
    }
  }

  @Test(arguments: ForgeKind.allCases)
  func `a newer success supersedes, and an older commit put back is a rollback`(kind: ForgeKind) async throws
  {
    try await ForgeFixture.with { forge in
      let target = try forge.target(kind)
      let (first, second) = (try await forge.commit("First"), try await forge.commit("Second"))
      for (number, order) in [
        DeploymentOrder(1, first), DeploymentOrder(2, second, from: first),
        DeploymentOrder(3, first, from: second, isRollback: true),
      ].enumerated() {
        if number == 2 {
          #expect(try await target.find(SiteFixture.effect(1)) == .replaced(by: second, isOlder: false))
        }
        #expect(try await target.begin(order) == .running)
        try await forge.end(kind)
      }
      #expect(try await target.find(SiteFixture.effect(2)) == .replaced(by: first, isOlder: true))
      #expect(try await target.current()?.effect == SiteFixture.effect(3))
      let seen = try await forge.control("seen")
      guard case .array(let all)? = seen[kind == .gitHub ? "runs" : "pipelines"] else { return }
      let tasks = all.map { one -> String? in
        if kind == .gitHub { return one["inputs"]?["task"]?.string }
        guard case .array(let variables)? = one["variables"] else { return nil }
        return variables.first { $0["key"] == "ASSAY_TASK" }?["value"]?.string
      }
      #expect(tasks == ["deploy", "deploy", "rollback"])
    }
  }

  @Test(arguments: ForgeKind.allCases)
  func `what lies between two commits is told, the newest first`(kind: ForgeKind) async throws {
    try await ForgeFixture.with { forge in
      let target = try forge.target(kind)
      let first = try await forge.commit("First")
      let aside = try await forge.commit("Aside", ["parent": .string(first), "aside": true])
      let second = try await forge.commit("Second\n\nWith a body", [:])
      let third = try await forge.commit("Third")
      #expect(try await target.changes(from: nil, to: third) == DeploymentChanges(.first))
      #expect(try await target.changes(from: third, to: third).course == .same)
      #expect(try await target.changes(from: third, to: first) == DeploymentChanges(.backward))
      let forward = try await target.changes(from: first, to: third)
      #expect(forward.course == .forward && forward.count == 2)
      #expect(forward.commits.map(\.sha) == [third, second])
      #expect(forward.commits.map(\.subject) == ["Third", "Second"])
      #expect(forward.commits.allSatisfy { $0.at != nil })
      let diverged = try await target.changes(from: aside, to: third)
      #expect(diverged.course == .diverged && diverged.commits.map(\.sha) == [third, second])
      await #expect(throws: ToolFailure.self) {
        try await target.changes(from: String(repeating: "0", count: 40), to: third)
      }
    }
  }

  @Test(arguments: ForgeKind.allCases)
  func `of many commits the newest are listed, over several pages`(kind: ForgeKind) async throws {
    try await ForgeFixture.with { forge in
      let target = try forge.target(kind)
      let first = try await forge.commit("First")
      let last = try await forge.commit("Next", ["count": 320])
      let changes = try await target.changes(from: first, to: last)
      #expect(changes.commits.count == DeploymentChanges.most)
      #expect(changes.commits.first?.sha == last && changes.commits.first?.subject == "Next 319")
      #expect(changes.commits.last?.subject == "Next 70")
      // GitLab says of no range how many are in it.
      #expect(changes.count == (kind == .gitHub ? 320 : nil))
    }
  }

  @Test(arguments: ForgeKind.allCases)
  func `checks are read over all pages, and a commit that is not there has none to tell`(kind: ForgeKind)
    async throws
  {
    try await ForgeFixture.with { forge in
      let target = try forge.target(kind)
      let sha = try await forge.commit("First")
      for number in 0..<120 {
        let conclusion: JSON = number == 0 ? "failure" : number == 1 ? .null : "success"
        try await forge.control(
          "check",
          ["sha": .string(sha), "name": .string("check \(number)"), "conclusion": conclusion, "by": "ci"])
      }
      let checks = try await target.checks(of: sha)
      let said = checks.filter { $0.by == "ci" }
      #expect(said.count == 120)
      #expect(said.first { $0.name == "check 0" }?.state == .failed)
      #expect(said.first { $0.name == "check 1" }?.state == .running)
      #expect(said.count { $0.state == .passed } == 118)
      await #expect(throws: ToolFailure.self) {
        try await target.checks(of: String(repeating: "0", count: 40))
      }
    }
  }

  @Test(arguments: ForgeKind.allCases)
  func `branches and commits are resolved, and what is no revision is not asked for`(kind: ForgeKind)
    async throws
  {
    try await ForgeFixture.with { forge in
      let target = try forge.target(kind)
      let sha = try await forge.commit("First")
      #expect(try await target.resolve("main") == sha)
      #expect(try await target.resolve(sha) == sha)
      for revision in ["nowhere", "feature/none", "a..b", "--upload-pack=x", "a b", "", "../deployments"] {
        await #expect(throws: ToolFailure.self, "\(revision)") { try await target.resolve(revision) }
      }
      let paths = try await forge.calls().filter { $0.contains("commits/") }
      #expect(!paths.contains { $0.contains("..") || $0.contains("upload") }, "\(paths)")
    }
  }

  @Test(arguments: ForgeKind.allCases)
  func `through the hands of an agent: planned, deployed, found again, rolled back`(kind: ForgeKind)
    async throws
  {
    try await ForgeFixture.with { forge in
      let target = try forge.target(kind)
      let tools = DeploymentTools([
        DeploymentTools.Ground(target, terms: DeploymentTerms(approvers: ["ada"]))
      ])
      func tool(_ name: String) throws -> any AgentTool {
        try #require(tools.tools.first { $0.declaration.name == name })
      }
      let (first, second) = (try await forge.commit("First"), try await forge.commit("Second"))
      for (number, sha) in [(1, first), (2, second)] {
        let plan = try await tools.plan("shop-production", revision: sha)
        #expect(plan.obstacles.isEmpty)
        let call = ToolCall(
          tool: "deploy",
          arguments: ["target": "shop-production", "commit": .string(plan.to), "plan": .string(plan.hash)],
          effect: SiteFixture.effect(number))
        // The answer of the first try is lost: what became of it is found, and nothing is done twice.
        let on = kind == .gitHub ? "POST /actions/workflows/deploy.yml/dispatches" : "POST /pipeline"
        try await forge.control("fault", ["on": .string(on), "does": "lose"])
        await #expect(throws: ToolFailure.self) { try await tool("deploy").perform(call) }
        guard case .happened = try await tool("deploy").find(call) else {
          Issue.record("\(try await tool("deploy").find(call))")
          return
        }
        _ = try await tool("deploy").perform(call)
        #expect(try await forge.begun(kind) == number)
        try await forge.end(kind)
      }
      let result = try await tool("rollback").perform(
        ToolCall(
          tool: "rollback",
          arguments: ["target": "shop-production", "to": .string(first), "from": .string(second)],
          effect: SiteFixture.effect(3)))
      #expect(!result.follows.isEmpty)
      try await forge.end(kind)
      #expect(try await target.current()?.sha == first)
    }
  }
}
