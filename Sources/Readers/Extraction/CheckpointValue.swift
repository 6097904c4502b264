/// What begins each part of a checkpoint.
enum CheckpointTag: UInt8 {
  case null, boolean, integer, unsigned, double, string, array, object, key, end
}

/// A checkpoint taken apart. Damaged bytes are an error, whatever they are.
enum CheckpointValue {
  case null
  case boolean(Bool)
  case integer(Int64)
  case unsigned(UInt64)
  case double(Double)
  case string(String)
  case array([CheckpointValue])
  case object([String: CheckpointValue])

  /// Nested deeper than any state that readers keep.
  private static let maximumDepth = 64

  init(_ bytes: [UInt8]) throws(ReaderCheckpoint.Unusable) {
    var rest = bytes[...]
    self = try Self.take(&rest, depth: 0)
    guard rest.isEmpty else { throw ReaderCheckpoint.Unusable() }
  }

  private static func take(
    _ rest: inout ArraySlice<UInt8>, depth: Int
  ) throws(ReaderCheckpoint.Unusable) -> CheckpointValue {
    guard depth < maximumDepth else { throw ReaderCheckpoint.Unusable() }
    switch try takeTag(&rest) {
    case .null: return .null
    case .boolean: return .boolean(try takeNumber(&rest) != 0)
    case .integer:
      let number = try takeNumber(&rest)
      return .integer(Int64(bitPattern: number >> 1) ^ -Int64(bitPattern: number & 1))
    case .unsigned: return .unsigned(try takeNumber(&rest))
    case .double: return .double(Double(bitPattern: try takeNumber(&rest)))
    case .string: return .string(try takeText(&rest))
    case .array:
      var elements: [CheckpointValue] = []
      while try !takeEnd(&rest) { elements.append(try take(&rest, depth: depth + 1)) }
      return .array(elements)
    case .object:
      var fields: [String: CheckpointValue] = [:]
      while try !takeEnd(&rest) {
        guard try takeTag(&rest) == .key else { throw ReaderCheckpoint.Unusable() }
        let key = try takeText(&rest)
        fields[key] = try take(&rest, depth: depth + 1)
      }
      return .object(fields)
    case .key, .end: throw ReaderCheckpoint.Unusable()
    }
  }

  private static func takeTag(
    _ rest: inout ArraySlice<UInt8>
  ) throws(ReaderCheckpoint.Unusable) -> CheckpointTag {
    guard let tag = rest.popFirst().flatMap(CheckpointTag.init) else { throw ReaderCheckpoint.Unusable() }
    return tag
  }

  private static func takeEnd(_ rest: inout ArraySlice<UInt8>) throws(ReaderCheckpoint.Unusable) -> Bool {
    guard let next = rest.first else { throw ReaderCheckpoint.Unusable() }
    guard next == CheckpointTag.end.rawValue else { return false }
    rest.removeFirst()
    return true
  }

  private static func takeNumber(
    _ rest: inout ArraySlice<UInt8>
  ) throws(ReaderCheckpoint.Unusable) -> UInt64 {
    var number: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 70, by: 7) {
      guard let byte = rest.popFirst() else { throw ReaderCheckpoint.Unusable() }
      number |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return number }
    }
    throw ReaderCheckpoint.Unusable()
  }

  private static func takeText(
    _ rest: inout ArraySlice<UInt8>
  ) throws(ReaderCheckpoint.Unusable) -> String {
    let count = try takeNumber(&rest)
    guard count <= UInt64(rest.count) else { throw ReaderCheckpoint.Unusable() }
    let text = String(decoding: rest.prefix(Int(count)), as: UTF8.self)
    rest.removeFirst(Int(count))
    return text
  }
}
