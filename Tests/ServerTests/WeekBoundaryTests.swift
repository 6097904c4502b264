import ControlSQLite
import Directory
import Foundation
import Ledger
import LedgerSQLite
import Testing
import Visibility

@testable import Server

@Suite("Where weeks begin and end") struct WeekBoundaryTests {
  /// Zones with whole, half and quarter hours, on both sides of the date line, with and without summer time.
  private static let zones = [
    "UTC", "Europe/Vienna", "America/New_York", "Asia/Kolkata", "Pacific/Chatham", "Pacific/Kiritimati",
    "America/St_Johns",
  ]

  @Test(
    "Use is of the week of its instant in the organisation's zone, and no use is of two", arguments: zones)
  func boundaries(name: String) async throws {
    let zone = try #require(TimeZone(identifier: name))
    try await ServerUnderTest.run { server in
      let person = try server.control.addPerson(
        name: "Ada", mail: "ada@example.org", at: Instant(milliseconds: 1_750_000_000_000))
      // Around New Year, and where summer time begins and ends in Europe, America and Chatham.
      let weeks = [
        "2025-W52", "2026-W01", "2026-W02", "2026-W10", "2026-W11", "2026-W13", "2026-W14", "2026-W43",
        "2026-W44",
      ].compactMap { Week($0) }
      var wanted: [Week: Int64] = [:]
      var batch = FactBatch()
      batch.account = person.account
      for week in weeks {
        let bounds = try #require(week.bounds(in: zone))
        let edges = [
          bounds.lowerBound, bounds.lowerBound + .milliseconds(1), bounds.upperBound - .milliseconds(1),
        ]
        for (place, at) in edges.enumerated() {
          let name = "\(week) \(place)"
          let session = SessionID(space: "test/session", name)
          batch.sessions.append(SessionFact(id: session, tool: .codex, name: name, started: at, ended: at))
          batch.usage.append(
            UsageRecord(
              id: EventID(space: "test", name), session: session, ownerRank: .stated, at: at, tool: .codex,
              model: "gpt-5.1", counts: TokenCounts(input: 1000)))
          wanted[week, default: 0] += 1
        }
      }
      try server.ledger.append([batch], surviving: .crash)
      try await WeekTests.derive(server)
      let reading = WeekReading(
        ledger: server.ledger, people: try server.control.peopleReading(), settings: VisibilitySettings(),
        timeZone: zone)
      var all: Int64 = 0
      var week = try #require(weeks.first)
      while week <= (weeks.last ?? week) {
        let use = try #require(try reading.use(of: week)).use
        let records = use.contributions.reduce(0) { $0 + $1.figures.records }
        #expect(records == wanted[week] ?? 0, "\(week)")
        all += records
        week = Week(containing: try #require(week.bounds(in: zone)).upperBound, in: zone)
      }
      #expect(all == Int64(batch.usage.count))
      let own = try AccountReader(ledger: server.ledger, timeZone: zone)
        .weeks(of: person.account, closedAt: Instant(Date()) + .days(400))
      #expect(own.mapValues(\.records) == wanted)
    }
  }
}
