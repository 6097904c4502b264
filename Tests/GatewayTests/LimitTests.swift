import Budgets
import ControlSQLite
import Directory
import Foundation
import Ledger
import Testing

@testable import Gateway

/// What docs/gateway.md promises of limits, as clients meet it.
@Suite("Limits through the wire")
struct LimitTests {
  /// A limit that one call uses up, what its refusal says, and how long after ``noon`` it passes again.
  struct Allowance: Sendable, CustomTestStringConvertible {
    let measure: Limit.Measure
    let window: Limit.Window
    let words: String
    let resets: String
    let seconds: Int64

    var isFlow: Bool { window == .minute }
    var testDescription: String { words }

    static let all = [
      money(.day, "$1.00 a day", "It resets at 2026-11-19 00:00 UTC", 43_200),
      money(.week, "$1.00 a week", "It resets at 2026-11-23 00:00 UTC", 388_800),
      money(.month, "$1.00 a month", "It resets at 2026-12-01 00:00 UTC", 1_080_000),
      tokens(.minute, "1,000,000 tokens a minute", "Try again in 61 s", 61),
      tokens(.day, "1,000,000 tokens a day", "It resets at 2026-11-19 00:00 UTC", 43_200),
      tokens(.week, "1,000,000 tokens a week", "It resets at 2026-11-23 00:00 UTC", 388_800),
      tokens(.month, "1,000,000 tokens a month", "It resets at 2026-12-01 00:00 UTC", 1_080_000),
      Allowance(
        measure: .requests(1), window: .minute, words: "1 call a minute", resets: "Try again in 61 s",
        seconds: 61),
      Allowance(
        measure: .requests(1), window: .day, words: "1 call a day",
        resets: "It resets at 2026-11-19 00:00 UTC",
        seconds: 43_200),
    ]

    private static func money(_ window: Limit.Window, _ words: String, _ resets: String, _ seconds: Int64)
      -> Self
    {
      Allowance(
        measure: .money(NanoDollars(NanoDollars.perDollar)), window: window, words: words, resets: resets,
        seconds: seconds)
    }

    private static func tokens(_ window: Limit.Window, _ words: String, _ resets: String, _ seconds: Int64)
      -> Self
    {
      Allowance(measure: .tokens(1_000_000), window: window, words: words, resets: resets, seconds: seconds)
    }

    /// What the refusal says is gone, for a call by this route.
    func gone(by route: Route) -> String {
      switch measure {
      case .money: " is used, and this call could cost up to $0.00"
      case .tokens: route.path.hasSuffix("embeddings") ? "100,000,000 are used" : "100,000,001 are used"
      case .requests, .concurrency: "1 made"
      }
    }
  }

  /// A Wednesday.
  private static let noon = Instant(milliseconds: 1_795_003_200_000)

