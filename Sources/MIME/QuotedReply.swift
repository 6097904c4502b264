/// A text divided into what its sender wrote now, what is quoted from before, and the signature. Rules of thumb: all three
/// together are the whole text but blank lines at the edges.
struct QuotedReply {
  var fresh: String
  var quoted: String
  var signature: String?

  init(_ text: String) {
    // By bytes and not by characters, which takes longer: a line end is never a part of one here.
    let lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      .map { Substring($0) }
    var fresh: [Substring] = []
    var quoted: [Substring] = []
    var signature: [Substring]?
    var index = 0
    while index < lines.count {
      let line = lines[index]
      if line.hasPrefix(">") {
        quoted.append(line)
      } else if Self.isHistory(index, in: lines) {
        // Everything from here on came before.
        quoted += lines[index...]
        break
      } else if let end = Self.attributionEnd(index, in: lines) {
        quoted += lines[index..<end]
        index = end
        continue
      } else if line == "-- " || (line == "--" && lines.count - index <= 12) {
        let rest = lines[(index + 1)...]
        let history =
          rest.indices.first { Self.isHistory($0, in: lines) || lines[$0].hasPrefix(">") } ?? lines.endIndex
        signature = Array(lines[(index + 1)..<history])
        index = history
        continue
      } else {
        fresh.append(line)
      }
      index += 1
    }
    self.fresh = Self.joined(fresh)
    self.quoted = Self.joined(quoted)
    self.signature = signature.map(Self.joined)
  }

  private static func joined(_ lines: [Substring]) -> String {
    let isBlank = { (line: Substring) in line.allSatisfy(\.isWhitespace) }
    guard let first = lines.firstIndex(where: { !isBlank($0) }),
      let last = lines.lastIndex(where: { !isBlank($0) })
    else { return "" }
    return lines[first...last].joined(separator: "\n")
  }

  /// Where an attribution such as `On Friday, Jane wrote:` over one to three lines ends, if a quotation follows it.
  private static func attributionEnd(_ start: Int, in lines: [Substring]) -> Int? {
    guard lines[start].utf8.count < 300, let first = lines[start].unicodeScalars.first, first != " " else {
      return nil
    }
    for end in start..<min(start + 3, lines.count) {
      guard !lines[end].isEmpty else { return nil }
      guard lines[end].hasSuffix(":"), lines[end].utf8.count < 300 else { continue }
      var next = end + 1
      while next < lines.count, next <= end + 2, lines[next].isEmpty { next += 1 }
      guard next < lines.count, lines[next].hasPrefix(">") else { return nil }
      let text = lines[start...end].joined(separator: " ")
      return text.contains(where: { $0 == "@" || $0.isNumber }) ? next : nil
    }
    return nil
  }

  /// The head of a message that is quoted without marks, as Outlook does.
  private static func isHistory(_ index: Int, in lines: [Substring]) -> Bool {
    let line = lines[index]
    guard let first = line.unicodeScalars.first, line.utf8.count < 200 else { return false }
    if first == "-" {
      let words = line.trimmingPrefix { $0 == "-" }.lowercased()
      return [
        "original message", "forwarded message", "ursprüngliche nachricht", "message d'origine",
        "mensaje original",
      ]
      .contains { words.drop { $0 == " " }.hasPrefix($0) } && line.hasPrefix("---")
    }
    guard line.hasPrefix("From: ") || line.hasPrefix("Von: ") || line.hasPrefix("De : ") else { return false }
    return lines[(index + 1)...].prefix(4).contains { line in
      ["Sent: ", "Date: ", "Gesendet: ", "Envoyé : ", "To: "].contains { line.hasPrefix($0) }
    }
  }
}
