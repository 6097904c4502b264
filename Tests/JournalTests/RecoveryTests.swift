import Effects
import Journal
import TestCorpus
import Testing

struct RecoveryTests {
  private let settings = Recovery.Settings(
    mostAttempts: 3, mostAsks: 4, settling: .seconds(90), pause: .seconds(1), longestPause: .seconds(5))

  private func action(
    _ effect: EffectClass, attempts: Int = 1, since: Duration = .seconds(1), finding: EffectFinding? = nil,
    asked: Int = 0, isWhole: Bool = true, isStopped: Bool = false
  ) -> Recovery.Action {
    Recovery.action(
      for: .init(
        effect: effect, attempts: attempts, sinceSent: since, finding: finding, asked: asked,
        isWhole: isWhole, isStopped: isStopped), settings)
  }

  @Test func `each class of effect is seen to in its own way`() {
    #expect(action(.pure) == .resend)
    #expect(action(.keyed) == .resend)
    #expect(action(.queryable) == .ask)
    #expect(action(.queryable, finding: .happened(deployed), asked: 1) == .conclude(deployed))
    #expect(action(.queryable, finding: .didNotHappen, asked: 1) == .wait(.seconds(89)))
    #expect(action(.queryable, since: .seconds(90), finding: .didNotHappen, asked: 2) == .resend)
    #expect(action(.queryable, finding: .cannotTell, asked: 1) == .wait(.seconds(1)))
    #expect(action(.queryable, finding: .cannotTell, asked: 3) == .wait(.seconds(4)))
    guard case .leaveUncertain = action(.queryable, finding: .cannotTell, asked: 4) else {
      Issue.record("it was asked on")
      return
    }
    guard case .leaveUncertain = action(.blind) else {
      Issue.record("blind")
      return
    }
    guard case .giveUp = action(.keyed, attempts: 3) else {
      Issue.record("tried for ever")
      return
    }
  }

  @Test func `whatever is known, nothing blind, stopped, not whole or tried too often is sent off again`() {
    var generator = SeededGenerator(seed: 11)
    var resent = 0
    for _ in 0..<20_000 {
      let findings: [EffectFinding?] = [nil, .happened(deployed), .didNotHappen, .cannotTell]
      let situation = Recovery.Situation(
        effect: EffectClass.allCases.randomElement(using: &generator) ?? .blind,
        attempts: Int.random(in: 0...5, using: &generator),
        sinceSent: .seconds(Int64.random(in: -5...200, using: &generator)),
        finding: findings.randomElement(using: &generator) ?? nil,
        asked: Int.random(in: 0...100, using: &generator), isWhole: Bool.random(using: &generator),
        isStopped: Bool.random(using: &generator))
      let action = Recovery.action(for: situation, settings)
      if action == .resend {
        resent += 1
        #expect(situation.effect != .blind && situation.isWhole && !situation.isStopped)
        #expect(situation.attempts < 3)
        if situation.effect == .queryable {
          #expect(situation.finding == .didNotHappen && situation.sinceSent >= .seconds(90))
        }
      }
      if case .happened = situation.finding { #expect(action == .conclude(deployed)) }
      if case .wait(let pause) = action { #expect(pause > .zero && pause <= .seconds(95)) }
    }
    #expect(resent > 500)
  }

  /// A peer that a request reaches late: it was sent, the sender died, and it comes in at some moment within the time
  /// limit of requests.
  @Test(arguments: 0..<200)
  func `a request that arrives late is not made a second time`(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    var arrivals = [Duration.milliseconds(Int64.random(in: 0...89_999, using: &generator))]
    if Bool.random(using: &generator) { arrivals = [] }
    var now = Duration.zero
    var asked = 0
    var effects = 0
    var attempts = 1
    for _ in 0..<100 {
      let isThere = arrivals.contains { $0 <= now }
      let isDown = Int.random(in: 0..<10, using: &generator) == 0
      let finding: EffectFinding? =
        asked == 0 ? nil : isDown ? .cannotTell : isThere ? .happened(deployed) : .didNotHappen
      switch action(.queryable, attempts: attempts, since: now, finding: finding, asked: asked) {
      case .ask: asked += 1
      case .wait(let pause):
        now += pause
        asked += 1
      case .resend:
        attempts += 1
        arrivals.append(now)
      case .conclude:
        effects = arrivals.count
      case .leaveUncertain: effects = max(1, arrivals.count)
      case .giveUp: Issue.record("given up")
      }
      if effects > 0 { break }
    }
    #expect(effects == 1)
  }
}
