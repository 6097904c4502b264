/// The name of a mailbox as people read it, with the server's own separator in it: `Entwürfe/2026`. On the wire it is in
/// modified UTF-7 (RFC 3501, section 5.1.3). `INBOX` is one mailbox however it is spelt.
package struct MailboxName: Hashable, Sendable, CustomStringConvertible {
  package let text: String

  package static let inbox = MailboxName(known: "INBOX")

  /// - Throws: ``IMAPError/invalid(_:)`` for an empty name, one of more than 1,000 bytes, or control characters.
  package init(_ text: String) throws(IMAPError) {
    guard !text.isEmpty, text.utf8.count <= 1000 else {
      throw .invalid("A mailbox's name has 1 to 1000 bytes; this one has \(text.utf8.count).")
    }
    guard text.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F }) else {
      throw .invalid("A mailbox's name has no control characters, such as line breaks.")
    }
    self.init(known: text)
  }

  init(known text: String) {
    self.text = text.utf8.count == 5 && text.uppercased() == "INBOX" ? "INBOX" : text
  }

  package var description: String { text }

  /// As it is on the wire, in modified UTF-7.
  package var wireText: String { ModifiedUTF7.encoded(text) }

  /// - Parameter wire: As a server says it. What is no modified UTF-7 (servers with 8-bit names exist) stands for itself.
  init(wire: [UInt8]) {
    let text = String(decoding: wire, as: UTF8.self)
    self.init(known: ModifiedUTF7.decoded(wire) ?? text)
  }

  // Alike to a server is what is alike to the byte.
  package static func == (a: MailboxName, b: MailboxName) -> Bool { a.text.utf8.elementsEqual(b.text.utf8) }
  package func hash(into hasher: inout Hasher) { for byte in text.utf8 { hasher.combine(byte) } }
}

extension MailboxName: ExpressibleByStringLiteral {
  /// A name that stands in the source.
  package init(stringLiteral value: String) { self.init(known: value) }
}

extension MailboxName: Codable {
  package init(from decoder: any Decoder) throws {
    self = try MailboxName(try decoder.singleValueContainer().decode(String.self))
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }
}

/// RFC 3501, section 5.1.3: printable ASCII stands for itself, `&` is `&-`, all else is UTF-16 in base64 between `&` and `-`,
/// with `,` for `/` and no padding.
enum ModifiedUTF7 {
  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,".utf8)

  static func encoded(_ text: String) -> String {
    var output: [UInt8] = []
    var shifted: [UInt16] = []
    for scalar in text.unicodeScalars {
      if (0x20...0x7E).contains(scalar.value) {
        close(&shifted, into: &output)
        output.append(UInt8(scalar.value))
        if scalar == "&" { output.append(UInt8(ascii: "-")) }
      } else {
        shifted += UTF16.encode(scalar).map(Array.init) ?? []
      }
    }
    close(&shifted, into: &output)
    return String(decoding: output, as: UTF8.self)
  }

  private static func close(_ units: inout [UInt16], into output: inout [UInt8]) {
    guard !units.isEmpty else { return }
    output.append(UInt8(ascii: "&"))
    var bits: UInt32 = 0
    var count = 0
    for unit in units {
      bits = bits << 16 | UInt32(unit)
      count += 16
      while count >= 6 {
        count -= 6
        output.append(alphabet[Int(bits >> UInt32(count) & 63)])
      }
      bits &= (1 << UInt32(count)) - 1
    }
    if count > 0 { output.append(alphabet[Int(bits << UInt32(6 - count) & 63)]) }
    output.append(UInt8(ascii: "-"))
    units = []
  }

  /// `nil` for what this is not the one way to write.
  static func decoded(_ wire: [UInt8]) -> String? {
    var text = ""
    var index = 0
    while index < wire.count {
      let byte = wire[index]
      guard (0x20...0x7E).contains(byte) else { return nil }
      index += 1
      guard byte == UInt8(ascii: "&") else {
        text.unicodeScalars.append(Unicode.Scalar(byte))
        continue
      }
      guard let end = wire[index...].firstIndex(of: UInt8(ascii: "-")) else { return nil }
      if end == index {
        text += "&"
      } else {
        guard let part = units(wire[index..<end]) else { return nil }
        text += part
      }
      index = end + 1
    }
    return encoded(text).utf8.elementsEqual(wire) ? text : nil
  }

  private static func units(_ digits: ArraySlice<UInt8>) -> String? {
    var units: [UInt16] = []
    var bits: UInt32 = 0
    var count = 0
    for digit in digits {
      guard let value = alphabet.firstIndex(of: digit) else { return nil }
      bits = bits << 6 | UInt32(value)
      count += 6
      if count >= 16 {
        count -= 16
        units.append(UInt16(truncatingIfNeeded: bits >> UInt32(count)))
        bits &= (1 << UInt32(count)) - 1
      }
    }
    return String(validating: units, as: UTF16.self)
  }
}
