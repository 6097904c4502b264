import Charts
import Directory
import Statistics
import Targets

/// What people do around a target's threshold, in sentences and rows that say what they mean.
struct TargetAmountWords {
  private let target: AdoptionTarget
  private let amounts: AmountBehaviour

  /// `nil` where no week says how much people used.
  init?(_ view: TargetView) {
    guard let amounts = view.panel.behaviour.amounts else { return nil }
    target = view.target
    self.amounts = amounts
  }

  private var isOfRequests: Bool { amounts.scale == .requests }

  /// What is counted, and from where.
  var lead: String {
    isOfRequests
      ? "How often those who were active asked for something in a week. Whoever asks only so that the target is met asks once or twice: then there are more who ask once or twice after the announcement than before it, and no more at other numbers."
      : "How much people used in a week, in hundredths of \(target.leastAmount?.words ?? "the least amount"). Whoever uses only what the target wants stops just past it: then there are more just past it after the announcement, fewer just before it, and nothing of the kind at other amounts."
  }

  /// Before and after, beside each other.
  var chart: DistributionChart {
    let (before, after) = (amounts.sums.before, amounts.sums.after)
    let bins = (after ?? before)?.bins ?? []
    func share(_ sums: AmountSums?, _ index: Int) -> DataValue {
      guard let sums, sums.bins.indices.contains(index) else { return .missing }
      return .share(sums.share(of: sums.bins[index]))
    }
    let below = bins.firstIndex { $0.first == 100 } ?? 0
    return DistributionChart(
      id: "amounts",
      title: isOfRequests
        ? "How often those who were active asked in a week, after the announcement and before it."
        : "How much people used in a week, after the announcement and before it.",
      note: isOfRequests
        ? "Share of the weeks of all who were active." : "Share of all weeks of all who are counted.",
      heading: isOfRequests ? "Requests" : "Of what is wanted, %", kind: .share, series: ["After", "Before"],
      bins: bins.enumerated().map { index, bin in
        DistributionChart.Bin(
          bin.text + (bin.hasUnknown ? ", or not known" : ""), [share(after, index), share(before, index)])
      },
      thresholds: isOfRequests ? [] : [DistributionChart.Threshold("counts from here", after: Double(below))],
      empty: "No week can be divided by amounts yet without showing a few people.")
  }

  private func place(_ step: AmountBehaviour.Step) -> String {
    let numbers = step.at == step.justUpTo ? "\(step.at)" : "\(step.at)–\(step.justUpTo)"
    let name = isOfRequests ? "\(numbers) requests" : "\(numbers) % of it"
    return step.isTargets ? "\(name) (the target)" : "\(name) (no target)"
  }

  // MARK: Who just reaches it

  static let reachedColumns = ["Just reached", "Share before", "Share after", "By chance"]

  var reached: [[String]] {
    amounts.steps.map { step in
      func share(_ side: ThresholdCounts.Side?) -> String { side?.share.map(TargetWords.percent) ?? "–" }
      return [
        place(step), share(step.reached?.before), share(step.reached?.after),
        step.likelihood.map(TargetBehaviourWords.often) ?? "–",
      ]
    }
  }

  static let reachedCaption =
    "Of those who reached a number, what share just reached it; beside it how often chance alone would set the two as far apart, with the people of one average week. At numbers of no target nothing should have changed. Fewer than five at the lowest number are counted as two; weeks that are not divided at another are left out."

  // MARK: Excess

  static let excessColumns = ["At", "Excess before", "Excess after", "Weeks"]

  var excess: [[String]] {
    amounts.steps.compactMap { step in
      let (before, after) = (step.excess.before, step.excess.after)
      guard before != nil || after != nil else { return nil }
      return [
        place(step), Self.text(before), Self.text(after), "\(before?.weeks ?? 0), \(after?.weeks ?? 0)",
      ]
    }
  }

  static let excessCaption =
    "Of a hundred people, how many more there are at a number than a smooth curve through the others foresees; the range holds it 95 times in 100 as far as the curve fits. Round numbers have heights of their own. At the lowest numbers there is nothing below to compare with: look at the change, not at the figure."

  private static func text(_ excess: AmountBehaviour.MeanExcess?) -> String {
    guard let excess else { return "–" }
    func text(_ share: Double) -> String {
      (share < 0 ? "−" : "") + Figures.number(abs(share) * 100, decimals: 1)
    }
    return "\(text(excess.share)) (\(text(excess.range.lowerBound)) to \(text(excess.range.upperBound)))"
  }

  // MARK: Jumps of the density

  static let jumpColumns = ["At", "Weeks with a jump before", "Weeks with a jump after"]

  var jumps: [[String]] {
    amounts.steps.compactMap { step in
      guard step.jumps.before != nil || step.jumps.after != nil else { return nil }
      func text(_ jumps: AmountBehaviour.Jumps?) -> String {
        jumps.map { "\($0.jumped) of \($0.weeks)" } ?? "–"
      }
      return [place(step), text(step.jumps.before), text(step.jumps.after)]
    }
  }

  static let jumpCaption =
    "In how many weeks the density of amounts is another just past a number than just before it. By chance one of twenty weeks has such a jump."

  // MARK: In a sentence

  /// What a manager takes away; `nil` where too little is known to say it.
  var verdict: String? {
    guard let own = amounts.steps.first, let reached = own.reached, let before = reached.before.share,
      let after = reached.after.share, let likelihood = own.likelihood
    else { return nil }
    let others = amounts.steps.dropFirst().compactMap(\.likelihood)
    let what = isOfRequests ? "asked once or twice only" : "just reached it"
    let start =
      "Of those who reached the target \(TargetWords.percent(before)) \(what) before it was announced, and \(TargetWords.percent(after)) after."
    if likelihood > 0.05 { return start + " Chance alone could do that: no bunching can be said." }
    let isAlone = others.allSatisfy { $0 > 0.05 }
    let direction = after > before ? "more" : "fewer"
    return start
      + (isAlone
        ? " Chance alone hardly does that, and at numbers of no target nothing changed: since the announcement \(direction) people do just what the target counts. Beginners do so as well as whoever plays for the number; nobody can be told from it."
        : " Chance alone hardly does that, but something changed at numbers of no target as well: it is not the threshold alone.")
  }
}
