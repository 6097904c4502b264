import Judgement
import Ledger
import Schedules
import Testing

@Suite("The judge")
struct JudgeTests {
  private func judge() -> Judge { Judge(policy: .reasoned) }

  @Test("Lines add up to the score as printed, the prior first")
  func sums() throws {
    for judgement in judge().judge([.burning(), .working(), .asking()]) {
      #expect(judgement.evidence.first?.kind == .prior)
      let hundredths = judgement.evidence.map { Int(($0.bits * 100).rounded()) }.reduce(0, +)
      #expect(Int((judgement.bits * 100).rounded()) == hundredths)
      #expect(Set(judgement.evidence.map(\.kind)).count == judgement.evidence.count)
      #expect(judgement.evidence.allSatisfy { !$0.text.isEmpty })
    }
  }

  @Test(
    "Messages every ten minutes that nobody answers and that lead to nothing are a finding, with the figures")
  func burning() throws {
    let judgement = try #require(judge().judge([.burning()]).first)
    #expect(judgement.isFinding)
    let text = judgement.evidence.first { $0.kind == .regularTurns }?.text
    #expect(text?.hasPrefix("20 of 20 messages came 10 min apart") == true)
  }

  @Test("Work that held is none, whatever else there is")
  func held() throws {
    var session = SessionObservations.burning()
    session.states.held = 1
    #expect(judge().judge([session]).first?.isFinding == false)
  }

  @Test("What held counts for nothing if it is filler")
  func filler() throws {
    var session = SessionObservations.burning()
    session.states.held = session.states.unexplained
    session.states.unexplained = 0
    session.commits.all = 2
    session.commits.empty = 2
    #expect(judge().judge([session]).first?.isFinding == true)
  }

  @Test("The same rhythm on a declared schedule is none")
  func declared() throws {
    let schedule = DeclaredSchedule(name: "every night", schedule: try Schedule("0 0 * * *"))
    let judgement = try #require(judge().judge([.burning()], declared: [schedule]).first)
    #expect(!judgement.isFinding)
    #expect(judgement.evidence.contains { $0.kind == .declaredSchedule })
  }

  @Test("Where something could not be seen, nothing counts against anybody")
  func incomplete() throws {
    var unknown = SessionObservations.burning()
    unknown.states.unknown = 1
    var usageOnly = SessionObservations.burning()
    usageOnly.flags.insert(.usageOnly)
    var silent = SessionObservations.burning()
    silent.turns = .init()
    for judgement in judge().judge([unknown, usageOnly, silent]) {
      #expect(!judgement.isFinding)
      #expect(!judgement.isComplete)
      #expect(judgement.evidence.allSatisfy { $0.kind.direction != .againstPurpose })
    }
  }

  @Test(
    "Files that nothing looked at again count where nothing came of them, all of them, and of two or more")
  func abandoned() throws {
    func kinds(_ change: (inout SessionObservations) -> Void) -> Set<EvidenceKind> {
      var session = SessionObservations.burning()
      session.work.edits = 3
      session.work.linesAdded = 40
      session.work.files = 3
      session.work.abandonedFiles = 3
      change(&session)
      return Set(judge().present([session])[0])
    }
    #expect(kinds { _ in }.contains(.abandonedFiles))
    #expect(!kinds { $0.work.abandonedFiles = 2 }.contains(.abandonedFiles))
    #expect(!kinds { ($0.work.files, $0.work.abandonedFiles) = (1, 1) }.contains(.abandonedFiles))
    #expect(!kinds { $0.work.linesLanded = 1 }.contains(.abandonedFiles))
    #expect(!kinds { $0.commits.all = 1 }.contains(.abandonedFiles))
    #expect(!kinds { ($0.states.unexplained, $0.states.explored) = (9, 11) }.contains(.abandonedFiles))
    #expect(!kinds { $0.states.waiting = 1 }.contains(.abandonedFiles))
  }

  @Test("Reading the tool's own records is more than asking a counter", arguments: [0, 1, 4])
  func records(readings: Int) throws {
    var session = SessionObservations.asking()
    session.work.selfReadings = 4
    session.work.recordReadings = readings
    #expect(judge().present([session])[0].contains(.recordReading) == (readings > 0))
  }

  @Test("A round number alone is nothing, and never what makes a finding")
  func round() throws {
    var asked = SessionObservations.asking()
    asked.flags.insert(.justPastRound)
    #expect(judge().judge([asked]) == judge().judge([.asking()]))
    var policy = try EvidencePolicy.builtIn()
    policy.weights[.roundTarget] = 40
    asked.work.selfReadings = 1
    let judgement = try #require(Judge(policy: policy).judge([asked]).first)
    #expect(judgement.bits > 30)
    #expect(!judgement.isFinding)
  }
}

extension SessionObservations {
  static func at(_ hours: Int64, _ name: String) -> SessionObservations {
    let start = Instant(milliseconds: 1_767_225_600_000) + .hours(hours)
    return SessionObservations(
      session: Key128(space: "test/session", name), started: start, ended: start + .hours(1))
  }

  /// A message every ten minutes by a program, answered at length.
  static func burning(_ name: String = "burning") -> SessionObservations {
    var session = at(0, name)
    session.marks = (0..<20).map {
      TurnMark(
        offsetMilliseconds: Int64($0) * 600_000 + ($0 % 3) * 900, trigger: .script, pauseMilliseconds: nil)
    }
    session.turns.script = 20
    session.states.unexplained = 20
    session.answers = Sketch(bins: Array(repeating: 7, count: Sketch.binCount))
    return session
  }

  /// A person's questions, one following from the other; no commit.
  static func asking(_ name: String = "asking") -> SessionObservations {
    var session = at(3, name)
    let pauses: [Int64] = [40, 310, 75, 95]
    session.marks = [TurnMark(offsetMilliseconds: 0, trigger: .person)]
    for pause in pauses {
      let offset = (session.marks.last?.offsetMilliseconds ?? 0) + 30_000 + pause * 1000
      session.marks.append(
        TurnMark(offsetMilliseconds: offset, trigger: .person, pauseMilliseconds: pause * 1000))
    }
    session.turns.person = 5
    session.states.unexplained = 2
    session.states.explored = 3
    session.reading.answers = 4
    session.reading.takenUp = 3
    session.answers = Sketch(bins: Array(repeating: 9, count: Sketch.binCount))
    return session
  }

  static func working(_ name: String = "working") -> SessionObservations {
    var session = asking(name)
    session.states = .init()
    session.states.held = 5
    session.work.edits = 3
    session.work.tests = 2
    session.commits.all = 1
    session.commits.landed = 1
    return session
  }
}
