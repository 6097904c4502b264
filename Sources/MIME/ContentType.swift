/// What a part is (RFC 2045 §5).
package struct ContentType: Sendable, Hashable {
  /// Lower case, as is ``subtype``.
  package var type: String
  package var subtype: String
  /// By lower-case name; the first of those alike.
  package var parameters: [String: String]

  package var mime: String { "\(type)/\(subtype)" }
  /// As written.
  package var charset: String? { parameters["charset"] }

  /// What a part is that says nothing.
  static let plainText = Self(type: "text", subtype: "plain", parameters: [:])
  /// And one in a multipart/digest (RFC 2046 §5.1.5).
  static let digestDefault = Self(type: "message", subtype: "rfc822", parameters: [:])

  init(type: String, subtype: String, parameters: [String: String]) {
    self.type = type
    self.subtype = subtype
    self.parameters = parameters
  }

  /// - Parameter value: Of the field, unfolded. `nil` for what is no type.
  init?(_ value: [UInt8]) {
    var words = FieldLexer(value)
    guard let type = words.mimeToken(), words.take(0x2F), let subtype = words.mimeToken() else { return nil }
    self.init(
      type: type.text.lowercased(), subtype: subtype.text.lowercased(), parameters: words.parameters())
  }

  var isMultipart: Bool { type == "multipart" }
  var isDigest: Bool { isMultipart && subtype == "digest" }
  /// Holds a whole message, header and all (RFC 2046 §5.2.1, RFC 6532 §3.7).
  var isMessage: Bool { type == "message" && (subtype == "rfc822" || subtype == "global") }
  var isContainer: Bool { isMultipart || isMessage }

  /// Without blanks at its end, which get lost on the way. Longer ones than a line can hold are none.
  var boundary: [UInt8]? {
    guard let text = parameters["boundary"] else { return nil }
    var boundary = Array(text.utf8)
    while boundary.last?.isSpaceOrLineEnd == true { boundary.removeLast() }
    return (1...998).contains(boundary.count) ? boundary : nil
  }
}

/// How a part wants to be shown (RFC 2183).
package struct ContentDisposition: Sendable, Hashable {
  package enum Kind: Sendable, Hashable {
    case inline
    case attachment
    /// Lower case. Unknown ones are to be treated as attachments (RFC 2183 §2.8).
    case other(String)
  }

  package var kind: Kind
  /// By lower-case name.
  package var parameters: [String: String]

  init?(_ value: [UInt8]) {
    var words = FieldLexer(value)
    guard let word = words.mimeToken()?.text.lowercased() else { return nil }
    kind =
      switch word {
      case "inline": .inline
      case "attachment": .attachment
      default: .other(word)
      }
    parameters = words.parameters()
  }
}

extension FieldLexer {
  /// The parameters that follow: `; name=value`, with continuations and character sets (RFC 2231) and, though RFC 2047 §5
  /// forbids it, encoded words in values, because they are sent. At most 200.
  mutating func parameters() -> [String: String] {
    var plain: [String: String] = [:]
    var split: [String: [Int: (value: [UInt8], isEncoded: Bool)]] = [:]
    var count = 0
    skipTo(0x3B)
    while take(0x3B), count < 200 {
      guard let word = mimeToken(), take(0x3D) else {
        skipTo(0x3B)
        continue
      }
      count += 1
      let value = parameterValue()
      skipTo(0x3B)
      let pieces = word.split(separator: 0x2A, omittingEmptySubsequences: false)
      let name = pieces[0].text.lowercased()
      if pieces.count == 1 {
        if plain[name] == nil { plain[name] = EncodedWords.decoded(value) }
      } else if pieces.count == 2, pieces[1].isEmpty {
        if split[name]?[0] == nil { split[name, default: [:]][0] = (value, true) }
      } else if let index = Int(pieces[1].text), (0..<200).contains(index) {
        if split[name]?[index] == nil { split[name, default: [:]][index] = (value, pieces.count > 2) }
      }
    }
    // What is said in the newer way is said better (RFC 6266 §4.3 has the same rule).
    for (name, sections) in split {
      if let value = Self.joined(sections) { plain[name] = value }
    }
    return plain
  }

  /// `nil` where the first section is missing; what follows a gap is dropped.
  private static func joined(_ sections: [Int: (value: [UInt8], isEncoded: Bool)]) -> String? {
    guard let first = sections[0] else { return nil }
    var charset: String?
    var bytes: [UInt8] = []
    var rest = first.value[...]
    if first.isEncoded {
      let parts = first.value.split(separator: 0x27, maxSplits: 2, omittingEmptySubsequences: false)
      if parts.count == 3 {
        charset = parts[0].text
        rest = parts[2]
      }
    }
    bytes += first.isEncoded ? unescaped(rest) : Array(rest)
    var index = 1
    while let section = sections[index] {
      bytes += section.isEncoded ? unescaped(section.value[...]) : section.value
      index += 1
    }
    let text = Charset.decoded(bytes, as: charset.flatMap { $0.isEmpty ? nil : $0 } ?? "utf-8").text
    return EncodedWords.withoutControls(text)
  }

  private static func unescaped(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var index = bytes.startIndex
    while index < bytes.endIndex {
      if bytes[index] == 0x25, index + 2 < bytes.endIndex, let high = bytes[index + 1].hexadecimal,
        let low = bytes[index + 2].hexadecimal
      {
        result.append(high << 4 | low)
        index += 3
      } else {
        result.append(bytes[index])
        index += 1
      }
    }
    return result
  }

  /// A quoted string, or everything up to the next semicolon: names of files with blanks often stand unquoted.
  private mutating func parameterValue() -> [UInt8] {
    skipBlanksAndComments()
    if let quoted = quotedString() { return quoted }
    let start = index
    while index < bytes.count, bytes[index] != 0x3B { index += 1 }
    return Array(bytes[start..<index].trimmed(where: \.isBlank))
  }

  /// Goes to the next such byte outside quoted strings, or to the end.
  private mutating func skipTo(_ byte: UInt8) {
    while index < bytes.count, bytes[index] != byte {
      if bytes[index] == 0x22 { _ = quotedString() } else { index += 1 }
    }
  }
}
