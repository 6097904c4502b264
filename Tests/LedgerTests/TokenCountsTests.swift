import Ledger
import Testing

@Suite("Token counts")
struct TokenCountsTests {
  private static let reports = [
    TokenCounts(), TokenCounts(input: 3, cacheWrite5m: 10), TokenCounts(cacheWrite5m: 3, cacheWrite1h: 4),
    TokenCounts(cacheWrite5m: 10, cacheWrite1h: 0), TokenCounts(cacheWrite5m: 6, cacheWrite1h: 4, output: 1),
    TokenCounts(input: 5, cacheRead: 2, cacheWrite1h: 10, output: 9, reasoning: 2),
  ]

  @Test("Two reports merge to the same in either order, and repeating one changes nothing")
  func merging() {
    for a in Self.reports {
      #expect(a.merged(with: a) == a)
      for b in Self.reports {
        let merged = a.merged(with: b)
        #expect(merged == b.merged(with: a))
        #expect(merged.merged(with: b) == merged)
        for c in Self.reports {
          #expect(merged.merged(with: c) == a.merged(with: b.merged(with: c)))
        }
      }
    }
  }

  @Test("A total without its split is not counted on top of one that has it")
  func split() {
    let whole = TokenCounts(cacheWrite5m: 10)
    let parts = TokenCounts(cacheWrite5m: 6, cacheWrite1h: 4)
    #expect(whole.merged(with: parts).cacheWrite5m == 6)
    #expect(whole.merged(with: parts).cacheWrite1h == 4)
  }
}
