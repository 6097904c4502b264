import AsyncHTTPClient
import Deployments
import Effects
import Foundation
import Ledger
import NIOCore
import ServiceSettings
import Testing

/// Forges that are busy, broken, elsewhere or rude; and answers that never come.
@Suite struct ForgeTroubleTests {
  /// What is posted last to set a deployment going.
  private static func decisive(_ kind: ForgeKind) -> JSON {
    kind == .gitHub ? "POST /actions/workflows/deploy.yml/dispatches" : "POST /pipeline"
  }
  private static func listed(_ kind: ForgeKind) -> JSON { "GET /deployments" }

  private static func failure(_ body: () async throws -> Void) async -> ToolFailure? {
    do { try await body() } catch { return error as? ToolFailure }
    return nil
  }

  enum Kind: String, Sendable { case refused, unavailable, uncertain, none }

  private static func kind(_ failure: ToolFailure?) -> Kind {
    switch failure {
    case .refused: .refused
    case .unavailable: .unavailable
    case .uncertain: .uncertain
    case nil: .none
    }
  }

  /// A status, what it comes to when something is asked, and when something is done.
  private static let statuses: [(status: Int64, reading: Kind, doing: Kind)] = [
    (301, .refused, .refused), (307, .refused, .refused), (400, .refused, .refused),
    (401, .refused, .refused),
    (403, .refused, .refused), (404, .refused, .refused), (408, .unavailable, .uncertain),
    (409, .refused, .refused), (418, .refused, .refused), (422, .refused, .refused),
    (429, .unavailable, .unavailable), (500, .unavailable, .uncertain), (503, .unavailable, .uncertain),
  ]

  @Test(arguments: ForgeKind.allCases, statuses)
  func `every status is a failure of one kind, in our words, without the credential`(
    kind: ForgeKind, answer: (status: Int64, reading: Kind, doing: Kind)
  ) async throws {
    try await ForgeFixture.with { forge in
      let target = try forge.target(kind)
      let sha = try await forge.commit("First")
      try await forge.control(
        "fault", ["on": Self.listed(kind), "status": .integer(answer.status), "times": 3])
      let reading = await Self.failure { _ = try await target.current() }
      #expect(Self.kind(reading) == answer.reading, "\(String(describing: reading))")
      #expect(reading?.description.contains(ForgeFixture.token) == false)
      #expect(reading?.description.contains("A fault") == false)

      // That the whole deployment cannot be begun is refused for good: what was made of it is closed.
      try await forge.control(
        "fault",
        [
          "on": kind == .gitHub ? "POST /deployments" : Self.decisive(kind),
          "status": .integer(answer.status), "times": 3,
        ])
      let doing = await Self.failure { _ = try await target.begin(DeploymentOrder(1, sha)) }
      #expect(Self.kind(doing) == answer.doing, "\(String(describing: doing))")
      #expect(doing?.description.contains(ForgeFixture.token) == false)
      #expect(doing?.description.contains("A fault") == false)
    }
  }

  @Test(arguments: ForgeKind.allCases)
  func `what passes is waited out, as long as the forge says and no longer than we like`(kind: ForgeKind)
    async throws
  {
    try await ForgeFixture.with { forge in
      let target = try forge.target(kind)
      let sha = try await forge.commit("First")
      let on = Self.listed(kind)
      try await forge.control("fault", ["on": on, "status": 429, "headers": ["Retry-After": "7"]])
      try await forge.control("fault", ["on": on, "status": 502])
      #expect(try await target.current() == nil)
      #expect(forge.pauses.all == [.seconds(7), .seconds(2)])

      // GitHub's other way of saying it. What is turned away unread was not done, and is asked again.
      try await forge.control(
        "fault",
        [
          "on": Self.decisive(kind), "status": kind == .gitHub ? 403 : 429, "headers": ["Retry-After": "3"],
        ])
      #expect(try await target.begin(DeploymentOrder(1, sha)) == .running)
      #expect(try await forge.begun(kind) == 1)
      #expect(forge.pauses.all.last == .seconds(3))

      let before = forge.pauses.all.count
      try await forge.control("fault", ["on": on, "status": 429, "headers": ["Retry-After": "3600"]])
      guard case .unavailable(let why)? = await Self.failure({ _ = try await target.current() }) else {
        Issue.record("it was waited for an hour")
        return
      }
      #expect(why.contains("hour") || why.contains("1 h") || why.contains("60"), "\(why)")
      #expect(forge.pauses.all.count == before)
    }
  }

  @Test(arguments: ForgeKind.allCases, ["lose", "cut"])
  func `an answer that does not come is uncertain, and is found out`(kind: ForgeKind, fault: String)
    async throws
  {
    try await ForgeFixture.with { forge in
      let target = try forge.target(kind)
      let sha = try await forge.commit("First")
      let order = DeploymentOrder(1, sha)
      try await forge.control("fault", ["on": Self.decisive(kind), "does": .string(fault)])
      let failure = await Self.failure { _ = try await target.begin(order) }
      #expect(Self.kind(failure) == .uncertain, "\(String(describing: failure))")
      let wasDone = fault == "lose"
      #expect(try await forge.begun(kind) == (wasDone ? 1 : 0))
      #expect(try await target.find(order.effect) == (wasDone ? .running : .absent))
      // Asked once more it is done once.
      #expect(try await target.begin(order) == .running)
      #expect(try await forge.begun(kind) == 1)
    }
  }

