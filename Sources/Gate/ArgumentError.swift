/// What is wrong with the arguments of a call: said to the model, so that it can put it right. Values are not repeated.
package enum ArgumentError: Error, Hashable, Sendable, Codable, CustomStringConvertible {
  case notAnObject
  case missing(String)
  case unknown(String)
  case wrongType(path: String, expected: String)
  case notOneOf(path: String)
  case outOfRange(path: String, least: String?, most: String?)
  case tooLong(path: String, most: Int)
  case tooLarge(what: Measure, most: Int)
  /// The tool's own declaration is at fault.
  case unreadableSchema(path: String, keyword: String)

  package enum Measure: String, Hashable, Sendable, Codable { case bytes, values, levels }

  package var description: String {
    switch self {
    case .notAnObject: "The arguments must be one JSON object."
    case .missing(let name): "The argument “\(name)” is missing."
    case .unknown(let name): "This tool has no argument “\(Shown.line(name))”."
    case .wrongType(let path, let expected): "“\(Shown.line(path))” must be \(expected)."
    case .notOneOf(let path): "“\(Shown.line(path))” must be one of the values that the tool lists."
    case .outOfRange(let path, let least?, let most?):
      "“\(Shown.line(path))” must be between \(least) and \(most)."
    case .outOfRange(let path, let least?, nil): "“\(Shown.line(path))” must be at least \(least)."
    case .outOfRange(let path, nil, let most):
      "“\(Shown.line(path))” must be at most \(most ?? "what it is")."
    case .tooLong(let path, let most): "“\(Shown.line(path))” must have at most \(most)."
    case .tooLarge(let what, let most): "The arguments have more than \(most) \(what.rawValue)."
    case .unreadableSchema(let path, let keyword):
      "The tool's own schema of “\(path)” has a “\(Shown.line(keyword))” that cannot be read; the tool cannot be called."
    }
  }
}
