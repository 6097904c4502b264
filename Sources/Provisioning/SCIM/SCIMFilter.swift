/// A filter of RFC 7644, section 3.4.2.2.
package indirect enum SCIMFilter: Hashable, Sendable {
  package enum Operator: String, Hashable, Sendable, CaseIterable {
    case equal = "eq"
    case notEqual = "ne"
    case contains = "co"
    case startsWith = "sw"
    case endsWith = "ew"
    case greater = "gt"
    case greaterOrEqual = "ge"
    case less = "lt"
    case lessOrEqual = "le"
  }

  case compare(SCIMAttributePath, Operator, SCIMValue)
  case present(SCIMAttributePath)
  /// `emails[type eq "work"]`: one value of the attribute meets the whole filter.
  case complex(SCIMAttributePath, SCIMFilter)
  case and(SCIMFilter, SCIMFilter)
  case or(SCIMFilter, SCIMFilter)
  case not(SCIMFilter)

  /// In bytes.
  package static let longest = 8_192
  /// Levels of parentheses and brackets.
  package static let deepest = 32
  /// Comparisons.
  package static let mostTerms = 256
}

/// The name of an attribute: `userName`, `name.familyName`, or either below a schema's URI. Names are compared
/// without regard to case.
package struct SCIMAttributePath: Hashable, Sendable {
  /// The URI of the schema, if it was given.
  package var schema: String?
  package var name: String
  package var sub: String?

  package init(schema: String? = nil, _ name: String, sub: String? = nil) {
    self.schema = schema
    self.name = name
    self.sub = sub
  }

  /// - Returns: `nil` if `text` is none.
  package init?(_ text: some StringProtocol) {
    var rest = Substring(text)
    if rest.lowercased().hasPrefix("urn:") {
      guard let colon = rest.lastIndex(of: ":") else { return nil }
      let uri = rest[..<colon]
      guard uri.unicodeScalars.allSatisfy({ Self.isURI($0) }), uri.count > 4 else { return nil }
      schema = String(uri)
      rest = rest[rest.index(after: colon)...]
    }
    let parts = rest.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.allSatisfy(Self.isName) else { return nil }
    name = String(parts[0])
    sub = parts.count == 2 ? String(parts[1]) : nil
  }

  /// ATTRNAME of RFC 7644, and `$ref`.
  private static func isName(_ text: Substring) -> Bool {
    let letters = text.utf8.first == UInt8(ascii: "$") ? text.utf8.dropFirst() : text.utf8[...]
    guard let first = letters.first, isLetter(first), letters.count <= 100 else { return false }
    return letters.allSatisfy {
      isLetter($0) || isDigit($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_")
    }
  }

  private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }
  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

  private static func isURI(_ scalar: Unicode.Scalar) -> Bool {
    scalar.isASCII
      && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
        || ":.-_".unicodeScalars.contains(scalar))
  }
}

extension SCIMAttributePath: CustomStringConvertible {
  package var description: String { (schema.map { $0 + ":" } ?? "") + name + (sub.map { "." + $0 } ?? "") }
}

extension SCIMFilter: CustomStringConvertible {
  /// The filter in text that is read back as the same.
  package var description: String {
    switch self {
    case .compare(let path, let comparison, let value):
      "\(path) \(comparison.rawValue) \(String(decoding: value.json, as: UTF8.self))"
    case .present(let path): "\(path) pr"
    case .complex(let path, let filter): "\(path)[\(filter)]"
    case .not(let filter): "not (\(filter))"
    // `and` binds more than `or`, and both to the left.
    case .and(let left, let right): "\(left.inside(of: .and)) and \(right.inside(of: .right(.and)))"
    case .or(let left, let right): "\(left.inside(of: .or)) or \(right.inside(of: .right(.or)))"
    }
  }

  private indirect enum Place { case and, or, right(Place) }

  private func inside(of place: Place) -> String {
    let needsParentheses: Bool =
      switch (self, place) {
      case (.or, .and), (.or, .right), (.and, .right(.and)): true
      default: false
      }
    return needsParentheses ? "(\(self))" : description
  }
}
