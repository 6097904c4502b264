import Judgement
import Ledger
import Testing

/// What must be so of every judgement, on sessions made up at random.
@Suite("Laws of judging")
struct LawTests {
  private let judge: Judge

  init() throws { judge = Judge(policy: try .builtIn()) }

  @Test("More tokens for the same behaviour change no finding", arguments: 0..<20)
  func volume(seed: UInt64) {
    var sessions = SessionObservations.made(60, seed: seed)
    let before = judge.judge(sessions)
    // All that judging knows of amounts is whether they end just past a round number.
    for place in sessions.indices { sessions[place].flags.formSymmetricDifference(.justPastRound) }
    let after = judge.judge(sessions)
    #expect(before.map(\.isFinding) == after.map(\.isFinding))
    let differing = zip(before, after).flatMap { a, b in
      Set(a.evidence.map(\.kind)).symmetricDifference(b.evidence.map(\.kind))
    }
    #expect(Set(differing).isSubset(of: [.roundTarget]))
  }

  @Test("Whose sessions they are changes nothing", arguments: 0..<20)
  func permutation(seed: UInt64) {
    let sessions = SessionObservations.made(60, seed: seed)
    var others = sessions
    for place in others.indices {
      others[place].account = AccountID(rawValue: 77)
      others[place].session = Key128(space: "test/other", "\(place)")
    }
    #expect(judge.judge(sessions).map(\.evidence) == judge.judge(others).map(\.evidence))
    #expect(judge.score(sessions).map(\.isFinding) == judge.judge(sessions).map(\.isFinding))
    #expect(judge.score(sessions).map(\.bits) == judge.judge(sessions).map(\.bits))
    #expect(judge.present(sessions) == judge.judge(sessions).map { $0.evidence.map(\.kind) })
  }

  @Test("What is not known moves a session towards unknown, never towards purposeless", arguments: 0..<20)
  func missing(seed: UInt64) {
    let sessions = SessionObservations.made(12, seed: seed)
    let prior = judge.policy.weight(of: .prior)
    let removals: [(inout SessionObservations) -> Void] = [
      { $0.states.unknown += 1 },
      { $0.flags.insert(.usageOnly) },
      { $0.turns = .init() },
      { $0.states = .init() },
    ]
    for remove in removals {
      for place in sessions.indices {
        var changed = sessions
        remove(&changed[place])
        let after = judge.judge(changed)[place]
        #expect(after.bits <= prior)
        #expect(!after.isFinding && !after.isComplete)
      }
    }
  }

  @Test("Times and texts that were not recorded are evidence of nothing against anybody", arguments: 0..<20)
  func unrecorded(seed: UInt64) {
    let sessions = SessionObservations.made(60, seed: seed)
    var silent = sessions
    for place in silent.indices {
      silent[place].marks = []
      silent[place].prompts = nil
      silent[place].answers = nil
      silent[place].messages = []
    }
    for (before, after) in zip(judge.judge(sessions), judge.judge(silent)) {
      let against = Set(after.evidence.map(\.kind).filter { $0.direction == .againstPurpose })
      #expect(against.isSubset(of: before.evidence.map(\.kind)))
      #expect(!after.isFinding || before.isFinding || !before.evidence.allSatisfy { $0.bits >= 0 })
    }
  }

  @Test("What is stored is what was observed, in a few hundred bytes", arguments: 0..<20)
  func coding(seed: UInt64) {
    let sessions = SessionObservations.made(60, seed: seed)
    for session in sessions {
      let stored = ObservedSession(
        session: session.session, account: session.account, observed: session.coded())
      #expect(SessionObservations(stored) == session)
      #expect(stored.observed.count < 800)
      for length in 0..<(session.marks.count == 1 ? stored.observed.count : 0) {
        let cut = ObservedSession(
          session: session.session, account: session.account, observed: Array(stored.observed[..<length]))
        #expect(SessionObservations(cut) == nil)
      }
    }
  }
}

extension SessionObservations {
  /// One person's sessions of every sort, in the order of time.
  static func made(_ count: Int, seed: UInt64) -> [SessionObservations] {
    var chance = Dice(state: seed &+ 1)
    return (0..<count).map { place in
      var session = at(Int64(place) * 3, "made \(seed) \(place)")
      let trigger: TurnTrigger = chance.one(in: 2) ? .person : .script
      let turns = 1 + chance.below(14)
      let isEven = chance.one(in: 3)
      var offset: Int64 = 0
      for turn in 0..<turns {
        session.marks.append(
          TurnMark(
            offsetMilliseconds: offset, trigger: trigger,
            pauseMilliseconds: turn == 0 || trigger != .person ? nil : Int64(chance.below(400_000))))
        offset += isEven ? 600_000 + Int64(chance.below(4000)) : Int64(1000 + chance.below(3_000_000))
      }
      if trigger == .person { session.turns.person = turns } else { session.turns.script = turns }
      session.turns.agent = chance.below(4) * chance.below(4)
      switch chance.below(5) {
      case 0: session.states.held = turns
      case 1:
        session.states.explored = 1
        session.states.unexplained = turns - 1
      case 2: session.states.waiting = turns
      default: session.states.unexplained = turns
      }
      if chance.one(in: 3) {
        session.work.edits = chance.below(9)
        session.work.linesAdded = chance.below(90)
        session.work.linesUndone = chance.below(session.work.linesAdded + 1)
        session.work.tests = chance.below(3)
        session.commits.all = chance.below(3)
        session.commits.empty = chance.below(session.commits.all + 1)
      }
      session.work.selfReadings = chance.one(in: 4) ? chance.below(6) : 0
      session.work.selfReadingTurns = min(session.work.selfReadings, turns)
      session.reading.answers = trigger == .person ? turns - 1 : 0
      session.reading.unread = chance.below(session.reading.answers + 1)
      session.reading.takenUp = chance.below(session.reading.answers + 1)
      session.reading.repeatedPrompts = chance.below(turns)
      let text = chance.one(in: 3) ? 1 : place
      session.prompts = Sketch(
        bins: (0..<Sketch.binCount).map { UInt16(truncatingIfNeeded: $0 * 31 + text * 977) })
      session.answers = Sketch(bins: (0..<Sketch.binCount).map { _ in UInt16(chance.below(60_000)) })
      session.messages = (0..<chance.below(turns + 1)).map { _ in
        chance.one(in: 2)
          ? MessagePrint(low: 7, high: 9) : MessagePrint(low: chance.next(), high: chance.next())
      }
      session.work.recordReadings = chance.below(session.work.selfReadings + 1)
      session.work.files = min(session.work.edits, chance.below(4))
      session.work.abandonedFiles = chance.below(session.work.files + 1)
      if chance.one(in: 5) { session.flags.insert(.justPastRound) }
      return session
    }
  }
}

/// SplitMix64 (Steele, Lea and Flood, 2014).
struct Dice {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  mutating func below(_ bound: Int) -> Int { bound <= 0 ? 0 : Int(next() % UInt64(bound)) }
  mutating func one(in count: Int) -> Bool { below(count) == 0 }
}
