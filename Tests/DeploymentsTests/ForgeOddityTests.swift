import Deployments
import Effects
import Foundation
import Ledger
import Testing

/// What one forge has and the other has not: workflows that are not listed, pipelines that tags make, words of others.
@Suite struct ForgeOddityTests {
  private let effect = SiteFixture.effect(1)

  // MARK: GitHub

  @Test func `a deployment that never leaves the queue is unconfirmed in the end, and no failure`()
    async throws
  {
    try await ForgeFixture.with { forge in
      let target = try forge.target(.gitHub)
      let sha = try await forge.commit("First")
      _ = try await target.begin(DeploymentOrder(1, sha))
      try await forge.control("status", ["state": "queued"])
      let start = Instant(Date())
      var watch = HealthWatch(
        effect, sha: sha, criteria: HealthCriteria(interval: .minutes(1), liveWithin: .minutes(5)),
        begun: start)
      var now = start
      while watch.verdict == nil, now < start + .hours(1) {
        let looked = now
        await HealthWatcher(target, now: { looked }).look(&watch)
        now = now + .minutes(1)
      }
      guard case .unconfirmed = watch.verdict else {
        Issue.record("\(String(describing: watch.verdict))")
        return
      }
    }
  }

  @Test func `a workflow that is not there is refused, and the deployment is closed`() async throws {
    try await ForgeFixture.with { forge in
      let target = GitHubTarget(
        place: ForgeFixture.place(.gitHub), client: try forge.api(.gitHub),
        settings: GitHubTarget.Settings(owner: "example", name: "shop", workflow: "none.yml"),
        health: ForgeFixture.WellProbe())
      let sha = try await forge.commit("First")
      await #expect(throws: ToolFailure.self) { try await target.begin(DeploymentOrder(1, sha)) }
      guard case .failed = try await target.find(effect) else {
        Issue.record("\(try await target.find(effect))")
        return
      }
    }
  }

  @Test func `a branch that is not there is refused`() async throws {
    try await ForgeFixture.with { forge in
      let target = GitHubTarget(
        place: ForgeFixture.place(.gitHub), client: try forge.api(.gitHub),
        settings: GitHubTarget.Settings(owner: "example", name: "shop", workflow: "deploy.yml", ref: "none"),
        health: ForgeFixture.WellProbe())
      let sha = try await forge.commit("First")
      do {
        _ = try await target.begin(DeploymentOrder(1, sha))
        Issue.record("it was dispatched")
      } catch {
        guard case .refused(let why) = error as? ToolFailure else { throw error }
        #expect(why.contains("deploy.yml on none") && why.contains("assay_effect"))
      }
    }
  }

  @Test func `a run that is not listed yet is not dispatched a second time`() async throws {
    try await ForgeFixture.with { forge in
      let sha = try await forge.commit("First")
      try await forge.control("set", ["listed": false])
      try await forge.control(
        "fault", ["on": "POST /actions/workflows/deploy.yml/dispatches", "does": "lose"])
      // By the forge's clock, which began ten minutes ago, the deployment is young.
      let young = try forge.gitHub(now: { Instant(Date()) - .minutes(10) })
      await #expect(throws: ToolFailure.self) { try await young.begin(DeploymentOrder(1, sha)) }
      guard case .unknown = try await young.find(effect) else {
        Issue.record("\(try await young.find(effect))")
        return
      }
      await #expect(throws: ToolFailure.self) { try await young.begin(DeploymentOrder(1, sha)) }
      #expect(try await forge.begun(.gitHub) == 1)
      try await forge.control("set", ["listed": true])
      #expect(try await young.find(effect) == .running)
    }
  }

