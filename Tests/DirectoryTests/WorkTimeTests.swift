import Directory
import Ledger
import Testing

@Suite("When people work") struct WorkTimeTests {
  private static func day(_ text: String) throws -> CalendarDay { try #require(CalendarDay(text)) }

  @Test(
    "Days of the week are read as people write them",
    arguments: [
      ("mon-fri", "mon tue wed thu fri"), ("Mon, Tue; FRIDAY", "mon tue fri"), ("tuesday–thu", "tue wed thu"),
      ("sun", "sun"), (" mon\ttue ", "mon tue"), ("sat sun mon-tue", "mon tue sat sun"),
    ])
  func read(text: String, days: String) throws {
    let read = try WorkingDays(text)
    #expect(read.description == days)
    #expect(WorkingDays(bits: read.bits) == read)
  }

  @Test(
    "What names no days is refused with a sentence",
    arguments: ["", " , ", "fri-mon", "mon-", "-", "mo", "everyday", "mon-tue-wed", "1", "mon\u{0}"])
  func refused(text: String) {
    #expect(throws: WorkTimeError.self) { try WorkingDays(text) }
  }

  @Test("Numbers that no days have are none")
  func bits() {
    for bits in [Int64(0), -1, 128, .max, .min] { #expect(WorkingDays(bits: bits) == nil) }
    #expect(WorkingDays(bits: 31) == .standard && WorkingDays(bits: 7)?.isPartTime == true)
  }

  @Test("Each day of the calendar has its day of the week and its next")
  func calendar() throws {
    #expect(try Self.day("2026-11-21").weekday == .saturday)
    #expect(try Self.day("2000-01-01").weekday == .saturday)
    #expect(try Self.day("2024-02-28").next.description == "2024-02-29")
    var day = try Self.day("2025-12-20")
    for _ in 0..<30 {
      #expect(day.next.weekday.rawValue == (day.weekday.rawValue + 1) % 7)
      day = day.next
    }
    // An hour before midnight UTC it is the next day in Vienna.
    #expect(CalendarDay(containing: day.end - .hours(1), secondsFromUTC: 3600) == day.next)
  }

  @Test("Leave has a first and a last day, and not for years")
  func leave() throws {
    let (first, last) = (try Self.day("2026-08-03"), try Self.day("2026-08-21"))
    #expect(throws: WorkTimeError.endsBeforeItBegins) { try Absence(person: 1, first: last, last: first) }
    #expect(throws: WorkTimeError.tooLong) {
      try Absence(person: 1, first: first, last: Self.day("2030-01-01"))
    }
    let work = WorkTime(
      absences: [try Absence(person: 1, first: first, last: last)],
      days: [
        WorkingDaysSince(person: 1, since: last, days: try WorkingDays("mon")),
        WorkingDaysSince(person: 1, since: first, days: try WorkingDays("tue")),
      ])
    #expect(work.isAway(1, on: first) && work.isAway(1, on: last) && !work.isAway(1, on: last.next))
    #expect(!work.isAway(2, on: first))
    #expect(work.workingDays(of: 1, on: last.next).description == "mon")
    #expect(work.workingDays(of: 1, on: first.next).description == "tue")
    #expect(work.workingDays(of: 1, on: try Self.day("2026-01-01")) == .standard)
  }
}
