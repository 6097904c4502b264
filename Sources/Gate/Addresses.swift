import Foundation

/// What in a text a reader, or a program that shows it, could follow: links, hosts, mail addresses, telephone numbers,
/// bank accounts. Lower case, without scheme and last slash, each once, in order.
package enum Addresses {
  package static func found(in text: String) -> [String] {
    var seen: Set<String> = []
    return words(of: text).compactMap(address).filter { seen.insert($0).inserted }
  }

  /// A link without what does not change where it leads: `https://` and a last slash.
  static func bare(_ link: String) -> String {
    var bare = link.lowercased()[...]
    for scheme in ["https://", "http://"] where bare.hasPrefix(scheme) { bare = bare.dropFirst(scheme.count) }
    if bare.hasSuffix("/") { bare = bare.dropLast() }
    return String(bare)
  }

  private static func words(of text: String) -> [Substring] {
    var plain = String.UnicodeScalarView()
    let isASCII = text.utf8.allSatisfy { $0 < 0x80 }
    for scalar in (isASCII ? text : text.precomposedStringWithCanonicalMapping).lowercased().unicodeScalars {
      if scalar.properties.isWhitespace {
        plain.append(" ")
      } else if "。．｡․".unicodeScalars.contains(scalar) {
        plain.append(".")
      } else if scalar == "＠" {
        plain.append("@")
      } else if !Shown.isUnseen(scalar) {
        plain.append(scalar)
      }
    }
    return plain.split(whereSeparator: isBetween).map { Substring($0) }
  }

  /// By code points: a mark that combines with a bracket does not make the words on both sides of it one.
  private static func isBetween(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case " ", "\"", "'", "`", "<", ">", "(", ")", "[", "]", "{", "}", "|", ",", ";", "“", "”", "‘", "’", "«",
      "»",
      "\\", "^":
      true
    default: false
    }
  }

  private static func address(_ word: Substring) -> String? {
    var word = word
    while let last = word.last, ".:!?*_~".contains(last) { word.removeLast() }
    while let first = word.first, ".:!?*_~=".contains(first) { word.removeFirst() }
    if let range = word.range(of: "://") {
      let scheme = word[..<range.lowerBound].reversed().prefix {
        $0.isLetter || $0.isNumber || "+-.".contains($0)
      }
      return bare(String(scheme.reversed()) + String(word[range.lowerBound...]))
    }
    for scheme in ["mailto:", "tel:", "sms:", "data:", "javascript:", "file:", "ssh:", "git:", "xmpp:"] {
      if let range = word.range(of: scheme), range.upperBound < word.endIndex {
        return String(word[range.lowerBound...])
      }
    }
    if word.hasPrefix("//"), word.count > 2 { return bare(String(word.dropFirst(2))) }
    if let at = word.lastIndex(of: "@"),
      isHost(word[word.index(after: at)...].prefix { $0 != "/" && $0 != "?" })
    {
      return String(word)
    }
    if isHost(word.prefix { !"/?#:".contains($0) }) { return bare(String(word)) }
    if isAccount(word) || isTelephone(word) { return String(word) }
    return nil
  }

  /// Two labels or more, the last one letters that are not a file's ending; or four numbers.
  private static func isHost(_ word: Substring) -> Bool {
    let labels = word.split(separator: ".", omittingEmptySubsequences: false)
    guard labels.count >= 2, labels.allSatisfy({ !$0.isEmpty && $0.count <= 63 }) else { return false }
    let isNamed = labels.allSatisfy { $0.allSatisfy { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" } }
    guard isNamed, let last = labels.last else { return false }
    if labels.count == 4, labels.allSatisfy({ UInt8($0) != nil }) { return true }
    if last.hasPrefix("xn--") { return true }
    return last.count >= 2 && last.allSatisfy(\.isLetter) && !fileEndings.contains(last)
  }

  /// Endings of files that are no top-level domains (IANA's list): `zip`, `md`, `py`, `sh` and `rs` are.
  private static let fileEndings: Set<Substring> = [
    "txt", "pdf", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "csv", "tsv", "json", "jsonl", "xml", "yaml",
    "yml",
    "toml", "html", "htm", "css", "js", "ts", "png", "jpg", "jpeg", "gif", "svg", "swift", "java", "kt", "go",
    "rb",
    "hpp", "cpp", "log", "ini", "conf", "lock", "gz", "tar", "exe", "sql", "sqlite",
  ]

  /// Shaped like an IBAN (ISO 13616), whatever its check digits.
  private static func isAccount(_ word: Substring) -> Bool {
    let bytes = Array(word.utf8)
    return (15...34).contains(bytes.count) && bytes[..<2].allSatisfy { (97...122).contains($0) }
      && bytes[2..<4].allSatisfy { (48...57).contains($0) }
      && bytes[4...].allSatisfy { (48...57).contains($0) || (97...122).contains($0) }
      && bytes[4...].count { (48...57).contains($0) } >= 6
  }

  private static func isTelephone(_ word: Substring) -> Bool {
    word.hasPrefix("+") && word.count { $0.isNumber } >= 7
      && word.allSatisfy { $0.isNumber || "+-./".contains($0) }
  }
}
