import Budgets
import Directory
import Foundation
import Ledger
import TestCorpus
import Testing

/// A book that keeps every call and adds up when asked: slow, and plainly right.
struct PlainBook {
  struct Call {
    var scopes: ChargeScopes
    var admitted: Instant
    var reserved: (money: Int64, tokens: Int64)
    /// `nil` while it is under way.
    var charged: (money: Int64, tokens: Int64)?
    var windows: [Limit.Window: Date]
  }

  private let calendar: Calendar
  private(set) var calls: [Int: Call] = [:]
  private var next = 0

  init() throws {
    var calendar = Calendar(identifier: .iso8601)
    calendar.timeZone = try #require(TimeZone(identifier: "UTC"))
    self.calendar = calendar
  }

  func windows(of instant: Instant) -> [Limit.Window: Date] {
    let components: [Limit.Window: Calendar.Component] = [.day: .day, .week: .weekOfYear, .month: .month]
    return components.compactMapValues { calendar.dateInterval(of: $0, for: instant.date)?.start }
  }

  func standing(of limit: Limit, at now: Instant, in windows: [Limit.Window: Date]) -> (
    used: Int64, reserved: Int64
  ) {
    let second = now.milliseconds / 1000
    return calls.values.reduce(into: (0, 0)) { sum, call in
      guard call.scopes.contains(limit.scope) else { return }
      if case .concurrency = limit.measure {
        sum.1 += call.charged == nil ? 1 : 0
        return
      }
      let counts =
        limit.window == .minute
        ? second - call.admitted.milliseconds / 1000 <= 60
        : call.windows[limit.window] == windows[limit.window]
      guard counts else { return }
      let amounts = call.charged ?? call.reserved
      let amount =
        switch limit.measure {
        case .money: amounts.money
        case .tokens: amounts.tokens
        case .requests, .concurrency: Int64(1)
        }
      if call.charged == nil { sum.1 += amount } else { sum.0 += amount }
    }
  }

  mutating func add(_ call: Call) -> Int {
    calls[next] = call
    next += 1
    return next - 1
  }

  mutating func settle(_ id: Int, charged: (money: Int64, tokens: Int64)) { calls[id]?.charged = charged }
  mutating func release(_ id: Int) { calls[id] = nil }
}

@Suite("The invariant: counter = Σ settled + Σ open reservations")
struct InvariantTests {
  static func randomLimit(_ id: Int64, using random: inout SeededGenerator) -> Limit {
    let scopes: [Limit.Scope] = [
      .organisation, .key(0), .key(1), .person(0), .team(0), .team(1), .project(0), .agent(0),
    ]
    let measure: Limit.Measure =
      switch Int.random(in: 0..<4, using: &random) {
      case 0: .money(NanoDollars(.random(in: 0...3000, using: &random)))
      case 1: .tokens(.random(in: 0...3000, using: &random))
      case 2: .requests(.random(in: 0...30, using: &random))
      default: .concurrency(.random(in: 0...8, using: &random))
      }
    return Limit(
      id: id, scope: scopes.randomElement(using: &random) ?? .organisation, measure: measure,
      window: Limit.Window.allCases.randomElement(using: &random) ?? .day)
  }

  static func randomScopes(using random: inout SeededGenerator) -> ChargeScopes {
    func id() -> Int64? { Bool.random(using: &random) ? Int64.random(in: 0...1, using: &random) : nil }
    return ChargeScopes(key: id(), person: id(), team: id(), project: id(), agent: id())
  }

