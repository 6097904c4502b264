import Effects

/// Takes lines out of a text that look like a credential, and of a private key all of them.
enum SlackWithholding {
  static func withhold(_ text: String) -> (text: String, withheld: [SecretScan.Finding]) {
    let found = SecretScan.findings(in: text)
    guard !found.isEmpty else { return (text, []) }
    let kinds = Dictionary(found.map { ($0.line, $0.kind) }) { first, _ in first }
    var lines: [String] = []
    var isInKey = false
    for (place, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      if let kind = kinds[place + 1] {
        // The same line closes what it opens, or another one further on.
        let isBeginning = line.contains("-----BEGIN ") && line.contains("PRIVATE KEY-----")
        isInKey = isBeginning && !line.contains("-----END ")
        lines.append("(withheld: this looks like \(kind))")
      } else if isInKey {
        isInKey = !line.contains("-----END ")
      } else {
        lines.append(String(line))
      }
    }
    return (lines.joined(separator: "\n"), found)
  }
}
