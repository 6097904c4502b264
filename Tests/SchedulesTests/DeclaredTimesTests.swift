import Foundation
import Judgement
import Ledger
import Schedules
import Testing

@Suite("Schedules as judgement is told of them")
struct DeclaredTimesTests {
  private static let zone = "Europe/Vienna"

  private func declared(_ schedule: Schedule) throws -> [DeclaredSchedule] {
    try schedule.declared.map {
      DeclaredSchedule(
        name: "an agent", times: try CronTimes($0.cron), zone: $0.zone, toleranceSeconds: $0.toleranceSeconds)
    }
  }

  private func covers(_ declared: [DeclaredSchedule], _ instant: Instant) -> Bool {
    declared.contains { $0.covers(instant, of: .local) }
  }

  @Test(arguments: [
    "0 9 * * mon-fri", "30 2 * * *", "*/10 2 * * *", "*/20 * * * *", "0 0 */2 * mon", "15 6 1,15 jan-jun fri",
    "@monthly", "every 90m", "every 15m", "every 8h", "at 2026-06-01T10:20:30Z",
  ])
  func `Every occurrence is covered, punctual or late within its grace`(text: String) throws {
    let schedule = try Schedule(text, zone: Self.zone)
    let declared = try declared(schedule)
    let occurrences = Occurrences(schedule)
    let zone = try #require(TimeZone(identifier: Self.zone))
    var place = try instant("2026-01-01T00:00:00Z")
    let end = try instant("2026-12-31T00:00:00Z")
    var seen = 0
    while let next = occurrences.next(after: place), next < end, seen < 3000 {
      #expect(covers(declared, next), "\(text) at \(next.date)")
      // Judgement looks at the clock on the wall: where that jumps, late is an hour more or less.
      let late = next + occurrences.grace(of: next)
      let offsets = [next - .hours(3), late].map { zone.secondsFromGMT(for: $0.date) }
      if offsets[0] == offsets[1] { #expect(covers(declared, late), "\(text) at \(next.date), late") }
      place = next
      seen += 1
    }
    #expect(seen > 0)
  }

  @Test func `What comes at other times is not covered`() throws {
    let declared = try declared(Schedule("0 9 * * mon-fri", zone: Self.zone))
    // A Wednesday, 11:30 in Vienna, and a Sunday, 09:00.
    #expect(try !covers(declared, instant("2026-06-03T09:30:00Z")))
    #expect(try !covers(declared, instant("2026-06-07T07:00:00Z")))
  }

  @Test func `A period is as many lines as it takes`() throws {
    #expect(try Schedule("every 15m").declared.map(\.cron) == ["0,15,30,45 * * * *"])
    #expect(
      try Schedule("every 90m").declared.map(\.cron) == [
        "0 0,3,6,9,12,15,18,21 * * *", "30 1,4,7,10,13,16,19,22 * * *",
      ])
  }
}
