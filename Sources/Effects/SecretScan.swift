/// Looks for credentials in a text. What it finds it names by line and kind, never by value. It finds what credentials
/// look like, not every one: what must not be read by others is not shown to them.
package enum SecretScan {
  package struct Finding: Hashable, Sendable {
    /// From 1.
    package var line: Int
    /// In words: `an API key`.
    package var kind: String
  }

  /// How a credential begins, and how many letters, digits, `-` and `_` follow at least.
  private static let shapes: [(prefix: String, follow: Int, kind: String)] = [
    ("sk-", 20, "an API key"), ("ghp_", 30, "a token of GitHub's"), ("gho_", 30, "a token of GitHub's"),
    ("ghs_", 30, "a token of GitHub's"), ("ghu_", 30, "a token of GitHub's"),
    ("github_pat_", 20, "a token of GitHub's"), ("glpat-", 16, "a token of GitLab's"),
    ("xoxb-", 16, "a token of Slack's"), ("xoxp-", 16, "a token of Slack's"),
    ("xapp-", 16, "a token of Slack's"),
    ("AKIA", 16, "a key of AWS"), ("ASIA", 16, "a key of AWS"), ("AIza", 30, "a key of Google's"),
    ("pypi-", 50, "a token of PyPI's"), ("npm_", 30, "a token of npm's"), ("eyJ", 60, "a signed token"),
  ]

  private static let names = [
    "password", "passwd", "secret", "token", "api_key", "apikey", "access_key", "private_key",
  ]

  package static func findings(in text: String) -> [Finding] {
    var findings: [Finding] = []
    for (place, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      if let kind = kind(in: Array(line.utf8)) { findings.append(Finding(line: place + 1, kind: kind)) }
    }
    return findings
  }

  private static func kind(in line: [UInt8]) -> String? {
    if contains(line, "PRIVATE KEY-----"), contains(line, "-----BEGIN ") { return "a private key" }
    for shape in shapes {
      let prefix = Array(shape.prefix.utf8)
      for start in occurrences(of: prefix, in: line) where start == 0 || !isWord(line[start - 1]) {
        let rest = line[(start + prefix.count)...]
        // Words joined by hyphens are no key: those have digits.
        let word = rest.prefix(while: isWord)
        if word.count >= shape.follow, word.contains(where: isDigit) { return shape.kind }
      }
    }
    return hasUserInfo(line) ? "a password in an address" : assigned(in: line)
  }

  /// `https://name:password@host`.
  private static func hasUserInfo(_ line: [UInt8]) -> Bool {
    for start in occurrences(of: Array("://".utf8), in: line) {
      let authority = line[(start + 3)...].prefix { $0 > 32 && !Array("/?#\"'<>`".utf8).contains($0) }
      guard let at = authority.lastIndex(of: UInt8(ascii: "@")) else { continue }
      if let colon = authority[..<at].firstIndex(of: UInt8(ascii: ":")), at - colon > 4 { return true }
    }
    return false
  }

  /// A name that says so, `:` or `=`, and a long word with letters and digits.
  private static func assigned(in line: [UInt8]) -> String? {
    let lower = line.map { (65...90).contains($0) ? $0 + 32 : $0 }
    for name in names {
      for start in occurrences(of: Array(name.utf8), in: lower) {
        var rest = line[(start + name.utf8.count)...].drop { $0 == 32 || $0 == UInt8(ascii: "\"") }
        guard let mark = rest.first, mark == UInt8(ascii: ":") || mark == UInt8(ascii: "=") else { continue }
        rest = rest.dropFirst().drop { $0 == 32 || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "'") }
        let word = rest.prefix { isWord($0) || Array("+/=.~".utf8).contains($0) }
        if word.count >= 16, word.contains(where: isDigit),
          word.contains(where: { !isDigit($0) && isWord($0) })
        {
          return "a value called “\(name)”"
        }
      }
    }
    return nil
  }

  private static func contains(_ line: [UInt8], _ text: String) -> Bool {
    !occurrences(of: Array(text.utf8), in: line).isEmpty
  }

  private static func occurrences(of prefix: [UInt8], in line: [UInt8]) -> [Int] {
    guard let first = prefix.first, line.count >= prefix.count else { return [] }
    return (0...(line.count - prefix.count)).filter { start in
      line[start] == first && line[start..<(start + prefix.count)].elementsEqual(prefix)
    }
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    (97...122).contains(byte) || (65...90).contains(byte) || isDigit(byte) || byte == 45 || byte == 95
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
}
