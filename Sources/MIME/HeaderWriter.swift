/// Writes a header. Every value is looked at before it is written; what could begin a line of its own is refused.
struct HeaderWriter {
  private(set) var bytes: [UInt8] = []

  /// Where lines are folded if they can be (RFC 5322 §2.1.1).
  private static let width = 76

  /// Words with a space between, folded before those that do not fit. Nothing is written for no words.
  mutating func add(_ name: String, words: [String]) {
    guard !words.isEmpty else { return }
    bytes += "\(name):".utf8
    var column = name.utf8.count + 1
    for (index, word) in words.enumerated() {
      if index > 0, column + 1 + word.utf8.count > Self.width {
        bytes += "\r\n".utf8
        column = 0
      }
      bytes += " \(word)".utf8
      column += 1 + word.utf8.count
    }
    bytes += "\r\n".utf8
  }

  mutating func add(_ name: String, text: String) throws(MailCompositionError) {
    guard !Self.hasControls(text) else { throw .controlCharacter(field: name) }
    add(name, words: Self.unstructured(text))
  }

  mutating func add(_ name: String, addresses: [MailAddress]) throws(MailCompositionError) {
    var words: [String] = []
    for (index, address) in addresses.enumerated() {
      let comma = index + 1 < addresses.count ? "," : ""
      guard Self.isSendable(address) else { throw .notAnAddress(field: name) }
      guard let display = address.name, !display.isEmpty else {
        words.append(address.address + comma)
        continue
      }
      guard !Self.hasControls(display) else { throw .controlCharacter(field: name) }
      words += Self.phrase(display) + ["<\(address.address)>" + comma]
    }
    add(name, words: words)
  }

  mutating func add(_ name: String, identifier: MessageID) throws(MailCompositionError) {
    guard Self.isWritable(identifier) else { throw .identifier(field: name) }
    add(name, words: [identifier.description])
  }

  static func isWritable(_ identifier: MessageID) -> Bool {
    identifier.text.utf8.count <= 250 && identifier.text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
      && identifier.text.utf8.contains(0x40)
  }

  private static func hasControls(_ text: String) -> Bool {
    text.unicodeScalars.contains {
      $0.value < 0x20 || (0x7F...0x9F).contains($0.value) || $0.value == 0x2028 || $0.value == 0x2029
    }
  }

  /// RFC 5321 §4.5.3.1 bounds both halves.
  private static func isSendable(_ address: MailAddress) -> Bool {
    (1...64).contains(address.localPart.utf8.count) && (1...255).contains(address.domain.utf8.count)
      && !hasControls(address.localPart)
      && address.domain.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F && !domainSpecials.contains($0) }
      && !hasControls(address.domain)
      && (address.domain.hasPrefix("[") == address.domain.hasSuffix("]"))
  }

  private static let domainSpecials = Set("()<>@,;\\\"".utf8)

  private static func unstructured(_ text: String) -> [String] {
    let words = text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    let isPlain =
      text.utf8.allSatisfy { (0x20...0x7E).contains($0) } && !text.contains("=?")
      && words.allSatisfy { !$0.isEmpty && $0.utf8.count <= 200 }
    return isPlain ? words : text.isEmpty ? [] : encodedWords(text)
  }

  private static func phrase(_ name: String) -> [String] {
    guard name.utf8.allSatisfy({ (0x20...0x7E).contains($0) }), !name.contains("=?"), name.utf8.count <= 200
    else {
      return encodedWords(name)
    }
    let isAtoms = name.utf8.allSatisfy {
      $0 == 0x20 || $0.isDigit || (0x61...0x7A).contains($0.lowercased) || $0 == 0x2D || $0 == 0x27
    }
    if isAtoms, !name.hasPrefix(" "), !name.hasSuffix(" "), !name.contains("  ") {
      return name.split(separator: " ").map(String.init)
    }
    return ["\"" + name.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""]
  }

  /// UTF-8 in base64, no word longer than 75 bytes and no character cut (RFC 2047 §2, §5).
  private static func encodedWords(_ text: String) -> [String] {
    var words: [String] = []
    var piece: [UInt8] = []
    for scalar in text.unicodeScalars {
      let bytes = Array(String(scalar).utf8)
      if piece.count + bytes.count > 42 {
        words.append("=?utf-8?B?\(BodyWriter.base64(piece))?=")
        piece = []
      }
      piece += bytes
    }
    if !piece.isEmpty { words.append("=?utf-8?B?\(BodyWriter.base64(piece))?=") }
    return words
  }
}
