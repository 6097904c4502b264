import Budgets
import Directory
import Ledger
import Testing

@Suite("The budget book")
struct BookTests {
  @Test("What is reserved is held, and what is settled is used")
  func reserveAndSettle() throws {
    let book = BudgetBook()
    let now = Instant(milliseconds: 1_795_000_000_000)
    let limit = Limit(id: 1, scope: .team(7), measure: .money(NanoDollars(100)), window: .day)
    let demand = Demand(
      scopes: ChargeScopes(key: 1, team: 7), limits: [limit], cost: NanoDollars(60), tokens: 10, at: now)
    let id = try book.reserve(demand).get()
    #expect(book.standing(of: limit, at: now).reserved == 60)
    #expect(throws: Refusal.self) { try book.reserve(demand).get() }
    #expect(try book.settle(id, cost: NanoDollars(30), tokens: 5).get().isWithinReservation)
    #expect(book.standing(of: limit, at: now).used == 30)
    #expect(throws: ReservationNotOpen.self) { try book.settle(id, cost: .zero, tokens: 0).get() }
  }
}
