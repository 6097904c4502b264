import Judgement
import Ledger

/// What was done with answers: whether the next message could have been written by somebody who had read them.
struct ReadingObserver {
  /// By time, without agents' turns.
  private let turns: [TurnFact]
  private let targets: [TurnID: Set<UInt64>]

  init(_ turns: [TurnFact], targets: [TurnID: Set<UInt64>]) {
    self.turns = turns
    self.targets = targets
  }

  /// Twice as fast as anybody skims, and shorter answers than this are taken in at a glance.
  private static let glancedBytesPerSecond: Int64 = 300
  private static let glanceBytes: Int64 = 900
  /// As attribution has it: time in which an answer can be skimmed, and after which a message is a new matter.
  private static let skimmedBytesPerSecond: Int64 = 150
  private static let shortestReading = Duration.seconds(3)
  private static let longestReading = Duration.hours(24)
  /// Overlap of words that chance does not give.
  private static let dependence = 0.06
  /// How alike texts are that repeat one another, and how many bins they have to fill for that to say anything.
  private static let repetition = 0.8
  private static let likeness = 0.4
  private static let echo = 0.4
  private static let fewestPromptBins = 3
  private static let fewestAnswerBins = 8
  /// So many turns are compared with each other.
  private static let mostCompared = 128

  func reading() -> SessionObservations.Reading {
    var reading = SessionObservations.Reading()
    for (turn, next) in zip(turns, turns.dropFirst()) {
      let sharesTargets = targets[turn.id].map { !$0.isDisjoint(with: targets[next.id] ?? []) } ?? false
      if sharesTargets { reading.sameTargets += 1 }
      if let answer = turn.outputSketch, let message = next.promptSketch,
        message.filledBins >= Self.fewestAnswerBins, let likeness = message.similarity(to: answer),
        likeness >= Self.echo
      {
        reading.echoes += 1
      }
      guard next.trigger == .person, !turn.interrupted, turn.outputBytes > 0, let gap = next.gap else {
        continue
      }
      reading.answers += 1
      let glance = Duration.seconds(min(turn.outputBytes / Self.glancedBytesPerSecond, 60))
      if turn.outputBytes > Self.glanceBytes, gap < glance { reading.unread += 1 }
      guard let answer = turn.outputSketch, let question = next.promptSketch,
        let likeness = question.similarity(to: answer)
      else { continue }
      let needed = max(
        Self.shortestReading, .seconds(min(turn.outputBytes / Self.skimmedBytesPerSecond, 120)))
      if likeness >= Self.dependence {
        if gap >= needed, gap <= Self.longestReading { reading.takenUp += 1 }
      } else if likeness == 0, !sharesTargets, question.filledBins >= Self.fewestAnswerBins,
        answer.filledBins >= Self.fewestAnswerBins
      {
        reading.unrelated += 1
      }
    }
    let prompts = turns.compactMap(\.promptSketch)
    reading.repeatedPrompts = repeats(prompts, fewestBins: Self.fewestPromptBins)
    reading.alikePrompts = repeats(prompts, fewestBins: Self.fewestPromptBins, from: Self.likeness)
    reading.repeatedAnswers = repeats(turns.compactMap(\.outputSketch), fewestBins: Self.fewestAnswerBins)
    return reading
  }

  /// How many resemble an earlier one.
  private func repeats(
    _ sketches: [Sketch], fewestBins: Int, from least: Double = Self.repetition
  ) -> Int {
    let told = sketches.prefix(Self.mostCompared).filter { $0.filledBins >= fewestBins }
    var count = 0
    for (place, sketch) in told.enumerated() {
      let isRepeat = told[..<place].contains { earlier in
        earlier == sketch || (sketch.similarity(to: earlier) ?? 0) >= least
      }
      if isRepeat { count += 1 }
    }
    return count
  }
}