  @Test func `where runs do not say their deployment nothing is taken for absent`() async throws {
    try await ForgeFixture.with { forge in
      let sha = try await forge.commit("First")
      let target = try forge.target(.gitHub)
      try await forge.control("set", ["named": false])
      #expect(try await target.begin(DeploymentOrder(1, sha)) == .running)
      guard case .unknown(let why) = try await target.find(effect) else {
        Issue.record("\(try await target.find(effect))")
        return
      }
      #expect(why.contains("run-name"))
      await #expect(throws: ToolFailure.self) { try await target.begin(DeploymentOrder(1, sha)) }
      #expect(try await forge.begun(.gitHub) == 1)
      // Once the workflow posts its statuses, they are what counts.
      try await forge.control("status", ["state": "in_progress"])
      #expect(try await target.find(effect) == .running)
      try await forge.control("status", ["state": "success"])
      guard case .live = try await target.find(effect) else {
        Issue.record("\(try await target.find(effect))")
        return
      }
    }
  }

  @Test(arguments: [
    ("success", DeploymentStanding.unknown("")), ("failure", .failed("")), ("cancelled", .failed("")),
  ])
  func `a workflow that ends without a status did not deploy, or nobody knows`(
    conclusion: String, standing: DeploymentStanding
  ) async throws {
    try await ForgeFixture.with { forge in
      let target = try forge.target(.gitHub)
      _ = try await target.begin(DeploymentOrder(1, try await forge.commit("First")))
      try await forge.control("run", ["status": "in_progress"])
      #expect(try await target.find(effect) == .running)
      try await forge.control("run", ["status": "completed", "conclusion": .string(conclusion)])
      switch (try await target.find(effect), standing) {
      case (.unknown, .unknown), (.failed, .failed): break
      case (let found, _): Issue.record("\(found)")
      }
    }
  }

  @Test func `what somebody else says of a deployment is what GitHub says`() async throws {
    try await ForgeFixture.with { forge in
      let target = try forge.target(.gitHub)
      _ = try await target.begin(DeploymentOrder(1, try await forge.commit("First")))
      try await forge.end(.gitHub)
      try await forge.control("status", ["state": "failure", "by": "eve"])
      guard case .failed = try await target.find(effect) else {
        Issue.record("\(try await target.find(effect))")
        return
      }
      #expect(try await target.current() == nil)
      // Made inactive with nothing in its place: nobody says what runs.
      try await forge.control("status", ["state": "success", "by": "eve"])
      try await forge.control("status", ["state": "inactive", "by": "eve"])
      guard case .unknown = try await target.find(effect) else {
        Issue.record("\(try await target.find(effect))")
        return
      }
    }
  }

  @Test(arguments: [true, false])
  func `superseded is superseded whether GitHub makes the older one inactive or not`(isProduction: Bool)
    async throws
  {
    try await ForgeFixture.with { forge in
      let target = try forge.gitHub(isProduction: isProduction)
      let (first, second) = (try await forge.commit("First"), try await forge.commit("Second"))
      for (number, sha) in [(1, first), (2, second), (3, second)] {
        _ = try await target.begin(DeploymentOrder(number, sha))
        // The next one that is only under way replaces nothing.
        if number == 2, case .live = try await target.find(effect) {
        } else if number == 2 {
          Issue.record("\(try await target.find(effect))")
        }
        try await forge.end(.gitHub, well: number < 3)
      }
      #expect(try await target.find(effect) == .replaced(by: second, isOlder: false))
      guard case .live = try await target.find(SiteFixture.effect(2)) else {
        Issue.record("what failed after it replaces nothing: \(try await target.find(SiteFixture.effect(2)))")
        return
      }
      #expect(try await target.current()?.effect == SiteFixture.effect(2))
    }
  }

  @Test func `without a workflow the deployment alone is the order`() async throws {
    try await ForgeFixture.with { forge in
      let target = try forge.gitHub(workflow: nil)
      let sha = try await forge.commit("First")
      #expect(try await target.begin(DeploymentOrder(1, sha)) == .running)
      #expect(try await target.find(effect) == .running)
      #expect(try await forge.begun(.gitHub) == 0)
      guard case .array(let made)? = try await forge.control("seen")["deployments"] else { return }
      #expect(made.first?["payload"]?["assay_effect"]?.string == effect.rawValue)
      #expect(made.first?["sha"]?.string == sha)
      try await forge.control("status", ["state": "success"])
      #expect(try await target.current()?.sha == sha)
    }
  }

