import Account
import Charts
import Directory
import Ledger
import Targets
import Visibility

/// The adoption target for programs: with what it does, as everywhere.
struct TargetJSON {
  private let view: TargetView
  private let names: GroupNames

  init(_ shown: TargetReading.Shown) { (view, names) = (shown.view, shown.names) }

  private static let format = "assay-target/1"

  /// Where there never was a target.
  static var none: JSONValue {
    .object([
      ("format", .string(format)), ("target", .null), ("former", .array([])), ("weeks", .array([])),
      ("groups", .array([])), ("forecast", .array([])), ("panel", .null),
    ])
  }

  var document: JSONValue {
    .object([
      ("format", .string(Self.format)), ("target", json(view.target)),
      ("former", .array(view.former.map(json))), ("weeks", .array(view.weeks.map(json))),
      ("groups", .array(view.groups.map(json))),
      (
        "forecast",
        .array(
          view.forecast.map { step in
            .object([
              ("week", .string("\(step.week)")), ("thousandths", Self.thousandths(step.rate)),
              ("least_thousandths", Self.thousandths(step.least)),
              ("most_thousandths", Self.thousandths(step.most)),
            ])
          })
      ), ("panel", panel),
    ])
  }

  private func json(_ target: AdoptionTarget) -> JSONValue {
    .object([
      ("name", .string(target.name)), ("percent", .integer(Int64(target.percent))),
      ("least_days", .integer(Int64(target.leastDays))),
      (
        "least_amount",
        target.leastAmount.map { least in
          .object([("count", .integer(Int64(least.count))), ("unit", .string(least.unit.rawValue))])
        } ?? .null
      ),
      ("counted", .string(target.eligibility.words(names))), ("announced", .string(target.announced.utc)),
      ("ended", .optional(target.ended?.utc)),
    ])
  }

  // MARK: Rates

  private func json(_ week: TargetView.OrganisationWeek) -> JSONValue {
    let counts = week.counts
    return .object([
      ("week", .string("\(week.week)")), ("percent_wanted", .integer(Int64(week.target.percent))),
      ("rate", Self.json(week.rate)),
      ("verdict", .optional(week.rate?.verdict(on: week.target.percent).jsonName)),
      ("eligible", .optional(counts.map { Int64($0.eligible) })), ("active", Self.json(counts?.active)),
      ("inactive", Self.json(counts?.inactive)), ("not_connected", Self.json(counts?.notConnected)),
      ("part_time", Self.json(counts?.partTime)), ("away", Self.json(counts?.away)),
    ])
  }

  private func json(_ group: TargetView.GroupRate) -> JSONValue {
    .object([
      ("group", .string(names.name(of: group.group))), ("rate", Self.json(group.rate)),
      ("eligible_people", .string(group.eligible.jsonName)),
    ])
  }

  private static func json(_ rate: AdoptionRate?) -> JSONValue {
    guard let rate else { return .null }
    return .object([
      ("least_thousandths", thousandths(rate.least)), ("most_thousandths", thousandths(rate.most)),
    ])
  }

  private static func json(_ range: CountRange?) -> JSONValue {
    guard let range else { return .null }
    return .object([("least", .integer(Int64(range.least))), ("most", .integer(Int64(range.most)))])
  }

  static func thousandths(_ share: Double) -> JSONValue {
    .integer(Int64((share * 1000).rounded()))
  }

  static func thousandths(_ share: Double?) -> JSONValue { share.map(thousandths) ?? .null }

  // MARK: What the target does

  private var panel: JSONValue {
    let panel = view.panel
    return .object([
      ("weeks_before", .integer(Int64(panel.weeks.before))),
      ("weeks_after", .integer(Int64(panel.weeks.after))),
      ("weeks_counted_otherwise", .integer(Int64(panel.countedOtherwise))),
      (
        "days_of_use",
        .object([("before", Self.json(panel.days.before)), ("after", Self.json(panel.days.after))])
      ),
      (
        "spend",
        .object([("before", Self.json(panel.spend.before)), ("after", Self.json(panel.spend.after))])
      ), ("divergence", .array(panel.divergence.map(Self.json))),
      ("behaviour", TargetBehaviourJSON(panel.behaviour).document),
      ("rollout", panel.rollout.map { RolloutWords($0, names).json } ?? .null),
    ])
  }

  private static func json(_ days: DaySums?) -> JSONValue {
    guard let days else { return .null }
    return .object([
      ("weeks", .integer(Int64(days.weeks))), ("has_not_connected", .bool(days.hasNotConnected)),
      (
        "bins",
        .array(
          days.bins.map { bin in
            .object([
              ("first_day_count", .integer(Int64(bin.days.lowerBound))),
              ("last_day_count", .integer(Int64(bin.days.upperBound))),
              ("person_weeks", .integer(Int64(bin.personWeeks))),
            ])
          })
      ),
    ])
  }

  private static func json(_ spend: SpendSums) -> JSONValue {
    let isKnown = spend.settledWeeks > 0
    return .object([
      ("settled_weeks", .integer(Int64(spend.settledWeeks))),
      ("weeks_not_settled", .integer(Int64(spend.openWeeks))),
      ("weeks_not_shown", .integer(Int64(spend.hiddenWeeks))),
      ("cost_nano_usd", isKnown ? .integer(spend.total.count) : .null),
      ("held_nano_usd", .optional(spend.held?.count)),
      ("not_linked_nano_usd", isKnown ? .integer(spend.notLinked.count) : .null),
      ("held_changes", .optional(spend.heldChanges)),
    ])
  }

  private static func json(_ week: DivergenceWeek) -> JSONValue {
    .object([
      ("week", .string("\(week.week)")), ("side", .string(week.side.rawValue)),
      ("rate", json(week.adoption)),
      ("adoption_index", .optional(week.adoptionIndex.map { Int64($0.rounded()) })),
      ("held_thousandths", thousandths(week.spend.heldShare)),
      ("held_index", .optional(week.heldIndex.map { Int64($0.rounded()) })),
      ("held_changes", .optional(week.spend.heldChanges)),
      ("held_changes_index", .optional(week.changesIndex.map { Int64($0.rounded()) })),
      ("settled", .bool(week.isSettled)),
    ])
  }
}

extension AdoptionRate.Verdict {
  var jsonName: String {
    switch self {
    case .reached: "reached"
    case .notReached: "not-reached"
    case .cannotBeSaid: "cannot-be-said"
    }
  }
}
