import Budgets
import Directory
import Foundation
import Ledger
import TestCorpus
import Testing

@Suite("A book that is loaded from the table of charges")
struct ReloadTests {
  /// What the ledger keeps of a call that has ended.
  struct Row {
    var scopes: ChargeScopes
    var opened: Instant
    var charged: NanoDollars
    var tokens: Int64
  }

  /// Every scope, measure and window.
  static let limits: [Limit] = {
    let scopes: [Limit.Scope] =
      [.organisation] + [0, 1].flatMap { [.key($0), .person($0), .team($0), .project($0), .agent($0)] }
    let measures: [Limit.Measure] = [
      .money(NanoDollars(.max)), .tokens(.max), .requests(.max), .concurrency(.max),
    ]
    return scopes.flatMap { scope in
      measures.flatMap { measure in
        Limit.Window.allCases.map { Limit(id: 0, scope: scope, measure: measure, window: $0) }
      }
    }
  }()

  @Test(
    "It equals the book that lived, call by call or added up per day and second",
    arguments: 0..<20 as Range<UInt64>)
  func equalsLiveBook(_ seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let live = BudgetBook()
    var table: [Row] = []
    // Over new year, and over the week that began in the old one; ends at a random instant of 40 days.
    var now = try Example.at("2026-12-10T00:00:00Z")
    let end = now + .milliseconds(Int64.random(in: 20 * 86_400_000...40 * 86_400_000, using: &random))
    var open: [(ReservationID, Row)] = []
    func settle(_ index: Int) throws {
      var (id, row) = open.remove(at: index)
      // Some use more than was reserved for them.
      row.charged = NanoDollars(.random(in: 0...1000, using: &random))
      row.tokens = .random(in: 0...1000, using: &random)
      _ = try live.settle(id, cost: row.charged, tokens: row.tokens).get()
      table.append(row)
    }
    while now < end {
      let scopes = InvariantTests.randomScopes(using: &random)
      let id = try live.reserve(cost: NanoDollars(500), tokens: 500, limits: [], at: now, scopes: scopes)
        .get()
      open.append((id, Row(scopes: scopes, opened: now, charged: .zero, tokens: 0)))
      if Int.random(in: 0..<10, using: &random) == 0, let (id, _) = open.popLast() {
        try live.release(id).get()
      }
      while open.count > 5 { try settle(Int.random(in: 0..<open.count, using: &random)) }
      // Dense at the end, so that the minute has something in it.
      let left = (end - now).wholeMilliseconds
      now = now + .milliseconds(Int64.random(in: 1...(left > 300_000 ? left / 40 : 1500), using: &random))
    }
    while !open.isEmpty { try settle(0) }

    // As the ledger would be asked: from `loadStart` on, in no particular order.
    let start = BudgetBook.loadStart(at: now)
    let rows = table.filter { $0.opened >= start }.shuffled(using: &random)
    #expect(rows.count > 50 && table.allSatisfy { $0.opened <= now })
    let single = BudgetBook()
    single.load(
      rows.map { Charge(scopes: $0.scopes, cost: $0.charged, tokens: $0.tokens, admitted: $0.opened) },
      at: now)
    struct Group: Hashable {
      var scopes: ChargeScopes
      var unit: Int64
      var number: Int64
    }
    let groups = Dictionary(grouping: rows) { row in
      let unit: Int64 = now - row.opened <= .minutes(2) ? 1000 : 86_400_000
      return Group(scopes: row.scopes, unit: unit, number: row.opened.milliseconds / unit)
    }
    let grouped = BudgetBook()
    grouped.load(
      groups.map { group, rows in
        Charge(
          scopes: group.scopes, cost: rows.reduce(.zero) { $0 + $1.charged },
          tokens: rows.reduce(0) { $0 + $1.tokens }, requests: Int64(rows.count),
          admitted: Instant(milliseconds: group.number * group.unit))
      }, at: now)
    for limit in Self.limits {
      let expected = live.standing(of: limit, at: now)
      #expect(single.standing(of: limit, at: now) == expected, "call by call: \(limit)")
      #expect(grouped.standing(of: limit, at: now) == expected, "added up: \(limit)")
    }
    #expect(live.standing(of: Self.limits[0], at: now).used > 0)
  }

  @Test("What is outside of the windows of now is passed over, whatever is given")
  func outside() throws {
    let book = BudgetBook()
    let now = try Example.at("2026-11-21T09:30:00Z")
    let scopes = ChargeScopes(key: 0)
    let opened = [
      now - .days(400), now - .days(1), now, now + .days(1), Instant(milliseconds: .min),
      .init(milliseconds: .max),
    ]
    book.load(
      opened.map { Charge(scopes: scopes, cost: NanoDollars(1), tokens: -4, requests: -1, admitted: $0) },
      at: now)
    let used = Limit.Window.allCases.map {
      book.standing(of: Example.limit(.money(NanoDollars(9)), a: $0, of: .key(0)), at: now).used
    }
    // Minute, day, week (all but Sunday's are in it), month.
    #expect(used == [1, 1, 3, 3])
  }

  @Test(
    "It asks for the month, the week that began before it, and the minute before either",
    arguments: [
      ("2026-11-21T09:30:00Z", "2026-11-01T00:00:00Z"), ("2026-12-02T00:00:00Z", "2026-11-30T00:00:00Z"),
      ("2027-01-03T00:00:00Z", "2026-12-28T00:00:00Z"), ("2027-02-01T00:00:10Z", "2027-01-31T23:59:09Z"),
    ])
  func start(_ now: String, _ start: String) throws {
    #expect(BudgetBook.loadStart(at: try Example.at(now)) == (try Example.at(start)))
  }

  @Test("Scopes that are past are forgotten, those that matter are not")
  func sweeps() throws {
    let book = BudgetBook()
    let start = try Example.at("2026-01-15T00:00:00Z")
    let limit = Example.limit(.money(NanoDollars(1000)), a: .month, of: .key(-1))
    _ = try book.reserve(limits: [], at: start, scopes: ChargeScopes(key: -2)).get()
    // A hundred thousand agents, each used for one day.
    for number in 0..<100_000 {
      let now = start + .seconds(Int64(number) * 600)
      let id = try book.reserve(limits: [], at: now, scopes: ChargeScopes(agent: Int64(number))).get()
      _ = try book.settle(id, cost: .zero, tokens: 0).get()
      if number % 1000 == 0 {
        let id = try book.reserve(
          cost: NanoDollars(1), limits: [limit], at: now, scopes: ChargeScopes(key: -1)
        ).get()
        _ = try book.settle(id, cost: NanoDollars(1), tokens: 0).get()
        #expect(book.standing(of: limit, at: now).used <= 5)
      }
    }
    #expect(book.scopesCounted < 15_000)
    // Open all the time, and so never forgotten.
    #expect(book.openCount == 1)
    #expect(book.standing(of: Example.limit(.concurrency(1), of: .key(-2)), at: start).reserved == 1)
  }
}
