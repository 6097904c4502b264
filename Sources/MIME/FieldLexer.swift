/// Takes the value of a structured field apart. It never goes back, so that time is linear: a comment or quoted string that
/// does not end goes on to the end of the field.
struct FieldLexer {
  let bytes: [UInt8]
  var index = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  var isAtEnd: Bool { index >= bytes.count }
  var current: UInt8? { index < bytes.count ? bytes[index] : nil }

  /// - Returns: The text of the last comment passed, if any (RFC 5322 §3.2.2).
  @discardableResult
  mutating func skipBlanksAndComments() -> [UInt8]? {
    var last: [UInt8]?
    while let byte = current {
      if byte.isSpaceOrLineEnd {
        index += 1
      } else if byte == 0x28 {
        last = comment()
      } else {
        break
      }
    }
    return last
  }

  /// The comment that begins here, without its own parentheses.
  private mutating func comment() -> [UInt8] {
    var depth = 0
    var text: [UInt8] = []
    while let byte = current {
      index += 1
      switch byte {
      case 0x28:
        if depth > 0 { text.append(byte) }
        depth += 1
      case 0x29:
        depth -= 1
        if depth == 0 { return text }
        text.append(byte)
      case 0x5C:
        if let next = current {
          text.append(next)
          index += 1
        }
      default: text.append(byte)
      }
    }
    return text
  }

  /// The content of the quoted string that begins here; `nil` where none does.
  mutating func quotedString() -> [UInt8]? {
    guard current == 0x22 else { return nil }
    index += 1
    var text: [UInt8] = []
    while let byte = current {
      index += 1
      switch byte {
      case 0x22: return text
      case 0x5C:
        if let next = current {
          text.append(next)
          index += 1
        }
      case 0x0D, 0x0A: break
      default: text.append(byte)
      }
    }
    return text
  }

  /// A token of RFC 2045 §5.1, blanks and comments before it skipped.
  mutating func mimeToken() -> ArraySlice<UInt8>? {
    skipBlanksAndComments()
    let start = index
    while let byte = current, byte > 0x20, byte != 0x7F, !Self.tokenEnds.contains(byte) { index += 1 }
    return index > start ? bytes[start..<index] : nil
  }

  /// `()<>@,;:\"/[]?=`
  private static let tokenEnds = Set("()<>@,;:\\\"/[]?=".utf8)

  /// Takes this byte, blanks and comments before it skipped; says whether it was there.
  mutating func take(_ byte: UInt8) -> Bool {
    skipBlanksAndComments()
    guard current == byte else { return false }
    index += 1
    return true
  }
}
