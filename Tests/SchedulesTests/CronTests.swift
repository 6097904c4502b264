import Foundation
import Ledger
import Schedules
import Testing

@Suite("Cron expressions")
struct CronTests {
  struct Case: CustomTestStringConvertible {
    var line: Int
    var expression: String
    var zone: String
    var after: Int64
    var next: [Int64]
    var testDescription: String { "\(expression) in \(zone) after \(after) (line \(line))" }
  }

  /// Made by Benchmarks/agents/cron_cases.py; more of them where ASSAY_CRON_CASES says.
  static func cases() throws -> [Case] {
    let own = try #require(
      Bundle.module.url(forResource: "cron", withExtension: "tsv", subdirectory: "Fixtures"))
    let more = ProcessInfo.processInfo.environment["ASSAY_CRON_CASES"].map { URL(filePath: $0) }
    var cases: [Case] = []
    for file in [own] + (more.map { [$0] } ?? []) {
      let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
      for (place, line) in lines.enumerated() where !line.hasPrefix("#") {
        let parts = line.split(separator: "\t")
        cases.append(
          Case(
            line: place + 1, expression: String(parts[0]), zone: String(parts[1]),
            after: try #require(Int64(parts[2])),
            next: parts[3].split(separator: " ").compactMap { Int64($0) }))
      }
    }
    return cases
  }

  @Test func `What comes next is what other crons and the clock on the wall say`() throws {
    let cases = try Self.cases()
    #expect(cases.count >= 400)
    for one in cases {
      let occurrences = Occurrences(try Schedule(one.expression, zone: one.zone))
      var place = Instant(milliseconds: one.after * 1000)
      var found: [Int64] = []
      for _ in one.next {
        guard let next = occurrences.next(after: place) else { break }
        found.append(next.milliseconds / 1000)
        place = next
      }
      #expect(found == one.next, "\(one.testDescription)")
    }
  }

  @Test(arguments: [
    // Vienna puts clocks on at 2026-03-29T01:00Z, back at 2026-10-25T01:00Z.
    ("30 2 * * *", "2026-03-28T12:00:00Z", ["2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"]),
    ("*/10 2 * * *", "2026-03-29T00:00:00Z", ["2026-03-29T01:00:00Z", "2026-03-30T00:00:00Z"]),
    ("30 2 * * *", "2026-10-24T12:00:00Z", ["2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"]),
    ("0 3 * * *", "2026-03-29T00:00:00Z", ["2026-03-29T01:00:00Z", "2026-03-30T01:00:00Z"]),
    // Every hour goes by elapsed time.
    ("30 * * * *", "2026-03-29T00:00:00Z", ["2026-03-29T00:30:00Z", "2026-03-29T01:30:00Z"]),
    (
      "30 * * * *", "2026-10-25T00:00:00Z",
      ["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z", "2026-10-25T02:30:00Z"]
    ),
    ("0 0 29 2 *", "2026-01-01T00:00:00Z", ["2028-02-28T23:00:00Z", "2032-02-28T23:00:00Z"]),
    ("@weekly", "2026-11-21T00:00:00Z", ["2026-11-21T23:00:00Z", "2026-11-28T23:00:00Z"]),
    ("0 9 * * fri-sun", "2026-11-21T12:00:00Z", ["2026-11-22T08:00:00Z", "2026-11-27T08:00:00Z"]),
    // Either day is enough; with a star in front both must match.
    (
      "0 0 13 * fri", "2026-11-01T00:00:00Z",
      ["2026-11-05T23:00:00Z", "2026-11-12T23:00:00Z", "2026-11-19T23:00:00Z"]
    ),
    ("0 0 */2 * mon", "2026-11-01T00:00:00Z", ["2026-11-08T23:00:00Z", "2026-11-22T23:00:00Z"]),
    ("every 6h", "2026-03-28T22:00:00Z", ["2026-03-29T00:00:00Z", "2026-03-29T06:00:00Z"]),
    ("every 90m", "2026-03-28T22:30:00Z", ["2026-03-29T00:00:00Z", "2026-03-29T01:30:00Z"]),
    ("at 2026-03-29T09:00:00+02:00", "2026-03-28T22:30:00Z", ["2026-03-29T07:00:00Z"]),
  ])
  func `A time that clocks leave out comes after the gap and one they repeat comes once`(
    text: String, after: String, expected: [String]
  ) throws {
    let occurrences = Occurrences(try Schedule(text, zone: "Europe/Vienna"))
    var place = try instant(after)
    var found: [Instant] = []
    while found.count < expected.count, let next = occurrences.next(after: place) {
      found.append(next)
      place = next
    }
    #expect(found == (try expected.map(instant)))
  }

  @Test(arguments: [
    ("* * * *", 0, "4 fields"), ("0 0 * * * *", 10, "6 fields"), ("60 * * * *", 0, "not from 0 to 59"),
    ("0 24 * * *", 2, "hour"), ("0 9 0 * *", 4, "day of month"), ("0 9 * foo *", 6, "a name such as feb"),
    ("0 9 * * mon-", 8, "missing"), ("0 22-2 * * *", 2, "22-23,0-2"), ("5/10 * * * *", 0, "5-59/10"),
    ("*/0 * * * *", 0, "step"), ("*/90 * * * *", 0, "every 90m"), ("0 9 L * *", 4, "not of crontab"),
    ("1,,2 * * * *", 2, "missing"), ("0 0 31 feb *", 4, "never"), ("@reboot", 0, "@daily"),
    ("every 7h", 6, "every 6h or every 8h"), ("every", 5, "every 15m"), ("every 0m", 6, "every 15m"),
    ("every -5m", 6, "every 15m"), ("at noon", 3, "ISO 8601"), ("", 0, "0 fields"),
    ("0 9 * * 8", 8, "0 to 7"),
    ("0 9 1/2/3 * *", 4, "one “/”"), ("0 99999999999999999999 * * *", 2, "no number"),
  ])
  func `What cannot be read is refused with its place and what to write`(
    text: String, offset: Int, says: String
  ) throws {
    let error = try #require(throws: ScheduleError.self) { try Schedule(text) }
    #expect(error.offset == offset, "\(error)")
    #expect("\(error)".contains(says), "\(error)")
  }

  @Test(arguments: ["Vienna", "EST", "", "../etc", "Europe/Wien", "GMT+2", "+02:00"])
  func `A zone that the database does not name is refused`(zone: String) {
    #expect(throws: ScheduleError.self) { try Schedule("0 9 * * *", zone: zone) }
  }

  @Test func `A schedule comes back from storage as it was, and a changed one is refused`() throws {
    let schedule = try Schedule("0 9 * * mon-fri", zone: "Europe/Vienna")
    let bytes = try JSONEncoder().encode(schedule)
    #expect(try JSONDecoder().decode(Schedule.self, from: bytes) == schedule)
    #expect(throws: (any Error).self) {
      try JSONDecoder().decode(Schedule.self, from: Data(#"{"text":"61 * * * *","zone":"UTC"}"#.utf8))
    }
  }

  @Test(arguments: [
    ("* * * * *", 120), ("*/10 * * * *", 300), ("0 * * * *", 1800), ("0 9 * * *", 7200),
    ("at 2026-03-29T09:00:00Z", 7200),
  ])
  func `Grace is half the time to the next, between two minutes and two hours`(text: String, seconds: Int64)
    throws
  {
    let occurrences = Occurrences(try Schedule(text))
    let next = try #require(occurrences.next(after: try instant("2026-03-01T00:00:30Z")))
    #expect(occurrences.grace(of: next) == .seconds(seconds))
  }
}

func instant(_ text: String) throws -> Instant { Instant(try Date(text, strategy: .iso8601)) }
