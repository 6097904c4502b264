import Ledger
import Schedules
import Testing

@testable import Judgement

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

  // MARK: Messages

  private func told(_ number: Int, _ messages: [MessagePrint]) -> SessionObservations {
    var session = SessionObservations.at(Int64(number) * 29, "told \(number)")
    session.turns.person = max(messages.count, 1)
    session.states.unexplained = session.turns.person
    session.messages = messages
    return session
  }

  private static func prints(_ count: Int, seed: UInt64) -> [MessagePrint] {
    var chance = Dice(state: seed)
    return (0..<count).map { _ in MessagePrint(low: chance.next(), high: chance.next()) }
  }

  @Test(
    "Messages that come in session after session are found, from the second time on", arguments: [2, 3, 4, 9])
  func recurring(count: Int) throws {
    let standing = Self.prints(2, seed: 1) + Self.prints(1, seed: 1)
    let sessions = (0..<count).map { told($0, standing) } + [told(40, Self.prints(3, seed: 2))]
    let found = try kinds(sessions)
    #expect(found[0].isDisjoint(with: [.recurringMessages, .mostlyRecurringMessages]))
    #expect(found[1..<count].allSatisfy { $0.contains(.mostlyRecurringMessages) == (count >= 4) })
    #expect(found[count].isDisjoint(with: [.recurringMessages, .mostlyRecurringMessages]))
  }

  @Test("One message that opens every session, before new ones, is some and not most of it")
  func opening() throws {
    let opening = Self.prints(1, seed: 3)
    let found = try kinds(
      (0..<8).map { told($0, opening + Self.prints(5, seed: 10 + UInt64($0))) })
    #expect(
      found[1...].allSatisfy { $0.contains(.recurringMessages) && !$0.contains(.mostlyRecurringMessages) })
  }

  @Test("Who works from saved prompts, each once, is told from who sends the same again and again")
  func savedPrompts() throws {
    let saved = Self.prints(4, seed: 4)
    let found = try kinds((0..<8).map { told($0, saved) })
    #expect(found.allSatisfy { !$0.contains(.mostlyRecurringMessages) })
    #expect(found[1...].allSatisfy { $0.contains(.recurringMessages) })
  }

  @Test("Messages that lead somewhere now and then are a tool of the trade", arguments: [0, 1, 2, 5])
  func useful(count: Int) throws {
    let again = Self.prints(1, seed: 5) + Self.prints(1, seed: 5) + Self.prints(1, seed: 5)
    let sessions = (0..<8).map { place in
      var session = told(place, again)
      if place < count { (session.states.held, session.states.unexplained) = (3, 0) }
      return session
    }
    let found = try kinds(sessions)
    #expect(found[1...].allSatisfy { $0.contains(.mostlyRecurringMessages) == (count * 4 < 8) })
  }

  @Test("What a declared schedule starts recurs as it should")
  func declaredMessages() throws {
    let schedule = DeclaredSchedule(name: "all", schedule: try Schedule("* * * * *"))
    let sessions = (0..<8).map { told($0, Self.prints(3, seed: 1)) }
    let found = Judge(policy: .reasoned).present(sessions, declared: [schedule]).map(Set.init)
    #expect(found.allSatisfy { $0.isDisjoint(with: [.recurringMessages, .mostlyRecurringMessages]) })
  }

  @Test("Prints are as alike as the sketches they are of, and short messages have none", arguments: 0..<40)
  func likeness(differing: Int) throws {
    var chance = Dice(state: UInt64(differing))
    let bins = (0..<Sketch.binCount).map { _ in UInt16(chance.below(60_000)) }
    var others = bins
    for place in 0..<min(differing, Sketch.binCount) { others[place] = UInt16(chance.below(60_000)) }
    let (one, other) = (Sketch(bins: bins), Sketch(bins: others))
    let print = try #require(MessagePrint(one))
    let otherPrint = try #require(MessagePrint(other))
    let likeness = print.similarity(to: otherPrint)
    let expected = try #require(one.similarity(to: other))
    #expect(likeness >= expected && likeness <= expected + 0.25)
    var short = Array(repeating: Sketch.emptyBin, count: Sketch.binCount)
    for place in 0..<min(differing, Sketch.binCount) { short[place] = bins[place] }
    #expect((MessagePrint(Sketch(bins: short)) != nil) == (differing >= MessagePrint.fewestBins))
  }
}
