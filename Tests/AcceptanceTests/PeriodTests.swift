import Foundation
import TestCorpus
import Testing

@Suite("Periods and time zones")
struct PeriodTests {
  private let assay: Command
  init() throws { assay = try Command() }

  /// Writes one call at each of `times` and reports it by day.
  private func report(_ times: [String], _ arguments: String...) throws -> Report {
    let lines = times.enumerated().flatMap { Transcript.line(call: $0, time: $1) }
    let file = try assay.directory.write(
      Transcript.prompt() + lines, to: "files/\(Transcript.session).jsonl")
    let report = try assay.report(["--files", file] + arguments)
    #expect(report.broken == [])
    return report
  }

  /// One call on the hour through three days.
  private static func hours(from day: Int, month: String) -> [String] {
    (0..<72).map { hour in
      let (date, of) = (day + hour / 24, hour % 24)
      return "2026-\(month)-\(date < 10 ? "0" : "")\(date)T\(of < 10 ? "0" : "")\(of):10:00.000Z"
    }
  }

  @Test(
    "A day on which clocks change has 23 or 25 hours, and every call",
    arguments: [
      ("America/New_York", "11", 31 - 31, 25), ("Europe/Berlin", "03", 28, 23),
      ("Europe/Berlin", "10", 24, 25),
      ("Australia/Lord_Howe", "04", 4, 24),
    ])
  func clockChange(zone: String, month: String, firstDay: Int, hours: Int) throws {
    let first = max(firstDay, 1)
    let report = try report(Self.hours(from: first, month: month), "--by", "day", "--timezone", zone)
    #expect(report.totals.records == 72)
    let lengths = try report.groups.map { group in
      let style = Date.ISO8601FormatStyle()
      let start = try Date(#require(group.start), strategy: style)
      let end = try Date(#require(group.end), strategy: style)
      return end.timeIntervalSince(start) / 3600
    }
    // Lord Howe Island turns its clocks by half an hour.
    let wanted = zone == "Australia/Lord_Howe" ? 24.5 : Double(hours)
    #expect(lengths.contains(wanted), "\(lengths)")
    #expect(lengths.allSatisfy { $0 == 24 || $0 == wanted })
    // Full days hold one call an hour.
    for (group, length) in zip(report.groups, lengths).dropFirst().dropLast() {
      #expect(abs(Double(group.figures.records) - length) <= 0.5, "\(group.key)")
    }
    #expect(Set(report.groups.map(\.key)).count == report.groups.count)
  }

  @Test("In zones of half and quarter hours a day begins at their midnight")
  func halfHours() throws {
    // 18:15 and 18:29 UTC are before and after midnight in Kathmandu (+5:45) and before it in India (+5:30).
    let times = ["2026-05-01T18:14:59.000Z", "2026-05-01T18:15:00.000Z", "2026-05-01T18:30:00.000Z"]
    func days(_ zone: String) throws -> [String: Int64] {
      let report = try report(times, "--by", "day", "--timezone", zone)
      return Dictionary(uniqueKeysWithValues: report.groups.map { ($0.key, $0.figures.records) })
    }
    #expect(try days("Asia/Kathmandu") == ["2026-05-01": 1, "2026-05-02": 2])
    #expect(try days("Asia/Kolkata") == ["2026-05-01": 2, "2026-05-02": 1])
    #expect(try days("UTC") == ["2026-05-01": 3])
    #expect(try days("Pacific/Kiritimati") == ["2026-05-02": 3])
  }

  @Test("--since and --until count whole days of the time zone, both included")
  func bounds() throws {
    let times = [
      "2026-05-01T21:59:00.000Z", "2026-05-01T22:00:00.000Z", "2026-05-02T21:59:00.000Z",
      "2026-05-02T22:00:00.000Z",
    ]
    // In Berlin, the second and third are on 2 May.
    let day = try report(
      times, "--since", "2026-05-02", "--until", "2026-05-02", "--timezone", "Europe/Berlin")
    #expect(day.totals.records == 2)
    #expect(day.period.first_day == "2026-05-02" && day.period.last_day == "2026-05-02")
    #expect(day.period.since == "2026-05-01T22:00:00Z" && day.period.until == "2026-05-02T22:00:00Z")
    let instant = try report(times, "--since", "2026-05-01T22:00:00Z", "--until", "2026-05-02T22:00:00Z")
    #expect(instant.totals.records == 2)
    let offset = try report(times, "--since", "2026-05-02T00:00:00+02:00")
    #expect(offset.totals.records == 3)
    // Parts of a period add up to it.
    let before = try report(times, "--until", "2026-05-01", "--timezone", "Europe/Berlin")
    let after = try report(times, "--since", "2026-05-03", "--timezone", "Europe/Berlin")
    #expect(before.totals.records + day.totals.records + after.totals.records == 4)
    #expect(try report(times, "--since", "30d").totals.records == 0)
    #expect(try report(times, "--since", "36500d").totals.records == 4)
    #expect(try report(times, "--since", "2100-01-01").totals.records == 0)
  }

  @Test("A limit window opens at the full hour of the first use, and lasts five hours")
  func windows() throws {
    let times = [
      "2026-05-01T09:59:00.000Z", "2026-05-01T13:59:00.000Z", "2026-05-01T14:00:00.000Z",
      "2026-05-01T18:59:00.000Z", "2026-05-03T00:10:00.000Z",
    ]
    let five = try report(times, "--by", "window")
    #expect(five.groups.map(\.figures.records) == [2, 2, 1])
    #expect(
      five.groups.compactMap(\.start) == [
        "2026-05-01T09:00:00Z", "2026-05-01T14:00:00Z", "2026-05-03T00:00:00Z",
      ])
    let weekly = try report(times, "--by", "weekly-window")
    #expect(weekly.groups.map(\.figures.records) == [5])
  }

  @Test("ISO weeks: the last days of December may be in week 1")
  func weeks() throws {
    let report = try report(
      ["2024-12-29T12:00:00.000Z", "2024-12-30T12:00:00.000Z", "2027-01-03T12:00:00.000Z"], "--by", "week")
    #expect(
      report.groups.filter { $0.figures.records > 0 }.map(\.key) == ["2024-W52", "2025-W01", "2026-W53"])
  }
}
