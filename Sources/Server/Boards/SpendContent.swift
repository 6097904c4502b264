import Boards
import Charts
import Ledger
import Statistics

/// What groups spent, against their budgets; and the organisation's use beside two figures of the press.
struct SpendContent {
  private let reading: BoardReading

  init(_ reading: BoardReading) { self.reading = reading }

  var content: PageContent {
    .section("Against budgets", .table(budgets))
      + .section(
        "Against what the press says",
        .paragraph(Self.caveats)
          + (reading.yearly.map { .table(Self.table(of: $0)) }
            ?? .paragraph("Nothing of the organisation is published yet to hold beside them.")))
  }

  private var budgets: DataTable {
    DataTable(
      id: "budgets",
      caption:
        "Budgets are limits on calls through the gateway. What was spent is of all use at list price, by closed weeks; a whole window is forecast as weeks like the last thirteen.",
      columns: [
        DataColumn("Group"), DataColumn("Budget", .money), DataColumn("Window"), DataColumn("A week", .money),
        DataColumn("A whole window, as it goes", .money, hasIntervals: true),
        DataColumn("Against the budget", .words), DataColumn("Weeks published", .count),
        DataColumn("Weeks not published", .count),
      ],
      rows: reading.budgets.map { budget in
        let start: [DataValue] = [.text(budget.name), .money(budget.amount), .text(budget.window.rawValue)]
        guard let outlook = budget.outlook else {
          return start + [.withheld, .withheld, .text("cannot be told"), .count(0), .missing]
        }
        let forecast = outlook.forecast?.range.flatMap { range in
          outlook.forecast.map {
            DataValue.interval(Interval($0.value, from: range.lowerBound, to: range.upperBound))
          }
        }
        return start + [
          .money(Self.money(outlook.weekly)), forecast ?? .missing, .text(outlook.standing.words),
          .count(outlook.published), .count(outlook.missing),
        ]
      }, empty: "There are no budgets in money of the organisation, a team or an application.")
  }

  private static func money(_ dollars: Double) -> NanoDollars {
    NanoDollars(Int64((min(dollars, 9e9) * Double(NanoDollars.perDollar)).rounded()))
  }

  // MARK: The press

  private static let caveats = """
    In 2026 the press named two figures for what an engineer paid $500,000 a year should use: 4 million tokens, and \
    $250,000 worth of tokens. They cannot both be meant: together they are $62,500 a million tokens, far beyond any list \
    price. Neither says which class of tokens counts, nor what it is to buy. They are shown because they are asked about, \
    as lines beside the whole organisation; neither is a target, and nothing here is of a person.
    """

  private static func table(of yearly: YearlyUse) -> DataTable {
    let dollars: (Double) -> String = { money($0).text }
    let tokens: (Double) -> String = { Figures.tokens(Int64(min($0, 9e18))) }
    var rows = [
      ["Cost at list price", text(yearly.dollars, dollars), money(Double(YearlyUse.pressDollars)).text]
    ]
    for (place, name) in classes.enumerated() {
      guard let bounds = yearly.tokens[place] else { continue }
      rows.append([
        "Tokens: \(name)", text(bounds, tokens),
        "\(Figures.tokens(YearlyUse.pressTokens)), of classes that it does not name",
      ])
    }
    return DataTable(
      id: "benchmarks",
      caption:
        "For one active person in a year, if all weeks were like the \(Figures.counted(yearly.weeks, "closed week")) that this is made of. How many are active is published as a band, so that each figure is a range. Token classes have different prices and are not added up.",
      heads: ["Measure", "The organisation", "The press"], texts: rows)
  }

  /// In the order of ``TokenCounts/classes``.
  private static let classes = [
    "input", "cache read", "cache write, 5 minutes", "cache write, 1 hour", "output", "reasoning, of output",
  ]

  private static func text(_ bounds: YearlyUse.Bounds, _ text: (Double) -> String) -> String {
    bounds.least.map { "\(text($0)) to \(text(bounds.most))" } ?? "at most \(text(bounds.most))"
  }
}

extension SpendOutlook.Standing {
  fileprivate var words: String {
    switch self {
    case .below: "below it"
    case .above: "above it"
    case .open: "may go either way"
    case .unknown: "cannot be told"
    }
  }
}
