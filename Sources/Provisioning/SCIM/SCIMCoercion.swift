// What clients send, brought into the form that the schema says: names in its case, values of its types. What they
// are known to send otherwise and can only mean one thing is understood: booleans as text, one value where several
// can be, an address or an identifier in place of the object that holds it.

extension SCIMAttribute {
  /// In bytes, of one value.
  static let longestString = 2_048
  /// Of an attribute with several values; groups can be large.
  static let mostValues = 100
  static let mostMembers = 100_000

  /// - Returns: `nil` for what stands for no value.
  func coerced(_ value: SCIMValue) throws(SCIMError) -> SCIMValue? {
    guard isMultiValued else {
      // Entra sends a list of one.
      if case .array(let items) = value, items.count == 1 { return try single(items[0]) }
      return try single(value)
    }
    var items: [SCIMValue] = []
    for item in value.array ?? [value] {
      if let item = try single(item) { items.append(item) }
    }
    guard items.count <= (name == "members" ? Self.mostMembers : Self.mostValues) else {
      throw refusal("has too many values")
    }
    try checkPrimary(items)
    return items.isEmpty ? nil : .array(items)
  }

  func checkPrimary(_ items: [SCIMValue]) throws(SCIMError) {
    guard sub("primary") != nil, items.count(where: { $0.member("primary") == true }) > 1 else { return }
    throw refusal("has more than one primary value")
  }

  private func single(_ value: SCIMValue) throws(SCIMError) -> SCIMValue? {
    if value.isUnassigned { return nil }
    switch (kind, value) {
    case (.complex, .object(let members)):
      var kept: [String: SCIMValue] = [:]
      for (name, value) in members {
        guard let sub = sub(name), sub.mutability != .readOnly else { continue }
        guard kept[sub.name] == nil else { throw refusal("has “\(sub.name)” twice") }
        kept[sub.name] = try sub.coerced(value)
      }
      return kept.isEmpty ? nil : .object(kept)
    case (.complex, .string), (.complex, .integer):
      guard let sub = sub("value"), let text = try sub.coerced(value) else { throw refusal("is no object") }
      return text == "" ? nil : .object([sub.name: text])
    case (.boolean, .bool): return value
    case (.boolean, .string(let text)):
      switch text.lowercased() {
      case "true": return true
      case "false": return false
      default: throw refusal("is neither true nor false")
      }
    case (.string, .string(let text)), (.reference, .string(let text)), (.dateTime, .string(let text)):
      guard text.utf8.count <= Self.longestString else {
        throw refusal("is longer than \(Self.longestString) bytes")
      }
      guard !text.utf8.contains(0) else { throw refusal("has a character in it that no text has") }
      return value
    case (.string, .integer(let number)): return .string(String(number))
    default: throw refusal("is not of the type \(kind.rawValue)")
    }
  }

  func refusal(_ why: String) -> SCIMError {
    SCIMError(.badRequest, .invalidValue, "The attribute \(name) \(why).")
  }
}

extension SCIMResourceSchema {
  /// A whole resource that a client sends, without what it cannot set and what is not kept.
  func coerced(_ value: SCIMValue) throws(SCIMError) -> [String: SCIMValue] {
    guard let members = value.object else {
      throw SCIMError(.badRequest, .invalidSyntax, "The body is no object.")
    }
    var resource: [String: SCIMValue] = [:]
    for (name, value) in members {
      if let found = schemaExtension(name) {
        guard resource[found.id] == nil else { throw Self.twice(found.id) }
        resource[found.id] = try coerced(value, of: found)
      } else if let attribute = core(name), attribute.mutability != .readOnly {
        guard resource[attribute.name] == nil else { throw Self.twice(attribute.name) }
        resource[attribute.name] = try attribute.coerced(value)
      }
    }
    return resource
  }

  func coerced(_ value: SCIMValue, of schema: SCIMSchema) throws(SCIMError) -> SCIMValue? {
    if value == .null { return nil }
    guard let members = value.object else {
      throw SCIMError(.badRequest, .invalidValue, "\(schema.id) is no object.")
    }
    var kept: [String: SCIMValue] = [:]
    for (name, value) in members {
      guard let attribute = schema.attribute(name) else { continue }
      guard kept[attribute.name] == nil else { throw Self.twice(attribute.name) }
      kept[attribute.name] = try attribute.coerced(value)
    }
    return kept.isEmpty ? nil : .object(kept)
  }

  private static func twice(_ name: String) -> SCIMError {
    SCIMError(.badRequest, .invalidSyntax, "The body has “\(name)” twice.")
  }
}
