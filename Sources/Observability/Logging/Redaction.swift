/// Replaces what looks like a credential by its first characters and `…`.
///
/// A net, not a rule: nobody logs secrets in the first place. It knows the usual shapes, and a credential of a shape
/// that it does not know passes.
package struct Redaction: Sendable {
  /// Characters of a credential that stay: enough to tell which it was, too few to use it.
  static let shown = 4

  /// How a credential starts, and how many more characters make one of what starts so.
  private static let prefixes: [(text: [UInt8], atLeast: Int)] = [
    ("asy_", 8), ("sk-", 8), ("sk_", 12), ("AIza", 12), ("ya29.", 12), ("eyJ", 24), ("ghp_", 12),
    ("gho_", 12),
    ("ghs_", 12), ("ghu_", 12), ("github_pat_", 12), ("glpat-", 12), ("xoxb-", 12), ("xoxp-", 12),
    ("xapp-", 12),
    ("AKIA", 12), ("ASIA", 12), ("hf_", 12), ("gsk_", 12), ("pypi-", 16),
  ].map { (Array($0.0.utf8), $0.1) }

  /// Longer prefixes of one family, of which the whole may be shown: they say which kind it is.
  private static let families = ["sk-ant-", "sk-proj-", "sk-svcacct-", "sk-or-"].map { Array($0.utf8) }

  /// Words before a blank after which a credential stands in a header's value.
  private static let schemes: [(word: [UInt8], atLeast: Int)] = [("bearer", 8), ("basic", 16), ("token", 16)]
    .map { (Array($0.0.utf8), $0.1) }

  private static let names: Set<String> = [
    "authorization", "proxy_authorization", "api_key", "apikey", "x_api_key", "x_goog_api_key", "cookie",
    "set_cookie",
    "password", "passwd", "pwd", "secret", "token", "access_token", "refresh_token", "id_token", "auth_token",
    "client_secret", "private_key", "credential", "credentials", "virtual_key",
  ]
  private static let nameEndings = [
    "_api_key", "_apikey", "_secret", "_password", "_access_token", "_auth_token",
    "_authorization", "_private_key", "_credential", "_credentials",
  ]

  package init() {}

  /// Whether a value under this name is a credential whatever it looks like.
  package static func isSecret(name: String) -> Bool {
    let plain = String(
      decoding: name.utf8.map { byte in
        switch byte {
        case 0x41...0x5a: byte + 32
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: " "): UInt8(ascii: "_")
        default: byte
        }
      }, as: UTF8.self)
    if names.contains(plain) { return true }
    // `http.request.header.authorization` and the like: the last words count.
    return nameEndings.contains { plain.hasSuffix($0) } || names.contains { plain.hasSuffix("header_" + $0) }
  }

  /// A value that stands under a name.
  package func value(_ text: String, ofKey key: String) -> String {
    Self.isSecret(name: key) ? Self.hidden(text) : self.text(text)
  }

  /// All of it is secret: the first characters of what is long, nothing of what is short.
  static func hidden(_ text: String) -> String {
    let clean = Redaction().text(text)
    // `Bearer abcd…` and `sk-ant-abcd…` say what kind it was; anything less simple may hold more than one secret.
    if clean != text, clean.hasSuffix("…"), !clean.dropLast().contains("…"),
      clean.split(separator: " ").count <= 2
    {
      return clean
    }
    return text.utf8.count >= 24 ? text.prefix(shown) + "…" : "…"
  }

  /// A text in which credentials may stand.
  package func text(_ text: String) -> String {
    let bytes = Array(text.utf8)
    var result: [UInt8] = []
    var kept = 0
    var index = 0
    while index < bytes.count {
      guard index == 0 || !Self.isWord(bytes[index - 1]), Self.isWord(bytes[index]),
        let found = Self.credential(in: bytes, at: index)
      else {
        index += 1
        continue
      }
      result += bytes[kept..<found.shown]
      result += Array("…".utf8)
      index = found.end
      kept = found.end
    }
    if kept == 0 { return text }
    return String(decoding: result + bytes[kept...], as: UTF8.self)
  }

  /// A credential that begins here, if one does: up to where it may be shown, and where it ends.
  private static func credential(in bytes: [UInt8], at start: Int) -> (shown: Int, end: Int)? {
    for (prefix, least) in prefixes where bytes[start] == prefix[0] && bytes[start...].starts(with: prefix) {
      let end = endOfToken(bytes, from: start + prefix.count)
      guard end - start - prefix.count >= least else { continue }
      let family = families.first { bytes[start...].starts(with: $0) }?.count ?? prefix.count
      return (shown: min(start + family + shown, start + (end - start) / 2), end: end)
    }
    var wordEnd = start
    // No name is longer; without a bound, a long chain of words would be read again from each of them.
    let limit = min(bytes.count, start + 65)
    while wordEnd < limit, isWord(bytes[wordEnd]) || bytes[wordEnd] == UInt8(ascii: "-") { wordEnd += 1 }
    let word = bytes[start..<wordEnd]
    if wordEnd < bytes.count, bytes[wordEnd] == UInt8(ascii: " ") {
      for (scheme, least) in schemes where word.elementsEqual(scheme, by: { $0 | 0x20 == $1 }) {
        var token = wordEnd
        while token < bytes.count, bytes[token] == UInt8(ascii: " ") { token += 1 }
        let end = endOfToken(bytes, from: token)
        if end - token >= least { return (shown: min(token + shown, token + (end - token) / 4), end: end) }
      }
    }
    return named(bytes, word: word) ?? address(bytes, afterScheme: wordEnd)
  }

  /// `x-api-key: …`, `"api_key":"…"`, `password=…`.
  private static func named(_ bytes: [UInt8], word: ArraySlice<UInt8>) -> (shown: Int, end: Int)? {
    guard word.count >= 3, word.count <= 64 else { return nil }
    var index = word.endIndex
    if index < bytes.count, bytes[index] == UInt8(ascii: "\"") { index += 1 }
    while index < bytes.count, bytes[index] == UInt8(ascii: " ") { index += 1 }
    guard index < bytes.count, bytes[index] == UInt8(ascii: ":") || bytes[index] == UInt8(ascii: "="),
      isSecret(name: String(decoding: word, as: UTF8.self))
    else { return nil }
    index += 1
    while index < bytes.count, bytes[index] == UInt8(ascii: " ") { index += 1 }
    let isQuoted = index < bytes.count && bytes[index] == UInt8(ascii: "\"")
    if isQuoted { index += 1 }
    var end = index
    while end < bytes.count, isQuoted ? bytes[end] != UInt8(ascii: "\"") : !endsValue(bytes[end]) { end += 1 }
    // `authorization: Bearer …`: the second word is the credential.
    let scheme = bytes[index..<end]
    if schemes.contains(where: { scheme.elementsEqual($0.word, by: { $0 | 0x20 == $1 }) }) {
      var token = end
      while token < bytes.count, bytes[token] == UInt8(ascii: " ") { token += 1 }
      var last = token
      while last < bytes.count, !endsValue(bytes[last]) { last += 1 }
      if last > token { return (shown: token, end: last) }
    }
    return end > index ? (shown: index, end: end) : nil
  }

  /// Whether a value without quotation marks ends here.
  private static func endsValue(_ byte: UInt8) -> Bool {
    byte <= 0x20 || "\"',;&)}]<>".utf8.contains(byte)
  }

  /// `https://name:password@host`.
  private static func address(_ bytes: [UInt8], afterScheme index: Int) -> (shown: Int, end: Int)? {
    guard bytes[index...].starts(with: "://".utf8) else { return nil }
    var at = index + 3
    let start = at
    // User and password stand before the path, the query and the fragment.
    while at < bytes.count, bytes[at] > 0x20, !"/?#\"'<>".utf8.contains(bytes[at]) {
      if bytes[at] == UInt8(ascii: "@") { return at > start ? (shown: start, end: at) : nil }
      at += 1
    }
    return nil
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, UInt8(ascii: "_"): true
    default: false
    }
  }

  /// Characters of tokens: base64 in all its forms, and the dots and tildes of RFC 6750.
  private static func endOfToken(_ bytes: [UInt8], from start: Int) -> Int {
    var end = start
    while end < bytes.count {
      switch bytes[end] {
      case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: end += 1
      case UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "~"), UInt8(ascii: "+"),
        UInt8(ascii: "/"), UInt8(ascii: "="), UInt8(ascii: "%"):
        end += 1
      default: return end
      }
    }
    return end
  }
}
