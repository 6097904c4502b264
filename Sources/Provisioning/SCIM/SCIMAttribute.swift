/// What a schema says of one attribute (RFC 7643, section 7).
struct SCIMAttribute: Sendable {
  enum Kind: String, Sendable { case string, boolean, integer, decimal, dateTime, reference, complex }
  enum Mutability: String, Sendable { case readOnly, readWrite, immutable, writeOnly }
  enum Returned: String, Sendable { case always, never, byDefault = "default", request }

  var name: String
  var kind: Kind
  var isMultiValued = false
  var isRequired = false
  var isCaseExact = false
  var mutability: Mutability = .readWrite
  var returned: Returned = .byDefault
  var uniqueness = "none"
  var canonicalValues: [String] = []
  var referenceTypes: [String] = []
  var subAttributes: [SCIMAttribute] = []
  var text = ""

  init(
    _ name: String, _ kind: Kind, _ text: String, multi: Bool = false, required: Bool = false,
    exact: Bool = false, _ mutability: Mutability = .readWrite, _ returned: Returned = .byDefault,
    uniqueness: String = "none", canonical: [String] = [], references: [String] = [],
    sub: [SCIMAttribute] = []
  ) {
    self.name = name
    self.kind = kind
    self.text = text
    self.isMultiValued = multi
    self.isRequired = required
    self.isCaseExact = exact
    self.mutability = mutability
    self.returned = returned
    self.uniqueness = uniqueness
    self.canonicalValues = canonical
    self.referenceTypes = references
    self.subAttributes = sub
  }

  func sub(_ name: String) -> SCIMAttribute? {
    let folded = name.lowercased()
    return subAttributes.first { $0.name.lowercased() == folded }
  }

  /// As `/Schemas` shows it.
  var value: SCIMValue {
    var members: [String: SCIMValue] = [
      "name": .string(name), "type": .string(kind.rawValue), "multiValued": .bool(isMultiValued),
      "description": .string(text), "required": .bool(isRequired), "mutability": .string(mutability.rawValue),
      "returned": .string(returned.rawValue),
    ]
    if kind == .complex {
      members["subAttributes"] = .array(subAttributes.map(\.value))
    } else {
      members["uniqueness"] = .string(uniqueness)
      members["caseExact"] = .bool(isCaseExact)
    }
    if !canonicalValues.isEmpty { members["canonicalValues"] = .array(canonicalValues.map { .string($0) }) }
    if !referenceTypes.isEmpty { members["referenceTypes"] = .array(referenceTypes.map { .string($0) }) }
    return .object(members)
  }
}

/// A schema: a URI and the attributes that it gives a resource.
struct SCIMSchema: Sendable {
  var id: String
  var name: String
  var text: String
  var attributes: [SCIMAttribute]

  func attribute(_ name: String) -> SCIMAttribute? {
    let folded = name.lowercased()
    return attributes.first { $0.name.lowercased() == folded }
  }
}

/// A resource type with its schemas, and what is common to all resources (RFC 7643, section 3.1).
struct SCIMResourceSchema: Sendable {
  var type: SCIMResourceType
  var core: SCIMSchema
  var extensions: [SCIMSchema]
  /// Attributes of RFC 7643 that are not kept here: they may be sent, and are dropped.
  var dropped: Set<String>

  static let common: [SCIMAttribute] = [
    SCIMAttribute(
      "schemas", .reference, "The schemas of the resource.", multi: true, required: true, exact: true,
      .readOnly,
      .always),
    SCIMAttribute("id", "The identifier given here.", exact: true, .readOnly, .always, uniqueness: "server"),
    SCIMAttribute("externalId", "The identifier with the client.", exact: true),
    SCIMAttribute(
      "meta", .complex, "When and where.", .readOnly,
      sub: [
        SCIMAttribute("resourceType", "The resource type.", exact: true, .readOnly),
        SCIMAttribute("created", .dateTime, "Since when it is here.", .readOnly),
        SCIMAttribute("lastModified", .dateTime, "When it last changed.", .readOnly),
        SCIMAttribute("location", .reference, "Its address.", exact: true, .readOnly),
        SCIMAttribute("version", "Its version, as in ETag.", exact: true, .readOnly),
      ]),
  ]

  func core(_ name: String) -> SCIMAttribute? {
    let folded = name.lowercased()
    return Self.common.first { $0.name.lowercased() == folded } ?? core.attribute(name)
  }

  func schemaExtension(_ uri: String) -> SCIMSchema? {
    let folded = uri.lowercased()
    return extensions.first { $0.id.lowercased() == folded }
  }

  static func of(_ type: SCIMResourceType) -> SCIMResourceSchema { type == .user ? .user : .group }
}

extension SCIMAttribute {
  init(
    _ name: String, _ text: String, required: Bool = false, exact: Bool = false,
    _ mutability: Mutability = .readWrite, _ returned: Returned = .byDefault, uniqueness: String = "none",
    canonical: [String] = []
  ) {
    self.init(
      name, .string, text, required: required, exact: exact, mutability, returned, uniqueness: uniqueness,
      canonical: canonical)
  }
}
