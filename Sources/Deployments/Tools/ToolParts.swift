import Effects

/// What the tools of this room have in common: their parameters, and how they read what they were given.
enum ToolParts {
  /// Who says what a target says. The subjects of commits are not among it.
  static let system = "deployments"

  /// Whom what is deployed reaches, as the gate names them.
  static let audience = ToolDeclaration.Audience.organisation("what is deployed")

  static func target(_ tools: DeploymentTools) -> ToolDeclaration.Parameter {
    let names = tools.grounds.keys.sorted().map { JSON.string($0) }
    return ToolDeclaration.Parameter("target", ["type": "string", "enum": .array(names)], role: .control)
  }

  static func commit(_ name: String, _ meaning: JSON, isRequired: Bool = true) -> ToolDeclaration.Parameter {
    ToolDeclaration.Parameter(
      name,
      ["type": "string", "minLength": 40, "maxLength": 64, "description": meaning],
      role: .control, isRequired: isRequired)
  }

  static func text(_ name: String, in arguments: JSON) throws(ToolFailure) -> String {
    guard let text = arguments[name]?.string, !text.isEmpty else {
      throw .refused("“\(name)” is missing; give it as a string.")
    }
    return text
  }

  static func commit(_ name: String, in arguments: JSON) throws(ToolFailure) -> String {
    let text = try text(name, in: arguments)
    guard CommitName.isWhole(text) else {
      throw .refused("“\(name)” is no whole commit: 40 or 64 lower-case hexadecimal digits.")
    }
    return text
  }
}

extension ToolParts {
  /// A commit that may be left out.
  static func given(_ name: String, in arguments: JSON) throws(ToolFailure) -> String? {
    guard let value = arguments[name], value != .null else { return nil }
    return try commit(name, in: arguments)
  }
}

/// Names of commits.
enum CommitName {
  static func isWhole(_ text: String) -> Bool {
    (text.utf8.count == 40 || text.utf8.count == 64)
      && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
  }

  /// Whether a revision may be handed to git or a forge: no option, no range, no expression.
  static func isPlain(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count <= 250 && !text.hasPrefix("-") && !text.contains("..")
      && !text.hasPrefix("/") && !text.hasSuffix("/") && !text.contains("//")
      && text.utf8.allSatisfy { byte in
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
          || [UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "/")].contains(byte)
      }
  }
}
