extension JSON {
  /// What `JSONEncoder` makes of a value, as a tree. Dates, data and URLs write themselves.
  ///
  /// - Throws: What the value throws, and `EncodingError` for a number that JSON has not, or a JSON value only rounded.
  package init(encoding value: some Encodable) throws {
    let place = TreePlace()
    try TreeEncoder(place: place).encode(value)
    self = place.json
  }
}

/// Where a value is put together: containers that were handed out may be filled in any order.
private final class TreePlace {
  var members: [String: Part]?
  var elements: [Part]?
  var scalar = JSON.null

  enum Part {
    case made(JSON)
    case place(TreePlace)

    var json: JSON {
      switch self {
      case .made(let json): json
      case .place(let place): place.json
      }
    }
  }

  var json: JSON {
    if let members { return .object(members.mapValues(\.json)) }
    if let elements { return .array(elements.map(\.json)) }
    return scalar
  }

  /// - Throws: `EncodingError`, if there is no such number in JSON.
  static func part(_ value: some Encodable) throws -> Part {
    switch value {
    case let text as String: return .made(.string(text))
    case let json as JSON: return .made(json)
    default:
      let place = TreePlace()
      try TreeEncoder(place: place).encode(value)
      return .place(place)
    }
  }
}

private struct TreeEncoder: Encoder, SingleValueEncodingContainer {
  let place: TreePlace
  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    if place.members == nil { place.members = [:] }
    return KeyedEncodingContainer(MembersEncoder(place: place))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    if place.elements == nil { place.elements = [] }
    return ElementsEncoder(place: place)
  }

  func singleValueContainer() -> any SingleValueEncodingContainer { self }

  // MARK: One value

  func encodeNil() { place.scalar = .null }
  func encode(_ value: String) { place.scalar = .string(value) }
  func encode(_ value: Bool) { place.scalar = .bool(value) }
  func encode(_ value: Double) throws { place.scalar = try Self.number(value) }
  func encode(_ value: Float) throws { place.scalar = try Self.number(Double(value)) }
  func encode(_ value: Int) { place.scalar = .integer(Int64(value)) }
  func encode(_ value: Int8) { place.scalar = .integer(Int64(value)) }
  func encode(_ value: Int16) { place.scalar = .integer(Int64(value)) }
  func encode(_ value: Int32) { place.scalar = .integer(Int64(value)) }
  func encode(_ value: Int64) { place.scalar = .integer(value) }
  func encode(_ value: UInt8) { place.scalar = .integer(Int64(value)) }
  func encode(_ value: UInt16) { place.scalar = .integer(Int64(value)) }
  func encode(_ value: UInt32) { place.scalar = .integer(Int64(value)) }
  func encode(_ value: UInt) throws { try encode(UInt64(value)) }
  func encode(_ value: UInt64) throws {
    guard let whole = Int64(exactly: value) else { throw Self.notExact(value) }
    place.scalar = .integer(whole)
  }
  func encode<Value: Encodable>(_ value: Value) throws {
    if let json = value as? JSON { place.scalar = json } else { try value.encode(to: self) }
  }

  static func number(_ value: Double) throws -> JSON {
    guard value.isFinite else { throw notExact(value) }
    return Int64(exactly: value).map { .integer($0) } ?? .number(value)
  }

  private static func notExact(_ value: any Encodable) -> EncodingError {
    EncodingError.invalidValue(
      value, .init(codingPath: [], debugDescription: "No JSON value is that number."))
  }
}

private struct MembersEncoder<Key: CodingKey>: KeyedEncodingContainerProtocol {
  let place: TreePlace
  var codingPath: [any CodingKey] { [] }

  func encodeNil(forKey key: Key) { put(.made(.null), key) }
  func encode(_ value: String, forKey key: Key) { put(.made(.string(value)), key) }
  func encode(_ value: Bool, forKey key: Key) { put(.made(.bool(value)), key) }
  func encode(_ value: Int, forKey key: Key) { put(.made(.integer(Int64(value))), key) }
  func encode(_ value: Int64, forKey key: Key) { put(.made(.integer(value)), key) }
  func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
    put(try TreePlace.part(value), key)
  }

  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type, forKey key: Key
  ) -> KeyedEncodingContainer<Nested> {
    nested(key).container(keyedBy: type)
  }

  func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
    nested(key).unkeyedContainer()
  }

  func superEncoder() -> any Encoder {
    let inner = TreePlace()
    place.members?["super"] = .place(inner)
    return TreeEncoder(place: inner)
  }

  func superEncoder(forKey key: Key) -> any Encoder { nested(key) }

  private func put(_ part: TreePlace.Part, _ key: Key) { place.members?[key.stringValue] = part }

  private func nested(_ key: Key) -> TreeEncoder {
    let inner = TreePlace()
    put(.place(inner), key)
    return TreeEncoder(place: inner)
  }
}

private struct ElementsEncoder: UnkeyedEncodingContainer {
  let place: TreePlace
  var codingPath: [any CodingKey] { [] }
  var count: Int { place.elements?.count ?? 0 }

  func encodeNil() { place.elements?.append(.made(.null)) }
  func encode<Value: Encodable>(_ value: Value) throws { place.elements?.append(try TreePlace.part(value)) }

  func nestedContainer<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    nested().container(keyedBy: type)
  }

  func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { nested().unkeyedContainer() }
  func superEncoder() -> any Encoder { nested() }

  private func nested() -> TreeEncoder {
    let inner = TreePlace()
    place.elements?.append(.place(inner))
    return TreeEncoder(place: inner)
  }
}
