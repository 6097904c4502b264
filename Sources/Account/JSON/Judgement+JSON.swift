import Charts
import Judgement

extension Judgement {
  /// The lines of the sum, and the sum.
  var json: JSONValue {
    .object([
      ("bits", .number(bits)), ("probability", .number((probability * 10_000).rounded() / 10_000)),
      ("finding", .bool(isFinding)), ("complete", .bool(isComplete)), ("said", .optional(said)),
      (
        "evidence",
        .array(
          evidence.map {
            .object([
              ("kind", .string($0.kind.rawValue)), ("bits", .number($0.bits)), ("text", .string($0.text)),
            ])
          })
      ),
    ])
  }
}
