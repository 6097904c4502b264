import ArgumentParser
import Foundation
import Judgement
import Ledger
import LedgerSQLite

/// Times how long it takes to judge an organisation's sessions of a year: streamed out of the ledger, person by person.
struct JudgingCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "judging", abstract: "Time judging the sessions of many people, and of one of them.",
    discussion: "What is not in the ledger yet is made up first, day by day, as it comes in.")

  @Option(help: "How many people.") var people = 10_000
  @Option(help: "Working days, on each of which everybody has two sessions.") var days = 250
  @Argument(help: "The ledger to make or to use again.") var ledger: String

  func run() throws {
    if !FileManager.default.fileExists(atPath: ledger) { try make() }
    let store = try SQLiteLedger(path: ledger)
    let judge = Judge(policy: try .builtIn())
    print("step\tsessions\tseconds\tprocessor seconds\tpeak MB")
    try time("rows read") {
      var count = 0
      try store.forEachAccount(nil) { _, sessions in count += sessions.count }
      return count
    }
    try time("and decoded") {
      var count = 0
      try store.forEachAccount(nil) { _, sessions in
        count += sessions.lazy.compactMap { SessionObservations($0) }.count
      }
      return count
    }
    var findings = 0
    try time("and judged") {
      var count = 0
      try store.forEachAccount(nil) { _, sessions in
        let scores = judge.score(sessions.compactMap { SessionObservations($0) })
        findings += scores.count(where: \.isFinding)
        count += scores.count
      }
      return count
    }
    print("findings\t\(findings)")
    try timeOne(store, judge)
  }

  /// What somebody waits for who asks for their own page.
  private func timeOne(_ store: SQLiteLedger, _ judge: Judge) throws {
    let clock = ContinuousClock()
    var times: [Duration] = []
    for number in 0..<min(people, 200) {
      let account = Self.account(number * (people / min(people, 200)))
      times.append(
        try clock.measure {
          try store.forEachAccount([account]) { _, sessions in
            _ = judge.judge(sessions.compactMap { SessionObservations($0) })
          }
        })
    }
    times.sort()
    func milliseconds(_ share: Double) -> Double {
      (times[Int(share * Double(times.count - 1))] / .microseconds(1)).rounded() / 1000
    }
    print("one person, with words\tp50 \(milliseconds(0.5)) ms\tp99 \(milliseconds(0.99)) ms")
  }

  private func time(_ name: String, _ body: () throws -> Int) throws {
    let clock = ContinuousClock()
    let processor = Self.processorSeconds()
    var count = 0
    let wall = try clock.measure { count = try body() }
    let used = Self.processorSeconds() - processor
    print(
      "\(name)\t\(count)\t\(Self.tenths(wall / .seconds(1)))\t\(Self.tenths(used))\t\(Self.peakMegabytes())")
  }

  private static func tenths(_ value: Double) -> Double { (value * 10).rounded() / 10 }

  private static func processorSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  /// The most that was resident at any time, as the system counts it.
  private static func peakMegabytes() -> Int {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? ""
    return (line.split(separator: " ").compactMap { Int($0) }.first ?? 0) / 1024
  }
}

// MARK: Made up

extension JudgingCommand {
  private static func account(_ number: Int) -> AccountID { AccountID(rawValue: Int64(number) + 2) }

  private func make() throws {
    let store = try SQLiteLedger(path: ledger)
    let stamp = DerivationStamp(attribution: 1, prices: "bench", policy: "bench")
    for day in 0..<days {
      var batches: [FactBatch] = []
      var derived: [DerivedSession] = []
      for person in 0..<people {
        var batch = FactBatch()
        batch.account = Self.account(person)
        for number in 0..<2 {
          let session = MadeUpSession(person: person, day: day, number: number)
          batch.sessions.append(session.fact)
          derived.append(session.derived)
        }
        batches.append(batch)
      }
      try store.append(batches, surviving: .crash)
      let due = try store.due(at: Instant(milliseconds: 1_780_000_000_000), stamp: stamp)
      try store.replaceDerived(derived, due: due, places: [], stamp: stamp)
    }
  }
}

/// A session as people have them: some turns with pauses between, a message or two that are long enough to be compared.
private struct MadeUpSession {
  var fact: SessionFact
  var derived: DerivedSession

  init(person: Int, day: Int, number: Int) {
    var chance = SplitMix(state: UInt64(person) << 32 | UInt64(day) << 8 | UInt64(number))
    let start = Instant(
      milliseconds: 1_736_121_600_000 + Int64(day) * 86_400_000 + .random(in: 0..<40_000_000, using: &chance))
    let name = "\(person)-\(day)-\(number)"
    fact = SessionFact(
      id: Key128(space: "bench/session", name), tool: .claudeCode, name: name, started: start,
      ended: start + .hours(1))
    var observed = SessionObservations(session: fact.id, started: start, ended: start + .hours(1))
    let turns = Int.random(in: 1...8, using: &chance)
    observed.turns.person = turns
    observed.states.held = Bool.random(using: &chance) ? turns : 0
    observed.states.unexplained = turns - observed.states.held
    observed.work.edits = Int.random(in: 0...6, using: &chance)
    observed.work.linesAdded = observed.work.edits * 12
    observed.work.tests = Int.random(in: 0...2, using: &chance)
    observed.reading.answers = turns - 1
    observed.reading.takenUp = (turns - 1) / 2
    var offset: Int64 = 0
    for turn in 0..<turns {
      let pause = Int64.random(in: 4_000...400_000, using: &chance)
      observed.marks.append(
        TurnMark(
          offsetMilliseconds: offset, trigger: .person, pauseMilliseconds: turn == 0 ? nil : pause))
      offset += pause + .random(in: 5_000...90_000, using: &chance)
      if Bool.random(using: &chance) {
        observed.messages.append(MessagePrint(low: chance.next(), high: chance.next()))
      }
    }
    observed.prompts = Self.sketch(&chance)
    observed.answers = Self.sketch(&chance)
    derived = DerivedSession(
      summary: DerivedSession.Summary(
        session: fact, repository: nil, project: "", turns: Int64(turns), commits: [], reason: "",
        nextChange: nil),
      cells: [], digest: chance.next(), observations: observed.coded())
  }

  private static func sketch(_ chance: inout SplitMix) -> Sketch {
    Sketch(bins: (0..<Sketch.binCount).map { _ in UInt16.random(in: 0..<Sketch.emptyBin, using: &chance) })
  }
}
