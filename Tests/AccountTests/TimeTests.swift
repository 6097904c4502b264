import Account
import Foundation
import Ledger
import Testing

@Suite("Days, weeks and windows")
struct TimeTests {
  @Test("Every day of eight centuries has the date that Foundation gives it")
  func civilDays() throws {
    var calendar = Calendar(identifier: .iso8601)
    calendar.timeZone = .gmt
    for number in stride(from: -150_000, through: 150_000, by: 37) {
      let day = CivilDay(number: number)
      let (year, month, date) = day.yearMonthDay
      #expect(CivilDay(year: year, month: month, day: date) == day)
      let parts = calendar.dateComponents(
        [.year, .month, .day, .yearForWeekOfYear, .weekOfYear],
        from: Date(timeIntervalSince1970: Double(number) * 86_400))
      // Foundation's ISO calendar is Gregorian only from 1582 on.
      guard number > -141_000 else { continue }
      #expect(parts.year == year && parts.month == month && parts.day == date, "\(number)")
      #expect(
        parts.yearForWeekOfYear == day.isoWeek.year && parts.weekOfYear == day.isoWeek.week, "\(number)")
    }
  }

  @Test(
    "A day begins when its first instant does, also where clocks change",
    arguments: [
      ("Europe/Berlin", 2026, 3, 29, "2026-03-29T00:00:00+01:00", 23),
      ("Europe/Berlin", 2026, 10, 25, "2026-10-25T00:00:00+02:00", 25),
      ("America/New_York", 2026, 11, 1, "2026-11-01T00:00:00-04:00", 25),
      ("Asia/Kathmandu", 2026, 7, 1, "2026-07-01T00:00:00+05:45", 24),
      // Clocks went from 24:00 to 01:00: the day has no midnight.
      ("America/Sao_Paulo", 2018, 11, 4, "2018-11-04T01:00:00-02:00", 23),
      // Clocks went back from 24:00 to 23:00: the day before has 25 hours, this one 24.
      ("America/Sao_Paulo", 2018, 2, 18, "2018-02-18T00:00:00-03:00", 24),
    ])
  func dayStarts(zone: String, year: Int, month: Int, day: Int, start: String, hours: Int64) throws {
    var clock = ZoneClock(try #require(TimeZone(identifier: zone)))
    let date = CivilDay(year: year, month: month, day: day)
    let first = clock.start(of: date)
    #expect(clock.iso(first) == start)
    #expect(clock.day(of: first) == date)
    #expect(clock.day(of: first - .milliseconds(1)) < date)
    #expect(clock.start(of: date.advanced(by: 1)) - first == .hours(hours))
  }

  @Test("Use late on New Year's Eve in New York is of the old year there and of the new one in UTC")
  func groupsFollowTheZone() throws {
    let cell = RollupCell(
      slot: Example.instant(2027, 1, 1, hour: 3), session: SessionID(high: 0, low: 0), model: nil,
      state: .open,
      totals: Totals(records: 1))
    let newYork = try #require(TimeZone(identifier: "America/New_York"))
    for (zone, month, week) in [(newYork, "2026-12", "2026-W53"), (.gmt, "2027-01", "2026-W53")] {
      let account = Account.build(cells: [cell], sessions: [], timeZone: zone)
      #expect(account.groups(by: .month).map(\.key) == [month])
      #expect(account.groups(by: .week).map(\.key) == [week])
    }
  }

  @Test("A limit window opens at the hour of the first use after the last one ended, for each tool")
  func windows() {
    func cell(_ tool: UInt64, _ hour: Int, _ minute: Int) -> RollupCell {
      RollupCell(
        slot: Example.instant(2026, 5, 1, hour: hour, minute: minute), session: SessionID(high: 0, low: tool),
        model: nil, state: .held, totals: Totals(records: 1))
    }
    let sessions = [
      AccountSession(id: SessionID(high: 0, low: 0), tool: .claudeCode, name: "a"),
      AccountSession(id: SessionID(high: 0, low: 1), tool: .codex, name: "b"),
    ]
    let account = Account.build(
      cells: [cell(0, 9, 45), cell(0, 13, 45), cell(0, 14, 0), cell(0, 23, 30), cell(1, 10, 15)],
      sessions: sessions, timeZone: .gmt)
    #expect(
      account.groups(by: .window).map(\.key) == [
        "claude-code/2026-05-01T09:00:00Z", "codex/2026-05-01T10:00:00Z", "claude-code/2026-05-01T14:00:00Z",
        "claude-code/2026-05-01T23:00:00Z",
      ])
    #expect(account.groups(by: .window).map(\.totals.records) == [2, 1, 1, 1])
    #expect(account.groups(by: .weeklyWindow).map(\.totals.records) == [4, 1])
  }

  @Test("A window opened before the period keeps its hours in the period")
  func windowsKnowTheTimeBefore() {
    let cells = [9, 13].map { hour in
      RollupCell(
        slot: Example.instant(2026, 5, 1, hour: hour), session: SessionID(high: 0, low: 0), model: nil,
        state: .held,
        totals: Totals(records: 1))
    }
    let period = ReportPeriod(since: Example.instant(2026, 5, 1, hour: 12))
    let account = Account.build(cells: cells, sessions: [], period: period, timeZone: .gmt)
    #expect(account.groups(by: .window).map(\.start) == [Example.instant(2026, 5, 1, hour: 9)])
    #expect(account.totals.records == 1)
  }

  @Test("Instants beyond all calendars are still placed somewhere", arguments: [Int64.min, -1, 0, Int64.max])
  func extremes(milliseconds: Int64) {
    let cell = RollupCell(
      slot: RollupCell.slot(of: Instant(milliseconds: milliseconds)), session: SessionID(high: 0, low: 0),
      model: nil, state: .held, totals: Totals(records: 1))
    let account = Account.build(cells: [cell], sessions: [], timeZone: Example.berlin)
    for grouping in Grouping.allCases {
      #expect(account.groups(by: grouping).map(\.totals.records).reduce(0, +) == 1)
    }
  }
}
