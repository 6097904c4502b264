import Budgets
import Directory
import Ledger
import Testing

@Suite("The budget book")
struct BookTests {
  let book = BudgetBook()
  let now: Instant
  init() throws { now = try Example.at("2026-11-21T09:30:00Z") }

  @Test("What is reserved is held, what is settled is used, and the rest is free again")
  func reserveAndSettle() throws {
    let limit = Example.limit(.money(NanoDollars(100)))
    let id = try book.reserve(cost: NanoDollars(60), limits: [limit], at: now).get()
    #expect(book.standing(of: limit, at: now).reserved == 60)
    #expect(book.standing(of: limit, at: now).left == 40)
    #expect(!book.reserve(cost: NanoDollars(41), limits: [limit], at: now).isAdmitted)
    let settlement = try book.settle(id, cost: NanoDollars(30), tokens: 0).get()
    #expect(settlement.isWithinReservation)
    let standing = book.standing(of: limit, at: now)
    #expect((standing.used, standing.reserved, standing.left) == (30, 0, 70))
    #expect(book.reserve(cost: NanoDollars(70), limits: [limit], at: now).isAdmitted)
  }

  @Test("A released call was never made: money, tokens, its request and its place are free again")
  func release() throws {
    let limits = [
      Example.limit(.money(NanoDollars(10)), id: 1), Example.limit(.tokens(10), a: .month, id: 2),
      Example.limit(.requests(1), a: .minute, id: 3), Example.limit(.concurrency(1), id: 4),
    ]
    for _ in 0..<3 {
      let id = try book.reserve(cost: NanoDollars(10), tokens: 10, limits: limits, at: now).get()
      for limit in limits {
        let shortfall = book.reserve(cost: NanoDollars(1), tokens: 1, limits: [limit], at: now).shortfall
        #expect(shortfall?.standing.limit == limit && shortfall?.standing.left == 0)
      }
      try book.release(id).get()
      for limit in limits { #expect(book.standing(of: limit, at: now).left == limit.measure.amount) }
    }
  }

  @Test("What is settled or released twice is an error, whichever came first, and changes nothing")
  func twice() throws {
    let limit = Example.limit(.money(NanoDollars(100)))
    let settled = try book.reserve(cost: NanoDollars(10), limits: [limit], at: now).get()
    #expect(try book.settle(settled, cost: NanoDollars(7), tokens: 0).get().isWithinReservation)
    let released = try book.reserve(cost: NanoDollars(10), limits: [limit], at: now).get()
    try book.release(released).get()
    // In the place of the first two, under another name.
    let open = try book.reserve(cost: NanoDollars(20), limits: [limit], at: now).get()
    for id in [settled, released] {
      #expect(throws: ReservationNotOpen.self) { try book.settle(id, cost: .zero, tokens: 0).get() }
      #expect(throws: ReservationNotOpen.self) { try book.release(id).get() }
    }
    let standing = book.standing(of: limit, at: now)
    #expect((standing.used, standing.reserved) == (7, 20))
    #expect(book.openReservations.map(\.id) == [open])
  }

  @Test("A settlement above its reservation is charged in full, said so, and closes the budget")
  func excess() throws {
    let limit = Example.limit(.money(NanoDollars(100)))
    let id = try book.reserve(cost: NanoDollars(90), tokens: 5, limits: [limit], at: now).get()
    let settlement = try book.settle(id, cost: NanoDollars(150), tokens: 8).get()
    #expect((settlement.excessCost, settlement.excessTokens) == (NanoDollars(60), 3))
    let standing = book.standing(of: limit, at: now)
    #expect((standing.used, standing.left) == (150, 0))
    #expect(!book.reserve(cost: NanoDollars(1), limits: [limit], at: now).isAdmitted)
    // What costs nothing makes it no worse.
    #expect(book.reserve(cost: .zero, limits: [limit], at: now).isAdmitted)
  }

  @Test(
    "A limit of zero refuses everything, even what is free",
    arguments: [
      Limit.Measure.money(.zero), .money(NanoDollars(-5)), .tokens(0), .requests(0), .concurrency(0),
    ])
  func zero(_ measure: Limit.Measure) {
    for window in Limit.Window.allCases {
      let answer = book.reserve(cost: .zero, limits: [Example.limit(measure, a: window)], at: now)
      #expect(answer.shortfall?.obstacle == .zero)
    }
    #expect(book.openCount == 0)
  }

  @Test("Exactly the limit passes, and one more does not", arguments: Limit.Window.allCases)
  func exact(_ window: Limit.Window) {
    let limits = [
      Example.limit(.money(NanoDollars(10)), a: window, id: 1), Example.limit(.tokens(10), a: window, id: 2),
    ]
    #expect(!book.reserve(cost: NanoDollars(11), limits: limits, at: now).isAdmitted)
    #expect(!book.reserve(tokens: 11, limits: limits, at: now).isAdmitted)
    #expect(book.reserve(cost: NanoDollars(10), tokens: 10, limits: limits, at: now).isAdmitted)
    #expect(!book.reserve(cost: NanoDollars(1), limits: limits, at: now).isAdmitted)
    #expect(!book.reserve(tokens: 1, limits: limits, at: now).isAdmitted)
  }

  @Test("Absurd amounts saturate, are given back whole, and negative ones count as zero")
  func absurd() throws {
    let limit = Example.limit(.money(NanoDollars(.max)))
    let most = NanoDollars(.max)
    let ids = try (0..<3).map { _ in try book.reserve(cost: most, tokens: .max, limits: [], at: now).get() }
    #expect(book.standing(of: limit, at: now).reserved == .max)
    #expect(book.reserve(cost: NanoDollars(1), limits: [limit], at: now).shortfall?.standing.left == 0)
    #expect(try book.settle(ids[0], cost: NanoDollars(.min), tokens: .min).get().isWithinReservation)
    for id in ids.dropFirst() { try book.release(id).get() }
    #expect(book.standing(of: limit, at: now).left == .max)
    let negative = try book.reserve(cost: NanoDollars(.min), tokens: .min, limits: [limit], at: now).get()
    #expect(book.standing(of: limit, at: now).left == .max)
    #expect(try book.settle(negative, cost: most, tokens: .max).get().excessCost == most)
    #expect(book.reserve(cost: most, limits: [limit], at: now).shortfall?.obstacle == .used)
  }

  @Test("No instant is too early or too late", arguments: [Int64.min, -1, 0, .max])
  func extremes(_ milliseconds: Int64) throws {
    let then = Instant(milliseconds: milliseconds)
    let limits = Limit.Window.allCases.map { Example.limit(.requests(2), a: $0, id: 1) }
    for _ in 0..<2 {
      let id = try book.reserve(limits: limits, at: then, fingerprint: 1).get()
      #expect(try book.settle(id, cost: .zero, tokens: 0).get().isWithinReservation)
    }
    let refusal = try #require(book.reserve(limits: limits, at: then).refusal)
    #expect(refusal.retryAfter >= .seconds(1))
    #expect(refusal.sentence(naming: Example.name).contains("2 made"))
    #expect(book.reserve(limits: limits, at: now).isAdmitted)
  }

  @Test("What has no price is refused where money is limited, and only there")
  func unpriced() throws {
    let money = Example.limit(.money(NanoDollars(10)), id: 1)
    let tokens = Example.limit(.tokens(10), id: 2)
    let elsewhere = Example.limit(.money(NanoDollars(10)), of: .team(99), id: 3)
    #expect(book.reserve(cost: nil, limits: [tokens, elsewhere], at: now).isAdmitted)
    let refusal = book.reserve(cost: nil, limits: [tokens, money], at: now).refusal
    #expect(refusal?.reason == .unpriced(money))

    let lenient = BudgetBook(policy: BudgetPolicy(unpricedModels: .allow))
    #expect(lenient.reserve(cost: nil, limits: [money], at: now).isAdmitted)
    let last = try lenient.reserve(cost: NanoDollars(10), limits: [money], at: now).get()
    #expect(lenient.reserve(cost: nil, limits: [money], at: now).shortfall?.obstacle == .underWay)
    #expect(try lenient.settle(last, cost: NanoDollars(10), tokens: 0).get().isWithinReservation)
    #expect(lenient.reserve(cost: nil, limits: [money], at: now).shortfall?.obstacle == .used)
    #expect(lenient.reserve(cost: .zero, limits: [money], at: now).isAdmitted)
  }

  @Test("Calls under way are counted across midnight, and a place is free when one ends")
  func concurrency() throws {
    let limit = Example.limit(.concurrency(2), of: .key(1))
    let before = try Example.at("2026-11-21T23:59:59Z")
    let after = before + .seconds(5)
    let ids = try [before, after].map { try book.reserve(limits: [limit], at: $0).get() }
    let refusal = try #require(book.reserve(limits: [limit], at: after).refusal)
    #expect(refusal.retryAfter == .seconds(1))
    #expect(try book.settle(ids[0], cost: NanoDollars(1), tokens: 1).get().excessTokens == 1)
    #expect(book.reserve(limits: [limit], at: after).isAdmitted)
  }

  @Test("Every scope of a call counts, the organisation's too, and no other")
  func scopes() throws {
    let scopes: [Limit.Scope] = [.organisation, .key(1), .person(2), .team(3), .project(4), .agent(5)]
    let id = try book.reserve(cost: NanoDollars(7), limits: [], at: now).get()
    for scope in scopes {
      #expect(book.standing(of: Example.limit(.money(NanoDollars(9)), of: scope), at: now).left == 2)
      #expect(
        book.reserve(
          cost: NanoDollars(3), limits: [Example.limit(.money(NanoDollars(9)), of: scope)], at: now
        ).shortfall != nil)
    }
    for scope in [Limit.Scope.key(2), .person(1), .team(1), .project(1), .agent(1)] {
      #expect(book.standing(of: Example.limit(.money(NanoDollars(9)), of: scope), at: now).left == 9)
    }
    #expect(try book.settle(id, cost: NanoDollars(7), tokens: 0).get().isWithinReservation)
  }

