import Budgets
import ControlSQLite
import Directory
import Foundation
import Ledger
import NIOHTTP1
import TestCorpus
import Testing

@testable import Gateway

@Suite("Keys and budgets")
struct BudgetTests {
  /// A person with a key, and what limits she is under.
  private struct Holder {
    let secret: String
    let key: VirtualKey
    let person: Person
    var headers: [(String, String)] { [("x-api-key", secret)] }
  }

  private func holder(
    in control: ControlStore, models: [String] = [], allowsSubscription: Bool = false
  ) throws -> Holder {
    let now = Instant(Date())
    let person = try control.addPerson(name: "Ada", mail: "ada@example.org", at: now)
    let (key, secret) = try control.createKey(
      KeyRequest(
        name: "laptop", holder: .person(person.id), models: models.map { ModelPattern($0) },
        allowsSubscription: allowsSubscription), at: now)
    return Holder(secret: secret.revealed, key: key, person: person)
  }

  @Test("T15: of 200 calls at once against a budget for 50, 50 pass")
  func crowd() async throws {
    let upstream = try await ScriptedUpstream { _, _ in [.pause(milliseconds: 30)] + Exchange.json }
    let (statuses, gateway) = try await GatewayUnderTest.run([upstream], configure: { $0.keys = .required }) {
      gateway in
      let ada = try holder(in: gateway.control)
      try gateway.control.setLimit(.requests(50), per: .day, on: .person(ada.person.id), at: Instant(Date()))
      let headers = ada.headers
      return try await withThrowingTaskGroup(of: Int.self) { tasks in
        for _ in 0..<200 {
          tasks.addTask { try await gateway.post(Exchange.question, headers: headers).status }
        }
        return try await tasks.reduce(into: [Int: Int]()) { $0[$1, default: 0] += 1 }
      }
    }
    #expect(statuses == [200: 50, 429: 150])
    #expect(upstream.requests.count == 50)
    #expect(try gateway.calls().count == 50)
    try await upstream.stop()
  }

  @Test("A refused call says which limit, how much is left and when it resets, so that clients stop")
  func refusal() async throws {
    let upstream = try await ScriptedUpstream { _, _ in Exchange.json }
    let (got, gateway) = try await GatewayUnderTest.run([upstream], configure: { $0.keys = .required }) {
      gateway in
      let ada = try holder(in: gateway.control)
      try gateway.control.setLimit(
        .money(NanoDollars(2_000_000)), per: .day, on: .key(ada.key.id), at: Instant(Date()))
      var answers: [GatewayUnderTest.Answer] = []
      for _ in 0..<3 { answers.append(try await gateway.post(Exchange.question, headers: ada.headers)) }
      return answers
    }
    // Each reserves more than 1,500 micro-dollars for 100 tokens of output, and comes to 1,245.
    #expect(got.map(\.status) == [200, 429, 429])
    #expect(got[1].header("x-should-retry") == "false")
    #expect(got[1].header("retry-after") != nil)
    #expect(got[1].body.contains("rate_limit_error") || got[1].body.contains("billing_error"))
    #expect(got[1].body.contains("key laptop may spend $0.002"), "\(got[1].body)")
    #expect(got[1].body.contains("resets at"))
    let notices = try gateway.control.notices()
    #expect(notices.count == 1)
    #expect(notices.first?.kind == .limit)
    try await upstream.stop()
  }

  @Test("T16: after a restart the counters are what the ledger says, not more and not less")
  func restart() async throws {
    let upstream = try await ScriptedUpstream { _, _ in Exchange.json }
    let directory = try TemporaryDirectory()
    let secret = try await GatewayUnderTest.run([upstream], in: directory, configure: { $0.keys = .required })
    {
      gateway in
      let ada = try holder(in: gateway.control)
      try gateway.control.setLimit(.requests(5), per: .month, on: .organisation, at: Instant(Date()))
      for _ in 0..<3 {
        #expect(try await gateway.post(Exchange.question, headers: ada.headers).status == 200)
      }
      return ada.secret
    }.0
    for passing in [1, 1, 0] {
      _ = try await GatewayUnderTest.run([upstream], in: directory, configure: { $0.keys = .required }) {
        gateway in
        let got = try await gateway.post(Exchange.question, headers: [("authorization", "Bearer \(secret)")])
        #expect(got.status == (passing == 1 ? 200 : 429))
      }
    }
    try await upstream.stop()
  }

