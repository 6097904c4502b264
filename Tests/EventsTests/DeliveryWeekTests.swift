import Events
import Foundation
import Ledger
import TestCorpus
import Testing

@Suite("What services delivered, week by week")
struct DeliveryWeekTests {
  @Test("A tally’s median is within five per cent of the true one", arguments: 0..<20 as Range<UInt64>)
  func median(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let times = (0..<(1 + seed * 7)).map { _ in
      Duration.seconds(Int64(60 * exp(Double.random(in: 0...9, using: &generator))))
    }
    let tally = DurationTally(times)
    let sorted = times.sorted()
    let true_ = sorted[(sorted.count - 1) / 2]
    let found = try #require(tally.median)
    #expect(abs(found / true_ - 1) < 0.05)
    #expect(tally.count == Int64(times.count))
    // Of parts the sum is the whole, and it survives storage.
    var parts = DurationTally(times.prefix(times.count / 2))
    parts += DurationTally(times.suffix(times.count - times.count / 2))
    #expect(parts == tally)
    #expect(try JSONDecoder().decode(DurationTally.self, from: JSONEncoder().encode(tally)) == tally)
  }

  @Test("Of nothing there is no median; what took no time is short")
  func edges() {
    #expect(DurationTally().median == nil && DurationTally().ordered(at: 1) == nil)
    #expect(DurationTally([.zero]).median.map { $0 < .minutes(2) } == true)
    let long = DurationTally([.seconds(Int64.max / 2)])
    #expect(long.median.map { $0 > .days(10_000) } == true)
    #expect(DurationTally([.hours(1), .hours(3)]).ordered(at: 3) == nil)
  }

  private let remote = "https://github.com/example/shop"

  private func event(
    _ kind: OutcomeEvent.Kind, _ name: String, _ at: Instant, _ change: (inout OutcomeEvent) -> Void
  ) -> OutcomeEvent {
    var event = OutcomeEvent(.reported(kind, name), kind, from: .json, asOf: at)
    event.repository = remote
    change(&event)
    return event
  }

  /// A push, a reviewed change and a deployment a day; every third deployment fails for two hours.
  private func events(from start: Instant, days: Int64) -> [OutcomeEvent] {
    var events: [OutcomeEvent] = []
    func hash(_ day: Int64) -> String { String(repeating: "0", count: 36) + String(1000 + day) }
    for day in 0..<days {
      let at = start + .days(day)
      events.append(
        event(.push, "push \(day)", at + .hours(4)) { push in
          push.isMainline = true
          push.before = day == 0 ? nil : hash(day - 1)
          push.head = hash(day)
          push.started = push.asOf
          push.commits = [EventCommit(hash(day), at: at)]
        })
      events.append(
        event(.change, "change \(day)", at + .hours(4)) { change in
          change.isMainline = true
          change.started = at + .hours(1)
          change.approved = at + .hours(3)
          change.landed = at + .hours(4)
          change.state = .merged
          change.head = hash(day)
          change.commits = [EventCommit(hash(day))]
        })
      events.append(
        event(.deployment, "deployment \(day)", at + .hours(6)) { deployment in
          deployment.isProduction = true
          deployment.state = .succeeded
          deployment.landed = at + .hours(6)
          deployment.commits = [EventCommit(hash(day))]
        })
      if day % 3 == 0 {
        events.append(
          event(.incident, "incident \(day)", at + .hours(7)) { incident in
            incident.started = at + .hours(7)
            incident.ended = at + .hours(9)
            incident.state = .resolved
            incident.links = [EventLink(.cause, .event(.reported(.deployment, "deployment \(day)")))]
          })
      }
    }
    return events
  }

  @Test("Two weeks add up to what the five figures say of both")
  func agrees() throws {
    let start = Instant(milliseconds: 1_780_272_000_000)
    let events = events(from: start, days: 14)
    let reading = DeliveryReading(events)
    var sum = reading.week(start..<start + .days(7))
    sum += reading.week(start + .days(7)..<start + .days(14))
    let whole = DORA.figures(events: events, period: start..<start + .days(14))
    #expect(sum.weeks == 2 && sum.weeksWithDeployments == 2 && sum.weeksWithIncidents == 2)
    #expect(sum.deployments.count == Int64(whole.deployments) && whole.deployments == 14)
    #expect(sum.failedDeployments.count == 5 && whole.changeFailRate.value == 5.0 / 14)
    #expect(sum.incidents == 5 && sum.deploymentsWatched == 14)
    #expect(sum.leadTimes.of == Int64(whole.leadTime.of) && sum.leadTimes.tally.count == 14)
    for (tally, exact) in [
      (sum.leadTimes.tally, whole.leadTime.median), (sum.recoveries.tally, whole.recoveryTime.median),
      (sum.reviews.tally, .hours(2)),
    ] {
      let (found, exact) = (try #require(tally.median), try #require(exact))
      #expect(abs(found / exact - 1) < 0.05)
    }
    #expect(sum.rework.known == 14 && sum.rework.count == 0)
    #expect(reading.failedCommits.count == 5)
    #expect(try JSONDecoder().decode(DeliveryWeek.self, from: JSONEncoder().encode(sum)) == sum)
  }

  @Test("Before the first report of its kind nothing is known, and none is not zero")
  func unknown() {
    let start = Instant(milliseconds: 1_780_272_000_000)
    let week = DeliveryReading(events(from: start, days: 7)).week(start - .days(7)..<start)
    #expect(week.weeks == 1 && week.weeksWithDeployments == 0 && week.weeksWithIncidents == 0)
    #expect(week.landed == nil)
    let quiet = DeliveryReading(events(from: start, days: 7)).week(start + .days(7)..<start + .days(14))
    #expect(quiet.weeksWithDeployments == 1 && quiet.deployments.count == 0)
  }
}
