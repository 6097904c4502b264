import Charts
import Statistics
import Targets

/// What statistics say of what a target does, in sentences and rows.
struct TargetBehaviourWords {
  private let behaviour: TargetBehaviour

  init(_ behaviour: TargetBehaviour) { self.behaviour = behaviour }

  /// What all of it is, and is not.
  static let caution =
    "None of this is causal: other things change as well. Of several figures held against other dates one or another is far out by chance."

  // MARK: At the threshold

  static let thresholdColumns = ["Of those who reached it", "Before", "After"]

  var threshold: [[String]] {
    guard let counts = behaviour.threshold else { return [] }
    let (before, after) = (counts.sides.before, counts.sides.after)
    func row(_ title: String, _ figure: (ThresholdCounts.Side) -> String?) -> [String] {
      [title, figure(before) ?? "–", figure(after) ?? "–"]
    }
    let days = counts.days
    let just =
      days.lowerBound == days.upperBound
      ? Figures.counted(days.lowerBound, "day") : "\(days.lowerBound)–\(days.upperBound) days"
    return [
      row("just reached it: \(just)") { "\($0.justReached)" }, row("went beyond") { "\($0.beyond)" },
      row("share that just reached it") { $0.share.map(TargetWords.percent) },
      row("weeks") { "\($0.weeks)" },
    ]
  }

  var thresholdSentence: String {
    guard let counts = behaviour.threshold else {
      return "Who just reached it cannot be told from who went beyond: weeks are not divided so finely."
    }
    guard let likelihood = counts.likelihood else { return "" }
    return
      "By chance alone the two shares would be as far apart \(Self.often(likelihood)), reckoned as if each person came once. A target that is met for its own sake has more who just reach it; so has one that brings beginners."
  }

  // MARK: Before and after, and other dates

  static let changeColumns = ["Figure", "Change", "Range", "As great at other dates"]

  var changes: [[String]] {
    behaviour.changes.map { one in
      [
        Self.name(of: one.figure), Self.points(one.change.difference),
        one.change.range.map {
          "\(Self.points($0.lowerBound)) to \(Self.points($0.upperBound))"
        } ?? "–",
        "\(one.change.placebosAsGreat) of \(one.change.placebos.count)",
      ]
    }
  }

  static let changeCaption =
    "The mean of the \(TargetBehaviour.weeksCompared) weeks after the announcement, less that of the \(TargetBehaviour.weeksCompared) before it; beside it, at how many dates at which nothing was announced the difference is as great. The range holds the change nine times in ten, as far as those dates go; with fewer than \(ChangeOverTime.fewestForRange) of them there is none."

  static func name(of figure: TargetChange.Figure) -> String {
    switch figure {
    case .active: "active"
    case .justReached: "just reached its days, of those who did"
    case .justEnough: "just reached its amount, of those who did"
    case .excess: "excess at the threshold"
    case .spendWithoutOutcome: "spend without a known outcome"
    case .spendHeld: "spend that held"
    }
  }

  // MARK: Whatever else was announced

  static let calendarColumns = ["Announced", "What", "Figure", "Change", "As great at other dates"]

  var calendar: [[String]] {
    behaviour.calendar.flatMap { one -> [[String]] in
      let start = [one.announcement.at.day, one.announcement.what]
      guard !one.changes.isEmpty else { return [start + ["–", "too few weeks of its own", "–"]] }
      return one.changes.map { change in
        start + [
          Self.name(of: change.figure), Self.points(change.change.difference),
          "\(change.change.placebosAsGreat) of \(change.change.placebos.count)",
        ]
      }
    }
  }

  static let calendarCaption =
    "Former targets and what the organisation declared, each with the \(TargetBehaviour.weeksCompared) weeks before and after it in which nothing else was announced."

  // MARK: Divergence

  /// One for each outcome.
  var divergences: [String] {
    behaviour.divergences.map { one in
      let outcome =
        switch one.outcome {
        case .spendHeld: "the share of spend that held"
        case .changesHeld: "the number of changes that held"
        }
      let range =
        one.divergence.range.map {
          ", or \(Self.times($0.lowerBound)) to \(Self.times($0.upperBound)) as weeks vary"
        } ?? "; with fewer than four weeks on a side it has no range"
      return
        "Adoption grew \(Self.times(one.divergence.factor)) as much as \(outcome)\(range) (1 is: both went together)."
    }
  }

  private static func times(_ factor: Double) -> String { "\(Figures.number(factor, decimals: 2)) times" }

  static func points(_ share: Double) -> String {
    let points = Int((share * 100).rounded())
    return points > 0 ? "+\(points) points" : points < 0 ? "−\(-points) points" : "0 points"
  }

  static func often(_ likelihood: Double) -> String {
    likelihood < 0.001
      ? "less than once in 1,000 times" : "\(Int((likelihood * 100).rounded(.up))) times in 100"
  }
}
