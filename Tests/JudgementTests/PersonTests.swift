import Judgement
import Ledger
import Testing

@Suite("Sessions of one person together")
struct PersonTests {
  private func kinds(_ sessions: [SessionObservations]) throws -> [Set<EvidenceKind>] {
    Judge(policy: .reasoned).present(sessions).map(Set.init)
  }

  private func asked(_ name: String, text: Int, at minutes: Double) -> SessionObservations {
    var session = SessionObservations.at(0, name)
    session.started = session.started.map { $0 + .milliseconds(Int64(minutes * 60_000)) }
    session.marks = [TurnMark(offsetMilliseconds: 0, trigger: .script)]
    session.turns.script = 1
    session.states.unexplained = 1
    session.prompts = Sketch(
      bins: (0..<Sketch.binCount).map { UInt16(truncatingIfNeeded: ($0 + 1) * 701 + text * 7919) })
    return session
  }

  @Test("Nearly the same messages again and again are found, others are not")
  func duplicates() throws {
    var sessions = (0..<5).map { asked("same \($0)", text: 1, at: Double($0 * $0) * 130) }
    // A few words differ.
    for place in sessions.indices { sessions[place].prompts?.bins[place] = 3 }
    sessions += (0..<5).map { asked("other \($0)", text: 10 + $0, at: 6000 + Double($0 * $0) * 97) }
    let found = try kinds(sessions)
    #expect(found[..<5].allSatisfy { $0.contains(.duplicateSessions) })
    #expect(found[5...].allSatisfy { !$0.contains(.duplicateSessions) })
  }

  @Test(
    "Starts that a machine keeps are told from a person's, and the breaks between do not matter",
    arguments: [(0.0, EvidenceKind.regularStarts), (0.3, .jitteredStarts)])
  func starts(_ jitter: Double, _ kind: EvidenceKind) throws {
    // Thirty minutes, by day.
    var chance = Dice(state: 5)
    let offsets = (0..<48).map { _ in Double(chance.below(2001) - 1000) / 1000 }
    let sessions = (0..<48).map { place in
      let day = Double(place / 16) * 1440
      let minute = Double(place % 16) * 30 + offsets[place] * jitter * 15
      return asked("start \(place)", text: place, at: day + minute)
    }
    // The widest jitter may put a few out of step.
    #expect(try kinds(sessions).count { $0.contains(kind) } >= 38)
    let gaps: [Double] = [3, 41, 7, 190, 12, 66, 2, 25, 9, 480, 17, 5, 33, 88, 4, 260]
    var minute = 0.0
    let human = gaps.enumerated().map { place, gap in
      minute += gap
      return asked("human \(place)", text: 100 + place, at: minute)
    }
    #expect(try kinds(human).allSatisfy { $0.isDisjoint(with: [.regularStarts, .jitteredStarts]) })
  }

  @Test("An agent's own session is judged as the one that started it")
  func agents() throws {
    let burning = SessionObservations.burning()
    var agent = SessionObservations.at(1, "agent")
    agent.turns.agent = 3
    agent.states.unexplained = 3
    agent.parent = burning.session
    agent.flags.insert(.hasParent)
    var deeper = agent
    deeper.session = Key128(space: "test/session", "deeper")
    deeper.parent = agent.session
    let judgements = Judge(policy: .reasoned).judge([burning, agent, deeper])
    #expect(judgements.map(\.session) == [burning.session, agent.session, deeper.session])
    #expect(judgements.allSatisfy { $0.isFinding && $0.evidence == judgements[0].evidence })
    agent.parent = nil
    let alone = Judge(policy: .reasoned).judge([burning, agent])
    #expect(!alone[1].isFinding && !alone[1].isComplete)
  }

  @Test("A timeline that is there twice to the millisecond was copied; a clock's is not")
  func timelines() throws {
    var first = SessionObservations.asking("first")
    first.marks = [0, 61_234, 192_871, 200_119, 431_005, 777_777].map {
      TurnMark(offsetMilliseconds: $0, trigger: .person)
    }
    var second = first
    second.session = Key128(space: "test/session", "second")
    second.started = second.started.map { $0 + .hours(40) }
    #expect(try kinds([first, second]).allSatisfy { $0.contains(.copiedTimeline) })
    for place in first.marks.indices { first.marks[place].offsetMilliseconds = Int64(place) * 600_000 }
    second.marks = first.marks
    #expect(try kinds([first, second]).allSatisfy { !$0.contains(.copiedTimeline) })
  }
}
