package import Charts
import Ledger
import Statistics

extension DemandReport {
  /// What is likely to be asked of each model.
  package var forecastTable: DataTable {
    let all = rows + [cost]
    return DataTable(
      id: "demand",
      caption:
        "The next \(Figures.counted(ahead, "week")) together, from \(Figures.counted(weeks, "whole week")). The range holds four cases of five, if what comes is like what was; classes of tokens have different prices and are not added up.",
      columns: [
        DataColumn("Model"), DataColumn("Class"), DataColumn("A week so far", .number(unit: "", decimals: 0)),
        DataColumn("Ahead", .number(unit: "", decimals: 0), hasIntervals: true),
        DataColumn("Of it purposeful", .number(unit: "", decimals: 0), hasIntervals: true),
        DataColumn("If the target went", .number(unit: "", decimals: 0), hasIntervals: true),
      ],
      rows: all.map { row in
        [
          .text(row.model), .text(row.tokenClass), .number(row.weekly.rounded()),
          Self.value(row.forecast?.total),
          Self.value(row.purposeful), Self.value(row.withoutTarget),
        ]
      }, empty: "Nothing was used.")
  }

  private static func value(_ amount: SeriesForecast.Amount?) -> DataValue {
    guard let amount else { return .missing }
    return amount.range.map { .interval(Interval(amount.value, from: $0.lowerBound, to: $0.upperBound)) }
      ?? .number(amount.value)
  }

  /// What all of it took, and the unexplained part.
  package var footprintTable: DataTable {
    let kinds: [(String, String, (Footprint) -> Footprint.Spread, Double)] = [
      ("Energy", "kWh", \.energyWattHours, 1000), ("Water", "l", \.waterMillilitres, 1000),
      ("Carbon", "kg CO₂e", \.carbonGrams, 1000),
    ]
    let whole = [("All use", Optional(footprint))]
    let compared = comparedFootprint.map { [("Of weeks whose outcomes are known", Optional($0))] } ?? []
    let parts: [(name: String, footprint: Footprint?)] =
      whole + compared + [("The unexplained part", unexplainedFootprint)]
    return DataTable(
      id: "footprint",
      caption:
        "By published figures for other models and data centres, from the least to the most that they allow: no provider publishes them for these calls. Version \(coefficients.version).",
      columns: [DataColumn("What"), DataColumn("Unit")]
        + parts.map { DataColumn($0.name, .number(unit: "", decimals: 2), hasIntervals: true) },
      rows: kinds.map { name, unit, spread, divisor in
        [.text(name), .text(unit)]
          + parts.map { _, footprint -> DataValue in
            guard let footprint else { return .missing }
            let spread = spread(footprint)
            return .interval(
              Interval(spread.middle / divisor, from: spread.low / divisor, to: spread.high / divisor))
          }
      })
  }

  /// Spend against what was committed to, one sentence for each commitment.
  package var commitmentSentences: [String] {
    commitments.map { Self.sentence($0.outlook, name: $0.commitment.name) }
  }

  private static func sentence(_ commitment: CommitmentOutlook, name: String?) -> String {
    let subject = name.map { "“\($0)”: of" } ?? "Of"
    let start = "\(subject) \(commitment.committed.text) committed, \(commitment.spent.text) are spent"
    guard let forecast = commitment.forecast else {
      return "\(start); of too few weeks to say how it will end."
    }
    let end = "at its end it is likely to be \(text(forecast.value))"
    guard let range = forecast.range else { return "\(start); \(end)." }
    let words =
      switch commitment.standing {
      case .below: "less than was committed to"
      case .above: "more than was committed to"
      case .open, .unknown: "it may go either way"
      }
    return
      "\(start); \(end) (\(text(range.lowerBound)) to \(text(range.upperBound)) in four of five cases): \(words)."
  }

  private static func text(_ dollars: Double) -> String {
    NanoDollars(Int64((min(dollars, 9e9) * Double(NanoDollars.perDollar)).rounded())).text
  }

  /// What is likely to be spent in all, in a sentence.
  package var costSentence: String {
    guard let total = cost.forecast?.total else {
      return
        "Of \(Figures.counted(weeks, "whole week")) nothing is forecast: \(SeriesForecast.fewestWeeks) are the least."
    }
    func words(_ amount: SeriesForecast.Amount) -> String {
      amount.range.map {
        "\(Self.text(amount.value)), in four of five cases between \(Self.text($0.lowerBound)) and \(Self.text($0.upperBound))"
      } ?? "\(Self.text(amount.value)); of too few weeks for a range"
    }
    let start = "Over the next \(Figures.counted(ahead, "week")) likely to be spent: \(words(total))."
    let purposeful = cost.purposeful.map { " Of it purposeful: \(words($0))." } ?? ""
    let without = cost.withoutTarget.map { " If the target went: \(words($0))." } ?? ""
    return start + purposeful + without
  }

