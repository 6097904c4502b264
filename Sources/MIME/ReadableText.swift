/// A message as a person would read it: what is shown, without what is hidden from people. Still the sender's word.
package struct ReadableText: Sendable, Hashable {
  package enum Source: Sendable, Hashable {
    case plain(section: String)
    case html(section: String)
    /// There is no text to read.
    case none
  }

  package var text: String
  package var source: Source
  /// What the sender wrote now: ``text`` without ``quoted`` and ``signature``.
  package var fresh: String
  package var quoted: String
  package var signature: String?
  /// What was left out because nobody would have seen it.
  package var hidden: HiddenText
  /// Of HTML, in order, at most 200.
  package var links: [MailLink]
  /// Whether there is more than was asked for.
  package var isCut: Bool
  package var defects: [MIMEDefect]
}

/// A link as it is shown and where it goes; the two often differ on purpose.
package struct MailLink: Sendable, Hashable {
  package var text: String
  /// `https`, `http` or `mailto`; others are not kept.
  package var address: String
}

extension MailMessage {
  /// The plain text if there is one that says something, else text made of HTML. Attached files are not looked at.
  ///
  /// - Parameter limit: Bytes of the text. Of HTML no more than sixteen times as many are looked at.
  package func readableText(limit: Int = 64 << 10) -> ReadableText {
    var html: MailPart?
    for part in parts(ofBodyBelow: root) {
      if part.contentType.subtype == "html" {
        html = html ?? part
      } else {
        let read = text(of: part, limit: limit)
        let (text, hidden) = HiddenCharacters.removed(from: read.text)
        guard text.contains(where: { !$0.isWhitespace }) else { continue }
        return ReadableText(
          text, source: .plain(section: part.section), hidden: hidden, isCut: read.isCut,
          defects: read.defects)
      }
    }
    guard let html else {
      return ReadableText("", source: .none, hidden: HiddenText(), isCut: false, defects: [])
    }
    let read = text(of: html, limit: limit > Int.max / 16 ? .max : limit * 16)
    var converter = HTMLText(limit: limit)
    converter.read(read.text)
    let (text, hidden) = HiddenCharacters.removed(from: converter.text)
    var result = ReadableText(
      text, source: .html(section: html.section), hidden: hidden + converter.hidden,
      isCut: read.isCut || converter.isCut, defects: read.defects)
    result.links = converter.links.map {
      MailLink(text: HiddenCharacters.removed(from: $0.text).text, address: $0.address)
    }
    return result
  }

  /// Text parts that are shown as the message's own, not those of messages in it.
  private func parts(ofBodyBelow root: MailPart) -> [MailPart] {
    var found: [MailPart] = []
    var open = [root]
    while let part = open.popLast() {
      if part.contentType.isMultipart {
        open += part.children.reversed()
      } else if part.contentType.type == "text", !part.isAttachment {
        found.append(part)
      }
    }
    return found
  }
}

extension ReadableText {
  fileprivate init(_ text: String, source: Source, hidden: HiddenText, isCut: Bool, defects: [MIMEDefect]) {
    let parts = QuotedReply(text)
    self.init(
      text: text, source: source, fresh: parts.fresh, quoted: parts.quoted, signature: parts.signature,
      hidden: hidden, links: [], isCut: isCut, defects: defects)
  }
}
