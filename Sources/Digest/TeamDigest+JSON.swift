package import Charts
import Directory
import Ledger
import Visibility

extension TeamDigest {
  /// Money in integer nano-dollars; what is withheld is null, and says so.
  package var json: JSONValue {
    .object([
      ("team", .string(team)), ("week", .string("\(week)")), ("use", use.json),
      ("outcome", outcome.map(\.json) ?? .null),
      (
        "words",
        words.map { words in
          .array(
            words.map { one in
              .object([
                ("about", .string(one.kind.rawValue)), ("tool", .optional(one.tool?.rawValue)),
                ("answer", .string(one.answer.rawValue)), ("words", .optional(one.words?.text)),
              ])
            })
        } ?? .null
      ),
      ("sentences", .strings(outcomeSentences + [useSentence] + wordSentences)),
    ])
  }
}

extension TeamDigest.Use {
  fileprivate var json: JSONValue {
    switch self {
    case .withheld:
      .object([("shown", .string("withheld")), ("cost_nano_usd", .null), ("active_people", .null)])
    case .none:
      .object([("shown", .string("none")), ("cost_nano_usd", .integer(0)), ("active_people", .null)])
    case .figures(let figures):
      .object([
        ("shown", .string("figures")), ("cost_nano_usd", .integer(figures.cost.count)),
        ("active_people", .string(figures.people.rawValue)),
      ])
    }
  }
}

extension TeamDigest.Outcome {
  fileprivate var json: JSONValue {
    .object([
      ("week", .string("\(week)")), ("use", use.json), ("held_changes", .optional(changes?.held)),
      ("landed_changes", .optional(changes?.landed)),
      (
        "parts",
        parts.map { parts in
          .array(
            parts.map { .object([("title", .string($0.title)), ("cost_nano_usd", .integer($0.cost.count))]) })
        } ?? .null
      ),
    ])
  }
}
