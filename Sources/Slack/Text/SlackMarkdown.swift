/// Of Markdown (spec.commonmark.org) what models use and Slack writes otherwise: headings, and strong emphasis. What stands in
/// code stays; everything else is the same in both, or is shown as it is written.
enum SlackMarkdown {
  static func mrkdwn(_ text: String) -> String {
    var isInCode = false
    return text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      if line.drop(while: { $0 == " " }).hasPrefix("```") {
        isInCode.toggle()
        // Slack would show the language as the first line of the code.
        return isInCode ? String(line.prefix { $0 == " " }) + "```" : String(line)
      }
      return isInCode ? String(line) : inline(line)
    }.joined(separator: "\n")
  }

  private static func inline(_ line: Substring) -> String {
    let marks = line.prefix { $0 == "#" }
    if (1...6).contains(marks.count), line.dropFirst(marks.count).first == " " {
      let title = line.dropFirst(marks.count).trimmed.replacing("**", with: "").replacing("*", with: "")
      return title.isEmpty ? "" : "*\(title)*"
    }
    // Every other part between backticks is code.
    let parts = line.split(separator: "`", omittingEmptySubsequences: false)
    guard !parts.count.isMultiple(of: 2) else { return strong(line) }
    return parts.enumerated().map { $0.offset.isMultiple(of: 2) ? strong($0.element) : String($0.element) }
      .joined(separator: "`")
  }

  private static func strong(_ text: Substring) -> String {
    for mark in ["**", "__"] {
      let parts = text.split(separator: mark, omittingEmptySubsequences: false)
      // Pairs around words; in `2**3` there is none.
      guard parts.count >= 3, !parts.count.isMultiple(of: 2) else { continue }
      let isEmphasis = parts.enumerated().allSatisfy { place, part in
        place.isMultiple(of: 2)
          || !part.isEmpty && part.first?.isWhitespace == false && part.last?.isWhitespace == false
      }
      if isEmphasis { return parts.joined(separator: "*") }
    }
    return String(text)
  }
}

extension Substring {
  fileprivate var trimmed: Substring {
    let start = drop(while: \.isWhitespace)
    guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
    return start[...last]
  }
}
