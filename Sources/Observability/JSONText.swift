/// JSON as it is written, byte by byte, into one buffer.
struct JSONText {
  private(set) var bytes: [UInt8] = []

  mutating func reserve(_ count: Int) { bytes.reserveCapacity(count) }

  /// Punctuation and keys, which need no escaping.
  mutating func raw(_ text: StaticString) {
    text.withUTF8Buffer { bytes.append(contentsOf: $0) }
  }

  mutating func number(_ value: some BinaryInteger) {
    bytes.append(contentsOf: String(value).utf8)
  }

  /// A number with a fraction; the caller sees to it that it is finite.
  mutating func decimal(_ value: Double) {
    bytes.append(contentsOf: value.description.utf8)
  }

  /// A string in quotation marks. Nothing that a terminal or a reader of lines could obey stays as it is.
  mutating func string(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    // Nearly all texts need nothing.
    if text.utf8.allSatisfy({
      (0x20..<0x7f).contains($0) && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\")
    }) {
      bytes.append(contentsOf: text.utf8)
      bytes.append(UInt8(ascii: "\""))
      return
    }
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": bytes.append(contentsOf: "\\\"".utf8)
      case "\\": bytes.append(contentsOf: "\\\\".utf8)
      case "\n": bytes.append(contentsOf: "\\n".utf8)
      case "\r": bytes.append(contentsOf: "\\r".utf8)
      case "\t": bytes.append(contentsOf: "\\t".utf8)
      case _ where scalar.isTreacherous:
        for unit in UTF16.encode(scalar) ?? UTF16.encodedReplacementCharacter {
          bytes.append(contentsOf: "\\u".utf8)
          var digits = ""
          Hex.append(UInt8(truncatingIfNeeded: unit >> 8), to: &digits)
          Hex.append(UInt8(truncatingIfNeeded: unit), to: &digits)
          bytes.append(contentsOf: digits.utf8)
        }
      case _ where scalar.isASCII: bytes.append(UInt8(truncatingIfNeeded: scalar.value))
      default: bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }
}

extension Unicode.Scalar {
  /// Whether this could end a line, drive a terminal, turn the direction of text or hide: control characters (C0, DEL,
  /// C1), line and paragraph separators, marks of direction, and invisible tags.
  var isTreacherous: Bool {
    switch value {
    case 0...0x1f, 0x7f...0x9f, 0x061c, 0x200e, 0x200f, 0x2028...0x202e, 0x2066...0x2069, 0xfeff,
      0xfff9...0xfffb, 0xe0000...0xe007f:
      true
    default: false
    }
  }
}

enum BoundedText {
  /// At most so many bytes of a text, cut between characters' scalars, with `…` where something is missing.
  static func cut(_ text: String, toBytes limit: Int) -> String {
    guard text.utf8.count > limit else { return text }
    var end = text.utf8.index(text.startIndex, offsetBy: limit)
    while end > text.startIndex, end.samePosition(in: text.unicodeScalars) == nil {
      end = text.utf8.index(before: end)
    }
    return text[..<end] + "…"
  }
}
