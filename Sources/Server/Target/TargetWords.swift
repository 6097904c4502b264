import Charts
import Directory
import Ledger
import Targets
import Visibility

/// The adoption target in sentences and rows: what the page and AI tools say of it.
struct TargetWords {
  let view: TargetView
  let names: GroupNames

  init(_ shown: TargetReading.Shown) { (view, names) = (shown.view, shown.names) }

  var statistics: TargetBehaviourWords { TargetBehaviourWords(view.panel.behaviour) }

  var amounts: TargetAmountWords? { TargetAmountWords(view) }
  var rollout: RolloutWords? { view.panel.rollout.map { RolloutWords($0, names) } }

  var goal: String { view.target.sentence(names) }

  /// Where the organisation stands.
  var standing: String {
    let ended = view.target.ended.map { " It ended on \($0.day); no further week is counted." } ?? ""
    guard let week = view.latest else {
      return "No week has been counted yet: the first is, two days after it is over.\(ended)"
    }
    guard let rate = week.rate else { return "\(week.week): too few people to be shown.\(ended)" }
    let verdict =
      switch rate.verdict(on: week.target.percent) {
      case .reached: "The target of \(week.target.percent) % was reached."
      case .notReached: "The target of \(week.target.percent) % was not reached."
      case .cannotBeSaid:
        "Whether the target of \(week.target.percent) % was reached cannot be said: of too many nothing could be seen, or it is shown in steps only."
      }
    return "\(week.week): \(rate.text) were active. \(verdict)\(counts(of: week))\(ended)"
  }

  private func counts(of week: TargetView.OrganisationWeek) -> String {
    guard let counts = week.counts else { return "" }
    return
      " Of \(counts.eligible) who are counted \(counts.active.text) were seen to be active and \(counts.inactive.text) not; of \(counts.notConnected.text) nothing could be seen. \(counts.partTime.text) of them work part-time and count as one each. \(counts.away.text) were on leave all week and are not counted."
  }

  /// What the next weeks may bring.
  var forecast: String {
    guard let last = view.forecast.last else {
      return "With fewer than \(Forecast.fewestWeeks) weeks nothing is forecast."
    }
    return
      "If nothing changes, \(last.week) is likely to be at \(Self.percent(last.rate)), and in four of five such cases between \(Self.percent(last.least)) and \(Self.percent(last.most))."
  }

  /// What stands on each page beside a target, in a sentence.
  var behaviour: String {
    let panel = view.panel
    guard panel.weeks.before > 0 else {
      return
        "Of the time before it was announced no week is counted in the same way, so that nothing can be said of what it changed."
    }
    return
      "The \(Figures.counted(panel.weeks.before, "week")) before it was announced beside the \(Figures.counted(panel.weeks.after, "week")) after. That one thing came after another does not say that it came of it."
      + (panel.countedOtherwise > 0
        ? " \(Figures.counted(panel.countedOtherwise, "week is", "weeks are")) left out, in which others were counted."
        : "")
  }

  // MARK: Rows

  static let weekColumns = [
    "Week", "Rate", "Wanted", "Counted", "Active", "Not active", "Not seen", "Part-time", "On leave",
  ]

  /// The latest week first.
  var weeks: [[String]] {
    view.weeks.reversed().map { week in
      [
        "\(week.week)", week.rate?.text ?? "too few people", "\(week.target.percent) %",
        week.counts.map { "\($0.eligible)" } ?? "–",
      ]
        + [
          week.counts?.active, week.counts?.inactive, week.counts?.notConnected, week.counts?.partTime,
          week.counts?.away,
        ].map { $0?.text ?? "–" }
    }
  }

  static let groupColumns = ["Team", "Rate", "People counted"]

  /// By name: the order says nothing else.
  var groups: [[String]] {
    view.groups.map { [names.name(of: $0.group), $0.rate.text, $0.eligible.rawValue] }.sorted {
      $0[0] < $1[0]
    }
  }

  static let daysColumns = ["Days of use in a week", "Before", "Share before", "After", "Share after"]

  var days: [[String]] {
    let (before, after) = (view.panel.days.before, view.panel.days.after)
    return (after ?? before)?.bins.enumerated().map { index, bin in
      let first = index == 0 && (before?.hasNotConnected == true || after?.hasNotConnected == true)
      func figures(_ sums: DaySums?) -> [String] {
        guard let sums, sums.bins.indices.contains(index) else { return ["–", "–"] }
        let bin = sums.bins[index]
        return ["\(bin.personWeeks)", Self.percent(sums.share(of: bin))]
      }
      return [first ? "\(bin.text), or not seen" : bin.text] + figures(before) + figures(after)
    } ?? []
  }

