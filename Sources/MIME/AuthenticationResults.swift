/// What one's own mail server found out about a message's sender (RFC 8601). It raises or lowers how a message is shown;
/// it never grants anything: a signature says who sent a message, not that it is meant well.
package struct AuthenticationResults: Sendable, Hashable {
  package var authservID: String
  package var results: [AuthenticationResult]

  /// The result of a method, the worst where it stands more than once: `dkim`, `spf`, `dmarc`.
  package func result(of method: String) -> String? {
    let all = results.filter { $0.method == method }.map(\.result)
    return all.first { $0 != "pass" } ?? all.first
  }
}

/// `dkim=pass reason="…" header.d=example.com`. All lower case but reason and values.
package struct AuthenticationResult: Sendable, Hashable {
  package var method: String
  package var result: String
  package var reason: String?
  /// By `ptype.property`.
  package var properties: [String: String]
}

extension MailMessage {
  /// What the server of this name says.
  ///
  /// Only the topmost field that bears the name counts: servers put theirs on top, and what stands below may be forged where
  /// a server does not take away fields with its own name (RFC 8601 §5).
  ///
  /// - Parameter authservID: Of one's own server, as its administrator says.
  package func authentication(by authservID: String) -> AuthenticationResults? {
    for field in headers.all("Authentication-Results") {
      var parser = AuthenticationParser(FieldLexer(field.valueBytes))
      if let results = parser.parse(), results.authservID.lowercased() == authservID.lowercased() {
        return results
      }
    }
    return nil
  }
}

private struct AuthenticationParser {
  var words: FieldLexer

  init(_ words: FieldLexer) { self.words = words }

  /// At most 50 results.
  mutating func parse() -> AuthenticationResults? {
    guard let name = value() else { return nil }
    // The version, of which there is one.
    if let version = words.mimeToken(), version.text != "1" { return nil }
    var found = AuthenticationResults(authservID: name, results: [])
    while words.take(0x3B), found.results.count < 50 {
      guard let method = key() else { continue }
      if words.take(0x2F) { _ = words.mimeToken() }
      guard words.take(0x3D), let result = words.mimeToken() else {
        skip()
        continue
      }
      var entry = AuthenticationResult(
        method: method, result: result.text.lowercased(), reason: nil, properties: [:])
      while let property = key(), words.take(0x3D) {
        guard let value = value() else { break }
        if property == "reason" {
          entry.reason = value
        } else if entry.properties[property] == nil {
          entry.properties[property] = value
        }
      }
      found.results.append(entry)
      skip()
    }
    return found
  }

  private mutating func key() -> String? { words.mimeToken()?.text.lowercased() }

  /// A token, a quoted string or an address.
  private mutating func value() -> String? {
    words.skipBlanksAndComments()
    if let quoted = words.quotedString() { return quoted.text }
    let start = words.index
    while let byte = words.current, !byte.isSpaceOrLineEnd, byte != 0x3B, byte != 0x28 { words.index += 1 }
    return words.index > start ? words.bytes[start..<words.index].text : nil
  }

  private mutating func skip() {
    while let byte = words.current, byte != 0x3B {
      if byte == 0x28 || byte.isSpaceOrLineEnd {
        words.skipBlanksAndComments()
      } else if words.quotedString() == nil {
        words.index += 1
      }
    }
  }
}