  @Test(
    "What is used up is refused, and says of which limit, how much is gone and when it passes; then it passes",
    arguments: Allowance.all.indices)
  func usedUp(_ index: Int) async throws {
    let allowance = Allowance.all[index]
    let clock = TestClock(Self.noon)
    let upstream = try await Route.provider()
    let (_, gateway) = try await GatewayUnderTest.run(
      [upstream], clock: clock.now, configure: { Route.everyDialect(&$0) }
    ) { gateway in
      var calls: [(route: Route, everybody: Everybody)] = []
      for place in 0..<5 {
        // Every limit meets every scope and every route; every scope and route meet in some limit.
        let route = Route.all[(place + index) % Route.all.count]
        let everybody = try Everybody(place, in: gateway.control, at: Self.noon)
        calls.append((route, everybody))
        let (scope, name) = everybody.scopes[place]
        try gateway.control.setLimit(allowance.measure, per: allowance.window, on: scope, at: Self.noon)
        let first = try await gateway.post(route.question, to: route.path, headers: everybody.headers)
        #expect(first.status == 200, "\(name): \(first.body)")
        #expect(first.body == route.answer)
        let second = try await gateway.post(route.question, to: route.path, headers: everybody.headers)
        let message = try route.message(
          ofRefusal: second, isFlow: allowance.isFlow, retryAfter: allowance.seconds, at: Self.noon)
        for words in ["\(name) may", allowance.words, allowance.gone(by: route), allowance.resets] {
          #expect(message.contains(words), "\(message)")
        }
      }
      #expect(upstream.requests.count == 5, "what was refused went no further")
      clock.advance(by: .seconds(allowance.seconds - 1))
      for (route, everybody) in calls {
        let got = try await gateway.post(route.question, to: route.path, headers: everybody.headers)
        #expect(got.status == 429 && got.header("retry-after") == "1")
      }
      clock.advance(by: .seconds(1))
      for (route, everybody) in calls {
        #expect(
          try await gateway.post(route.question, to: route.path, headers: everybody.headers).status == 200)
      }
    }
    #expect(try gateway.calls().count == 10)
    try await upstream.stop()
  }

  @Test("A call too many at once is refused until one has ended, whoever the limit is on", arguments: 0..<5)
  func atOnce(_ place: Int) async throws {
    let upstream = try await ScriptedUpstream { _, number in
      number == 0 ? [Exchange.streamHead, .bytes(Exchange.events[0]), .hang] : Exchange.json
    }
    _ = try await GatewayUnderTest.run(
      [upstream],
      configure: {
        $0.keys = .required
        $0.onDisconnect = .cancel
      }
    ) { gateway in
      let everybody = try Everybody(in: gateway.control)
      let (scope, name) = everybody.scopes[place]
      try gateway.control.setLimit(.concurrency(1), per: .minute, on: scope, at: Instant(Date()))
      let client = try RawClient(port: gateway.port)
      client.write(request(Exchange.streamedQuestion, headers: "x-api-key: \(everybody.secret)\r\n"))
      _ = await client.read { $0.contains("message_start") }
      let got = try await gateway.post(Exchange.question, headers: everybody.headers)
      let message = try Route.all[0].message(ofRefusal: got, isFlow: true, retryAfter: 1, at: Self.noon)
      #expect(
        message
          == "Too many calls at once: \(name) may have 1 call under way, and has 1. Try again when one has ended."
      )
      client.hangUp()
      while upstream.abandoned == 0 { try await Task.sleep(for: .milliseconds(5)) }
      // What is given back when it has ended is given back before anybody else is served on that loop, and soon on
      // others.
      var statuses: [Int] = []
      repeat {
        statuses.append(try await gateway.post(Exchange.question, headers: everybody.headers).status)
      } while statuses.last == 429 && statuses.count < 1000
      #expect(statuses.last == 200)
    }
    try await upstream.stop()
  }

  @Test("The organisation's limit holds for everybody together")
  func organisation() async throws {
    let upstream = try await Route.provider()
    _ = try await GatewayUnderTest.run([upstream], configure: { Route.everyDialect(&$0) }) { gateway in
      let (one, other) = try (Everybody(1, in: gateway.control), Everybody(2, in: gateway.control))
      try gateway.control.setLimit(.tokens(1_000_000), per: .month, on: .organisation, at: Instant(Date()))
      #expect(try await gateway.post(Exchange.question, headers: one.headers).status == 200)
      let got = try await gateway.post(Exchange.question, headers: other.headers)
      #expect(got.status == 429)
      #expect(got.body.contains("the organisation may use 1,000,000 tokens a month"), "\(got.body)")
    }
    try await upstream.stop()
  }

  @Test(
    "Of several limits the one that is hit is named; where several are, the one that waiting cures last",
    arguments: 0..<5)
  func several(_ tightest: Int) async throws {
    let clock = TestClock(Self.noon)
    let upstream = try await Route.provider()
    _ = try await GatewayUnderTest.run([upstream], clock: clock.now, configure: { Route.everyDialect(&$0) }) {
      gateway in
      let everybody = try Everybody(in: gateway.control, at: Self.noon)
      // All have room for three calls but one, which has room for two.
      for (place, (scope, _)) in everybody.scopes.enumerated() {
        try gateway.control.setLimit(
          .requests(place == tightest ? 2 : 3), per: .day, on: scope, at: Self.noon)
      }
      for _ in 0..<2 {
        #expect(try await gateway.post(Exchange.question, headers: everybody.headers).status == 200)
      }
      var got = try await gateway.post(Exchange.question, headers: everybody.headers)
      #expect(got.status == 429)
      #expect(got.body.contains("\(everybody.scopes[tightest].name) may make 2 calls a day"), "\(got.body)")
      // Now a minute's limit is in the way as well, and a month's.
      let loosest = everybody.scopes[(tightest + 1) % 5]
      try gateway.control.setLimit(.requests(1), per: .minute, on: loosest.scope, at: Self.noon)
      got = try await gateway.post(Exchange.question, headers: everybody.headers)
      #expect(
        got.body.contains("may make 2 calls a day") && got.header("retry-after") == "43200", "\(got.body)")
      try gateway.control.setLimit(.requests(2), per: .month, on: loosest.scope, at: Self.noon)
      got = try await gateway.post(Exchange.question, headers: everybody.headers)
      #expect(got.body.contains("\(loosest.name) may make 2 calls a month"), "\(got.body)")
      #expect(got.header("retry-after") == "1080000")
    }
    #expect(upstream.requests.count == 2)
    try await upstream.stop()
  }
}