  static let spendColumns = ["Spend of settled weeks", "Before", "After"]

  var spend: [[String]] {
    let (before, after) = (view.panel.spend.before, view.panel.spend.after)
    func row(_ title: String, _ figure: (SpendSums) -> String?) -> [String] {
      [title, figure(before) ?? "–", figure(after) ?? "–"]
    }
    func known(_ sums: SpendSums, _ cost: NanoDollars) -> String? {
      sums.settledWeeks > 0 ? cost.dollars : nil
    }
    return [
      row("Cost at list price") { known($0, $0.total) },
      row("of which no outcome is known") { known($0, $0.notLinked) },
      row("share without a known outcome") { $0.notLinkedShare.map(Self.percent) },
      row("of which held") { $0.held.map(\.dollars) },
      row("share that held") { $0.heldShare.map(Self.percent) },
      row("changes that held") { $0.heldChanges.map { "\($0)" } },
      row("weeks that are settled") { "\($0.settledWeeks)" },
      row("weeks not settled yet") { "\($0.openWeeks)" },
      row("weeks that cannot be shown") { "\($0.hiddenWeeks)" },
    ]
  }

  static let divergenceColumns = [
    "Week", "Side", "Active", "Active, of before", "Spend that held", "Spend, of before",
    "Changes that held", "Changes, of before",
  ]

  var divergence: [[String]] {
    view.panel.divergence.map { week in
      [
        "\(week.week)", week.side.rawValue, week.adoption?.text ?? "–", Self.index(week.adoptionIndex),
        week.isSettled ? week.spend.heldShare.map(Self.percent) ?? "–" : "not settled yet",
        Self.index(week.heldIndex), week.spend.heldChanges.map { "\($0)" } ?? "–",
        Self.index(week.changesIndex),
      ]
    }
  }

  static func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }
  private static func index(_ index: Double?) -> String { index.map { "\(Int($0.rounded()))" } ?? "–" }
}

extension TargetWords {
  /// All of it as text, for AI tools.
  var text: String {
    let parts: [String] = [
      "\(view.target.name): \(goal).", standing, forecast, "What the target does. \(behaviour)",
      table("People by days of use (one person in one week is one)", Self.daysColumns, days),
      table("Spend and what is known to have come of it", Self.spendColumns, spend),
      table(
        "Adoption beside what held (100: the mean of the weeks before)", Self.divergenceColumns, divergence),
      statistics.divergences.joined(separator: " "),
      table(
        "At the threshold. \(statistics.thresholdSentence)", TargetBehaviourWords.thresholdColumns,
        statistics.threshold),
      table(TargetBehaviourWords.changeCaption, TargetBehaviourWords.changeColumns, statistics.changes),
      aroundThreshold, announced, teamByTeam,
      TargetBehaviourWords.caution,
      table("By week", Self.weekColumns, weeks),
      table("By team, last counted week. \(FrozenWeek.whyMissing)", Self.groupColumns, groups),
    ]
    return parts.filter { !$0.isEmpty }.joined(separator: "\n\n")
  }

  private func table(_ title: String, _ columns: [String], _ rows: [[String]]) -> String {
    let lines = ([columns] + rows).map { $0.joined(separator: " | ") }
    return "\(title)\n" + lines.joined(separator: "\n")
  }

  private var aroundThreshold: String {
    guard let amounts else { return "" }
    return [
      "Around the threshold. \(amounts.lead) \(amounts.verdict ?? "")",
      table(TargetAmountWords.reachedCaption, TargetAmountWords.reachedColumns, amounts.reached),
      table(TargetAmountWords.excessCaption, TargetAmountWords.excessColumns, amounts.excess),
    ].joined(separator: "\n")
  }

  private var announced: String {
    let rows = statistics.calendar
    return rows.isEmpty
      ? "" : table(TargetBehaviourWords.calendarCaption, TargetBehaviourWords.calendarColumns, rows)
  }

  private var teamByTeam: String {
    guard let rollout else { return "" }
    return (rollout.sentences + [table(RolloutWords.caption, RolloutWords.columns, rollout.rows)])
      .joined(separator: "\n")
  }
}

extension Instant {
  /// The day in UTC.
  var day: String { CalendarDay(containing: self).description }
}