  @Test("T17: what was reserved for a call that failed, or that nobody waited for, is given back")
  func givenBack() async throws {
    let upstream = try await ScriptedUpstream { _, number in
      number < 4 ? Exchange.answer("{}", status: 500 + number) : Exchange.json
    }
    let ((), gateway) = try await GatewayUnderTest.run(
      [upstream],
      configure: {
        $0.keys = .required
        $0.bounds.attempts = 1
      }
    ) { gateway in
      let ada = try holder(in: gateway.control)
      // Room for one reservation at a time.
      try gateway.control.setLimit(
        .money(NanoDollars(3_200_000)), per: .day, on: .person(ada.person.id), at: Instant(Date()))
      for expected in [500, 501, 502, 503, 200] {
        #expect(try await gateway.post(Exchange.question, headers: ada.headers).status == expected)
      }
    }
    #expect(try gateway.calls().map(\.charged.count) == [0, 0, 0, 0, 1_245_000])
    try await upstream.stop()
  }

  @Test(
    "What may have been billed and is not known counts as all that was reserved: leaving early buys nothing")
  func leavingEarly() async throws {
    let upstream = try await ScriptedUpstream { _, _ in [.hang] }
    let ((), gateway) = try await GatewayUnderTest.run(
      [upstream],
      configure: {
        $0.keys = .required
        $0.onDisconnect = .cancel
      }
    ) { gateway in
      let ada = try holder(in: gateway.control)
      try gateway.control.setLimit(
        .money(NanoDollars(4_000_000)), per: .day, on: .person(ada.person.id), at: Instant(Date()))
      for passes in [true, true, false] {
        let before = upstream.requests.count
        let client = try RawClient(port: gateway.port)
        client.write(request(Exchange.question, headers: "x-api-key: \(ada.secret)\r\n"))
        if passes {
          while upstream.requests.count == before { try await Task.sleep(for: .milliseconds(5)) }
        } else {
          #expect(await client.read { $0.contains("}}") }.hasPrefix("HTTP/1.1 429"))
        }
        client.hangUp()
        while upstream.abandoned < upstream.requests.count { try await Task.sleep(for: .milliseconds(5)) }
      }
    }
    let calls = try gateway.calls()
    #expect(calls.map(\.ending) == [.clientLeft, .clientLeft])
    #expect(calls.allSatisfy { $0.charged == $0.reserved && $0.usageSource == .unknown })
    try await upstream.stop()
  }

  @Test("A revoked key stops at the next call, an expired or unknown one at once; nobody without one gets in")
  func keys() async throws {
    let upstream = try await ScriptedUpstream { _, _ in Exchange.json }
    _ = try await GatewayUnderTest.run([upstream], configure: { $0.keys = .required }) { gateway in
      let ada = try holder(in: gateway.control)
      #expect(try await gateway.post(Exchange.question, headers: ada.headers).status == 200)
      // As another process does it.
      let other = try ControlStore(path: gateway.directory.path("control.sqlite"))
      try other.revokeKey(ada.key.id, at: Instant(Date()))
      let got = try await gateway.post(Exchange.question, headers: ada.headers)
      #expect(got.status == 401)
      #expect(got.body.contains("revoked"))
      for headers in [
        [], [("x-api-key", "sk-ant-own")], [("x-api-key", KeySecret().revealed)], [("x-api-key", "asy_x")],
      ] {
        #expect(try await gateway.post(Exchange.question, headers: headers).status == 401)
      }
    }
    #expect(upstream.requests.count == 1)
    try await upstream.stop()
  }