  @Test(arguments: ["lose", "cut"])
  func `a deployment whose making was not answered is taken up, not made again`(fault: String) async throws {
    try await ForgeFixture.with { forge in
      let target = try forge.target(.gitHub)
      let order = DeploymentOrder(1, try await forge.commit("First"))
      try await forge.control("fault", ["on": "POST /deployments", "does": .string(fault)])
      #expect(Self.kind(await Self.failure { _ = try await target.begin(order) }) == .uncertain)
      #expect(try await target.find(order.effect) == .absent, "nothing was dispatched")
      #expect(try await target.begin(order) == .running)
      guard case .array(let made)? = try await forge.control("seen")["deployments"] else { return }
      #expect(made.count == 1)
    }
  }

  @Test func `a tag whose making was not answered is taken as it is`() async throws {
    try await ForgeFixture.with { forge in
      let target = try forge.target(.gitLab)
      let order = DeploymentOrder(1, try await forge.commit("First"))
      try await forge.control("fault", ["on": "POST /repository/tags", "does": "lose"])
      #expect(Self.kind(await Self.failure { _ = try await target.begin(order) }) == .unavailable)
      #expect(try await target.find(order.effect) == .absent)
      #expect(try await target.begin(order) == .running)
    }
  }

  @Test(arguments: ForgeKind.allCases)
  func `an answer that comes too late is none`(kind: ForgeKind) async throws {
    try await ForgeFixture.with { forge in
      let sha = try await forge.commit("First")
      // They would be good answers, in a minute.
      try await forge.control("set", ["silence": 60])
      let target = try forge.target(kind, patience: .seconds(2))
      try await forge.control("fault", ["on": Self.listed(kind), "does": "late", "times": 3])
      #expect(Self.kind(await Self.failure { _ = try await target.current() }) == .unavailable)
      try await forge.control("fault", ["on": Self.decisive(kind), "does": "late"])
      let patient = try forge.target(kind)
      #expect(try await patient.find(SiteFixture.effect(1)) == .absent)
      #expect(
        Self.kind(await Self.failure { _ = try await target.begin(DeploymentOrder(1, sha)) }) == .uncertain)
      #expect(try await forge.begun(kind) == 1)
      #expect(try await patient.find(SiteFixture.effect(1)) == .running)
    }
  }

  @Test(arguments: ForgeKind.allCases)
  func `a redirect is refused, and the credential goes nowhere else`(kind: ForgeKind) async throws {
    try await ForgeFixture.with { forge in
      let target = try forge.target(kind)
      let there = "http://127.0.0.1:\(forge.port)/elsewhere"
      for on in [Self.listed(kind), Self.decisive(kind)] {
        try await forge.control("fault", ["on": on, "status": 307, "headers": ["Location": .string(there)]])
      }
      #expect(Self.kind(await Self.failure { _ = try await target.current() }) == .refused)
      let order = DeploymentOrder(1, try await forge.commit("First"))
      #expect(Self.kind(await Self.failure { _ = try await target.begin(order) }) == .refused)
      #expect(try await forge.control("seen")["strangers"] == [])
    }
  }

  @Test(arguments: ForgeKind.allCases)
  func `answers that are no JSON, no list, or without end are unavailable`(kind: ForgeKind) async throws {
    try await ForgeFixture.with { forge in
      let target = try forge.target(kind)
      for fault: [String: JSON] in [
        ["text": "<html>Log in</html>"], ["text": "{\"message\": \"hello\"}"], ["bytes": .integer(17 << 20)],
      ] {
        var fault = fault
        fault["on"] = Self.listed(kind)
        fault["status"] = 200
        try await forge.control("fault", .object(fault))
        let failure = await Self.failure { _ = try await target.current() }
        #expect(Self.kind(failure) == .unavailable, "\(String(describing: failure))")
        #expect(failure?.description.contains("hello") == false)
      }
    }
  }

  @Test(arguments: ForgeKind.allCases)
  func `a wrong credential is said to be one, and is nowhere to be read`(kind: ForgeKind) async throws {
    try await ForgeFixture.with { forge in
      let target = try forge.target(kind, token: "wrong-but-secret")
      let failure = await Self.failure { _ = try await target.current() }
      #expect(failure?.description.contains("credential") == true)
      #expect(failure?.description.contains("wrong-but-secret") == false)
      for text in ["\(target)", String(reflecting: target)] {
        #expect(!text.contains("wrong-but-secret"))
      }
    }
  }

  @Test(arguments: ForgeKind.allCases)
  func `a forge that is not there is unavailable before anything was sent`(kind: ForgeKind) async throws {
    let client = HTTPClient(
      configuration: HTTPClient.Configuration(timeout: .init(connect: .milliseconds(200))))
    // Nothing listens on port 1.
    let fixture = ForgeFixture(port: 1, client: client)
    let order = DeploymentOrder(1, String(repeating: "a", count: 40))
    let failure = await Self.failure { _ = try await fixture.target(kind).begin(order) }
    #expect(Self.kind(failure) == .unavailable, "\(String(describing: failure))")
    try await client.shutdown()
  }
}
