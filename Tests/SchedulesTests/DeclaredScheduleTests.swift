import Foundation
import Judgement
import Ledger
import Schedules
import Testing

@Suite("Schedules as judgement is told of them")
struct DeclaredScheduleTests {
  private static let zone = "Europe/Vienna"

  private func covers(_ schedule: Schedule, _ instant: Instant) -> Bool {
    DeclaredSchedule(name: "an agent", schedule: schedule, tolerance: .grace).covers(instant, of: .local)
  }

  @Test(arguments: [
    "0 9 * * mon-fri", "30 2 * * *", "*/10 2 * * *", "*/20 * * * *", "0 0 */2 * mon", "15 6 1,15 jan-jun fri",
    "@monthly", "every 90m", "every 15m", "every 8h", "at 2026-06-01T10:20:30Z",
  ])
  func `Every occurrence is covered, punctual or late within its grace`(text: String) throws {
    let schedule = try Schedule(text, zone: Self.zone)
    let occurrences = Occurrences(schedule)
    var place = try instant("2026-01-01T00:00:00Z")
    let end = try instant("2026-12-31T00:00:00Z")
    var seen = 0
    while let next = occurrences.next(after: place), next < end, seen < 3000 {
      #expect(covers(schedule, next), "\(text) at \(next.date)")
      let late = next + occurrences.grace(of: next)
      #expect(covers(schedule, late), "\(text) at \(next.date), late")
      place = next
      seen += 1
    }
    #expect(seen > 0)
  }

  @Test func `What comes at other times is not covered`() throws {
    let schedule = try Schedule("0 9 * * mon-fri", zone: Self.zone)
    // A Wednesday, 11:30 in Vienna, and a Sunday, 09:00.
    #expect(try !covers(schedule, instant("2026-06-03T09:30:00Z")))
    #expect(try !covers(schedule, instant("2026-06-07T07:00:00Z")))
  }
}
