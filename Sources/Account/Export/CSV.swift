/// Comma-separated values as RFC 4180 has them: a head line, CRLF, quotes where a field needs them.
enum CSV {
  static func document(head: [String], rows: [[String]]) -> String {
    ([head] + rows).map { $0.map(field).joined(separator: ",") + "\r\n" }.joined()
  }

  private static func field(_ text: String) -> String {
    let special: Set<Unicode.Scalar> = ["\"", ",", "\r", "\n"]
    let isPlain =
      !text.unicodeScalars.contains(where: special.contains) && text.first != " " && text.last != " "
    if isPlain { return text }
    var quoted = String.UnicodeScalarView()
    quoted.append("\"")
    for scalar in text.unicodeScalars {
      if scalar == "\"" { quoted.append("\"") }
      quoted.append(scalar)
    }
    quoted.append("\"")
    return String(quoted)
  }
}
