package import Effects
import ServiceSettings

/// What the organisation says of one tool of a server; where it says nothing, the worst is taken to be so.
package struct ToolTerms: Hashable, Sendable {
  /// `nil`: it only reads.
  package var effect: ToolDeclaration.Effect?
  /// Of arguments that are not ``ToolDeclaration/Parameter/Role/control``.
  package var roles: [String: ToolDeclaration.Parameter.Role]

  package init(
    effect: ToolDeclaration.Effect? = .init(
      .blind, risk: .high, reversibility: .irreversible, audience: .anybody),
    roles: [String: ToolDeclaration.Parameter.Role] = [:]
  ) {
    self.effect = effect
    self.roles = roles
  }

  private enum Kind: String, CaseIterable { case none, pure, blind }

  static func read(_ node: SettingsNode) throws(ConfigurationError) -> (name: String, terms: ToolTerms) {
    let fields = try SettingsFields(
      node, known: ["name", "effect", "risk", "reversibility", "audience", "body", "harmless"])
    let name = try fields.required("name")
    var terms = ToolTerms()
    let kind: Kind = try fields.choice("effect") ?? .blind
    switch kind {
    case .none:
      terms.effect = nil
      if let key = ["risk", "reversibility", "audience"].first(where: { fields.node($0) != nil }) {
        throw ConfigurationError(
          .rule("The tool “\(name)” has no effect and a “\(key)” all the same. Take one of them away."))
      }
    case .pure, .blind:
      terms.effect = .init(
        kind == .pure ? .pure : .blind, risk: try fields.choice("risk") ?? .high,
        reversibility: try reversibility(fields), audience: try audience(fields))
    }
    for (key, role) in [("body", ToolDeclaration.Parameter.Role.body), ("harmless", .harmless)] {
      for argument in try fields.strings(key) ?? [] {
        guard terms.roles.updateValue(role, forKey: argument) == nil else {
          throw ConfigurationError(
            .rule("The argument “\(argument)” of the tool “\(name)” is named twice. It is body or harmless."))
        }
      }
    }
    return (name, terms)
  }

  /// Nothing that a server did can be undone by Assay, so that nothing is reversible.
  private static func reversibility(
    _ fields: SettingsFields
  ) throws(ConfigurationError) -> ToolDeclaration.Reversibility {
    let given: ToolDeclaration.Reversibility = try fields.choice("reversibility") ?? .irreversible
    guard given != .reversible else {
      throw ConfigurationError(.wrongValue(key: "reversibility", expected: "compensable or irreversible"))
    }
    return given
  }

  private static func audience(_ fields: SettingsFields) throws(ConfigurationError)
    -> ToolDeclaration.Audience
  {
    guard let text = try fields.string("audience"), text != "anybody" else { return .anybody }
    return text == "run" ? .run : .organisation(text)
  }
}
