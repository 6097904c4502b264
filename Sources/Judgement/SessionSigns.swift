import Foundation
import Ledger

/// What one session shows by itself.
struct SessionSigns {
  private(set) var signs: [Sign] = [Sign(.prior)]
  private let session: SessionObservations
  private let thresholds: EvidencePolicy.Thresholds

  /// - Parameter isDeclared: Whether a declared schedule says when it starts; its rhythm then says nothing.
  init(_ session: SessionObservations, thresholds: EvidencePolicy.Thresholds, isDeclared: Bool) {
    self.session = session
    self.thresholds = thresholds
    addOutcome()
    addCommits()
    addReading()
    addRepetition()
    if isDeclared { add(Sign(.declaredSchedule)) } else { addRhythm() }
    addMetering()
    addChain()
    addRecords()
    addPurpose()
  }

  private mutating func add(_ sign: Sign) { signs.append(sign) }

  private mutating func addOutcome() {
    let states = session.states
    let work = session.work
    if states.waiting == 0, states.unexplained > 0 {
      if states.unexplained == states.all {
        add(Sign(.noOutcome, states.unexplained, of: states.all))
      } else if states.unexplained * 2 >= states.all {
        add(Sign(.littleOutcome, states.unexplained, of: states.all))
      }
      if work.edits > 0, work.linesAdded > 0, work.linesLanded == 0, session.commits.all == 0 {
        add(Sign(.vanishedWork, work.linesAdded))
        if work.files >= thresholds.abandonedFiles, work.abandonedFiles == work.files,
          states.unexplained * 2 >= states.all
        {
          add(Sign(.abandonedFiles, work.files))
        }
      }
    }
    if !work.leftSomething { add(Sign(.changedNothing, of: session.turns.all)) }
    if work.linesUndone >= thresholds.fewestUndoneLines,
      Double(work.linesUndone) >= thresholds.undoneShare * Double(work.linesAdded)
    {
      add(Sign(.selfUndoing, work.linesUndone, of: work.linesAdded))
    }
  }

  private mutating func addCommits() {
    let commits = session.commits
    let filler = session.isUnchecked ? commits.filler : 0
    guard commits.all > 0, Double(commits.hollow + filler) >= thresholds.hollowShare * Double(commits.all)
    else {
      return
    }
    let sorts: [(EvidenceKind, Int)] = [
      (.emptyCommits, commits.empty), (.spacingCommits, commits.spacing), (.churnCommits, commits.churn),
      (.fillerCommits, filler), (.copiedCommits, commits.copied),
    ]
    for (kind, count) in sorts where count > 0 { add(Sign(kind, count, of: commits.all)) }
  }

  private mutating func addReading() {
    let reading = session.reading
    if reading.answers >= thresholds.fewestAnswers {
      if Double(reading.unread) >= thresholds.unreadShare * Double(reading.answers) {
        add(Sign(.unreadAnswers, reading.unread, of: reading.answers))
      }
      if Double(reading.unrelated) >= thresholds.unrelatedShare * Double(reading.answers) {
        add(Sign(.unrelatedMessages, reading.unrelated, of: reading.answers))
      }
    }
    // Who is not there answers nothing: neither a person's next message, nor anything done with what was answered.
    if reading.answers == 0, session.answers != nil, !session.work.leftSomething,
      session.turns.interrupted == 0
    {
      add(Sign(.unansweredOutput, session.turns.main))
    }
  }

  private mutating func addRepetition() {
    let turns = session.turns.main
    guard turns > thresholds.fewestRepeats else { return }
    let least = max(Double(thresholds.fewestRepeats), thresholds.repeatShare * Double(turns))
    if Double(session.reading.repeatedPrompts) >= least {
      add(Sign(.repeatedPrompts, session.reading.repeatedPrompts, of: turns))
    } else if Double(session.reading.alikePrompts) >= least {
      add(Sign(.alikePrompts, session.reading.alikePrompts, of: turns))
    }
    if Double(session.reading.repeatedAnswers) >= least {
      add(Sign(.repeatedAnswers, session.reading.repeatedAnswers, of: turns))
    }
  }

