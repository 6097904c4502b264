import Effects

/// Reads one JSON value (RFC 8259) from bytes that anybody may have sent: in one pass, within bounds of size, nesting and
/// number of values, valid UTF-8 only, and with no name twice in an object, so that nobody reads another value in the same
/// bytes.
struct JSONReader {
  private let bytes: [UInt8]
  private let limits: ToolServerLimits
  private var place = 0
  private var values = 0

  struct Failure: Error, Hashable, Sendable {
    /// After “it is”: `no JSON`, `nested too deeply`.
    var reason: String
  }

  static func value(_ bytes: [UInt8], limits: ToolServerLimits) throws(Failure) -> JSON {
    guard bytes.count <= limits.message else {
      throw Failure(reason: "longer than \(limits.message) bytes")
    }
    var reader = JSONReader(bytes: bytes, limits: limits)
    let value = try reader.value(depth: 0)
    reader.skipSpace()
    guard reader.place == bytes.count else { throw Failure(reason: "no JSON") }
    return value
  }

  private init(bytes: [UInt8], limits: ToolServerLimits) {
    self.bytes = bytes
    self.limits = limits
  }

  private var next: UInt8? { place < bytes.count ? bytes[place] : nil }

  private mutating func skipSpace() {
    while let byte = next, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { place += 1 }
  }

  private mutating func value(depth: Int) throws(Failure) -> JSON {
    guard depth <= limits.nesting else { throw Failure(reason: "nested too deeply") }
    values += 1
    guard values <= limits.values else { throw Failure(reason: "made of too many values") }
    skipSpace()
    switch next {
    case UInt8(ascii: "{"): return try object(depth: depth)
    case UInt8(ascii: "["): return try array(depth: depth)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: return try number()
    }
  }

  private mutating func object(depth: Int) throws(Failure) -> JSON {
    place += 1
    var members: [String: JSON] = [:]
    skipSpace()
    if next == UInt8(ascii: "}") {
      place += 1
      return .object(members)
    }
    // Swift takes two spellings of one letter for one name; the bytes decide whether a name came twice.
    var names: Set<[UInt8]> = []
    while true {
      skipSpace()
      guard next == UInt8(ascii: "\"") else { throw Failure(reason: "no JSON") }
      let name = try string()
      guard names.insert(Array(name.utf8)).inserted, members[name] == nil else {
        throw Failure(reason: "an object with a name twice")
      }
      skipSpace()
      guard next == UInt8(ascii: ":") else { throw Failure(reason: "no JSON") }
      place += 1
      members[name] = try value(depth: depth + 1)
      skipSpace()
      let end = next
      place += 1
      if end == UInt8(ascii: "}") { return .object(members) }
      guard end == UInt8(ascii: ",") else { throw Failure(reason: "no JSON") }
    }
  }

  private mutating func array(depth: Int) throws(Failure) -> JSON {
    place += 1
    var elements: [JSON] = []
    skipSpace()
    if next == UInt8(ascii: "]") {
      place += 1
      return .array(elements)
    }
    while true {
      elements.append(try value(depth: depth + 1))
      skipSpace()
      let end = next
      place += 1
      if end == UInt8(ascii: "]") { return .array(elements) }
      guard end == UInt8(ascii: ",") else { throw Failure(reason: "no JSON") }
    }
  }

  private mutating func word(_ word: StaticString, _ value: JSON) throws(Failure) -> JSON {
    let length = word.utf8CodeUnitCount
    guard bytes.count - place >= length,
      bytes[place..<place + length].elementsEqual("\(word)".utf8)
    else { throw Failure(reason: "no JSON") }
    place += length
    return value
  }

  private mutating func number() throws(Failure) -> JSON {
    let start = place
    if next == UInt8(ascii: "-") { place += 1 }
    let first = next
    let count = digits()
    guard count == 1 || count > 1 && first != UInt8(ascii: "0") else { throw Failure(reason: "no JSON") }
    if next == UInt8(ascii: ".") {
      place += 1
      guard digits() > 0 else { throw Failure(reason: "no JSON") }
    }
    if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
      place += 1
      if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { place += 1 }
      guard digits() > 0 else { throw Failure(reason: "no JSON") }
    }
    let text = String(decoding: bytes[start..<place], as: UTF8.self)
    if let whole = Int64(text) { return .integer(whole) }
    guard text.utf8.count <= 400, let number = Double(text), number.isFinite else {
      throw Failure(reason: "with a number beyond all bounds")
    }
    // As the decoder of other rooms has it: 1.0 is 1.
    return Int64(exactly: number).map { .integer($0) } ?? .number(number)
  }

  private mutating func digits() -> Int {
    let start = place
    while let byte = next, (0x30...0x39).contains(byte) { place += 1 }
    return place - start
  }

  private mutating func string() throws(Failure) -> String {
    place += 1
    var text: [UInt8] = []
    var start = place
    while let byte = next {
      switch byte {
      case UInt8(ascii: "\""):
        text += bytes[start..<place]
        place += 1
        guard let valid = String(validating: text, as: UTF8.self) else {
          throw Failure(reason: "not UTF-8")
        }
        return valid
      case UInt8(ascii: "\\"):
        text += bytes[start..<place]
        place += 1
        text += String(try escaped()).utf8
        start = place
      case 0..<0x20: throw Failure(reason: "no JSON")
      default: place += 1
      }
    }
    throw Failure(reason: "no JSON")
  }

  private mutating func escaped() throws(Failure) -> Unicode.Scalar {
    let byte = next
    place += 1
    switch byte {
    case UInt8(ascii: "\""): return "\""
    case UInt8(ascii: "\\"): return "\\"
    case UInt8(ascii: "/"): return "/"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): break
    default: throw Failure(reason: "no JSON")
    }
    let unit = try hexadecimal()
    var value = unit
    if (0xD800..<0xDC00).contains(unit), next == UInt8(ascii: "\\") {
      place += 1
      guard next == UInt8(ascii: "u") else { throw Failure(reason: "no JSON") }
      place += 1
      let low = try hexadecimal()
      guard (0xDC00..<0xE000).contains(low) else { throw Failure(reason: "half a character") }
      value = 0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)
    }
    guard let scalar = Unicode.Scalar(value) else { throw Failure(reason: "half a character") }
    return scalar
  }

  private mutating func hexadecimal() throws(Failure) -> UInt32 {
    guard bytes.count - place >= 4 else { throw Failure(reason: "no JSON") }
    var value: UInt32 = 0
    for byte in bytes[place..<place + 4] {
      guard let digit = Self.digit(byte) else { throw Failure(reason: "no JSON") }
      value = value << 4 | digit
    }
    place += 4
    return value
  }

  private static func digit(_ byte: UInt8) -> UInt32? {
    switch byte {
    case 0x30...0x39: UInt32(byte) - 0x30
    case 0x41...0x46: UInt32(byte) - 0x41 + 10
    case 0x61...0x66: UInt32(byte) - 0x61 + 10
    default: nil
    }
  }
}
