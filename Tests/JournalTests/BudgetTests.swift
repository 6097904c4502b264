import ControlSQLite
import Effects
import Journal
import Ledger
import Testing

struct BudgetTests {
  private let bench: JournalBench
  init() throws { bench = try JournalBench() }

  private func budget(_ amount: Int64, _ scope: SpendBudget.Scope = .agent("release-captain")) -> SpendBudget
  {
    SpendBudget(scope, since: Instant(milliseconds: 0), amount: NanoDollars(amount))
  }

  @Test func `of agents that reserve at once no more get tokens than there are, used ones included`()
    async throws
  {
    let journal = bench.journal()
    let claims = try (0..<8).map { _ in try bench.begin(journal) }
    let path = bench.path
    let limit = TokenLimit(.agent("release-captain"), since: Instant(milliseconds: 0), tokens: 35)
    let got = await withTaskGroup(of: Reservation?.self) { group in
      for claim in claims {
        group.addTask { @concurrent in
          try? Opened(path).journal.reserve(.zero, tokens: 10, within: [], limits: [limit], of: claim)
        }
      }
      return await group.reduce(into: []) { found, one in if let one { found.append(one) } }
    }
    #expect(got.count == 3)
    #expect(throws: JournalError.overTokens(.agent("release-captain"), left: 5)) {
      try journal.reserve(.zero, tokens: 6, within: [], limits: [limit], of: claims[0])
    }
    // Of ten that were held one call took eleven: that is what counts then. Reasoning is part of the output.
    let claim = try bench.begin(journal)
    let own = TokenLimit(.run(claim.run), since: Instant(milliseconds: 0), tokens: 30)
    let held = try journal.reserve(.zero, tokens: 10, within: [], limits: [own], of: claim)
    let use = ModelUse(
      model: "m", counts: TokenCounts(input: 4, cacheRead: 5, output: 2, reasoning: 1), cost: .zero)
    try journal.recordAnswer(
      Answer(step: 1, model: "m", content: ["said": "x"], usage: [use]), settling: held, withholding: [],
      of: claim)
    #expect(throws: JournalError.overTokens(own.scope, left: 19)) {
      try journal.reserve(.zero, tokens: 20, within: [], limits: [own], of: claim)
    }
  }

  @Test func `of agents that reserve at once no more get money than there is`() async throws {
    let journal = bench.journal()
    let claims = try (0..<8).map { _ in try bench.begin(journal) }
    let path = bench.path
    let limit = budget(35)
    let got = await withTaskGroup(of: Bool.self) { group in
      for claim in claims {
        group.addTask { @concurrent in
          (try? Opened(path).journal.reserve(NanoDollars(10), within: [limit], of: claim)) != nil
        }
      }
      return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
    }
    #expect(got == 3)
    #expect(
      throws: JournalError.overBudget(.agent("release-captain"), left: NanoDollars(5), asked: NanoDollars(6))
    ) {
      try journal.reserve(NanoDollars(6), within: [budget(35)], of: claims[0])
    }
  }

  @Test func `what was used counts, not what was held for it; what was not needed comes back`() throws {
    let journal = bench.journal()
    let claim = try bench.begin(journal)
    let held = try journal.reserve(NanoDollars(30), within: [budget(35)], of: claim)
    try journal.recordAnswer(
      Answer(
        step: 1, model: "m", content: [:],
        usage: [ModelUse(model: "m", counts: TokenCounts(input: 1), cost: NanoDollars(8))]),
      settling: held, withholding: [], of: claim)
    let next = try journal.reserve(
      NanoDollars(27), within: [budget(35), budget(35, .run(claim.run))], of: claim)
    try journal.release(next, of: claim)
    _ = try journal.reserve(NanoDollars(27), within: [budget(35, .account(bench.owner))], of: claim)
    #expect(throws: JournalError.self) {
      try journal.reserve(NanoDollars(1), within: [budget(1000), budget(35, .everything)], of: claim)
    }
  }

  @Test func `what a call cost that has no price, or whose answer never came, counts as what was held`()
    throws
  {
    let journal = bench.journal()
    let claim = try bench.begin(journal)
    let held = try journal.reserve(NanoDollars(20), within: [budget(35)], of: claim)
    try journal.recordAnswer(
      Answer(
        step: 1, model: "m", content: [:], usage: [ModelUse(model: "m", counts: TokenCounts(), cost: nil)]),
      settling: held, withholding: [], of: claim)
    #expect(try journal.spend(.run(claim.run), since: nil).unpriced == 1)
    _ = try journal.reserve(NanoDollars(10), within: [budget(35)], of: claim)
    bench.clocks.pass(.minutes(5))
    let next = try journal.claim(claim.run, by: "new", lease: .seconds(60))
    #expect(throws: JournalError.self) { try journal.reserve(NanoDollars(6), within: [budget(35)], of: next) }
    _ = try journal.reserve(NanoDollars(5), within: [budget(35)], of: next)
  }
}
