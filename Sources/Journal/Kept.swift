package import Effects
package import Gate

/// Content that was written down: what is left of it.
package enum Kept<Value: Hashable & Sendable>: Hashable, Sendable {
  /// There is none: a step that is under way has no result.
  case none
  case whole(Value)
  /// Secrets in it were replaced by their hashes. It can be shown, and not be acted on again without a person.
  case withheld(Value)
  /// Its time is over.
  case gone

  /// What can be shown of it.
  package var shown: Value? {
    switch self {
    case .whole(let value), .withheld(let value): value
    case .none, .gone: nil
    }
  }

  /// What may be acted on.
  package var whole: Value? { if case .whole(let value) = self { value } else { nil } }
}

/// Takes secrets out of what is written down. In their place stands `secret` and a hash, by which two can be told apart
/// and none can be known.
package struct Withholding: Sendable {
  /// Texts that are secret wherever they stand; shorter ones than four characters would be found everywhere.
  private let secrets: [String]
  /// Hashed with the secret, so that the same one in two runs has two hashes.
  private let run: RunID

  package init(of secrets: Set<String> = [], in run: RunID) {
    // The longest first: one may be a part of another.
    self.secrets = secrets.filter { $0.utf8.count >= 4 }.sorted { ($1.utf8.count, $0) < ($0.utf8.count, $1) }
    self.run = run
  }

  package func mark(_ secret: String) -> String {
    "secret " + Fingerprint.digits(of: [run.rawValue, secret]).prefix(16)
  }

  package func text(_ text: String) -> String {
    secrets.reduce(text) { text, secret in
      let rest = text.replacingBytes(of: secret) { "⟨\(mark(secret))⟩" }
      // Other bytes may be the same characters.
      guard !secret.utf8.allSatisfy({ $0 < 0x80 }), rest.contains(secret) else { return rest }
      return rest.replacing(secret, with: "⟨\(mark(secret))⟩")
    }
  }

  package func passage(_ passage: Passage) -> Passage {
    var kept = passage
    kept.text = passage.labels.contains(.secret) ? mark(passage.text) : text(passage.text)
    if case .untrusted(let place) = passage.origin { kept.origin = .untrusted(text(place)) }
    return kept
  }

  /// - Parameter labels: By the names of the value's members: what of it is secret as a whole.
  package func json(_ json: JSON, labels: [String: Labels] = [:]) -> JSON {
    switch json {
    case .string(let value): return .string(text(value))
    case .array(let values): return .array(values.map { self.json($0) })
    case .object(let members):
      var kept: [String: JSON] = [:]
      for (name, value) in members {
        let isSecret = labels[name]?.contains(.secret) ?? false
        kept[text(name)] = isSecret ? .string(mark(value.canonical)) : self.json(value)
      }
      return .object(kept)
    case .integer, .number:
      // A number may be the secret: an account's, a card's.
      let written = json.canonical
      return secrets.contains(written) ? .string(mark(written)) : json
    case .null, .bool: return json
    }
  }

  /// - Parameter labels: By the arguments' names.
  package func card(_ card: ApprovalCard, labels: [String: Labels]) -> ApprovalCard {
    var kept = card
    kept.arguments = card.arguments.map { argument in
      var kept = argument
      if labels[argument.parameter]?.contains(.secret) ?? false {
        kept.value = .string(mark(argument.value.canonical))
      }
      return kept
    }
    // Questions and places name parts of values too: whatever text is in it is gone over.
    if let card = try? json(JSON(encoding: kept)).decoded(as: ApprovalCard.self) { return card }
    // Somebody's secret is one of our own words: less is shown then, and nothing that is secret.
    kept.arguments = []
    kept.questions = []
    return kept
  }

  package func result(_ result: ToolResult) -> ToolResult {
    var kept = result
    kept.passages = result.passages.map(passage)
    kept.undo = result.undo.map { json($0) }
    kept.follows = result.follows.map { followed in
      .init(kind: text(followed.kind), subject: text(followed.subject), holdFor: followed.holdFor)
    }
    return kept
  }
}
