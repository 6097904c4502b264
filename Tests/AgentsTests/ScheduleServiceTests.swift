import AgentFolder
import ControlSQLite
import Foundation
import Journal
import Ledger
import Logging
import Schedules
import Synchronization
import Testing

@testable import Agents

/// What schedules begin, with a clock that stands where it is put.
struct ScheduleServiceTests {
  private final class Place: Sendable {
    let path = FileManager.default.temporaryDirectory.appending(path: "schedules-\(UUID().uuidString)").path
    let journal: SQLiteJournal
    let clock = Mutex(Instant(milliseconds: 0))
    let declared = Mutex<[String]>([])

    init() throws {
      journal = SQLiteJournal(try ControlStore(path: path + "/control.sqlite"))
      try FileManager.default.createDirectory(
        atPath: path + "/agents/clerk", withIntermediateDirectories: true)
      try """
      ---
      description: Works in the morning.
      model: claude-sonnet-5
      budget: {run: {tokens: 1000}, day: {tokens: 1000}}
      schedule: {times: "0 9 * * *", time_zone: Europe/Vienna}
      ---
      Work.
      """.write(toFile: path + "/agents/clerk/AGENT.md", atomically: true, encoding: .utf8)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func service(owner: AccountID? = .local) -> ScheduleService {
      ScheduleService(
        roster: AgentRoster(directory: path + "/agents"), journal: journal,
        log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
        now: { self.clock.withLock { $0 } }, owner: { _ throws(AgentProblem) in owner },
        declare: { schedules in self.declared.withLock { $0 = schedules.map(\.agent) } })
    }

    func set(_ time: String) throws {
      let date = try Date(time, strategy: .iso8601)
      clock.withLock { $0 = Instant(date) }
    }

    var runs: [Run] {
      get throws { try journal.runs(of: RunFilter(agent: "clerk"), limit: 100) }
    }

    /// Nothing is under way any more.
    func end() throws {
      for run in try runs where !run.status.isOver {
        let claim = try journal.claim(run.id, by: "test", lease: .seconds(30))
        try journal.finish(claim, as: .done, because: "It is done.")
      }
    }
  }

  private let entry: ScheduleService.Entry

  init() throws {
    entry = .init(agent: "clerk", schedule: try Schedule("0 9 * * *", zone: "Europe/Vienna"))
  }

  @Test func `an occurrence begins one run, whatever is started again`() throws {
    let place = try Place()
    try place.set("2026-03-02T06:00:00Z")
    #expect(
      place.service().step(entry, isFirst: true)
        == Instant(try Date("2026-03-02T08:00:00Z", strategy: .iso8601)))
    #expect(try place.runs.isEmpty)
    try place.set("2026-03-02T08:00:01Z")
    _ = place.service().step(entry, isFirst: false)
    #expect(try place.runs.count == 1)
    // Another process, and a clock that was put back.
    _ = place.service().step(entry, isFirst: true)
    try place.end()
    try place.set("2026-03-02T07:59:00Z")
    _ = place.service().step(entry, isFirst: true)
    try place.set("2026-03-02T08:00:30Z")
    _ = place.service().step(entry, isFirst: true)
    #expect(try place.runs.count == 1)
    try place.set("2026-03-03T08:00:30Z")
    _ = place.service().step(entry, isFirst: true)
    #expect(try place.runs.count == 2)
  }

  @Test func `what was missed for long is one run at most`() throws {
    let place = try Place()
    try place.set("2026-03-02T06:00:00Z")
    _ = place.service().step(entry, isFirst: true)
    try place.set("2026-03-09T09:00:00Z")
    _ = place.service().step(entry, isFirst: true)
    #expect(try place.runs.count == 1)
  }

  @Test func `while it is stopped nothing begins, and what is due waits for as long as it may`() throws {
    let place = try Place()
    try place.set("2026-03-02T06:00:00Z")
    _ = place.service().step(entry, isFirst: true)
    _ = try place.journal.stop(.agent("clerk"), by: .local, because: "Enough.")
    try place.set("2026-03-02T08:00:01Z")
    _ = place.service().step(entry, isFirst: false)
    #expect(try place.runs.isEmpty)
    try place.journal.lift(.agent("clerk"), by: .local)
    try place.set("2026-03-02T08:30:00Z")
    _ = place.service().step(entry, isFirst: false)
    #expect(try place.runs.count == 1)
  }

  @Test func `nobody's agent begins nothing`() throws {
    let place = try Place()
    try place.set("2026-03-02T06:00:00Z")
    _ = place.service(owner: nil).step(entry, isFirst: true)
    try place.set("2026-03-02T08:00:01Z")
    _ = place.service(owner: nil).step(entry, isFirst: false)
    #expect(try place.runs.isEmpty)
  }

  @Test func `judgement is told of what is to begin of itself`() async throws {
    let place = try Place()
    try place.set("2026-03-02T06:00:00Z")
    let running = Task { try await place.service().run() }
    while place.declared.withLock({ $0.isEmpty }) { try await Task.sleep(for: .milliseconds(20)) }
    running.cancel()
    _ = try? await running.value
    #expect(place.declared.withLock { $0 } == ["clerk"])
  }
}
