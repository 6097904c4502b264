import Effects

extension RPCAnswer {
  /// Without the tokens that the server was given, wherever they stand in it: a server that repeats what it is asked with
  /// would have them shown to a model and written down.
  func withholding(_ tokens: Set<String>) -> RPCAnswer {
    // The longest first: one may be a part of another.
    let tokens = tokens.filter { !$0.isEmpty }.sorted { ($1.utf8.count, $0) < ($0.utf8.count, $1) }
    guard !tokens.isEmpty else { return self }
    switch self {
    case .result(let result): return .result(result.withholding(tokens))
    case .failure(var failure):
      failure.message = failure.message.withholding(tokens)
      failure.data = failure.data?.withholding(tokens)
      return .failure(failure)
    }
  }
}

extension String {
  fileprivate func withholding(_ tokens: [String]) -> String {
    var rest = self
    for token in tokens where rest.contains(token) { rest = rest.replacing(token, with: "⟨token⟩") }
    return rest
  }
}

extension JSON {
  fileprivate func withholding(_ tokens: [String]) -> JSON {
    switch self {
    case .string(let text): .string(text.withholding(tokens))
    case .array(let elements): .array(elements.map { $0.withholding(tokens) })
    case .object(let members):
      .object(
        Dictionary(
          members.map { ($0.key.withholding(tokens), $0.value.withholding(tokens)) }
        ) { first, _ in first })
    case .integer, .number:
      tokens.contains(canonical) ? .string("⟨token⟩") : self
    case .null, .bool: self
    }
  }
}