  @Test func `one of ours is found behind a hundred others, and red checks are not GitHub's to judge`()
    async throws
  {
    try await ForgeFixture.with { forge in
      let target = try forge.gitHub(workflow: nil)
      let sha = try await forge.commit("First")
      try await forge.control(
        "check", ["sha": .string(sha), "name": "tests", "conclusion": "failure", "by": "ci"])
      // The plan has the check among its obstacles; a rollback is not held up by it.
      _ = try await target.begin(DeploymentOrder(1, sha, isRollback: true))
      try await forge.control("status", ["state": "success"])
      try await forge.control("deployments", ["count": 130, "ref": .string(sha), "required_contexts": []])
      guard case .live = try await target.find(effect) else {
        Issue.record("\(try await target.find(effect))")
        return
      }
      await #expect(throws: ToolFailure.self, "none of the last thirty is said to run") {
        try await target.current()
      }
    }
  }

  // MARK: GitLab

  @Test func `a pipeline that the tag makes by itself is not taken for ours`() async throws {
    try await ForgeFixture.with { forge in
      let target = try forge.target(.gitLab)
      try await forge.control("set", ["tag_pipelines": true])
      let order = DeploymentOrder(1, try await forge.commit("First"))
      try await forge.control("fault", ["on": "POST /pipeline", "does": "cut"])
      await #expect(throws: ToolFailure.self) { try await target.begin(order) }
      #expect(try await target.find(effect) == .absent, "there is only the one that the tag made")
      #expect(try await target.begin(order) == .running)
      #expect(try await target.find(effect) == .running, "the one that the tag made has failed")
    }
  }

  @Test func `what is live is live, whatever later jobs of its pipeline do`() async throws {
    try await ForgeFixture.with { forge in
      let target = try forge.target(.gitLab)
      _ = try await target.begin(DeploymentOrder(1, try await forge.commit("First")))
      for (status, deployment) in [("running", "running"), ("running", "success"), ("failed", "success")] {
        try await forge.control(
          "pipeline", ["status": .string(status), "deployment": .string(deployment)])
        let standing = try await target.find(effect)
        if deployment == "running" {
          #expect(standing == .running)
        } else if case .live = standing {
        } else {
          Issue.record("\(status), \(deployment): \(standing)")
        }
      }
    }
  }

  @Test(arguments: ["success", "failed", "canceled", "skipped", "manual", "waiting_for_resource"])
  func `a pipeline that named no environment is unknown, failed, or not through`(status: String) async throws
  {
    try await ForgeFixture.with { forge in
      let target = try forge.target(.gitLab)
      _ = try await target.begin(DeploymentOrder(1, try await forge.commit("First")))
      try await forge.control("pipeline", ["status": .string(status)])
      switch (status, try await target.find(effect)) {
      case ("success", .unknown), ("failed", .failed), ("canceled", .failed), ("skipped", .failed),
        ("manual", .running), ("waiting_for_resource", .running):
        break
      case (_, let standing): Issue.record("\(status): \(standing)")
      }
    }
  }

  @Test func `a tag of that name on another commit is refused, and jobs of our own are no checks`()
    async throws
  {
    try await ForgeFixture.with { forge in
      let target = try forge.target(.gitLab)
      let (first, second) = (try await forge.commit("First"), try await forge.commit("Second"))
      let tag = "assay-deploy-\(effect.rawValue)"
      try await forge.control("set", ["tags": .object([tag: .string(first)])])
      await #expect(throws: ToolFailure.self) { try await target.begin(DeploymentOrder(1, second)) }
      #expect(try await forge.begun(.gitLab) == 0)
      for ref in [tag, "main"] {
        try await forge.control(
          "check",
          [
            "sha": .string(first), "name": .string("job of \(ref)"), "conclusion": "failure", "by": "ci",
            "ref": .string(ref),
          ])
      }
      #expect(try await target.checks(of: first).map(\.name) == ["job of main"])
    }
  }
}
