@testable import MIME

/// One thing in which a message is read otherwise than by Python.
struct Difference {
  var aspect: String
  var ours: String
  /// By the new policy and the old one.
  var theirs: [String]
  var message: MailMessage
  var part: MailPart?
}

/// Where that may be, and why.
enum Disagreement {
  static func reason(of name: String, _ difference: Difference) -> String? {
    rule(difference)
  }
  static var named: [String] { [] }

  /// What holds for any message, generated ones too.
  private static func rule(_ difference: Difference) -> String? {
    let isText = difference.aspect.hasPrefix("text")
    let charset = difference.part?.contentType.charset?.lowercased() ?? "us-ascii"
    if isText, charset == "us-ascii", difference.theirs.allSatisfy({ $0.contains("\u{FFFD}") }) {
      return "Text that says it is ASCII and is not, is read as the UTF-8 that it is; Python replaces it."
    }
    let isUnclosed = difference.message.defects.contains { if case .boundaryNotClosed = $0 { true } else { false } }
    if isUnclosed, isText || difference.aspect.hasPrefix("content"),
      difference.theirs.allSatisfy({ $0.filter { !$0.isWhitespace && !"\\rn\"".contains($0) } == difference.ours.filter { !$0.isWhitespace && !"\\rn\"".contains($0) } })
    {
      return "The line end before a boundary belongs to it (RFC 2046 §5.1.1) though it be that of an outer multipart."
    }
    return nil
  }
}
