import Directory
import Foundation

extension SCIMFilter {
  /// Whether a resource, or one value of an attribute that has several, meets the filter. What the schema does not
  /// know is treated as having no value.
  ///
  /// - Throws: ``SCIMError`` with `invalidFilter` if an operator does not go with its attribute.
  func matches(_ value: SCIMValue, _ scope: SCIMScope) throws(SCIMError) -> Bool {
    switch self {
    case .and(let left, let right):
      guard try left.matches(value, scope) else { return false }
      return try right.matches(value, scope)
    case .or(let left, let right):
      if try left.matches(value, scope) { return true }
      return try right.matches(value, scope)
    case .not(let filter): return try !filter.matches(value, scope)
    case .present(let path):
      return scope.values(path, in: value).values.contains { !$0.isUnassigned && $0 != "" }
    case .complex(let path, let filter):
      let (values, attribute) = scope.values(path, in: value)
      guard let attribute else { return false }
      for item in values where try filter.matches(item, .values(of: attribute)) { return true }
      return false
    case .compare(let path, let comparison, let operand):
      return try compare(scope.values(path, in: value), path, comparison, operand)
    }
  }

  private func compare(
    _ found: (values: [SCIMValue], attribute: SCIMAttribute?), _ path: SCIMAttributePath,
    _ comparison: Operator,
    _ operand: SCIMValue
  ) throws(SCIMError) -> Bool {
    var (values, attribute) = found
    // Of a complex attribute that is compared as a whole its value counts: `emails eq "a@example.com"`.
    if let complex = attribute, complex.kind == .complex {
      attribute = complex.sub("value")
      values = values.compactMap { $0.member("value") }
    }
    guard let attribute else { return comparison == .notEqual && operand != .null }
    if operand == .null {
      switch comparison {
      case .equal: return values.allSatisfy(\.isUnassigned)
      case .notEqual: return !values.allSatisfy(\.isUnassigned)
      default: throw SCIMError(.badRequest, .invalidFilter, "“\(comparison.rawValue)” does not go with null.")
      }
    }
    if attribute.kind == .boolean, ![.equal, .notEqual].contains(comparison) {
      throw SCIMError(.badRequest, .invalidFilter, "“\(comparison.rawValue)” does not go with \(path).")
    }
    if comparison == .notEqual { return !values.contains { Self.isEqual($0, operand, attribute) } }
    return values.contains { Self.holds($0, comparison, operand, attribute) }
  }

  private static func isEqual(_ value: SCIMValue, _ operand: SCIMValue, _ attribute: SCIMAttribute) -> Bool {
    holds(value, .equal, operand, attribute)
  }

  private static func holds(
    _ value: SCIMValue, _ comparison: Operator, _ operand: SCIMValue, _ attribute: SCIMAttribute
  ) -> Bool {
    switch (value, operand) {
    case (.string(let left), .string(let right)):
      if attribute.kind == .dateTime, let left = SCIMDate.milliseconds(left),
        let right = SCIMDate.milliseconds(right),
        ![.contains, .startsWith, .endsWith].contains(comparison)
      {
        return ordered(left, comparison, right)
      }
      let (left, right) =
        attribute.isCaseExact ? (left, right) : (DirectoryText.folded(left), DirectoryText.folded(right))
      switch comparison {
      case .contains: return right.isEmpty || left.contains(right)
      case .startsWith: return left.hasPrefix(right)
      case .endsWith: return left.hasSuffix(right)
      default: return ordered(left, comparison, right)
      }
    case (.bool(let left), .bool(let right)): return comparison == .equal && left == right
    // Booleans as text, from clients that write them so.
    case (.bool(let left), .string(let right)):
      return comparison == .equal && String(left) == right.lowercased()
    default:
      guard let left = number(value), let right = number(operand) else { return false }
      return ordered(left, comparison, right)
    }
  }

  private static func number(_ value: SCIMValue) -> Double? {
    switch value {
    case .integer(let number): Double(number)
    case .decimal(let number): number
    default: nil
    }
  }

  private static func ordered<Value: Comparable>(_ left: Value, _ comparison: Operator, _ right: Value)
    -> Bool
  {
    switch comparison {
    case .equal: left == right
    case .notEqual: left != right
    case .greater: left > right
    case .greaterOrEqual: left >= right
    case .less: left < right
    case .lessOrEqual: left <= right
    case .contains, .startsWith, .endsWith: false
    }
  }
}

/// Where the names of a filter are looked up: in a resource, or in one value of a complex attribute.
enum SCIMScope {
  case resource(SCIMResourceSchema)
  case values(of: SCIMAttribute)

  /// The values that a path leads to, and what the schema says of them; none for what it does not know.
  func values(
    _ path: SCIMAttributePath, in value: SCIMValue
  ) -> (values: [SCIMValue], attribute: SCIMAttribute?) {
    var holder = value
    var attribute: SCIMAttribute?
    switch self {
    case .values(let complex):
      guard path.schema == nil, path.sub == nil else { return ([], nil) }
      attribute = complex.sub(path.name)
      // `members[value eq "x"]` of values that are plain.
      if complex.kind != .complex, path.name.lowercased() == "value" { return ([value], complex) }
    case .resource(let schema):
      if let uri = path.schema, uri.lowercased() != schema.core.id.lowercased() {
        guard let found = schema.schemaExtension(uri) else { return ([], nil) }
        attribute = found.attribute(path.name)
        holder = value.member(found.id) ?? .null
      } else {
        attribute = schema.core(path.name)
      }
    }
    guard let attribute else { return ([], nil) }
    var values = Self.flat(holder.member(attribute.name))
    guard let name = path.sub else { return (values, attribute) }
    guard let sub = attribute.sub(name) else { return ([], nil) }
    values = values.flatMap { Self.flat($0.member(sub.name)) }
    return (values, sub)
  }

  private static func flat(_ value: SCIMValue?) -> [SCIMValue] {
    switch value {
    case nil, .null: []
    case .array(let items): items
    case .some(let one): [one]
    }
  }
}

/// Instants as SCIM writes them (RFC 7643, section 2.3.5).
enum SCIMDate {
  static func text(milliseconds: Int64) -> String {
    Date(timeIntervalSince1970: Double(milliseconds) / 1000).formatted(
      Date.ISO8601FormatStyle(includingFractionalSeconds: true))
  }

  static func milliseconds(_ text: String) -> Double? {
    guard text.utf8.count <= 40 else { return nil }
    for style in [Date.ISO8601FormatStyle(includingFractionalSeconds: true), Date.ISO8601FormatStyle()] {
      if let date = try? Date(text, strategy: style) { return (date.timeIntervalSince1970 * 1000).rounded() }
    }
    return nil
  }
}
