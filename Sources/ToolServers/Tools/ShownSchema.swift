import Effects

/// A schema as a model is shown it: strings cleaned, references within it put in, because each argument's schema stands by
/// itself there, and references elsewhere left out.
struct ShownSchema {
  private let root: JSON
  /// Values that all of it may still have.
  private var room: Int

  /// Of all arguments together.
  static let mostValues = 5_000
  /// References within references that are followed; what is deeper may be anything.
  static let mostReferences = 8

  init(_ root: JSON) {
    self.root = root
    room = Self.mostValues
  }

  struct TooLarge: Error {}

  mutating func shown(_ schema: JSON, references: Int = 0) throws(TooLarge) -> JSON {
    room -= 1
    guard room > 0 else { throw TooLarge() }
    switch schema {
    case .string(let text): return .string(ForeignText.cleaned(text))
    case .array(let elements):
      var all: [JSON] = []
      for element in elements { all.append(try shown(element, references: references)) }
      return .array(all)
    case .object(var members):
      if let reference = members.removeValue(forKey: "$ref") {
        guard references < Self.mostReferences, let target = reference.string.flatMap(find),
          case .object(let others) = target
        else { return .object([:]) }
        members.merge(others) { own, _ in own }
        return try shown(.object(members), references: references + 1)
      }
      for name in [
        "$defs", "definitions", "$schema", "$id", "$anchor", "$dynamicAnchor", HeaderParameters.mark,
      ] {
        members[name] = nil
      }
      var all: [String: JSON] = [:]
      for (name, member) in members {
        if name == "properties" || name == "patternProperties", case .object(let properties) = member {
          all[name] = try shown(properties: properties, references)
        } else {
          all[ForeignText.cleaned(name)] = try shown(member, references: references)
        }
      }
      return .object(all)
    default: return schema
    }
  }

  /// Their names are the server's own, whatever words they are.
  private mutating func shown(properties: [String: JSON], _ references: Int) throws(TooLarge) -> JSON {
    var all: [String: JSON] = [:]
    for (name, property) in properties {
      all[ForeignText.cleaned(name)] = try shown(property, references: references)
    }
    return .object(all)
  }

  /// `#/$defs/name`: a JSON pointer (RFC 6901) into this document.
  private func find(_ reference: String) -> JSON? {
    guard reference.hasPrefix("#/") else { return nil }
    var value: JSON? = root
    for part in reference.dropFirst(2).split(separator: "/", omittingEmptySubsequences: false) {
      value = value?[String(part).replacing("~1", with: "/").replacing("~0", with: "~")]
    }
    return value
  }
}

/// Text by somebody else, made fit to be shown.
enum ForeignText {
  /// Without what nobody sees.
  static func cleaned(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.filter { !$0.isHidden }))
  }

  /// Cut between characters.
  static func cut(_ text: String, to limit: Int) -> (text: String, isCut: Bool) {
    guard text.utf8.count > limit else { return (text, false) }
    let end = text.utf8.index(text.startIndex, offsetBy: limit)
    var characters = text[..<(end.samePosition(in: text) ?? text.index(before: text.index(after: end)))]
    while characters.utf8.count > limit { characters.removeLast() }
    return (String(characters), true)
  }
}
