import Budgets
import Directory
import Ledger
import Testing

@Suite("Limits that change while calls are open")
struct LimitChangeTests {
  let book = BudgetBook()
  let noon: Instant
  init() throws { noon = try Example.at("2026-11-21T12:00:00Z") }

  @Test(
    "A limit set at noon knows the morning's use, and that of calls still open",
    arguments: Limit.Window.allCases)
  func setAtNoon(_ window: Limit.Window) throws {
    let morning = window == .minute ? noon - .seconds(40) : noon - .hours(3)
    let ended = try book.reserve(cost: NanoDollars(30), tokens: 30, limits: [], at: morning).get()
    #expect(try book.settle(ended, cost: NanoDollars(20), tokens: 20).get().isWithinReservation)
    _ = try book.reserve(cost: NanoDollars(50), tokens: 50, limits: [], at: morning).get()
    let limits = [
      Example.limit(.money(NanoDollars(100)), a: window, id: 1),
      Example.limit(.tokens(100), a: window, id: 2),
    ]
    for limit in limits {
      let standing = book.standing(of: limit, at: noon)
      #expect((standing.used, standing.reserved, standing.left) == (20, 50, 30))
    }
    #expect(!book.reserve(cost: NanoDollars(31), limits: limits, at: noon).isAdmitted)
    #expect(!book.reserve(tokens: 31, limits: limits, at: noon).isAdmitted)
    #expect(book.reserve(cost: NanoDollars(30), tokens: 30, limits: limits, at: noon).isAdmitted)
  }

  @Test(
    "A limit that is lowered below what is used refuses at once, and one that is raised or gone admits at once"
  )
  func lowerAndRaise() throws {
    let open = try book.reserve(
      cost: NanoDollars(80), limits: [Example.limit(.money(NanoDollars(100)))], at: noon
    ).get()
    let lowered = Example.limit(.money(NanoDollars(50)))
    #expect(book.reserve(cost: NanoDollars(1), limits: [lowered], at: noon).shortfall?.obstacle == .underWay)
    #expect(book.standing(of: lowered, at: noon).left == 0)
    #expect(
      book.reserve(cost: NanoDollars(120), limits: [Example.limit(.money(NanoDollars(200)))], at: noon)
        .isAdmitted)
    #expect(book.reserve(cost: NanoDollars(1_000_000), limits: [], at: noon).isAdmitted)
    // The reservation made under the old limit settles as it would have.
    #expect(try book.settle(open, cost: NanoDollars(80), tokens: 0).get().isWithinReservation)
    #expect(book.standing(of: lowered, at: noon).used == 80)
  }

  @Test("Of several limits in the way the one that is so longest is named")
  func longest() throws {
    let id = try book.reserve(cost: NanoDollars(100), limits: [], at: noon).get()
    #expect(try book.settle(id, cost: NanoDollars(100), tokens: 0).get().isWithinReservation)
    let limits = [
      Example.limit(.concurrency(1), id: 1), Example.limit(.money(NanoDollars(100)), a: .minute, id: 2),
      Example.limit(.money(NanoDollars(100)), a: .day, id: 3),
      Example.limit(.money(NanoDollars(100)), a: .month, id: 4),
      Example.limit(.money(NanoDollars(100)), a: .week, id: 5),
    ]
    // The month ends on Tuesday the first, the week on Monday the 23rd.
    for order in [limits, limits.reversed()] {
      let shortfall = book.reserve(cost: NanoDollars(1), limits: order, at: noon).shortfall
      #expect(shortfall?.standing.limit.id == 4)
      #expect(shortfall?.standing.resets == (try Example.at("2026-12-01T00:00:00Z")))
    }
    // What no waiting helps is named before what time heals.
    let small = Example.limit(.tokens(5), a: .minute, id: 6)
    let shortfall = book.reserve(cost: NanoDollars(1), tokens: 6, limits: limits + [small], at: noon)
      .shortfall
    #expect(shortfall?.standing.limit.id == 6 && shortfall?.obstacle == .tooLarge && shortfall?.fits == nil)
  }

  @Test(
    "The first refusal by a used-up budget in its window is news; the next is not, until the limit is another"
  )
  func news() throws {
    let id = try book.reserve(cost: NanoDollars(100), limits: [], at: noon).get()
    let limit = Example.limit(.money(NanoDollars(100)))
    // Held by a call under way: may still come free.
    #expect(book.reserve(cost: NanoDollars(1), limits: [limit], at: noon).refusal?.isNews == false)
    #expect(try book.settle(id, cost: NanoDollars(100), tokens: 0).get().isWithinReservation)
    #expect(book.reserve(cost: NanoDollars(1), limits: [limit], at: noon).refusal?.isNews == true)
    #expect(book.reserve(cost: NanoDollars(1), limits: [limit], at: noon).refusal?.isNews == false)
    let lowered = Example.limit(.money(NanoDollars(90)))
    #expect(book.reserve(cost: NanoDollars(1), limits: [lowered], at: noon).refusal?.isNews == true)
    let tomorrow = noon + .days(1)
    let next = try book.reserve(cost: NanoDollars(90), limits: [lowered], at: tomorrow).get()
    #expect(try book.settle(next, cost: NanoDollars(90), tokens: 0).get().isWithinReservation)
    #expect(book.reserve(cost: NanoDollars(1), limits: [lowered], at: tomorrow).refusal?.isNews == true)
  }
}