  private mutating func addRhythm() {
    let marks = session.marks
    guard marks.count > thresholds.fewestRegularGaps else { return }
    let gaps = zip(marks, marks.dropFirst()).map {
      Double($1.offsetMilliseconds - $0.offsetMilliseconds) / 1000
    }
    guard let rhythm = Rhythm(gaps: gaps, fewest: thresholds.fewestRegularGaps) else { return }
    let kind: EvidenceKind
    if rhythm.spread <= thresholds.regularSpread, rhythm.score >= thresholds.regularScore {
      kind = .regularTurns
    } else if rhythm.count >= thresholds.fewestGaps, rhythm.spread <= thresholds.jitteredSpread,
      rhythm.score >= thresholds.jitteredScore
    {
      kind = .jitteredTurns
    } else {
      return
    }
    add(
      Sign(
        kind, gaps.count { rhythm.holds($0) } + 1, of: marks.count, measure: rhythm.median,
        spread: rhythm.deviation))
  }

  private mutating func addMetering() {
    let work = session.work
    guard work.selfReadings >= max(1, thresholds.selfReadings) else { return }
    let kind: EvidenceKind =
      work.selfReadings >= thresholds.manySelfReadings ? .repeatedSelfMetering : .selfMetering
    add(Sign(kind, work.selfReadings, of: work.selfReadingTurns))
    if work.recordReadings > 0 { add(Sign(.recordReading, work.recordReadings)) }
    if session.flags.contains(.justPastRound) { add(Sign(.roundTarget)) }
  }

  private mutating func addChain() {
    let pairs = session.turns.main - 1
    if session.reading.echoes >= thresholds.fewestEchoes,
      Double(session.reading.echoes) >= thresholds.echoShare * Double(pairs)
    {
      add(Sign(.echoedAnswers, session.reading.echoes, of: pairs))
    }
    guard !session.work.leftSomething else { return }
    let agents = max(session.work.agents, session.turns.agent)
    if agents >= thresholds.deepChainAgents {
      add(Sign(.deepChain, agents))
    } else if agents >= thresholds.chainAgents {
      add(Sign(.closedChain, agents))
    }
  }

  private mutating func addRecords() {
    if session.turns.impossible >= thresholds.impossibleTurns {
      add(Sign(.impossibleTimes, session.turns.impossible, of: session.turns.all))
    }
    if session.flags.contains(.besideGateway) { add(Sign(.gatewayDisagrees)) }
  }

  private mutating func addPurpose() {
    let (states, commits, reading, work) = (session.states, session.commits, session.reading, session.work)
    if session.hasSoundOutcome {
      if states.held > 0 {
        add(Sign(.heldOutcome, states.held, of: states.all))
      } else {
        add(Sign(.freshOutcome, states.fresh, of: states.all))
      }
      if commits.reviewed > 0 { add(Sign(.reviewedOutcome, commits.reviewed, of: commits.all)) }
    }
    if states.open > 0 { add(Sign(.openWork, states.open, of: states.all)) }
    if states.explored > 0 { add(Sign(.exploredAnswers, states.explored, of: states.all)) }
    addPauses()
    if reading.answers > 0, reading.takenUp >= thresholds.fewestTakenUp,
      Double(reading.takenUp) >= thresholds.takenUpShare * Double(reading.answers)
    {
      add(Sign(.answersTakenUp, reading.takenUp, of: reading.answers))
    }
    if work.editsReworked > 0 { add(Sign(.editsReworked, work.editsReworked)) }
    if work.editsRefused > 0 { add(Sign(.editsRefused, work.editsRefused)) }
    if session.turns.interrupted > 0 { add(Sign(.steered, session.turns.interrupted)) }
    if work.tests > 0 { add(Sign(.testsRun, work.tests)) }
    if work.failuresFixed > 0 { add(Sign(.failuresFixed, work.failuresFixed)) }
    if reading.sameTargets > 0 { add(Sign(.sameFiles, reading.sameTargets, of: reading.answers)) }
    if work.outsideCalls + work.requests > 0 { add(Sign(.outsideWork, work.outsideCalls + work.requests)) }
  }

  /// People pause for as long as it takes; how long varies by more than a machine's jitter.
  private mutating func addPauses() {
    let pauses = session.marks.compactMap { mark -> Double? in
      guard mark.trigger == .person, let pause = mark.pauseMilliseconds, pause >= 2000 else { return nil }
      return Double(pause) / 1000
    }
    guard pauses.count >= thresholds.fewestPauses else { return }
    let logarithms = pauses.map { log($0) }
    let mean = logarithms.reduce(0, +) / Double(logarithms.count)
    let variance = logarithms.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(logarithms.count - 1)
    guard variance >= thresholds.pauseVariation * thresholds.pauseVariation else { return }
    add(Sign(.pausesForThought, pauses.count, measure: pauses.sorted()[pauses.count / 2]))
  }
}
