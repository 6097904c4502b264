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
    router.get("/target") { _, context in try page(context) }
  }

  private func page(_ context: AssayContext) throws -> Response {
    _ = try sight.ask(.adoptionTarget, on: .organisation, context)
    guard let shown = try reading.shown() else {
      return layout.page(
        "Adoption target", at: Self.address, for: context.caller,
        PagePart.heading("Adoption target", TargetReading.none))
    }
    let sections = TargetSections(shown)
    return layout.page(
      "Adoption target", at: Self.address, for: context.caller,
      PagePart.heading(shown.view.target.name, sections.words.goal + ".") + sections.reached
        + sections.behaviour + sections.groups + sections.rules)
  }
}

/// The pieces of pages that show a target. None of them says how far it is reached without what it does.
struct TargetSections {
  let words: TargetWords
  private let view: TargetView

  init(_ shown: TargetReading.Shown) {
    words = TargetWords(shown)
    view = shown.view
  }

  /// For pages about something else: where the organisation stands, and what the target does.
  var overview: String {
    PagePart.section(
      view.target.name,
      PagePart.paragraph("\(words.goal). \(words.standing)") + behaviour
        + PagePart.link(TargetPages.address, "All weeks and teams"))
  }

  // MARK: Of its own page

  /// Stands before ``behaviour`` on the page of the target.
  fileprivate var reached: String {
    PagePart.section(
      "How far it is reached",
      PagePart.paragraph(words.standing) + PagePart.paragraph(words.forecast)
        + PageTable(
          caption:
            "Share of those counted who asked for something themselves, by week: from those seen to be active to those who may have been.",
          columns: TargetWords.weekColumns, rows: words.weeks, empty: "No week has been counted yet."
        ).html
        + PageTable(
          caption: "Where the rate is likely to be if nothing changes.",
          columns: ["Week", "Rate", "In four of five cases between"],
          rows: view.forecast.map {
            [
              "\($0.week)", TargetWords.percent($0.rate),
              "\(TargetWords.percent($0.least)) and \(TargetWords.percent($0.most))",
            ]
          }, empty: ""
        ).html)
  }

  fileprivate var behaviour: String {
    PagePart.section(
      "What the target does",
      PagePart.paragraph(words.behaviour)
        + PageTable(
          caption:
            "On how many days of a week people used AI; one person in one week is one. The target counts from \(view.target.leastDays) on.",
          columns: TargetWords.daysColumns, rows: words.days,
          empty: "No week can be divided by days yet without showing a few people."
        ).html
        + PageTable(
          caption:
            "What the organisation spent, and what is known to have come of it four weeks later. “No outcome is known” says that none was found or that records do not suffice, and is no judgement.",
          columns: TargetWords.spendColumns, rows: words.spend, empty: ""
        ).html
        + PageTable(
          caption:
            "Adoption beside what of the spend held, week by week; 100 is the mean of the weeks before the announcement.",
          columns: TargetWords.divergenceColumns, rows: words.divergence,
          empty: "No week has been counted yet."
        ).html)
  }

  fileprivate var groups: String {
    PagePart.section(
      "By team",
      PageTable(
        caption:
          "The last week that was counted, in steps of five or ten points, by name. \(FrozenWeek.whyMissing)",
        columns: TargetWords.groupColumns, rows: words.groups, empty: "No team can be shown."
      ).html)
  }

  fileprivate var rules: String {
    let former = view.former.map { target in
      [
        target.name, "\(target.percent) %", target.announced.day, target.ended?.day ?? "–",
        target.sentence(words.names),
      ]
    }
    return PagePart.section(
      "Who is counted, and how",
      PagePart.paragraph(
        "Counted is \(view.target.eligibility.words(words.names)) with at least one working day in the week that is no leave; whoever works part-time counts as one. Active is who asked an AI tool for something on at least \(Figures.counted(view.target.leastDays, "day")); what agents, schedules and scripts do makes nobody active. Of whom nothing could be seen, it is not known: they are in the upper bound of the rate, and not in the lower."
      )
        + PagePart.paragraph(
          "A week is counted once, two days after it is over, and never again. Nobody is named, and nobody’s week can be worked out: docs/targets.md says how."
        )
        + PageTable(
          caption: "Targets before this one.", columns: ["Target", "Share", "Announced", "Ended", "What"],
          rows: former, empty: "There was no target before."
        ).html)
  }
}
