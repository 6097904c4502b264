import Ledger
import Testing

@testable import Judgement

/// What other sessions of a person say of one.
@Suite struct HabitTests {
  private let judge = Judge(policy: .reasoned)

  private func kinds(_ sessions: [SessionObservations]) -> [Set<EvidenceKind>] {
    judge.present(sessions).map(Set.init)
  }

  private static let habits: Set<EvidenceKind> = [
    .markedSessions, .manyMarkedSessions, .mostlyMarkedSessions,
  ]

  private func session(_ number: Int, _ make: (String) -> SessionObservations) -> SessionObservations {
    var session = make("\(number)")
    session.started = Instant(milliseconds: 1_780_000_000_000 + Int64(number) * 40_000_000)
    return session
  }

  @Test(arguments: [(2, false), (3, true), (8, true)])
  func `a few marked sessions are no habit`(marked: Int, isHabit: Bool) {
    let sessions =
      (0..<marked).map { session($0) { .burning($0) } } + [
        session(40) { .asking($0) }, session(41) { .asking($0) },
      ]
    let last = kinds(sessions)[marked]
    // A session of which something came is no part of it, whatever the others are.
    let isOpen = last.contains { $0.family == .outcome }
    #expect(!last.isDisjoint(with: Self.habits) == (isHabit && isOpen))
    #expect(!kinds(sessions)[0].isDisjoint(with: Self.habits) == (marked - 1 >= 3))
  }

  @Test func `what came to something is judged by itself`() {
    let sessions = (0..<8).map { session($0) { .burning($0) } } + [session(40) { .working($0) }]
    #expect(kinds(sessions)[8].isDisjoint(with: Self.habits))
  }

  @Test(arguments: 1...6)
  func `what is missing of others never adds to it`(missing: Int) {
    let sessions =
      (0..<5).map { session($0) { .burning($0) } } + (10..<16).map { session($0) { .asking($0) } }
    var partly = sessions
    for place in 5..<5 + missing {
      partly[place].states = SessionObservations.StateCounts()
      partly[place].states.unknown = 1
    }
    let (whole, part) = (judge.judge(sessions), judge.judge(partly))
    for place in sessions.indices where sessions[place] == partly[place] {
      #expect(part[place].bits <= whole[place].bits)
    }
  }

  @Test func `a habit alone makes no finding`() {
    var policy = EvidencePolicy.reasoned
    policy.weights[.mostlyMarkedSessions] = 40
    // Nothing came of it, and that is all that it shows itself.
    var quiet = session(40) { .burning($0) }
    quiet.marks = []
    quiet.answers = nil
    quiet.prompts = nil
    quiet.reading = SessionObservations.Reading()
    let judged = Judge(policy: policy).judge((0..<8).map { session($0) { .burning($0) } } + [quiet])[8]
    #expect(judged.evidence.contains { $0.kind == .mostlyMarkedSessions } && judged.bits > policy.findingBits)
    #expect(!judged.isFinding)
  }
}
