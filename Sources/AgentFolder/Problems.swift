/// What is found wrong while a folder is read, in no order; reading goes on, so that all is said at once.
final class Problems {
  private(set) var found: [AgentFolderError.Problem] = []
  /// So many are told; whoever has more begins with these.
  static let most = 100

  var isEmpty: Bool { found.isEmpty }

  func add(_ file: String, _ line: Int? = nil, _ sentence: String) {
    guard found.count < Self.most else { return }
    found.append(AgentFolderError.Problem(file: file, line: line, sentence))
  }

  var sorted: [AgentFolderError.Problem] {
    found.sorted { ($0.file, $0.line ?? 0) < ($1.file, $1.line ?? 0) }
  }
}

/// What a value from outside looks like in a sentence: short, on one line.
func quoted(_ text: some StringProtocol) -> String {
  let shown = text.prefix(60).map { $0.isNewline || $0.isASCII && ($0.asciiValue ?? 32) < 32 ? " " : $0 }
  return "“\(String(shown))\(text.count > 60 ? "…" : "")”"
}

/// The one of `known` that was most likely meant: at most a third of its letters differ.
func nearest(to text: String, of known: [String]) -> String? {
  guard text.utf8.count <= 64 else { return nil }
  let meant = known.map { (name: $0, distance: distance(Array(text.lowercased().utf8), Array($0.utf8))) }
    .min { ($0.distance, $0.name) < ($1.distance, $1.name) }
  guard let meant, meant.distance <= max(1, meant.name.utf8.count / 3) else { return nil }
  return meant.name
}

/// Levenshtein's.
private func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
  var row = Array(0...b.count)
  for (place, byte) in a.enumerated() {
    var corner = row[0]
    row[0] = place + 1
    for (column, other) in b.enumerated() {
      let here = min(row[column + 1] + 1, row[column] + 1, corner + (byte == other ? 0 : 1))
      corner = row[column + 1]
      row[column + 1] = here
    }
  }
  return row[b.count]
}
