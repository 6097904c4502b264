import Charts
import Directory
import Hummingbird
import Ledger
import Targets
import Visibility

/// The adoption target, with what it does: for everybody who may see the organisation's totals.
struct TargetPages: Sendable {
  let reading: TargetReading
  let sight: Sight
  let layout: PageLayout

  static let address = "/target"

  func add(to router: Router<AssayContext>) {
    router.get("/target") { request, context in try page(request, context) }
  }

  private func page(_ request: Request, _ context: AssayContext) throws -> Response {
    _ = try sight.ask(.adoptionTarget, on: .organisation, context)
    guard let shown = try reading.shown() else {
      return try layout.page(
        "Adoption target", at: Self.address, request, context,
        .heading("Adoption target", TargetReading.none))
    }
    return try layout.page(
      "Adoption target", at: Self.address, request, context, TargetSections(shown).whole(request))
  }
}

/// The pieces of pages that show a target. None of them that others can use says how far it is reached without what it
/// does.
struct TargetSections {
  private let words: TargetWords
  private let view: TargetView
  private let charts: TargetCharts

  init(_ shown: TargetReading.Shown) {
    words = TargetWords(shown)
    view = shown.view
    charts = TargetCharts(view: shown.view)
  }

  /// A page of its own.
  func whole(_ request: Request) -> PageContent {
    .heading(view.target.name, words.goal + ".") + reached(request) + behaviour(request) + amounts + sureness
      + calendar + rollout + groups(request) + rules
  }

  /// For pages about something else: where the organisation stands, and what the target does.
  var overview: PageContent {
    .section(
      view.target.name,
      .paragraph("\(words.goal). \(words.standing)") + .chart(charts.rate)
        + .link(TargetPages.address, "All weeks and teams"))
      + .section(
        "What the target does",
        .paragraph(words.behaviour) + .chart(charts.days) + .table(spendCounts)
          + .table(divergenceCounts(of: words.divergence)))
  }

  private func reached(_ request: Request) -> PageContent {
    let weeks = words.weeks
    let pages = RowPages(request, of: weeks.count, size: 8, parameter: "weeks")
    return .section(
      "How far it is reached",
      .chart(charts.rate) + .sentences([words.standing, words.forecast])
        + .table(
          DataTable(
            id: "weeks",
            caption:
              "Share of those counted who asked for something themselves: from those seen to be active to those who may have been. The latest week first.",
            heads: TargetWords.weekColumns, texts: Array(weeks[pages.range]),
            empty: "No week has been counted yet."))
        + pages.links("Weeks", at: TargetPages.address))
  }

  private func behaviour(_ request: Request) -> PageContent {
    let pages = RowPages(request, of: words.divergence.count, size: 8, parameter: "divergence")
    return .section(
      "What the target does",
      .paragraph(words.behaviour) + .chart(charts.days)
        + .table(
          DataTable(
            id: "days-counts",
            caption:
              "On how many days of a week people used AI; one person in one week is one. The target counts from \(view.target.leastDays) on.",
            heads: TargetWords.daysColumns, texts: words.days,
            empty: "No week can be divided by days yet without showing a few people."))
        + .table(spendCounts) + .chart(charts.divergence)
        + .table(divergenceCounts(of: Array(words.divergence.reversed()[pages.range])))
        + pages.links("Weeks", at: TargetPages.address))
  }

  /// Around the threshold, and around thresholds of no target.
  private var amounts: PageContent {
    guard let amounts = words.amounts else {
      return .section(
        "Around the threshold",
        .paragraph(
          "How much people use is said of organisations of fifty people and more, in weeks that were counted since it is."
        ))
    }
    let jumps: PageContent =
      amounts.jumps.isEmpty
      ? .nothing
      : .table(
        DataTable(
          id: "jumps", caption: TargetAmountWords.jumpCaption, heads: TargetAmountWords.jumpColumns,
          texts: amounts.jumps))
    return .section(
      "Around the threshold",
      .sentences([amounts.lead] + [amounts.verdict].compactMap(\.self)) + .chart(amounts.chart)
        + .table(
          DataTable(
            id: "just-enough", caption: TargetAmountWords.reachedCaption,
            heads: TargetAmountWords.reachedColumns, texts: amounts.reached))
        + .table(
          DataTable(
            id: "excess", caption: TargetAmountWords.excessCaption, heads: TargetAmountWords.excessColumns,
            texts: amounts.excess, empty: "It takes weeks with fifty active people whose requests are known.")
        )
        + jumps)
  }

