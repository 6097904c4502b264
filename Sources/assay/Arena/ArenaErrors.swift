import Arena
import Judgement
import Ledger
import Statistics

extension PrevalenceErrors {
  /// How the judge erred on people of whom the truth is known, by person-week and by session.
  ///
  /// - Returns: `nil` unless there are people of both sorts.
  init?(of people: [JudgedPerson], policy: EvidencePolicy, measuredOn: String) {
    let sessions = people.map { person in
      let judged = person.sessions.filter(\.isComplete)
      return LabelledPerson(
        purposeless: judged.filter(\.isPerformed).map(\.bits),
        other: judged.filter { !$0.isPerformed }.map(\.bits))
    }
    let weeks = people.map { person in
      let weeks = LabelledWeek.weeks(of: person)
      return LabelledPerson(
        purposeless: weeks.filter(\.isPurposeless).map(\.bits),
        other: weeks.filter { !$0.isPurposeless }.map(\.bits))
    }
    guard let ofWeeks = JudgeErrors(measuredOn: weeks), let ofSessions = JudgeErrors(measuredOn: sessions)
    else {
      return nil
    }
    self.init(policy: policy.version, measuredOn: measuredOn, weeks: ofWeeks, sessions: ofSessions)
  }
}

/// A person's week as ``PersonWeek`` scores it, with its label.
struct LabelledWeek {
  var week: Int64
  var bits: Double
  var isPurposeless: Bool

  /// Those in which something could be judged.
  static func weeks(of person: JudgedPerson) -> [LabelledWeek] {
    Dictionary(grouping: person.sessions) { PersonWeek.week(of: $0.started) }.compactMap { week, sessions in
      guard let bits = sessions.filter(\.isComplete).map(\.bits).max() else { return nil }
      let (performed, all) = sessions.reduce((0, 0)) { ($0.0 + $1.performedTokens, $0.1 + $1.tokens) }
      return LabelledWeek(
        week: week, bits: bits,
        isPurposeless: Double(performed) >= PersonWeek.leastShare * Double(all) && performed > 0)
    }
  }
}
