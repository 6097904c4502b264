/// Why a request is refused before any upstream sees it. Says where, never what: bodies are content.
package enum RequestProblem: Error, Hashable, Sendable, CustomStringConvertible {
  case notJSON(offset: Int)
  case notAnObject
  case tooDeep(limit: Int)
  case missingModel
  case badModel
  /// A value of another kind than the field takes.
  case wrongKind(field: String)
  /// A number that no call can have: negative, fractional, or absurdly large.
  case absurdNumber(field: String)
  /// Given twice, or in another spelling beside it, so that two servers could read two different requests.
  case ambiguous(field: String)

  /// For the person whose client sent it.
  package var description: String {
    switch self {
    case .notJSON(let offset): "The request body is not JSON: it cannot be read at byte \(offset)."
    case .notAnObject: "The request body has to be a JSON object."
    case .tooDeep(let limit): "The request body is nested more than \(limit) levels deep."
    case .missingModel: "The request names no model. Set “model”."
    case .badModel:
      "“model” is not the name of a model: it has to be a string of 1 to 256 printable characters."
    case .wrongKind(let field): "“\(field)” has a value of the wrong kind."
    case .absurdNumber(let field): "“\(field)” is not a number that a request can have."
    case .ambiguous(let field): "“\(field)” is given more than once in the request. Give it once."
    }
  }
}
