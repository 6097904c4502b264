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
    let aspect = String(difference.aspect.prefix { $0 != " " })
    return listed.first { $0.names.contains(name) && $0.aspects.contains(aspect) }?.reason ?? rule(difference)
  }

  static var named: [String] { listed.flatMap(\.names) }

  /// What holds for any message, generated ones too.
  private static func rule(_ difference: Difference) -> String? {
    let isText = difference.aspect.hasPrefix("text")
    let charset = difference.part?.contentType.charset?.lowercased() ?? "us-ascii"
    if isText, charset == "us-ascii", difference.theirs.allSatisfy({ $0.contains("\u{FFFD}") }) {
      return "Text that says it is ASCII and is not, is read as the UTF-8 that it is; Python replaces it."
    }
    let isUnclosed = difference.message.defects.contains {
      if case .boundaryNotClosed = $0 { true } else { false }
    }
    if isUnclosed, isText || difference.aspect.hasPrefix("content"),
      difference.theirs.allSatisfy({ withoutLineEnds($0) == withoutLineEnds(difference.ours) })
    {
      return
        "The line end before a boundary belongs to it (RFC 2046 §5.1.1), also to that of an outer multipart."
    }
    return nil
  }

  /// Of texts that stand as literals.
  private static func withoutLineEnds(_ text: String) -> String {
    text.replacing("\\r", with: "").replacing("\\n", with: "").filter { !$0.isNewline && $0 != "\"" }
  }

  private struct Entry {
    var names: Set<String>
    var aspects: Set<String>
    var reason: String

    init(_ names: Set<String>, _ aspects: Set<String>, _ reason: String) {
      self.names = names
      self.aspects = aspects
      self.reason = reason
    }
  }

  private static let listed = [
    Entry(
      ["blank before colon"], ["fields", "subject", "content", "text"],
      "RFC 5322 §4.5 allows blanks before the colon; Python ends the header there."),
    Entry(
      ["bare return in header", "bare return before boundary"], ["fields", "subject", "structure"],
      "A CR alone ends no line (RFC 5322 §2.2); for Python it does, and so makes a field or a part of it."),
    Entry(
      ["nul in header", "encoded word 26", "encoded word 39"], ["subject"],
      "Control characters in decoded values become spaces, so that no value holds a line end."),
    Entry(
      ["encoded word 15", "encoded word 38"], ["subject"],
      "An encoded word has a character set, and no blank in its name (RFC 2047 §2)."),
    Entry(["encoded word 25"], ["subject"], "What says it is ASCII and is not, is read as Windows wrote it."),
    Entry(
      ["address 15", "address 22", "address 36", "address 40", "address 55", "address 62"], ["to"],
      "What could be two addresses or half of one is none here; Python takes the first part or nothing."),
    Entry(
      ["address 34"], ["to"],
      "A semicolon between addresses, as Outlook writes it, divides them; Python drops what follows."),
    Entry(
      ["address 45"], ["to"],
      "The address is the one in angle brackets; the one before it is the name that it is to be mistaken for."
    ),
    Entry(
      ["address 50", "address 51"], ["to"],
      "Encoded words must not stand in addresses (RFC 2047 §5); decoded they would make another one."),
    Entry(
      ["generated 242"], ["cc"], "The address is cut off in its brackets; Python puts the missing one in."),
    Entry(["date 17"], ["date"], "The date of asctime(3) is none of RFC 5322."),
    Entry(["date 19"], ["date"], "A leap second is a second (RFC 5322 §3.3)."),
    Entry(["date 20"], ["date"], "A zone of 99 hours is no zone; the date is one."),
    Entry(
      ["date 21", "date 24"], ["date"], "A year is as it stands with four digits, 1900 on with three (§4.3)."),
    Entry(["generated 190"], ["date"], "The zone was cut off; Python takes +000 for +0000."),
    Entry(
      ["identifier 2", "identifier 6", "identifier 8", "identifier 9"], ["id"],
      "The identifier alone, in angle brackets and in UTF-8; Python gives the value as it stands."),
    Entry(
      ["identifier 3", "identifier 4", "identifier 7", "generated 303", "generated 453"], ["id"],
      "What is empty, cut off or has blanks in it identifies nothing."),
    Entry(
      ["type 3", "type 4", "generated 296"], ["structure"],
      "A type without one of its halves is text/plain (RFC 2045 §5.2); Python takes half a type."),
    Entry(
      ["type 11", "type 13", "type 14", "type 18"], ["structure"],
      "Comments and blanks are allowed around tokens, and a type ends where its token does; Python keeps them in it."
    ),
    Entry(
      ["type 23", "type 24", "delivery status"], ["structure"],
      "Only message/rfc822 and message/global hold a message, as IMAP counts parts; Python opens all of message/*."
    ),
    Entry(["type 33"], ["filename"], "An encoded word is sent as a value without quotes too."),
    Entry(
      ["type 37"], ["filename"], "Where a name stands in both ways, the one with a character set counts."),
    Entry(
      ["base64 4", "base64 11", "base64 14"], ["content", "text"],
      "What is one digit too long gives the bytes before that digit; Python gives the base64 itself."),
    Entry(
      ["quoted 5"], ["content", "text"],
      "Blanks behind a soft line break were put there on the way (RFC 2045 §6.7)."),
    Entry(["quoted 10"], ["content", "text"], "An equals sign before a CR alone is no soft line break."),
    Entry(
      ["encoding base64 (x)", "encoding base64; x"], ["content", "text"],
      "The encoding is a token; a comment or more behind it changes nothing."),
    Entry(["charset 'utf-8' c3a9"], ["text"], "A character set that nobody knows is tried as UTF-8."),
    Entry(
      ["two boundaries running"], ["structure"],
      "Two boundaries are an empty part, as IMAP servers count it; Python takes them for one."),
    Entry(
      ["generated 7", "generated 88", "generated 326"], ["structure"],
      "Where `--b--` both opens one multipart and closes another, the outer of them has it; Python mixes them."
    ),
    Entry(
      ["generated 43", "generated 110", "generated 425", "generated 579"], ["cc", "from", "to"],
      "The field is cut off in a name: that is no address."),
  ]
}