  package var json: JSONValue {
    .object([
      ("weeks", .integer(Int64(weeks))), ("ahead", .integer(Int64(ahead))),
      ("demand", .array((rows + [cost]).map(Self.json))),
      (
        "commitment",
        commitments.first.map(Self.json) ?? .null
      ), ("commitments", .array(commitments.map(Self.json))),
      (
        "footprint",
        .object([
          ("version", .string(coefficients.version)), ("all", Self.json(footprint)),
          ("compared", comparedFootprint.map { Self.json($0) } ?? .null),
          ("unexplained", unexplainedFootprint.map { Self.json($0) } ?? .null),
        ])
      ),
    ])
  }

  private static func json(_ one: Outlook) -> JSONValue {
    .object([
      ("name", .optional(one.commitment.name)),
      ("from", .string("\(CalendarDay(containing: one.commitment.from))")),
      ("until", .string("\(CalendarDay(containing: one.commitment.until - .milliseconds(1)))")),
      ("committed_nano_usd", .integer(one.outlook.committed.count)),
      ("spent_nano_usd", .integer(one.outlook.spent.count)), ("at_end_usd", json(one.outlook.forecast)),
      ("standing", .string(one.outlook.standing.rawValue)),
    ])
  }

  private static func json(_ row: Row) -> JSONValue {
    .object([
      ("model", .string(row.model)), ("class", .string(row.tokenClass)), ("weekly", .number(row.weekly)),
      ("ahead", json(row.forecast?.total)), ("purposeful", json(row.purposeful)),
      ("without_target", json(row.withoutTarget)),
      ("weeks", .array(row.forecast?.weeks.map { json($0) } ?? [])),
    ])
  }

  private static func json(_ amount: SeriesForecast.Amount?) -> JSONValue {
    guard let amount else { return .null }
    return .object([
      ("value", .number(amount.value)), ("low", amount.range.map { .number($0.lowerBound) } ?? .null),
      ("high", amount.range.map { .number($0.upperBound) } ?? .null),
    ])
  }

  private static func json(_ footprint: Footprint) -> JSONValue {
    func json(_ spread: Footprint.Spread) -> JSONValue {
      .object([
        ("low", .number(spread.low)), ("middle", .number(spread.middle)), ("high", .number(spread.high)),
      ])
    }
    return .object([
      ("energy_wh", json(footprint.energyWattHours)), ("water_ml", json(footprint.waterMillilitres)),
      ("carbon_g", json(footprint.carbonGrams)),
      ("missing_classes", .integer(Int64(footprint.missingClasses))),
    ])
  }

  /// For a terminal of so many columns.
  package func text(columns: Int) -> String {
    var lines = Display.wrap(forecastTable.caption, to: columns) + [""]
    for row in rows + [cost] {
      let unit = row.tokenClass
      lines.append("\(row.model), \(unit)")
      let ahead = row.forecast.map { Self.words($0.total) } ?? "of too few weeks to say"
      var parts = ["\(Figures.tokens(Int64(row.weekly.rounded()))) a week so far; ahead \(ahead)"]
      if let amount = row.purposeful { parts.append("purposeful \(Self.words(amount))") }
      if let amount = row.withoutTarget { parts.append("if the target went \(Self.words(amount))") }
      lines += Display.wrap(parts.joined(separator: "; "), to: columns, indent: "  ", hanging: "    ")
    }
    for sentence in commitmentSentences { lines += [""] + Display.wrap(sentence, to: columns) }
    lines += [""] + Display.wrap(footprintTable.caption, to: columns) + footprintTable.lines.map { "  " + $0 }
    return lines.map { $0 + "\n" }.joined()
  }

  private static func words(_ amount: SeriesForecast.Amount) -> String {
    func short(_ value: Double) -> String { Figures.tokens(Int64(min(value, 9e18).rounded())) }
    return amount.range.map { "\(short(amount.value)) (\(short($0.lowerBound)) to \(short($0.upperBound)))" }
      ?? short(amount.value)
  }
}
