import Foundation

/// What a commit's message says that attribution may use: the tools it names, the commits it reverts, the
/// request it came through. The message itself is not kept.
struct MessageMarks {
  var flags: RepositoryIndex.CommitFlags = []
  var reverts: [CommitHash] = []
  var pullRequest: UInt32 = 0

  init(_ message: String) {
    var isFirst = true
    for line in message.utf8.split(separator: 0x0A, maxSplits: 2000) {
      let text = Substring(decoding: line, as: UTF8.self)
      if isFirst {
        readSubject(text)
        isFirst = false
      } else {
        readLine(text)
      }
    }
  }

  private mutating func readSubject(_ subject: Substring) {
    // GitHub's merges and squashes, Bitbucket's, Azure's.
    if subject.hasPrefix("Merge pull request #") || subject.hasPrefix("Merged PR ")
      || (subject.hasPrefix("Merged in ") && subject.contains("(pull request #"))
    {
      flags.insert(.throughRequest)
      pullRequest = Self.firstNumber(in: subject) ?? 0
    } else if subject.hasSuffix(")"), let open = subject.range(of: "(#", options: .backwards) {
      let digits = subject[open.upperBound...].dropLast()
      if !digits.isEmpty, digits.utf8.allSatisfy({ $0 &- 0x30 < 10 }) {
        flags.insert(.throughRequest)
        pullRequest = UInt32(digits) ?? 0
      }
    }
    readLine(subject)
  }

  private mutating func readLine(_ line: Substring) {
    if let found = line.range(of: "This reverts commit ") {
      let digits = line[found.upperBound...].utf8.prefix { CommitHash.value(of: $0) != nil }
      if digits.count >= 7, let hash = CommitHash(hexadecimal: digits) { reverts.append(hash) }
    }
    // GitLab's merge commits.
    if line.hasPrefix("See merge request "), let mark = line.lastIndex(of: "!") {
      flags.insert(.throughRequest)
      pullRequest = UInt32(line[line.index(after: mark)...]) ?? 0
    }
    let lower = line.lowercased()
    guard
      lower.hasPrefix("co-authored-by:") || lower.contains("generated with")
        || lower.hasPrefix("assisted-by:")
    else { return }
    if lower.contains("claude") || lower.contains("noreply@anthropic.com") { flags.insert(.byClaude) }
    if lower.contains("copilot") { flags.insert(.byCopilot) }
    if lower.contains("codex") || lower.contains("noreply@openai.com") { flags.insert(.byCodex) }
    if lower.contains("gemini") { flags.insert(.byGemini) }
    if lower.contains("cursor") { flags.insert(.byCursor) }
    if lower.contains("opencode") { flags.insert(.byOpenCode) }
  }

  private static func firstNumber(in text: Substring) -> UInt32? {
    let digits = text.utf8.drop { !($0 &- 0x30 < 10) }.prefix { $0 &- 0x30 < 10 }
    return UInt32(String(decoding: digits, as: UTF8.self))
  }
}
