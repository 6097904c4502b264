import Ledger

/// Files that a shell command writes from its own text: `cat > path <<'EOF'` … `EOF`.
enum HereDocument {
  /// The first file written so, and the hashes of its lines; `nil` if the command writes none.
  static func written(by command: String, key: SipHash24.Key) -> (path: String, lines: [LineHash])? {
    var command = command
    return command.withUTF8 { text in
      var rest = text
      // What looks like an opening may be none (`1 << 2 > x`); so many are tried, and no more.
      for _ in 0..<8 {
        guard let opening = opening(in: rest) else { return nil }
        rest = opening.rest
        if let lines = body(of: rest, until: opening.marker, key: key) { return (opening.path, lines) }
      }
      return nil
    }
  }

  /// The first line that begins a document into a file: the file, what ends the document, and what follows.
  private static func opening(
    in text: UnsafeBufferPointer<UInt8>
  ) -> (path: String, marker: [UInt8], rest: UnsafeBufferPointer<UInt8>)? {
    var start = 0
    while start < text.count {
      let end = text[start...].firstIndex(of: 0x0A) ?? text.count
      let line = UnsafeBufferPointer(rebasing: text[start..<end])
      start = end + 1
      guard PatchText.contains(line, "<<") else { continue }
      let words = Substring(String(decoding: line, as: UTF8.self))
      guard let sign = words.firstRange(of: "<<"), let path = path(in: words) else { continue }
      let marker = words[sign.upperBound...].drop { $0 == "-" || $0 == " " }
        .drop { $0 == "'" || $0 == "\"" || $0 == "\\" }.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
      guard !marker.isEmpty else { continue }
      let rest = UnsafeBufferPointer(rebasing: text[min(start, text.count)...])
      return (path, Array(marker.utf8), rest)
    }
    return nil
  }

  /// The lines before the one that ends the document; `nil` if none does.
  private static func body(
    of text: UnsafeBufferPointer<UInt8>, until marker: [UInt8], key: SipHash24.Key
  ) -> [LineHash]? {
    var hashes: [LineHash] = []
    var isEnded = false
    TextLines.forEach(text) { line in
      guard !isEnded else { return }
      // Most lines differ from the marker in their last byte already.
      if line.last == marker.last,
        line.drop(while: { $0 == 0x20 || $0 == 0x09 }).elementsEqual(marker)
      {
        isEnded = true
      } else if let hash = LineHash(line, key: key) {
        hashes.append(hash)
      }
    }
    return isEnded ? hashes : nil
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