  @Test("A key is for its models, and a subscription's sign-in needs a key that allows it")
  func scopes() async throws {
    let upstream = try await ScriptedUpstream { _, _ in Exchange.json }
    let (_, gateway) = try await GatewayUnderTest.run([upstream], configure: { $0.keys = .required }) {
      gateway in
      let ada = try holder(in: gateway.control, models: ["claude-haiku-*"])
      let got = try await gateway.post(Exchange.question, headers: ada.headers)
      #expect(got.status == 403)
      #expect(got.body.contains("claude-haiku-*"))
      let signedIn = [("authorization", "Bearer sk-ant-oat01-secret"), ("x-assay-key", ada.secret)]
      #expect(try await gateway.post(Exchange.question, headers: signedIn).status == 403)
      let (_, secret) = try gateway.control.createKey(
        KeyRequest(name: "home", holder: .person(ada.person.id), allowsSubscription: true),
        at: Instant(Date()))
      let allowed = [("authorization", "Bearer sk-ant-oat01-secret"), ("x-assay-key", secret.revealed)]
      #expect(try await gateway.post(Exchange.question, headers: allowed).status == 200)
    }
    // The sign-in went on untouched, and nothing of ours with it.
    let request = try #require(upstream.requests.first)
    #expect(request.head.headers["authorization"] == ["Bearer sk-ant-oat01-secret"])
    #expect(request.head.headers["x-api-key"].isEmpty && request.head.headers["x-assay-key"].isEmpty)
    let call = try #require(try gateway.calls().first)
    #expect(call.isSubscription && call.charged == .zero && call.chargedTokens == 2132)
    try await upstream.stop()
  }

  @Test("The same request again and again is stopped, and the owner is told once")
  func loop() async throws {
    let upstream = try await ScriptedUpstream { _, _ in Exchange.json }
    let (statuses, gateway) = try await GatewayUnderTest.run(
      [upstream],
      configure: {
        $0.keys = .required
        $0.repeats = RepeatPolicy(limit: 5)
      }
    ) { gateway in
      let ada = try holder(in: gateway.control)
      var statuses: [Int] = []
      for _ in 0..<8 {
        statuses.append(try await gateway.post(Exchange.question, headers: ada.headers).status)
      }
      #expect(try await gateway.post(Exchange.streamedQuestion, headers: ada.headers).status == 200)
      return statuses
    }
    #expect(statuses == [200, 200, 200, 200, 200, 429, 429, 429])
    #expect(try gateway.control.notices().map(\.kind) == [.breaker])
    try await upstream.stop()
  }

  @Test("T20: a model without a price is in the ledger with its tokens, and refused under a limit of money")
  func unpriced() async throws {
    let answer = Exchange.answer.replacing("claude-sonnet-4-5", with: "mystery-9")
    let question = Exchange.question.replacing("claude-sonnet-4-5", with: "mystery-9")
    let upstream = try await ScriptedUpstream { _, _ in Exchange.answer(answer) }
    let (_, gateway) = try await GatewayUnderTest.run(
      [upstream],
      configure: {
        $0.keys = .required
        $0.unpricedModels = .refuse
      }
    ) { gateway in
      let ada = try holder(in: gateway.control)
      #expect(try await gateway.post(question, headers: ada.headers).status == 200)
      try gateway.control.setLimit(
        .money(NanoDollars(1_000_000_000_000)), per: .month, on: .organisation, at: Instant(Date()))
      let got = try await gateway.post(question, headers: ada.headers)
      #expect(got.status == 429)
      #expect(got.body.contains("No price is known"))
    }
    let call = try #require(try gateway.calls().first)
    #expect(call.charged == .zero && call.usage.first?.counts.cacheRead == 2000 && call.model == "mystery-9")
    try await upstream.stop()
  }
}
