import Budgets
import Directory
import Ledger
import TestCorpus
import Testing

@Suite("The sliding minute")
struct SlidingMinuteTests {
  let book = BudgetBook()
  let start: Instant
  init() throws { start = try Example.at("2026-11-21T23:59:30Z") }

  @Test("What was admitted in a second counts for a minute after that second, to the second")
  func toTheSecond() throws {
    let limit = Example.limit(.requests(2), a: .minute)
    #expect(book.reserve(limits: [limit], at: start + .milliseconds(400)).isAdmitted)
    #expect(book.reserve(limits: [limit], at: start + .milliseconds(7900)).isAdmitted)
    for milliseconds: Int64 in [8_000, 30_000, 60_000, 60_999] {
      let now = start + .milliseconds(milliseconds)
      let refusal = try #require(book.reserve(limits: [limit], at: now).refusal)
      #expect(now + max(.seconds(1), refusal.retryAfter) == max(start + .seconds(61), now + .seconds(1)))
    }
    #expect(book.reserve(limits: [limit], at: start + .seconds(61)).isAdmitted)
    #expect(!book.reserve(limits: [limit], at: start + .milliseconds(67_999)).isAdmitted)
    #expect(book.reserve(limits: [limit], at: start + .seconds(68)).isAdmitted)
  }

  @Test("Tokens: the worst case while the call is open, then what was used, in the second of its admission")
  func tokens() throws {
    let limit = Example.limit(.tokens(1000), a: .minute)
    let id = try book.reserve(tokens: 900, limits: [limit], at: start).get()
    let blocked = try #require(book.reserve(tokens: 200, limits: [limit], at: start + .seconds(20)).refusal)
    #expect(blocked.retryAfter == .seconds(5))
    #expect(try book.settle(id, cost: .zero, tokens: 300).get().isWithinReservation)
    #expect(book.reserve(tokens: 200, limits: [limit], at: start + .seconds(20)).isAdmitted)
    #expect(book.standing(of: limit, at: start + .seconds(20)).left == 500)
    #expect(book.standing(of: limit, at: start + .seconds(61)).left == 800)
    // Settled when its minute has gone: charged to nothing that still counts.
    let long = try book.reserve(tokens: 100, limits: [limit], at: start + .seconds(25)).get()
    #expect(try book.settle(long, cost: .zero, tokens: 100).get().isWithinReservation)
    #expect(book.standing(of: limit, at: start + .seconds(90)).left == 1000)
  }

  @Test("The wait is as long as it takes for enough to fall out, and no longer")
  func waits() throws {
    let limit = Example.limit(.tokens(100), a: .minute)
    for (second, tokens) in [(0, 10), (5, 20), (9, 70)] as [(Int64, Int64)] {
      let id = try book.reserve(tokens: tokens, limits: [limit], at: start + .seconds(second)).get()
      #expect(try book.settle(id, cost: .zero, tokens: tokens).get().isWithinReservation)
    }
    let now = start + .seconds(10)
    for (asked, freeAt) in [(1, 61), (10, 61), (11, 66), (30, 66), (31, 70), (100, 70)] as [(Int64, Int64)] {
      let refusal = try #require(book.reserve(tokens: asked, limits: [limit], at: now).refusal)
      #expect(now + refusal.retryAfter == start + .seconds(freeAt), "\(asked)")
    }
    #expect(book.reserve(tokens: 101, limits: [limit], at: now).shortfall?.obstacle == .tooLarge)
  }

  @Test(
    "No sixty seconds ever see more than the limit, however calls come", arguments: 0..<20 as Range<UInt64>)
  func never(_ seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let limit = Example.limit(.requests(25), a: .minute)
    var admitted: [Int64] = []
    var now = start
    for _ in 0..<1500 {
      now =
        now + .milliseconds(Int64.random(in: 0...(Bool.random(using: &random) ? 100 : 6000), using: &random))
      let inLastMinute = admitted.reversed().prefix { $0 > now.milliseconds - 60_000 }.count
      let inLast61 = admitted.reversed().prefix { $0 > now.milliseconds - 61_000 }.count
      if book.reserve(limits: [limit], at: now).isAdmitted {
        #expect(inLastMinute < 25)
        admitted.append(now.milliseconds)
      } else {
        // Nobody is held up for longer than the second that is not over.
        #expect(inLast61 >= 25)
      }
    }
    #expect(admitted.count > 100)
  }

  @Test("A clock set back by less than a minute forgets nothing; one that was years ahead does not block")
  func clock() throws {
    let limit = Example.limit(.requests(2), a: .minute)
    #expect(book.reserve(limits: [limit], at: start).isAdmitted)
    #expect(book.reserve(limits: [limit], at: start - .seconds(30)).isAdmitted)
    #expect(!book.reserve(limits: [limit], at: start - .seconds(30)).isAdmitted)
    #expect(book.reserve(limits: [limit], at: start + .days(900)).isAdmitted)
    #expect(book.reserve(limits: [limit], at: start + .seconds(3)).isAdmitted)
  }
}
