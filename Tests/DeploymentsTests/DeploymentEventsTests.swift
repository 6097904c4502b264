import Deployments
import Effects
import Events
import Foundation
import Ledger
import Testing

/// What the ledger is told of deployments, and the figures that come of it.
@Suite struct DeploymentEventsTests {
  private let place = DeploymentPlace(
    name: "shop-production", repository: "https://git.example/shop", environment: "production",
    isProduction: true)
  private let start = Instant(milliseconds: 1_760_000_000_000)
  private let criteria = HealthCriteria(
    interval: .minutes(1), goodToSettle: 4, badToFail: 3, window: 5, wellWithin: .minutes(10),
    holdFor: .hours(1), objectivePerMille: 500)

  private func sha(_ letter: Character) -> String { String(repeating: letter, count: 40) }

  /// A deployment that went live as it was ordered, and how it was from minute to minute.
  private func record(
    _ number: Int, _ letter: Character, from: Character?, at: Instant, looks: String,
    isRollback: Bool = false,
    commits: [(Character, Instant)] = [], place: DeploymentPlace? = nil
  ) -> (DeploymentRecord, HealthWatch) {
    let effect = EffectID(run: "r", step: number, tool: "deploy", arguments: .null)
    let order = DeploymentOrder(effect, sha: sha(letter), from: from.map { sha($0) }, isRollback: isRollback)
    var record = DeploymentRecord(place: place ?? self.place, order: order, begun: at)
    record.commits = commits.map { DeployedCommit(sha: sha($0.0), at: $0.1, subject: "") }
    var watch = HealthWatch(effect, sha: order.sha, criteria: criteria, begun: at)
    for (minute, look) in looks.enumerated() {
      let now = at + .minutes(Int64(minute))
      let answer: HealthSample.Answer = look == "g" ? .well(after: .zero, release: nil) : .unwell("500")
      watch.observe(.live(since: at), HealthSample(at: now, answer), at: now)
    }
    record.follow(watch)
    return (record, watch)
  }

  @Test func `a scripted history comes to the figures that were worked out by hand`() throws {
    let held = String(repeating: "g", count: 70)
    let (first, _) = record(
      1, "a", from: nil, at: start + .days(1), looks: held, commits: [("a", start)])
    // Well for 20 minutes, ill from the 21st on; noticed at the third bad look.
    var (second, _) = record(
      2, "b", from: "a", at: start + .days(2), looks: String(repeating: "g", count: 20) + "bbb",
      commits: [("b", start + .days(1))])
    #expect(second.verdict == .failed(.unhealthy(bad: 3, of: 5)))
    // Rolled back half an hour after it fell ill; well again at the fourth good look.
    let (rollback, watch) = record(
      3, "a", from: "b", at: start + .days(2) + .minutes(50), looks: held, isRollback: true)
    second.putRight(by: rollback, watch)
    let (third, _) = record(
      4, "c", from: "a", at: start + .days(4), looks: held,
      commits: [("b", start + .days(1)), ("c", start + .days(3))])
    // Never live: no deployment, no incident.
    var failed = DeploymentRecord(
      place: place,
      order: DeploymentOrder(
        EffectID(run: "r", step: 5, tool: "deploy", arguments: .null), sha: sha("d"), from: sha("c")),
      begun: start + .days(5))
    failed.verdict = .failed(.didNotGoLive("no"))
    failed.ended = start + .days(5)

    let events = [first, second, rollback, third, failed].flatMap { $0.reports(tellsCommits: true) }
    let figures = DORA.figures(events: events, period: start..<start + .days(10))
    #expect(figures.deployments == 4)
    #expect(figures.deploymentsPerDay == DORAFigure(0.4, known: 4, of: 4))
    #expect(
      figures.leadTime == DORADuration(.days(1), known: 3, of: 3, deploymentsRead: 4, ofDeployments: 4))
    #expect(figures.changeFailRate == DORAFigure(0.25, known: 1, of: 1))
    // From minute 20 to minute 50, and three minutes until it had been well four times.
    #expect(figures.recoveryTime == DORADuration(.minutes(33), known: 1, of: 1))
    #expect(figures.reworkRate == DORAFigure(0.25, known: 4, of: 4))
  }

  @Test func `told before, during and after, it is one deployment, and its incident opens and ends`() throws {
    var (record, _) = record(
      1, "b", from: "a", at: start, looks: "ggggggbbb", commits: [("b", start - .days(1))])
    var early = record
    early.verdict = nil
    early.ended = nil
    var ordered = early
    ordered.live = nil
    let openIncident = try #require(record.reports(tellsCommits: false).last)
    #expect(openIncident.kind == .incident && openIncident.state == .open)
    record.remedy = DeploymentRecord.Remedy(event: .reported(.deployment, "x"), well: start + .hours(1))
    let all = [ordered, early, record, early].flatMap { $0.reports(tellsCommits: false) } + [openIncident]
    let folded = Dictionary(grouping: all, by: \.id).compactMap { OutcomeEvent.folded($0.value) }
    #expect(folded.count == 2)
    let deployment = try #require(folded.first { $0.kind == .deployment })
    #expect(deployment.state == .failed && deployment.landed == start)
    let incident = try #require(folded.first { $0.kind == .incident })
    #expect(incident.state == .resolved && incident.ended == start + .hours(1))
    #expect(incident.started == start + .minutes(6))
  }

  @Test func `superseded is not failure, and what fails where no user is brings no incident`() throws {
    var (superseded, _) = record(1, "b", from: "a", at: start, looks: "gggg")
    superseded.verdict = .superseded(by: sha("c"))
    superseded.ended = start + .minutes(5)
    let reports = superseded.reports(tellsCommits: true)
    #expect(reports.map(\.kind) == [.deployment])
    #expect(reports.first?.state == .inactive)
    let staging = DeploymentPlace(
      name: "shop-staging", repository: place.repository, environment: "staging", isProduction: false)
    let (failed, _) = record(2, "b", from: "a", at: start, looks: "ggggggbbb", place: staging)
    #expect(failed.verdict == .failed(.unhealthy(bad: 3, of: 5)))
    #expect(failed.reports(tellsCommits: false).map(\.kind) == [.deployment])
  }
}
