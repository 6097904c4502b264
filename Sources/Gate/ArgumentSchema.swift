import Effects

/// Checks arguments against the schemas of a tool's parameters: the part of JSON Schema 2020-12 that tools need. What it
/// cannot read it does not let pass.
struct ArgumentSchema {
  let declaration: ToolDeclaration
  let bounds: ArgumentBounds

  func check(_ arguments: JSON) throws(ArgumentError) {
    try checkSize(arguments)
    guard case .object(let members) = arguments else { throw .notAnObject }
    for name in members.keys.sorted() where !declaration.parameters.contains(where: { $0.name == name }) {
      throw .unknown(name)
    }
    for parameter in declaration.parameters {
      guard let value = members[parameter.name], value != .null || parameter.isRequired else {
        if parameter.isRequired { throw .missing(parameter.name) }
        continue
      }
      try check(value, parameter.schema, at: parameter.name, depth: 0)
    }
  }

  private func checkSize(_ arguments: JSON) throws(ArgumentError) {
    var bytes = 0
    var leaves = 0
    var waiting: [(value: JSON, depth: Int)] = [(arguments, 0)]
    while let (value, depth) = waiting.popLast() {
      guard depth <= bounds.mostDepth else { throw .tooLarge(what: .levels, most: bounds.mostDepth) }
      leaves += 1
      switch value {
      case .string(let text): bytes += text.utf8.count
      case .array(let elements): waiting += elements.map { ($0, depth + 1) }
      case .object(let members):
        bytes += members.keys.reduce(0) { $0 + $1.utf8.count }
        waiting += members.values.map { ($0, depth + 1) }
      case .null, .bool, .integer, .number: bytes += 8
      }
      guard bytes <= bounds.mostBytes else { throw .tooLarge(what: .bytes, most: bounds.mostBytes) }
      guard leaves <= bounds.mostLeaves else { throw .tooLarge(what: .values, most: bounds.mostLeaves) }
    }
  }

  private func check(_ value: JSON, _ schema: JSON, at path: String, depth: Int) throws(ArgumentError) {
    guard depth <= 32 else { throw .unreadableSchema(path: path, keyword: "nesting") }
    switch schema {
    case .bool(true): return
    case .object(let keywords):
      // In one order, so that the same fault is always the one reported.
      for keyword in keywords.keys.sorted(by: { Self.order($0) < Self.order($1) }) {
        guard let wanted = keywords[keyword] else { continue }
        try check(value, keyword, wanted, of: keywords, at: path, depth: depth)
      }
    default: throw .unreadableSchema(path: path, keyword: "schema")
    }
  }

  private static func order(_ keyword: String) -> String { (keyword == "type" ? "0" : "1") + keyword }

  private func check(
    _ value: JSON, _ keyword: String, _ wanted: JSON, of schema: [String: JSON], at path: String, depth: Int
  ) throws(ArgumentError) {
    switch (keyword, value, wanted) {
    case ("type", _, .string(let name)): try checkType(value, [name], at: path)
    case ("type", _, .array(let names)): try checkType(value, names.compactMap(\.string), at: path)
    case ("enum", _, .array(let values)): guard values.contains(value) else { throw .notOneOf(path: path) }
    case ("const", _, _): guard value == wanted else { throw .notOneOf(path: path) }
    case ("anyOf", _, .array(let choices)): try checkAny(value, choices, at: path, depth: depth)
    case ("minLength", .string(let text), .integer(let least)):
      guard text.unicodeScalars.count >= least else {
        throw .outOfRange(path: path, least: "\(least) long", most: nil)
      }
    case ("maxLength", .string(let text), .integer(let most)):
      guard text.unicodeScalars.count <= most else { throw .tooLong(path: path, most: Int(most)) }
    case ("minItems", .array(let elements), .integer(let least)):
      guard elements.count >= least else { throw .outOfRange(path: path, least: "\(least) long", most: nil) }
    case ("maxItems", .array(let elements), .integer(let most)):
      guard elements.count <= most else { throw .tooLong(path: path, most: Int(most)) }
    case ("minimum", _, .integer), ("maximum", _, .integer), ("minimum", _, .number), ("maximum", _, .number):
      try checkRange(value, schema, at: path)
    case ("items", .array(let elements), _):
      for (index, element) in elements.enumerated() {
        try check(element, wanted, at: "\(path)[\(index)]", depth: depth + 1)
      }
    case ("required", .object(let members), .array(let names)):
      for name in names.compactMap(\.string) where members[name] == nil { throw .missing("\(path).\(name)") }
    case ("properties", .object(let members), .object(let schemas)):
      for (name, member) in members.sorted(by: { $0.key < $1.key }) {
        if let schema = schemas[name] {
          try check(member, schema, at: "\(path).\(name)", depth: depth + 1)
        } else if schema["additionalProperties"] != true {
          throw .unknown("\(path).\(name)")
        }
      }
    case ("minLength", _, .integer), ("maxLength", _, .integer), ("minItems", _, .integer),
      ("maxItems", _, .integer),
      ("items", _, _), ("required", _, .array), ("properties", _, .object),
      ("additionalProperties", _, .bool):
      // Of another type's values; `type` says whether they may be here at all.
      break
    case ("title", _, _), ("description", _, _), ("default", _, _), ("examples", _, _), ("format", _, _),
      ("$comment", _, _), ("deprecated", _, _):
      // Annotations: nothing is validated by them.
      break
    default: throw .unreadableSchema(path: path, keyword: keyword)
    }
  }

  private func checkAny(_ value: JSON, _ choices: [JSON], at path: String, depth: Int) throws(ArgumentError) {
    var first: ArgumentError?
    for choice in choices {
      do {
        return try check(value, choice, at: path, depth: depth + 1)
      } catch {
        // A schema that cannot be read must not be passed over for one that can.
        if case .unreadableSchema = error { throw error }
        first = first ?? error
      }
    }
    throw first ?? .unreadableSchema(path: path, keyword: "anyOf")
  }

  private func checkType(_ value: JSON, _ names: [String], at path: String) throws(ArgumentError) {
    let known: Set = ["string", "integer", "number", "boolean", "array", "object", "null"]
    guard !names.isEmpty, known.isSuperset(of: names) else {
      throw .unreadableSchema(path: path, keyword: "type")
    }
    let fits = names.contains { name in
      switch value {
      case .null: name == "null"
      case .bool: name == "boolean"
      case .integer: name == "integer" || name == "number"
      case .number(let number): name == "number" || (name == "integer" && number == number.rounded())
      case .string: name == "string"
      case .array: name == "array"
      case .object: name == "object"
      }
    }
    guard fits else { throw .wrongType(path: path, expected: names.joined(separator: " or ")) }
  }

  private func checkRange(_ value: JSON, _ schema: [String: JSON], at path: String) throws(ArgumentError) {
    let number: Double
    switch value {
    case .integer(let integer): number = Double(integer)
    case .number(let double): number = double
    default: return
    }
    let (least, most) = (Self.number(schema["minimum"]), Self.number(schema["maximum"]))
    guard number >= least ?? -.infinity, number <= most ?? .infinity else {
      throw .outOfRange(path: path, least: schema["minimum"]?.canonical, most: schema["maximum"]?.canonical)
    }
  }

  private static func number(_ value: JSON?) -> Double? {
    switch value {
    case .integer(let integer): Double(integer)
    case .number(let double): double
    default: nil
    }
  }
}
