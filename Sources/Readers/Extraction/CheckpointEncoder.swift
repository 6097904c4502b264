/// Writes a value as a ``CheckpointValue`` would be read: tagged, without names for types. Each source leaves a
/// checkpoint, often of a small file; as JSON they took a twentieth of a whole first run.
///
/// Containers are written as they are filled, so one must be done before its parent goes on, as all synthesised
/// conformances are.
final class CheckpointEncoder: Encoder {
  private(set) var bytes: [UInt8] = []
  /// How many containers are open.
  fileprivate private(set) var depth = 0

  let codingPath: [any CodingKey] = []
  let userInfo: [CodingUserInfoKey: Any] = [:]

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    KeyedEncodingContainer(KeyedContainer<Key>(encoder: self, depth: open(.object)))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    UnkeyedContainer(encoder: self, depth: open(.array))
  }

  func singleValueContainer() -> any SingleValueEncodingContainer { SingleContainer(encoder: self) }

  // MARK: Writing

  func write(_ value: some Encodable) throws {
    let before = (depth, bytes.count)
    try value.encode(to: self)
    close(to: before.0)
    // A value without any content is an object without fields.
    if bytes.count == before.1 { close(to: open(.object) - 1) }
  }

  fileprivate func open(_ tag: CheckpointTag) -> Int {
    bytes.append(tag.rawValue)
    depth += 1
    return depth
  }

  fileprivate func close(to depth: Int) {
    while self.depth > depth {
      bytes.append(CheckpointTag.end.rawValue)
      self.depth -= 1
    }
  }

  fileprivate func writeNil() { bytes.append(CheckpointTag.null.rawValue) }

  fileprivate func writeKey(_ key: some CodingKey) { write(key.stringValue, tag: .key) }

  fileprivate func write(_ text: String, tag: CheckpointTag) {
    var text = text
    text.withUTF8 { utf8 in
      write(UInt64(utf8.count), tag: tag)
      bytes.append(contentsOf: utf8)
    }
  }

  /// Seven bits a byte, the lowest first; all but the last have the highest bit set.
  fileprivate func write(_ number: UInt64, tag: CheckpointTag) {
    bytes.append(tag.rawValue)
    var rest = number
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }
}

private struct KeyedContainer<Key: CodingKey>: KeyedEncodingContainerProtocol {
  let encoder: CheckpointEncoder
  let depth: Int
  var codingPath: [any CodingKey] { [] }

  private func begin(_ key: Key) {
    encoder.close(to: depth)
    encoder.writeKey(key)
  }

  mutating func encodeNil(forKey key: Key) {
    begin(key)
    encoder.writeNil()
  }

  mutating func encode(_ value: some Encodable, forKey key: Key) throws {
    begin(key)
    try encoder.write(value)
  }

  mutating func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type, forKey key: Key
  ) -> KeyedEncodingContainer<Nested> {
    begin(key)
    return encoder.container(keyedBy: type)
  }

  mutating func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
    begin(key)
    return encoder.unkeyedContainer()
  }

  mutating func superEncoder() -> any Encoder { encoder }

  mutating func superEncoder(forKey key: Key) -> any Encoder {
    begin(key)
    return encoder
  }
}

private struct UnkeyedContainer: UnkeyedEncodingContainer {
  let encoder: CheckpointEncoder
  let depth: Int
  var count = 0
  var codingPath: [any CodingKey] { [] }

  private mutating func begin() {
    encoder.close(to: depth)
    count += 1
  }

  mutating func encodeNil() {
    begin()
    encoder.writeNil()
  }

  mutating func encode(_ value: some Encodable) throws {
    begin()
    try encoder.write(value)
  }

  mutating func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type
  ) -> KeyedEncodingContainer<Nested> {
    begin()
    return encoder.container(keyedBy: type)
  }

  mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
    begin()
    return encoder.unkeyedContainer()
  }

  mutating func superEncoder() -> any Encoder {
    begin()
    return encoder
  }
}

private struct SingleContainer: SingleValueEncodingContainer {
  let encoder: CheckpointEncoder
  var codingPath: [any CodingKey] { [] }

  mutating func encodeNil() { encoder.writeNil() }
  mutating func encode(_ value: Bool) {
    encoder.write(value ? 1 : 0, tag: .boolean)
  }
  mutating func encode(_ value: String) { encoder.write(value, tag: .string) }
  mutating func encode(_ value: Double) { encoder.write(value.bitPattern, tag: .double) }
  mutating func encode(_ value: Float) { encode(Double(value)) }
  mutating func encode(_ value: Int) { encode(Int64(value)) }
  mutating func encode(_ value: Int8) { encode(Int64(value)) }
  mutating func encode(_ value: Int16) { encode(Int64(value)) }
  mutating func encode(_ value: Int32) { encode(Int64(value)) }
  mutating func encode(_ value: Int64) {
    // The sign in the lowest bit, so that numbers near zero are short.
    encoder.write(UInt64(bitPattern: (value << 1) ^ (value >> 63)), tag: .integer)
  }
  mutating func encode(_ value: UInt) { encode(UInt64(value)) }
  mutating func encode(_ value: UInt8) { encode(UInt64(value)) }
  mutating func encode(_ value: UInt16) { encode(UInt64(value)) }
  mutating func encode(_ value: UInt32) { encode(UInt64(value)) }
  mutating func encode(_ value: UInt64) { encoder.write(value, tag: .unsigned) }
  mutating func encode(_ value: some Encodable) throws { try encoder.write(value) }
}