  private var calendar: PageContent {
    let rows = words.statistics.calendar
    guard !rows.isEmpty else { return .nothing }
    return .section(
      "What else was announced",
      .table(
        DataTable(
          id: "calendar", caption: TargetBehaviourWords.calendarCaption,
          heads: TargetBehaviourWords.calendarColumns, texts: rows))
        + .paragraph(TargetBehaviourWords.caution))
  }

  private var rollout: PageContent {
    guard let rollout = words.rollout else { return .nothing }
    return .section(
      "Team by team",
      .sentences(rollout.sentences)
        + .table(
          DataTable(
            id: "rollout", caption: RolloutWords.caption, heads: RolloutWords.columns, texts: rollout.rows))
        + .table(
          DataTable(
            id: "rollout-teams", caption: "When each team was told.", heads: ["Team", "Announced"],
            texts: rollout.teams)))
  }

  private var sureness: PageContent {
    .section(
      "How sure that is",
      .sentences([words.statistics.thresholdSentence] + words.statistics.divergences)
        + .table(
          DataTable(
            id: "threshold", caption: "Person-weeks that just reach the target’s days, and those beyond.",
            heads: TargetBehaviourWords.thresholdColumns, texts: words.statistics.threshold,
            empty: "Weeks are not divided by days so finely."))
        + .table(
          DataTable(
            id: "changes", caption: TargetBehaviourWords.changeCaption,
            heads: TargetBehaviourWords.changeColumns, texts: words.statistics.changes,
            empty: "Too few weeks are known around the announcement."))
        + .paragraph(TargetBehaviourWords.caution))
  }

  private var spendCounts: DataTable {
    DataTable(
      id: "spend",
      caption:
        "What the organisation spent, and what is known to have come of it four weeks later. “No outcome is known” says that none was found or that records do not suffice, and is no judgement.",
      heads: TargetWords.spendColumns, texts: words.spend)
  }

  private func divergenceCounts(of rows: [[String]]) -> DataTable {
    DataTable(
      id: "divergence-counts",
      caption:
        "Adoption beside what held, week by week, in counts; 100 is the mean of the weeks before the announcement.",
      heads: TargetWords.divergenceColumns, texts: rows, empty: "No week has been counted yet.")
  }

  private func groups(_ request: Request) -> PageContent {
    let groups = words.groups
    let pages = RowPages(request, of: groups.count, size: 30, parameter: "teams")
    return .section(
      "By team",
      .table(
        DataTable(
          id: "teams",
          caption:
            "The last week that was counted, in steps of five or ten points, by name. \(FrozenWeek.whyMissing)",
          heads: TargetWords.groupColumns, texts: Array(groups[pages.range]),
          empty: "No team can be shown.")) + pages.links("Teams", at: TargetPages.address))
  }

  private var rules: PageContent {
    let former = view.former.map { target in
      [
        target.name, "\(target.percent) %", target.announced.day, target.ended?.day ?? "–",
        target.sentence(words.names),
      ]
    }
    return .section(
      "Who is counted, and how",
      .sentences([
        "Counted: \(view.target.eligibility.words(words.names)), with at least one working day in the week that is no leave; whoever works part-time counts as one.",
        "Active: who asked an AI tool for something on at least \(Figures.counted(view.target.leastDays, "day")). What agents, schedules and scripts do makes nobody active.",
        "Of whom nothing could be seen, it is not known: they are in the upper bound of the rate, and not in the lower.",
        "A week is counted once, two days after it is over, and never again. Nobody is named, and nobody’s week can be worked out from what is shown.",
      ])
        + .table(
          DataTable(
            id: "former", caption: "Targets before this one.",
            heads: ["Target", "Share", "Announced", "Ended", "What"], texts: former,
            empty: "There was no target before.")))
  }
}
