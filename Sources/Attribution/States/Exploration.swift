import Ledger

/// Recorded signs that a person worked with an answer. Volume and time of day are none (law 5).
enum Exploration {
  /// Slower than anybody skims: bytes of answer a second.
  private static let skimmedBytesPerSecond: Int64 = 150
  private static let shortestReading = Duration.seconds(3)
  /// A follow-up after this long is a new piece of work.
  private static let longestReading = Duration.hours(24)
  /// Overlap of the follow-up's words with the answer's that chance does not give.
  private static let dependence = 0.06

  /// What was observed, in plain words; `nil` if nothing was.
  static func observable(
    of turn: TurnFact, next: TurnFact?, edits: [EditFact], targets: Set<UInt64>, nextTargets: Set<UInt64>
  ) -> String? {
    if edits.contains(where: { $0.changedByPerson && $0.wasApplied }) {
      return "the person changed the proposed edit before accepting it"
    }
    guard let next, next.trigger == .person, !turn.interrupted, turn.outputBytes > 0, let gap = next.gap
    else {
      return nil
    }
    let reading = max(shortestReading, .seconds(min(turn.outputBytes / skimmedBytesPerSecond, 120)))
    guard gap >= reading, gap <= longestReading else { return nil }
    if let answer = turn.outputSketch, let question = next.promptSketch,
      let likeness = question.similarity(to: answer), likeness >= dependence
    {
      return "the person's next message takes up the answer after time to read it"
    }
    if !targets.isDisjoint(with: nextTargets) {
      return "the person followed up on the same files after time to read the answer"
    }
    return nil
  }
}
