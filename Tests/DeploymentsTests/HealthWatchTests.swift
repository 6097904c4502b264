import Deployments
import Effects
import Foundation
import Ledger
import TestCorpus
import Testing

/// The watch over a deployment, as a value: no clock, no service.
@Suite struct HealthWatchTests {
  private let sha = String(repeating: "a", count: 40)
  private let other = String(repeating: "b", count: 40)
  private let effect = EffectID(rawValue: "0123456789abcdef0123456789abcdef")
  private let start = Instant(milliseconds: 1_760_000_000_000)

  private func criteria(perMille: Int = 900, hold: Int64 = 100) -> HealthCriteria {
    HealthCriteria(
      interval: .seconds(1), slow: .milliseconds(500), goodToSettle: 4, badToFail: 3, window: 5,
      liveWithin: .seconds(30), wellWithin: .seconds(20), holdFor: .seconds(hold),
      objectivePerMille: perMille, coveragePerMille: 800)
  }

  private func watch(_ criteria: HealthCriteria? = nil) -> HealthWatch {
    HealthWatch(effect, sha: sha, criteria: criteria ?? self.criteria(), begun: start)
  }

  /// Looks every second; `g` good, `b` bad, `s` slow, `o` another release answers, `-` nobody looks.
  private func look(
    _ watch: inout HealthWatch, _ looks: String, from second: Int64 = 0,
    _ standing: DeploymentStanding = .live(since: nil)
  ) -> Int64 {
    var second = second
    for look in looks {
      second += 1
      let at = start + .seconds(second)
      let answer: HealthSample.Answer? =
        switch look {
        case "g": .well(after: .milliseconds(20), release: sha)
        case "b": .unwell("it said 500")
        case "s": .well(after: .milliseconds(700), release: sha)
        case "o": .well(after: .milliseconds(20), release: other)
        default: nil
        }
      if let answer { watch.observe(standing, HealthSample(at: at, answer), at: at) }
    }
    return second
  }

  @Test func `what is well for the whole of its window held`() {
    var watch = watch()
    let second = look(&watch, String(repeating: "g", count: 103))
    #expect(watch.phase == .holding)
    #expect(watch.well == start + .seconds(4))
    _ = look(&watch, "g", from: second)
    #expect(watch.verdict == .held)
    #expect(watch.nextLook == nil)
  }

  @Test(arguments: ["b", "s", "o", "gb", "ggbb", "gggbb"])
  func `what never is well enough does not settle, and fails at the deadline`(pattern: String) {
    var watch = watch()
    let looks = String(String(repeating: pattern, count: 40).prefix(22))
    _ = look(&watch, looks)
    guard case .failed(.neverWell) = watch.verdict else {
      Issue.record("\(pattern): \(watch.phase)")
      return
    }
    #expect(watch.well == nil)
    #expect(watch.troubleSince != nil)
  }

  @Test func `one bad answer is noise; three of five are an illness, from the first of them`() {
    var watch = watch()
    var second = look(&watch, "ggggggggb")
    #expect(watch.phase == .holding)
    #expect(watch.troubleSince == start + .seconds(9))
    second = look(&watch, "ggggg", from: second)
    #expect(watch.troubleSince == nil)
    second = look(&watch, "bgbgb", from: second)
    #expect(watch.verdict == .failed(.unhealthy(bad: 3, of: 5)))
    #expect(watch.troubleSince == start + .seconds(15))
  }

  @Test func `flapping too thin for the window is caught by the objective`() {
    var watch = watch(criteria(perMille: 950))
    _ = look(&watch, "gggg" + String(repeating: "gggggb", count: 20))
    #expect(watch.verdict == .failed(.missedObjective(bad: 6, of: 36)))
  }

  @Test func `superseded by something newer is not failure, by something older it is`() {
    var newer = watch()
    var second = look(&newer, "gggggg")
    second = look(&newer, "g", from: second, .replaced(by: other, isOlder: false))
    #expect(newer.verdict == .superseded(by: other))
    var older = watch()
    second = look(&older, "gggggg")
    _ = look(&older, "g", from: second, .replaced(by: other, isOlder: true))
    #expect(older.verdict == .failed(.rolledBack(to: other)))
  }

  @Test func `what did not go live failed; what nobody knows of is unconfirmed`() {
    var failed = watch()
    failed.observe(.failed("the hook said no"), nil, at: start + .seconds(2))
    #expect(failed.verdict == .failed(.didNotGoLive("the hook said no")))
    var unknown = watch()
    for second in Int64(1)...31 {
      unknown.observe(.unknown("no answer"), nil, at: start + .seconds(second))
    }
    guard case .unconfirmed = unknown.verdict else {
      Issue.record("\(unknown.phase)")
      return
    }
    #expect(unknown.live == nil)
  }

  @Test func `deadlines wait while nobody looks, and what nobody looked at did not hold`() {
    var settling = watch()
    var second = look(&settling, "bb" + String(repeating: "-", count: 600) + "g")
    #expect(settling.phase == .settling)
    second = look(&settling, "ggg", from: second)
    #expect(settling.phase == .holding)
    var holding = watch()
    _ = look(&holding, "gggggg" + String(repeating: "-", count: 90) + "gggggggggg")
    guard case .unconfirmed = holding.verdict else {
      Issue.record("\(holding.phase)")
      return
    }
  }

  @Test func `written down and read again after every look it comes to the same verdict`() throws {
    var random = SeededGenerator(seed: 7)
    for _ in 0..<20 {
      let looks = String(
        (0..<160).map { _ in Array("ggggggggggggbso-")[Int.random(in: 0..<16, using: &random)] })
      var whole = watch()
      var kept = watch()
      _ = look(&whole, looks)
      var second: Int64 = 0
      for one in looks {
        second = look(&kept, String(one), from: second)
        kept = try JSONDecoder().decode(HealthWatch.self, from: JSONEncoder().encode(kept))
      }
      #expect(whole == kept)
    }
  }

  @Test func `a clock that jumps back makes nothing younger and ends nothing`() {
    var watch = watch()
    _ = look(&watch, "gggggg")
    watch.observe(
      .live(since: nil), HealthSample(at: start, .well(after: .zero, release: sha)), at: start - .days(3))
    #expect(watch.phase == .holding)
    #expect(watch.nextLook == start + .seconds(7))
  }
}
