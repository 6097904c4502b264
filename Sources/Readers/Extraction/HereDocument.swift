import Ledger

/// Files that a shell command writes from its own text: `cat > path <<'EOF'` … `EOF`.
enum HereDocument {
  /// The first file written so, and the hashes of its lines; `nil` if the command writes none.
  static func written(by command: String, key: SipHash24.Key) -> (path: String, lines: [LineHash])? {
    guard command.contains("<<"), command.contains(">") else { return nil }
    let lines = command.split(separator: "\n", omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      guard let opening = line.firstRange(of: "<<"), let target = path(in: line) else { continue }
      var marker = line[opening.upperBound...].drop { $0 == "-" || $0 == " " }
      marker = marker.drop { $0 == "'" || $0 == "\"" || $0 == "\\" }
      let word = marker.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
      guard !word.isEmpty else { continue }
      var hashes: [LineHash] = []
      for body in lines[(index + 1)...] {
        if body.drop(while: { $0 == "\t" || $0 == " " }) == word { return (target, hashes) }
        if let hash = LineHash(body, key: key) { hashes.append(hash) }
      }
    }
    return nil
  }

  /// What follows `>`, `>>` or `tee`, outside `<<`.
  private static func path(in line: Substring) -> String? {
    let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" })
    for (index, word) in words.enumerated() {
      var target: Substring?
      if word == ">" || word == ">>" || word == "tee" {
        target = words[(index + 1)...].first { !$0.hasPrefix("-") }
      } else if word.hasPrefix(">") {
        target = word.drop { $0 == ">" }
      }
      guard let target, !target.isEmpty, !target.hasPrefix("<"), !target.hasPrefix("&") else { continue }
      let plain = target.filter { $0 != "'" && $0 != "\"" }
      return plain == "/dev/null" || plain.isEmpty ? nil : plain
    }
    return nil
  }
}
