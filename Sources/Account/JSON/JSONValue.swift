/// JSON whose keys keep the order they were written in, which Foundation's encoder does not promise.
enum JSONValue {
  case null
  case bool(Bool)
  case integer(Int64)
  case string(String)
  case array([JSONValue])
  case object([(String, JSONValue)])

  static func optional(_ value: Int64?) -> JSONValue { value.map { .integer($0) } ?? .null }
  static func optional(_ value: String?) -> JSONValue { value.map { .string($0) } ?? .null }
  static func strings(_ values: some Sequence<String>) -> JSONValue { .array(values.map { .string($0) }) }

  /// The document, indented by two spaces, objects of plain values on one line, and a final line break.
  var document: String {
    var text = ""
    write(to: &text, depth: 0)
    text += "\n"
    return text
  }

  /// On one line, without spaces.
  var compact: String {
    var text = ""
    writeCompact(to: &text)
    return text
  }

  /// Whether it holds neither array nor object.
  private var isPlain: Bool {
    switch self {
    case .null, .bool, .integer, .string: true
    case .array, .object: false
    }
  }

  private func write(to text: inout String, depth: Int) {
    switch self {
    case .array(let items) where !items.allSatisfy(\.isPlain):
      text += "["
      Self.lines(items, to: &text, depth: depth) { item, text in item.write(to: &text, depth: depth + 1) }
      text += "]"
    case .object(let members) where depth == 0 || !members.allSatisfy(\.1.isPlain):
      text += "{"
      Self.lines(members, to: &text, depth: depth) { member, text in
        Self.writeString(member.0, to: &text)
        text += ": "
        member.1.write(to: &text, depth: depth + 1)
      }
      text += "}"
    default:
      writeCompact(to: &text)
    }
  }

  private static func lines<Item>(
    _ items: [Item], to text: inout String, depth: Int, _ write: (Item, inout String) -> Void
  ) {
    for (index, item) in items.enumerated() {
      text += index == 0 ? "\n" : ",\n"
      text += String(repeating: "  ", count: depth + 1)
      write(item, &text)
    }
    text += "\n" + String(repeating: "  ", count: depth)
  }

  private func writeCompact(to text: inout String) {
    switch self {
    case .null: text += "null"
    case .bool(let value): text += value ? "true" : "false"
    case .integer(let value): text += String(value)
    case .string(let value): Self.writeString(value, to: &text)
    case .array(let items):
      text += "["
      for (index, item) in items.enumerated() {
        if index > 0 { text += "," }
        item.writeCompact(to: &text)
      }
      text += "]"
    case .object(let members):
      text += "{"
      for (index, member) in members.enumerated() {
        if index > 0 { text += "," }
        Self.writeString(member.0, to: &text)
        text += ":"
        member.1.writeCompact(to: &text)
      }
      text += "}"
    }
  }

  private static func writeString(_ value: String, to text: inout String) {
    text += "\""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case let control where control.value < 0x20 || control.value == 0x7F:
        let digits = String(control.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }
}
