import Charts
import Directory
import Targets

/// What people do around a target's threshold, for programs.
struct TargetAmountJSON {
  private let amounts: AmountBehaviour

  init(_ amounts: AmountBehaviour) { self.amounts = amounts }

  var document: JSONValue {
    .object([
      ("unit", .string(amounts.unit.rawValue)), ("scale", .string(amounts.scale.rawValue)),
      ("threshold", .integer(Int64(amounts.threshold))), ("before", Self.json(amounts.sums.before)),
      ("after", Self.json(amounts.sums.after)), ("steps", .array(amounts.steps.map(Self.json))),
    ])
  }

  private static func json(_ sums: AmountSums?) -> JSONValue {
    guard let sums else { return .null }
    return .object([
      ("weeks", .integer(Int64(sums.weeks))),
      (
        "bins",
        .array(
          sums.bins.map { bin in
            .object([
              ("first", .integer(Int64(bin.first))), ("last", .optional(bin.last.map { Int64($0) })),
              ("person_weeks", .integer(Int64(bin.personWeeks))), ("has_unknown", .bool(bin.hasUnknown)),
            ])
          })
      ),
    ])
  }

  private static func json(_ step: AmountBehaviour.Step) -> JSONValue {
    func side(
      _ side: ThresholdCounts.Side?, _ excess: AmountBehaviour.MeanExcess?, _ jumps: AmountBehaviour.Jumps?
    )
      -> JSONValue
    {
      .object([
        ("just_reached", .optional(side.map { Int64($0.justReached) })),
        ("beyond", .optional(side.map { Int64($0.beyond) })),
        ("just_reached_thousandths", TargetJSON.thousandths(side?.share)),
        ("excess_thousandths", TargetJSON.thousandths(excess?.share)),
        ("excess_error_thousandths", TargetJSON.thousandths(excess?.error)),
        ("excess_weeks", .integer(Int64(excess?.weeks ?? 0))),
        ("jumps", .optional(jumps.map { Int64($0.jumped) })),
        ("jump_weeks", .integer(Int64(jumps?.weeks ?? 0))),
      ])
    }
    return .object([
      ("at", .integer(Int64(step.at))), ("just_up_to", .integer(Int64(step.justUpTo))),
      ("is_targets", .bool(step.isTargets)),
      ("before", side(step.reached?.before, step.excess.before, step.jumps.before)),
      ("after", side(step.reached?.after, step.excess.after, step.jumps.after)),
      ("likelihood_thousandths", TargetJSON.thousandths(step.likelihood)),
    ])
  }
}
