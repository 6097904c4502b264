/// JSON whose keys keep the order they were written in, which Foundation's encoder does not promise.
package enum JSONValue {
  case null
  case bool(Bool)
  case integer(Int64)
  /// Written so that it is read back as the same; `null` if it is no number.
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object([(String, JSONValue)])

  package static func optional(_ value: Int64?) -> JSONValue { value.map { .integer($0) } ?? .null }
  package static func optional(_ value: String?) -> JSONValue { value.map { .string($0) } ?? .null }
  package static func strings(_ values: some Sequence<String>) -> JSONValue {
    .array(values.map { .string($0) })
  }

  /// The document, indented by two spaces, objects of plain values on one line, and a final line break.
  package var document: String {
    var text: [UInt8] = []
    write(to: &text, depth: 0)
    text.append(UInt8(ascii: "\n"))
    return String(decoding: text, as: UTF8.self)
  }

  /// On one line, without spaces.
  package var compact: String {
    var text: [UInt8] = []
    writeCompact(to: &text)
    return String(decoding: text, as: UTF8.self)
  }

  /// Whether it holds neither array nor object.
  private var isPlain: Bool {
    switch self {
    case .null, .bool, .integer, .number, .string: true
    case .array, .object: false
    }
  }

  private func write(to text: inout [UInt8], depth: Int) {
    switch self {
    case .array(let items) where !items.allSatisfy(\.isPlain):
      text += "[".utf8
      Self.lines(items, to: &text, depth: depth) { item, text in item.write(to: &text, depth: depth + 1) }
      text += "]".utf8
    case .object(let members) where depth == 0 || !members.allSatisfy(\.1.isPlain):
      text += "{".utf8
      Self.lines(members, to: &text, depth: depth) { member, text in
        Self.writeString(member.0, to: &text)
        text += ": ".utf8
        member.1.write(to: &text, depth: depth + 1)
      }
      text += "}".utf8
    default:
      writeCompact(to: &text)
    }
  }

  private static func lines<Item>(
    _ items: [Item], to text: inout [UInt8], depth: Int, _ write: (Item, inout [UInt8]) -> Void
  ) {
    for (index, item) in items.enumerated() {
      text += (index == 0 ? "\n" : ",\n").utf8
      text += repeatElement(UInt8(ascii: " "), count: 2 * depth + 2)
      write(item, &text)
    }
    text.append(UInt8(ascii: "\n"))
    text += repeatElement(UInt8(ascii: " "), count: 2 * depth)
  }

  private func writeCompact(to text: inout [UInt8]) {
    switch self {
    case .null: text += "null".utf8
    case .bool(let value): text += (value ? "true" : "false").utf8
    case .integer(let value): text += String(value).utf8
    case .number(let value): text += (value.isFinite ? "\(value)" : "null").utf8
    case .string(let value): Self.writeString(value, to: &text)
    case .array(let items):
      text += "[".utf8
      for (index, item) in items.enumerated() {
        if index > 0 { text.append(UInt8(ascii: ",")) }
        item.writeCompact(to: &text)
      }
      text += "]".utf8
    case .object(let members):
      text += "{".utf8
      for (index, member) in members.enumerated() {
        if index > 0 { text.append(UInt8(ascii: ",")) }
        Self.writeString(member.0, to: &text)
        text += ":".utf8
        member.1.writeCompact(to: &text)
      }
      text += "}".utf8
    }
  }

  private static func writeString(_ value: String, to text: inout [UInt8]) {
    text.append(UInt8(ascii: "\""))
    for byte in value.utf8 {
      switch byte {
      case UInt8(ascii: "\""): text += "\\\"".utf8
      case UInt8(ascii: "\\"): text += "\\\\".utf8
      case UInt8(ascii: "\n"): text += "\\n".utf8
      case UInt8(ascii: "\r"): text += "\\r".utf8
      case UInt8(ascii: "\t"): text += "\\t".utf8
      case 0..<0x20, 0x7F:
        let digits = String(byte, radix: 16)
        text += "\\u\(String(repeating: "0", count: 4 - digits.count))\(digits)".utf8
      default: text.append(byte)
      }
    }
    text.append(UInt8(ascii: "\""))
  }
}