  @Test(
    "Under random interleavings the book agrees with one that adds up every call, and no limit is exceeded",
    arguments: 0..<60 as Range<UInt64>, [false, true])
  func random(_ seed: UInt64, _ overruns: Bool) throws {
    var random = SeededGenerator(seed: seed &* 2 &+ (overruns ? 1 : 0))
    let book = BudgetBook(policy: BudgetPolicy(repeats: nil))
    var plain = try PlainBook()
    var limits = (0..<6).map { Self.randomLimit($0, using: &random) }
    var open: [(ReservationID, Int)] = []
    var closed: [ReservationID] = []
    var admittedCount = 0
    var now =
      try Example.at("2026-12-24T00:00:00Z")
      + .milliseconds(Int64.random(in: 0...900_000_000, using: &random))

    for _ in 0..<250 {
      let pause: Int64 =
        switch Int.random(in: 0..<20, using: &random) {
        case 0: .random(in: 0...100_000_000, using: &random)
        case 1..<4: .random(in: 0...70_000, using: &random)
        default: .random(in: 0...1500, using: &random)
        }
      now = now + .milliseconds(pause)
      let windows = plain.windows(of: now)
      switch Int.random(in: 0..<10, using: &random) {
      case 0:
        limits[Int.random(in: 0..<6, using: &random)] = Self.randomLimit(0, using: &random)
        continue
      case 1..<4 where !open.isEmpty:
        let (id, call) = open.remove(at: Int.random(in: 0..<open.count, using: &random))
        let reserved = try #require(plain.calls[call]).reserved
        let most = overruns ? 2 : 1
        let charged = (
          money: Int64.random(in: 0...(reserved.money * Int64(most)), using: &random),
          tokens: Int64.random(in: 0...(reserved.tokens * Int64(most)), using: &random)
        )
        let settlement = try book.settle(id, cost: NanoDollars(charged.money), tokens: charged.tokens).get()
        #expect(settlement.excessCost.count == max(0, charged.money - reserved.money))
        plain.settle(call, charged: charged)
        closed.append(id)
      case 4 where !open.isEmpty:
        let (id, call) = open.remove(at: Int.random(in: 0..<open.count, using: &random))
        try book.release(id).get()
        plain.release(call)
        closed.append(id)
      case 5:
        guard let id = closed.randomElement(using: &random) else { continue }
        #expect(throws: ReservationNotOpen.self) { try book.settle(id, cost: .zero, tokens: 0).get() }
      default:
        let scopes = Self.randomScopes(using: &random)
        let asked = (
          money: Int64.random(in: 0...200, using: &random), tokens: Int64.random(in: 0...200, using: &random)
        )
        let doesFit = limits.filter { scopes.contains($0.scope) }.allSatisfy { limit in
          let (used, reserved) = plain.standing(of: limit, at: now, in: windows)
          return switch limit.measure {
          case .money(let amount):
            amount > .zero && (asked.money == 0 || used + reserved + asked.money <= amount.count)
          case .tokens(let amount):
            amount > 0 && (asked.tokens == 0 || used + reserved + asked.tokens <= amount)
          case .requests(let amount), .concurrency(let amount): used + reserved + 1 <= amount
          }
        }
        let answer = book.reserve(
          cost: NanoDollars(asked.money), tokens: asked.tokens, limits: limits, at: now, scopes: scopes)
        #expect(answer.isAdmitted == doesFit)
        if case .success(let id) = answer {
          admittedCount += 1
          // Nothing that was just admitted under a limit is above it.
          for limit in limits where scopes.contains(limit.scope) && !overruns {
            let standing = book.standing(of: limit, at: now)
            let isFree =
              switch limit.measure {
              case .money: asked.money == 0
              case .tokens: asked.tokens == 0
              case .requests, .concurrency: false
              }
            #expect(isFree || standing.used + standing.reserved <= limit.measure.amount)
          }
          let call = plain.add(
            PlainBook.Call(
              scopes: scopes, admitted: now, reserved: asked, windows: windows))
          open.append((id, call))
        }
      }
      for limit in limits {
        let (used, reserved) = plain.standing(of: limit, at: now, in: windows)
        let standing = book.standing(of: limit, at: now)
        #expect((standing.used, standing.reserved) == (used, reserved), "\(limit) at \(now)")
      }
    }
    #expect(admittedCount >= 3)
    for (id, _) in open { try book.release(id).get() }
    #expect(book.openCount == 0 && book.overdue(at: now + .days(9999)).isEmpty)
    for limit in limits { #expect(book.standing(of: limit, at: now).reserved == 0) }
  }

  @Test("With limits that stay, nothing is ever above one", arguments: 0..<40 as Range<UInt64>)
  func neverAbove(_ seed: UInt64) throws {
    var random = SeededGenerator(seed: 1000 + seed)
    let book = BudgetBook(policy: BudgetPolicy(repeats: nil))
    let limits = (0..<8).map { Self.randomLimit($0, using: &random) }
    var now = try Example.at("2026-12-31T23:00:00Z")
    var open: [(id: ReservationID, cost: Int64)] = []
    for _ in 0..<600 {
      now =
        now
        + .milliseconds(Int64.random(in: 0...(Bool.random(using: &random) ? 20_000 : 200), using: &random))
      if Int.random(in: 0..<3, using: &random) > 0 {
        let cost = Int64.random(in: 1...300, using: &random)
        let answer = book.reserve(
          cost: NanoDollars(cost), tokens: cost, limits: limits, at: now,
          scopes: Self.randomScopes(using: &random))
        if case .success(let id) = answer { open.append((id, cost)) }
      } else if let (id, cost) = open.popLast() {
        let charged = Int64.random(in: 0...cost, using: &random)
        _ = try book.settle(id, cost: NanoDollars(charged), tokens: charged).get()
      }
      for limit in limits {
        let standing = book.standing(of: limit, at: now)
        #expect(standing.used + standing.reserved <= limit.measure.amount)
      }
    }

  }
}