  @Test("Reservations past their deadline are listed until somebody closes them")
  func overdue() throws {
    let late = try book.reserve(cost: NanoDollars(3), limits: [], at: now, deadline: now + .seconds(10)).get()
    _ = try book.reserve(limits: [], at: now, deadline: now + .seconds(30)).get()
    _ = try book.reserve(limits: [], at: now).get()
    #expect(book.overdue(at: now + .seconds(10)).isEmpty)
    let found = try #require(book.overdue(at: now + .seconds(11)).first)
    #expect(found.id == late && found.cost == NanoDollars(3) && found.admitted == now)
    #expect(found.scopes == Example.scopes)
    #expect(book.overdue(at: now + .seconds(60)).count == 2)
    try book.release(late).get()
    #expect(book.overdue(at: now + .seconds(11)).isEmpty)
    #expect(book.openCount == 2)
  }

  @Test("Of 200 tasks at once exactly the 50 are admitted for whom there is room", arguments: 0..<10)
  func race(_: Int) async throws {
    let book = BudgetBook()
    let now = now
    let limits = [
      Example.limit(.money(NanoDollars(50_000)), of: .key(1), id: 1),
      Example.limit(.tokens(5_000_000), a: .minute, of: .organisation, id: 2),
    ]
    let admitted = await withTaskGroup(of: ReservationID?.self) { group in
      for _ in 0..<200 {
        group.addTask {
          try? book.reserve(cost: NanoDollars(1000), tokens: 100, limits: limits, at: now).get()
        }
      }
      return await group.reduce(into: [ReservationID]()) { all, id in if let id { all.append(id) } }
    }
    #expect(admitted.count == 50 && Set(admitted).count == 50)
    let errors = await withTaskGroup(of: Bool.self) { group in
      // Each twice: one of the two finds nothing.
      for id in admitted + admitted {
        group.addTask { (try? book.settle(id, cost: NanoDollars(400), tokens: 9).get()) == nil }
      }
      return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
    }
    #expect(errors == 50)
    let standing = book.standing(of: limits[0], at: now)
    #expect((standing.used, standing.reserved) == (20_000, 0))
    #expect(book.openCount == 0)
  }
}
