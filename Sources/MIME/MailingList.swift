/// What a message says of the list that sent it (RFC 2919, 2369, 8058).
package struct MailingList: Sendable, Hashable {
  /// `announce.example.com`
  package var id: String?
  /// What people call it.
  package var name: String?
  /// Addresses to unsubscribe at, in the sender's order; only `https`, `http` and `mailto`.
  package var unsubscribe: [String]
  /// Whether a POST of `List-Unsubscribe=One-Click` to the first `https` address unsubscribes (RFC 8058 §3.1). The RFC
  /// also wants a DKIM signature over both fields; look at ``MailMessage/authentication(by:)``.
  package var oneClick: Bool

  init(_ headers: MailHeaders) {
    if let field = headers.first("List-Id") {
      let value = field.valueBytes
      if let open = value.lastIndex(of: 0x3C), let close = value[open...].firstIndex(of: 0x3E) {
        let text = value[(open + 1)..<close].trimmed(where: \.isSpaceOrLineEnd).text
        id = text.isEmpty ? nil : text
        var words = FieldLexer(value[..<open].trimmed(where: \.isSpaceOrLineEnd).map { $0 })
        let name = words.quotedString()?.text ?? EncodedWords.decoded(words.bytes)
        self.name = name.isEmpty ? nil : name
      } else if !value.isEmpty {
        id = value.text
      }
    }
    unsubscribe = headers.first("List-Unsubscribe").map { Self.addresses($0.valueBytes) } ?? []
    let post = headers.first("List-Unsubscribe-Post")?.value.filter { !$0.isWhitespace }.lowercased()
    oneClick =
      post == "list-unsubscribe=one-click" && unsubscribe.contains { $0.lowercased().hasPrefix("https:") }
  }

  /// Between angle brackets, blanks inside them dropped (RFC 2369 §2). At most 20.
  private static func addresses(_ value: [UInt8]) -> [String] {
    var found: [String] = []
    var rest = value[...]
    while found.count < 20, let open = rest.firstIndex(of: 0x3C),
      let close = rest[open...].firstIndex(of: 0x3E)
    {
      let address = rest[(open + 1)..<close].filter { !$0.isSpaceOrLineEnd }
      let isPlain = address.allSatisfy { (0x21...0x7E).contains($0) }
      if isPlain, address.count <= 2_000, WebAddress.isAllowed(address.text) { found.append(address.text) }
      rest = rest[(close + 1)...]
    }
    return found
  }
}

/// Which addresses a person can be shown.
enum WebAddress {
  static func isAllowed(_ address: String) -> Bool {
    let lower = address.prefix(8).lowercased()
    return lower.hasPrefix("https://") || lower.hasPrefix("http://") || lower.hasPrefix("mailto:")
  }
}

/// Whether a machine sent the message (RFC 3834 §5). Nothing but ``no`` is to be answered by another machine.
package enum AutoSubmitted: Sendable, Hashable {
  case no
  case generated
  case replied
  /// RFC 5436.
  case notified
  /// Lower case.
  case other(String)

  init?(_ value: [UInt8]) {
    var words = FieldLexer(value)
    guard let word = words.mimeToken()?.text.lowercased() else { return nil }
    self =
      switch word {
      case "no": .no
      case "auto-generated": .generated
      case "auto-replied": .replied
      case "auto-notified": .notified
      default: .other(word)
      }
  }

  package var fieldValue: String {
    switch self {
    case .no: "no"
    case .generated: "auto-generated"
    case .replied: "auto-replied"
    case .notified: "auto-notified"
    case .other(let word): word
    }
  }
}
