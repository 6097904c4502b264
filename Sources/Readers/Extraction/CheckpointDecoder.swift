/// Reads what ``CheckpointEncoder`` wrote.
struct CheckpointDecoder: Decoder {
  var value: CheckpointValue

  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    guard case .object(let fields) = value else { throw ReaderCheckpoint.Unusable() }
    return KeyedDecodingContainer(KeyedContainer(fields: fields))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    guard case .array(let elements) = value else { throw ReaderCheckpoint.Unusable() }
    return UnkeyedContainer(elements: elements)
  }

  func singleValueContainer() -> any SingleValueDecodingContainer { SingleContainer(value: value) }
}

private struct KeyedContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
  let fields: [String: CheckpointValue]
  var codingPath: [any CodingKey] { [] }
  var allKeys: [Key] { fields.keys.compactMap { Key(stringValue: $0) } }

  func contains(_ key: Key) -> Bool { fields[key.stringValue] != nil }

  private func decoder(_ key: any CodingKey) throws -> CheckpointDecoder {
    guard let value = fields[key.stringValue] else { throw ReaderCheckpoint.Unusable() }
    return CheckpointDecoder(value: value)
  }

  func decodeNil(forKey key: Key) throws -> Bool {
    if case .null = try decoder(key).value { true } else { false }
  }

  func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T { try T(from: decoder(key)) }

  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type, forKey key: Key
  ) throws -> KeyedDecodingContainer<Nested> { try decoder(key).container(keyedBy: type) }

  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    try decoder(key).unkeyedContainer()
  }

  func superDecoder() throws -> any Decoder { throw ReaderCheckpoint.Unusable() }
  func superDecoder(forKey key: Key) throws -> any Decoder { try decoder(key) }
}

private struct UnkeyedContainer: UnkeyedDecodingContainer {
  let elements: [CheckpointValue]
  private(set) var currentIndex = 0
  var codingPath: [any CodingKey] { [] }
  var count: Int? { elements.count }
  var isAtEnd: Bool { currentIndex >= elements.count }

  init(elements: [CheckpointValue]) { self.elements = elements }

  private mutating func next() throws -> CheckpointDecoder {
    guard !isAtEnd else { throw ReaderCheckpoint.Unusable() }
    defer { currentIndex += 1 }
    return CheckpointDecoder(value: elements[currentIndex])
  }

  mutating func decodeNil() throws -> Bool {
    guard !isAtEnd else { throw ReaderCheckpoint.Unusable() }
    guard case .null = elements[currentIndex] else { return false }
    currentIndex += 1
    return true
  }

  mutating func decode<T: Decodable>(_ type: T.Type) throws -> T { try T(from: next()) }

  mutating func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type
  ) throws -> KeyedDecodingContainer<Nested> { try next().container(keyedBy: type) }

  mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
    try next().unkeyedContainer()
  }

  mutating func superDecoder() throws -> any Decoder { try next() }
}

private struct SingleContainer: SingleValueDecodingContainer {
  let value: CheckpointValue
  var codingPath: [any CodingKey] { [] }

  func decodeNil() -> Bool { if case .null = value { true } else { false } }

  func decode(_ type: Bool.Type) throws -> Bool {
    guard case .boolean(let value) = value else { throw ReaderCheckpoint.Unusable() }
    return value
  }

  func decode(_ type: String.Type) throws -> String {
    guard case .string(let value) = value else { throw ReaderCheckpoint.Unusable() }
    return value
  }

  func decode(_ type: Double.Type) throws -> Double {
    guard case .double(let value) = value else { throw ReaderCheckpoint.Unusable() }
    return value
  }

  func decode(_ type: Float.Type) throws -> Float { Float(try decode(Double.self)) }
  func decode(_ type: Int.Type) throws -> Int { try integer() }
  func decode(_ type: Int8.Type) throws -> Int8 { try integer() }
  func decode(_ type: Int16.Type) throws -> Int16 { try integer() }
  func decode(_ type: Int32.Type) throws -> Int32 { try integer() }
  func decode(_ type: Int64.Type) throws -> Int64 { try integer() }
  func decode(_ type: UInt.Type) throws -> UInt { try integer() }
  func decode(_ type: UInt8.Type) throws -> UInt8 { try integer() }
  func decode(_ type: UInt16.Type) throws -> UInt16 { try integer() }
  func decode(_ type: UInt32.Type) throws -> UInt32 { try integer() }
  func decode(_ type: UInt64.Type) throws -> UInt64 { try integer() }
  func decode<T: Decodable>(_ type: T.Type) throws -> T { try T(from: CheckpointDecoder(value: value)) }

  private func integer<Number: FixedWidthInteger>() throws -> Number {
    let number: Number? =
      switch value {
      case .integer(let value): Number(exactly: value)
      case .unsigned(let value): Number(exactly: value)
      default: nil
      }
    guard let number else { throw ReaderCheckpoint.Unusable() }
    return number
  }
}
