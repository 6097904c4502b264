import Foundation
import Judgement
import Ledger
import Schedules
import Testing

@Suite("Declared schedules")
struct ScheduleTests {
  /// 2026-01-01T00:00:00Z, a Thursday.
  private let newYear = Instant(milliseconds: 1_767_225_600_000)

  @Test(
    "A line of a crontab covers what begins when it says",
    arguments: [
      ("0 2 * * *", 2.0, true), ("0 2 * * *", 2.05, true), ("0 2 * * *", 2.2, false),
      ("0 2 * * *", 1.9, false),
      ("*/15 * * * *", 5.25, true), ("*/15 * * * *", 5.4, false), ("0 9-17 * * 1-5", 9, true),
      ("0 9-17 * * 1-5", 33, true), ("0 9-17 * * 1-5", 57, false), ("0 9-17 * * 6,7", 9, false),
      ("0 9-17 * * 7", 81, true),
      ("30 4 1 1 *", 4.5, true), ("30 4 2 * *", 4.5, false), ("30 4 2 * *", 28.5, true),
      ("0 0 15 * 4", 0, true), ("0 0 15 * 5", 0, false),
      // With a star in front, of a step too, both days must match.
      ("0 0 */2 * 5", 0, false), ("0 0 */2 * 4", 0, true), ("0 0 */2 * 5", 24, false),
    ])
  func covers(_ line: String, _ hours: Double, _ isCovered: Bool) throws {
    let schedule = DeclaredSchedule(name: "x", schedule: try Schedule(line))
    let start = newYear + .seconds(Int64(hours * 3600))
    #expect(schedule.covers(start, of: .local) == isCovered)
  }

  @Test("In its own zone, and for its own account only")
  func zone() throws {
    let schedule = DeclaredSchedule(
      name: "x", account: AccountID(rawValue: 5), schedule: try Schedule("0 2 * * *", zone: "Europe/Vienna"))
    #expect(schedule.covers(newYear + .hours(1), of: AccountID(rawValue: 5)))
    #expect(!schedule.covers(newYear + .hours(1), of: AccountID(rawValue: 6)))
    #expect(!schedule.covers(newYear + .hours(2), of: AccountID(rawValue: 5)))
  }

  @Test(
    "A schedule that could never be kept is refused, and what is wrong is said",
    arguments: [
      #""zone": "Europe/Wien""#, #""zone": "CET""#, #""toleranceSeconds": -1"#, #""toleranceSeconds": 90000"#,
    ])
  func unkept(_ member: String) {
    let json = #"{"name": "x", "times": "0 2 * * *", \#(member)}"#
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(DeclaredSchedule.self, from: Data(json.utf8))
    }
  }

  @Test(
    "What is no line of a crontab is refused",
    arguments: [
      "", "* * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "*/0 * * * *", "a * * * *", "5-3 * * * *",
    ])
  func refused(_ line: String) { #expect(throws: ScheduleError.self) { try Schedule(line) } }
}
