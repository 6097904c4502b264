/// What names one message (RFC 5322 §3.6.4), or one part of it.
package struct MessageID: Sendable, Hashable, CustomStringConvertible {
  /// Without the angle brackets.
  package let text: String

  /// - Parameter text: With angle brackets or without; what stands around them is dropped. `nil` where there is none, or it
  ///   has blanks or control characters in it.
  package init?(_ text: String) {
    guard let first = Self.list(text).first else { return nil }
    self = first
  }

  private init?(bytes: ArraySlice<UInt8>) {
    let bytes = bytes.trimmed(where: \.isSpaceOrLineEnd)
    guard (1...995).contains(bytes.count),
      bytes.allSatisfy({ $0 > 0x20 && $0 != 0x7F && $0 != 0x3C && $0 != 0x3E })
    else { return nil }
    text = bytes.text
  }

  /// `<text>`
  package var description: String { "<\(text)>" }

  /// How many a field may name; of more, the first and the last ones are kept.
  static let most = 200

  /// - Parameter text: Of a field such as References.
  package static func list(_ text: String) -> [MessageID] {
    let bytes = Array(text.utf8)
    var found: [MessageID] = []
    var isBracketed = false
    var start: Int?
    for (index, byte) in bytes.enumerated() {
      if byte == 0x3C {
        isBracketed = true
        start = index + 1
      } else if byte == 0x3E, let from = start {
        if let id = MessageID(bytes: bytes[from..<index]) { found.append(id) }
        start = nil
      }
    }
    if !isBracketed {
      found = bytes.split(whereSeparator: \.isSpaceOrLineEnd).filter { $0.contains(0x40) }
        .compactMap { MessageID(bytes: $0) }
    }
    return found.count <= most ? found : Array(found.prefix(1) + found.suffix(most - 1))
  }
}
