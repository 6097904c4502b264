import Budgets
import Directory
import Foundation
import Ledger
import Testing

@Suite("Windows of UTC")
struct WindowTests {
  @Test(
    "Days, ISO weeks and months begin and end where the calendar says",
    arguments: [
      ("2026-11-21T09:30:00Z", Limit.Window.day, "2026-11-21T00:00:00Z", "2026-11-22T00:00:00Z"),
      ("2026-11-21T00:00:00Z", .day, "2026-11-21T00:00:00Z", "2026-11-22T00:00:00Z"),
      ("2026-11-21T23:59:59Z", .day, "2026-11-21T00:00:00Z", "2026-11-22T00:00:00Z"),
      // Clocks change in Europe in that night; UTC's do not.
      ("2026-03-29T01:30:00Z", .day, "2026-03-29T00:00:00Z", "2026-03-30T00:00:00Z"),
      ("2026-10-25T01:30:00Z", .day, "2026-10-25T00:00:00Z", "2026-10-26T00:00:00Z"),
      // Week 53 of 2026 reaches into 2027.
      ("2026-12-31T12:00:00Z", .week, "2026-12-28T00:00:00Z", "2027-01-04T00:00:00Z"),
      ("2027-01-03T23:59:59Z", .week, "2026-12-28T00:00:00Z", "2027-01-04T00:00:00Z"),
      ("2027-01-04T00:00:00Z", .week, "2027-01-04T00:00:00Z", "2027-01-11T00:00:00Z"),
      ("2026-11-22T23:59:59Z", .week, "2026-11-16T00:00:00Z", "2026-11-23T00:00:00Z"),
      ("1969-12-31T23:59:59Z", .week, "1969-12-29T00:00:00Z", "1970-01-05T00:00:00Z"),
      ("2028-02-29T12:00:00Z", .month, "2028-02-01T00:00:00Z", "2028-03-01T00:00:00Z"),
      ("2027-02-28T12:00:00Z", .month, "2027-02-01T00:00:00Z", "2027-03-01T00:00:00Z"),
      ("2000-02-29T23:59:59Z", .month, "2000-02-01T00:00:00Z", "2000-03-01T00:00:00Z"),
      ("2100-02-28T23:59:59Z", .month, "2100-02-01T00:00:00Z", "2100-03-01T00:00:00Z"),
      ("2026-12-31T23:59:59Z", .month, "2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z"),
      ("2026-04-30T23:59:59Z", .month, "2026-04-01T00:00:00Z", "2026-05-01T00:00:00Z"),
    ])
  func bounds(_ instant: String, _ window: Limit.Window, _ start: String, _ end: String) throws {
    #expect(
      window.interval(containing: try Example.at(instant)) == (try Example.at(start))..<(try Example.at(end)))
  }

  @Test("Every day of 400 years agrees with Foundation's calendar")
  func agreesWithFoundation() throws {
    var calendar = Calendar(identifier: .iso8601)
    calendar.timeZone = try #require(TimeZone(identifier: "UTC"))
    let components: [(Limit.Window, Calendar.Component)] = [
      (.day, .day), (.week, .weekOfYear), (.month, .month),
    ]
    let start = try Example.at("1801-01-01T00:00:00Z")
    for day in stride(from: 0, to: 146_097, by: 5) {
      let instant = start + .days(Int64(day)) + .seconds(Int64(day) * 7919 % 86_400)
      for (window, component) in components {
        let expected = try #require(calendar.dateInterval(of: component, for: instant.date))
        let found = try #require(window.interval(containing: instant))
        guard found == Instant(expected.start)..<Instant(expected.end) else {
          Issue.record("\(window) of \(instant.date): \(found), not \(expected)")
          return
        }
      }
    }
    #expect(Limit.Window.minute.interval(containing: start) == nil)
  }

  @Test(
    "A budget is whole again when its window ends, not a millisecond before",
    arguments: [Limit.Window.day, .week, .month])
  func rollsOver(_ window: Limit.Window) throws {
    let book = BudgetBook()
    let now = try Example.at("2028-02-29T10:00:00Z")
    let limit = Example.limit(.money(NanoDollars(10)), a: window)
    let id = try book.reserve(cost: NanoDollars(10), limits: [limit], at: now).get()
    #expect(try book.settle(id, cost: NanoDollars(10), tokens: 0).get().isWithinReservation)
    let refusal = try #require(book.reserve(cost: NanoDollars(1), limits: [limit], at: now).refusal)
    let end = now + refusal.retryAfter
    #expect(end == window.interval(containing: now)?.upperBound)
    #expect(!book.reserve(cost: NanoDollars(1), limits: [limit], at: end - .milliseconds(1)).isAdmitted)
    #expect(book.reserve(cost: NanoDollars(10), limits: [limit], at: end).isAdmitted)
  }

  @Test("A call open over midnight belongs to the day in which it was admitted")
  func overMidnight() throws {
    let book = BudgetBook()
    let limit = Example.limit(.money(NanoDollars(100)))
    let before = try Example.at("2026-11-21T23:59:59Z")
    let after = before + .seconds(2)
    let open = try book.reserve(cost: NanoDollars(100), limits: [limit], at: before).get()
    #expect(!book.reserve(cost: NanoDollars(1), limits: [limit], at: before).isAdmitted)
    let today = try book.reserve(cost: NanoDollars(100), limits: [limit], at: after).get()
    #expect(try book.settle(open, cost: NanoDollars(70), tokens: 0).get().isWithinReservation)
    var standing = book.standing(of: limit, at: before)
    #expect((standing.used, standing.reserved) == (70, 0))
    standing = book.standing(of: limit, at: after)
    #expect((standing.used, standing.reserved) == (0, 100))
    // Two days on, both days are closed; what is settled then is charged to neither of the open ones.
    let later = after + .days(2)
    #expect(book.reserve(cost: NanoDollars(1), limits: [limit], at: later).isAdmitted)
    #expect(book.reserve(cost: NanoDollars(1), limits: [limit], at: later + .days(1)).isAdmitted)
    #expect(try book.settle(today, cost: NanoDollars(100), tokens: 0).get().isWithinReservation)
    #expect(book.standing(of: limit, at: later).reserved == 1)
    #expect(book.standing(of: limit, at: later + .days(1)).used == 0)
  }

  @Test("A clock that jumps and comes back gives no second budget", arguments: [-400, -1, 1, 400])
  func clockJumps(_ days: Int64) throws {
    let book = BudgetBook()
    let now = try Example.at("2026-11-18T12:00:00Z")
    let limits = [Limit.Window.day, .week, .month].enumerated().map {
      Example.limit(.money(NanoDollars(100)), a: $1, id: Int64($0))
    }
    func use(_ cost: Int64, at instant: Instant) throws {
      let id = try book.reserve(cost: NanoDollars(cost), limits: [], at: instant).get()
      #expect(try book.settle(id, cost: NanoDollars(cost), tokens: 0).get().isWithinReservation)
    }
    try use(40, at: now - .days(1))
    try use(60, at: now)
    for _ in 0..<3 { try use(1, at: now + .days(days)) }
    #expect(book.standing(of: limits[0], at: now).used == 60)
    #expect(!book.reserve(cost: NanoDollars(41), limits: limits, at: now + .seconds(1)).isAdmitted)
    try use(5, at: now + .seconds(1))
    #expect(book.standing(of: limits[0], at: now).used == 65)
    #expect(book.standing(of: limits[2], at: now).used >= 105)
  }
}
