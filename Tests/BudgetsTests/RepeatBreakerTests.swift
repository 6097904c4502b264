import Budgets
import Directory
import Ledger
import TestCorpus
import Testing

@Suite("The repeat breaker")
struct RepeatBreakerTests {
  let book = BudgetBook()
  let start: Instant
  init() throws { start = try Example.at("2026-11-21T09:30:00Z") }

  private func ask(
    _ fingerprint: UInt64? = 7, key: Int64? = 1, at instant: Instant, of book: BudgetBook? = nil
  ) -> Refusal? {
    (book ?? self.book).reserve(
      limits: [], at: instant, scopes: ChargeScopes(key: key, person: 2), fingerprint: fingerprint
    ).refusal
  }

  private func isRepetition(_ refusal: Refusal?) -> Bool {
    if case .repeated? = refusal?.reason { true } else { false }
  }

  @Test("Thirty times in five minutes pass, the next is stopped; another key or request is not")
  func stops() throws {
    for second in 0..<30 { #expect(ask(at: start + .seconds(Int64(second))) == nil) }
    let refusal = try #require(ask(at: start + .seconds(30)))
    guard case .repeated(let repetition) = refusal.reason else { throw refusal }
    #expect(repetition.times == 31 && repetition.scope == .key(1))
    #expect(start + .seconds(30) + refusal.retryAfter == repetition.passes)
    #expect(ask(key: 2, at: start + .seconds(30)) == nil)
    #expect(ask(8, at: start + .seconds(30)) == nil)
    #expect(ask(nil, at: start + .seconds(30)) == nil)
    // Without a key it is the person's.
    #expect(ask(key: nil, at: start + .seconds(30)) == nil)
    // The refused call holds nothing.
    #expect(book.openCount == 34)
  }

  @Test("The same request at any pace below the limit is never stopped")
  func slow() {
    for call in 0..<2000 { #expect(ask(at: start + .milliseconds(Int64(call) * 10_100)) == nil) }
  }

  @Test("A loop that goes on stays stopped, and is news once")
  func goesOn() {
    var news = 0
    var passed = 0
    for second in 0..<3600 {
      guard let refusal = ask(at: start + .seconds(Int64(second))) else {
        passed += 1
        continue
      }
      news += refusal.isNews ? 1 : 0
    }
    #expect(passed == 30 && news == 1)
  }

  @Test("It passes again when it says so, if it is not made before, and the next episode is news again")
  func closes() throws {
    for round in 0..<3 {
      let start = start + .hours(Int64(round))
      for second in 0..<30 { #expect(ask(at: start + .seconds(Int64(second) * 5)) == nil) }
      let refusal = try #require(ask(at: start + .seconds(150)))
      #expect(isRepetition(refusal) && refusal.isNews)
      let passes = start + .seconds(150) + refusal.retryAfter
      #expect(passes <= start + .seconds(150) + .minutes(5))
      let other = BudgetBook()
      for second in 0..<30 { #expect(ask(at: start + .seconds(Int64(second) * 5), of: other) == nil) }
      #expect(ask(at: start + .seconds(150), of: other) != nil)
      #expect(ask(at: passes - .milliseconds(1), of: other) != nil)
      #expect(ask(at: passes) == nil)
      #expect(ask(at: passes + .milliseconds(1)) == nil)
    }
  }

  @Test("One that is refused by a limit is not counted as made")
  func limitsFirst() {
    let limit = Example.limit(.requests(1), of: .key(1))
    #expect(book.reserve(limits: [limit], at: start, fingerprint: 7).isAdmitted)
    for _ in 0..<100 {
      #expect(!isRepetition(book.reserve(limits: [limit], at: start, fingerprint: 7).refusal))
    }
    #expect(ask(at: start) == nil)
  }

  @Test(
    "A loop is found among many thousands of other requests, and none of those is stopped",
    arguments: 0..<4 as Range<UInt64>)
  func flood(_ seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    // Sixty times as many requests as are remembered; the loop comes round every hundred.
    let book = BudgetBook(policy: BudgetPolicy(repeats: RepeatPolicy(remembered: 512)))
    var passed = 0
    for call in 0..<30_000 {
      let now = start + .milliseconds(Int64(call))
      // Every third is poor: a counter, instead of a hash.
      let other = call % 3 == 0 ? UInt64(call) + 1000 : random.next() | 1 << 63
      #expect(ask(other, at: now, of: book) == nil)
      if call % 100 == 0, ask(at: now, of: book) == nil { passed += 1 }
    }
    #expect(passed == 30)
  }

  @Test("Clocks that jump neither crash it nor stop what is not repeated")
  func clock() {
    for jump: Int64 in [.min, -1, 0, .max, -86_400_000, 5] {
      for _ in 0..<5 { #expect(ask(at: Instant(milliseconds: jump)) == nil) }
    }
    let policy = RepeatPolicy(limit: -3, period: .seconds(-1), remembered: -1)
    #expect(policy.limit == 1 && policy.remembered == 64)
    let strict = BudgetBook(policy: BudgetPolicy(repeats: policy))
    #expect(ask(at: start, of: strict) == nil)
    #expect(isRepetition(ask(at: start, of: strict)))
    let off = BudgetBook(policy: BudgetPolicy(repeats: nil))
    for _ in 0..<1000 { #expect(ask(at: start, of: off) == nil) }
  }
}
