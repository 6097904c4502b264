package import Effects

/// Where one leaf of a call's arguments comes from, as far as it can be told from the texts the model was shown.
package struct ArgumentSource: Hashable, Sendable, Codable {
  /// The parameter it belongs to.
  package var parameter: String
  /// The way to it: `to[1]`.
  package var path: String
  package var value: JSON
  package var role: ToolDeclaration.Parameter.Role
  package var source: Source

  package enum Source: Hashable, Sendable, Codable {
    /// It stands whole and to the letter in a text of the owner's.
    case owner
    /// It stands whole in what a trusted system said, and in nothing that anybody else wrote.
    case system(String)
    /// It stands in texts that somebody else may have written; where these were found.
    case untrusted([String])
    /// It stands nowhere: the model made it up, after it had read such texts, if any.
    case composed(after: [String])
  }

  package init(
    parameter: String, path: String, value: JSON, role: ToolDeclaration.Parameter.Role, source: Source
  ) {
    self.parameter = parameter
    self.path = path
    self.value = value
    self.role = role
    self.source = source
  }
}

extension ArgumentSource.Source: CustomStringConvertible {
  /// What a person is shown.
  package var description: String {
    switch self {
    case .owner: "from your own words"
    case .system(let name): "from \(Shown.line(name)), a trusted system"
    case .untrusted(let places): "FROM SOMEBODY ELSE'S TEXT: \(Self.list(places))"
    case .composed(let places) where places.isEmpty: "written by the model"
    case .composed(let places): "written by the model after reading \(Self.list(places))"
    }
  }

  private static func list(_ places: [String]) -> String {
    places.map { Shown.line($0) }.joined(separator: ", ")
  }
}
