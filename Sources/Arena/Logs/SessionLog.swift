import Ledger

/// A file of a tool's history.
struct LogFile: Sendable {
  /// Relative to the home.
  var path: String
  var bytes: [UInt8]

  init(path: String, bytes: [UInt8] = []) {
    self.path = path
    self.bytes = bytes
  }

  mutating func append(line: JSONText) {
    line.append(to: &bytes)
    bytes.append(0x0A)
  }

  /// A whole file of indented JSON.
  init(path: String, indented value: JSONText) {
    self.path = path
    bytes = []
    value.appendIndented(to: &bytes)
  }
}

/// What every tool's log needs to know of a sitting besides the sitting.
struct LogContext: Sendable {
  var sitting: Sitting
  var shas: [CommitMark: String]
  /// Draws the identifiers.
  var chance: Chance

  /// Full sha of the commit the working directory was at.
  var headSHA: String? { sitting.head.flatMap { shas[$0] } }

  func absolute(_ path: String) -> String { "\(sitting.directory)/\(path)" }

  /// What the command printed.
  func output(_ command: Sitting.Command) -> String {
    guard let mark = command.commit, let sha = shas[mark] else { return command.output }
    var parts = command.output.split(separator: "%h", maxSplits: 1, omittingEmptySubsequences: false)
    parts.insert(sha.prefix(7), at: min(1, parts.count))
    return parts.joined()
  }

  /// As tools print a file that was read: each line with its number.
  static func numbered(_ lines: [String]) -> String {
    lines.enumerated().map { index, line in
      let number = String(index + 1)
      return String(repeating: " ", count: max(0, 6 - number.count)) + number + "→" + line
    }.joined(separator: "\n")
  }

  static func listed(_ hits: [Sitting.Hit]) -> String {
    hits.isEmpty
      ? "No matches found" : hits.map { "\($0.path):\($0.line):\($0.text)" }.joined(separator: "\n")
  }
}
