/// A text with holes, filled from what the conversation shows: `{{git_log}}` is the last result of the tool `git_log`,
/// `{{said}}` all that the model was told, and `{{git_log/[0-9a-f]{40}/}}` the first match of a regular expression in it:
/// its first group if it has one.
struct Template: Sendable {
  enum Part: Sendable {
    case text(String)
    case hole(source: String, pattern: String?)
  }

  let parts: [Part]

  init(_ text: String) throws(ScriptError) {
    var parts: [Part] = []
    var rest = text[...]
    while let open = rest.firstRange(of: "{{") {
      guard let close = Self.end(of: rest[open.upperBound...]) else {
        throw ScriptError("“{{” without “}}” in “\(text.prefix(80))”")
      }
      if open.lowerBound > rest.startIndex { parts.append(.text(String(rest[..<open.lowerBound]))) }
      let hole = rest[open.upperBound..<close]
      if let slash = hole.firstIndex(of: "/") {
        guard hole.last == "/", hole.index(after: slash) < hole.endIndex else {
          throw ScriptError("a pattern stands between two slashes: “\(hole.prefix(80))”")
        }
        let pattern = String(hole[hole.index(after: slash)...].dropLast())
        guard (try? Regex(pattern)) != nil else { throw ScriptError("no regular expression: “\(pattern)”") }
        parts.append(.hole(source: String(hole[..<slash]), pattern: pattern))
      } else {
        parts.append(.hole(source: String(hole), pattern: nil))
      }
      rest = rest[rest.index(close, offsetBy: 2)...]
    }
    if !rest.isEmpty { parts.append(.text(String(rest))) }
    self.parts = parts
  }

  /// What cannot be filled stays empty.
  func filled(_ source: (String) -> String?) -> String {
    var result = ""
    for part in parts {
      switch part {
      case .text(let text): result += text
      case .hole(let name, let pattern):
        let text = source(name) ?? ""
        guard let pattern else {
          result += text
          continue
        }
        guard let regex = try? Regex(pattern), let match = text.firstMatch(of: regex) else { continue }
        let group = match.output.count > 1 ? match.output[1].substring : nil
        result += group ?? text[match.range]
      }
    }
    return result
  }

  /// A pattern may hold braces, so that with one the end is `/}}`.
  private static func end(of text: Substring) -> String.Index? {
    let plain = text.firstRange(of: "}}")?.lowerBound
    guard let slash = text.firstIndex(of: "/"), plain.map({ slash < $0 }) ?? true,
      let close = text[text.index(after: slash)...].firstRange(of: "/}}")
    else { return plain }
    return text.index(after: close.lowerBound)
  }
}
