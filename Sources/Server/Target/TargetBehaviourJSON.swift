import Charts
import Statistics
import Targets

/// What statistics say of what a target does, for programs.
struct TargetBehaviourJSON {
  private let behaviour: TargetBehaviour

  init(_ behaviour: TargetBehaviour) { self.behaviour = behaviour }

  var document: JSONValue {
    .object([
      ("causal", .bool(false)), ("threshold", behaviour.threshold.map(Self.json) ?? .null),
      ("amounts", behaviour.amounts.map { TargetAmountJSON($0).document } ?? .null),
      ("changes", .array(behaviour.changes.map(Self.json))),
      (
        "calendar",
        .array(
          behaviour.calendar.map { one in
            .object([
              ("announced", .string(one.announcement.at.day)), ("what", .string(one.announcement.what)),
              ("changes", .array(one.changes.map(Self.json))),
            ])
          })
      ),
      ("divergences", .array(behaviour.divergences.map(Self.json))),
    ])
  }

  private static func json(_ threshold: ThresholdCounts) -> JSONValue {
    func side(_ side: ThresholdCounts.Side) -> JSONValue {
      .object([
        ("just_reached", .integer(Int64(side.justReached))), ("beyond", .integer(Int64(side.beyond))),
        ("weeks", .integer(Int64(side.weeks))),
        ("just_reached_thousandths", TargetJSON.thousandths(side.share)),
      ])
    }
    return .object([
      ("first_day_count", .integer(Int64(threshold.days.lowerBound))),
      ("last_day_count", .integer(Int64(threshold.days.upperBound))),
      ("before", side(threshold.sides.before)), ("after", side(threshold.sides.after)),
      ("likelihood_thousandths", TargetJSON.thousandths(threshold.likelihood)),
    ])
  }

  private static func json(_ one: TargetChange) -> JSONValue {
    let range = one.change.range
    return .object([
      ("figure", .string(one.figure.rawValue)), ("weeks_compared", .integer(Int64(one.change.weeks))),
      ("difference_thousandths", TargetJSON.thousandths(one.change.difference)),
      ("least_thousandths", TargetJSON.thousandths(range?.lowerBound)),
      ("most_thousandths", TargetJSON.thousandths(range?.upperBound)),
      ("other_dates", .integer(Int64(one.change.placebos.count))),
      ("other_dates_as_great", .integer(Int64(one.change.placebosAsGreat))),
      ("likelihood_thousandths", TargetJSON.thousandths(one.change.likelihood)),
    ])
  }

  private static func json(_ one: TargetDivergence) -> JSONValue {
    let range = one.divergence.range
    return .object([
      ("outcome", .string(one.outcome.rawValue)),
      ("factor_thousandths", TargetJSON.thousandths(one.divergence.factor)),
      ("least_thousandths", TargetJSON.thousandths(range?.lowerBound)),
      ("most_thousandths", TargetJSON.thousandths(range?.upperBound)),
      ("weeks_before", .integer(Int64(one.divergence.weeks.before))),
      ("weeks_after", .integer(Int64(one.divergence.weeks.after))),
    ])
  }
}
