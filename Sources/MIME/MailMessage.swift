/// A message, read as far as it can be. Everything in it is the sender's word and may be meant to deceive; nothing of it is
/// an instruction or a proof of anything.
///
/// Reading never fails and takes time and memory linear in the bytes, whatever they are (RFC 5322, 2045–2047, 2231, 6532).
package struct MailMessage: Sendable, Hashable {
  /// As given, cut at ``MIMELimits/messageBytes``.
  package let bytes: [UInt8]
  package let from: [MailAddress]
  package let sender: [MailAddress]
  package let replyTo: [MailAddress]
  package let to: [MailAddress]
  package let cc: [MailAddress]
  package let bcc: [MailAddress]
  /// Decoded, one line. It may hold characters that nobody sees: ``HiddenCharacters``.
  package let subject: String?
  package let date: MailDate?
  package let messageID: MessageID?
  package let inReplyTo: [MessageID]
  package let references: [MessageID]
  package let list: MailingList
  /// `nil` where nothing is said of it.
  package let autoSubmitted: AutoSubmitted?
  /// Lower case: `bulk`, `list`, `junk`.
  package let precedence: String?
  package let root: MailPart
  /// Of header and structure; those of content come with the content.
  package let defects: [MIMEDefect]

  package init(_ given: [UInt8], limits: MIMELimits = MIMELimits()) {
    let isCut = given.count > limits.messageBytes
    bytes = isCut ? Array(given.prefix(limits.messageBytes)) : given
    var parser = MIMEParser(bytes, limits: limits)
    root = parser.message()
    var fields = FieldReader(headers: root.headers, limits: limits, defects: parser.defects)
    if isCut { fields.defects.add(.messageCut(limitBytes: limits.messageBytes)) }
    from = fields.addresses("From")
    sender = fields.addresses("Sender")
    replyTo = fields.addresses("Reply-To")
    to = fields.addresses("To")
    cc = fields.addresses("Cc")
    bcc = fields.addresses("Bcc")
    subject = fields.one("Subject")?.decoded
    date = fields.date()
    messageID = fields.identifiers("Message-ID").first
    inReplyTo = fields.identifiers("In-Reply-To")
    references = fields.identifiers("References")
    list = MailingList(root.headers)
    autoSubmitted = fields.one("Auto-Submitted").flatMap { AutoSubmitted($0.valueBytes) }
    precedence = fields.one("Precedence").flatMap { field in
      var words = FieldLexer(field.valueBytes)
      return words.mimeToken()?.text.lowercased()
    }
    defects = fields.defects.found
  }

  package var headers: MailHeaders { root.headers }

  /// The whole tree, depth first.
  package var parts: [MailPart] {
    var all: [MailPart] = []
    var open = [root]
    while let part = open.popLast() {
      all.append(part)
      open += part.children.reversed()
    }
    return all
  }

  /// - Parameter section: `1.2`, as in IMAP's `BODY[1.2]`.
  package func part(_ section: String) -> MailPart? { parts.first { $0.section == section } }

  /// What a part holds, transfer encoding undone.
  ///
  /// - Parameter limit: Bytes of the result.
  package func content(of part: MailPart, limit: Int = .max) -> DecodedContent {
    let body = body(of: part)
    switch part.contentType.isContainer ? .identity : part.transferEncoding {
    case .base64: return Base64Decoding.decoded(body, limit: limit)
    case .quotedPrintable: return QuotedPrintable.decoded(body, limit: limit)
    case .identity, .unknown:
      return DecodedContent(bytes: Array(body.prefix(limit)), isCut: body.count > limit, defects: [])
    }
  }

  /// What a part holds as text, line ends as `\n`.
  ///
  /// - Parameter limit: Bytes of the content before its character set is undone.
  package func text(of part: MailPart, limit: Int = .max) -> DecodedText {
    let content = content(of: part, limit: limit)
    let charset = part.contentType.charset
    let decoded = Charset.decoded(content.bytes, as: charset ?? "us-ascii")
    var defects = content.defects
    if !decoded.isKnown { defects.append(.unknownCharset) }
    // The last character of what was cut may be half of one.
    if decoded.isKnown, decoded.isLossy, !content.isCut { defects.append(.undecodable) }
    var text: [UInt8] = []
    text.reserveCapacity(decoded.text.utf8.count)
    var isAfterReturn = false
    for byte in decoded.text.utf8 {
      if byte == UInt8(ascii: "\r") {
        text.append(UInt8(ascii: "\n"))
      } else if byte != UInt8(ascii: "\n") || !isAfterReturn {
        text.append(byte)
      }
      isAfterReturn = byte == UInt8(ascii: "\r")
    }
    return DecodedText(
      text: String(decoding: text, as: UTF8.self), isCut: content.isCut, charset: charset,
      isLossy: decoded.isLossy, defects: defects)
  }

  func body(of part: MailPart) -> ArraySlice<UInt8> {
    let start = min(part.bodyRange.lowerBound, bytes.count)
    return bytes[start..<max(start, min(part.bodyRange.upperBound, bytes.count))]
  }

  package var attachments: [MailAttachment] {
    parts.filter(\.isAttachment).map { part in
      MailAttachment(
        section: part.section, name: part.filename, type: part.contentType.mime, size: decodedCount(of: part),
        isInline: part.disposition?.kind == .inline || (part.disposition == nil && part.contentID != nil))
    }
  }

  private func decodedCount(of part: MailPart) -> Int {
    switch part.contentType.isContainer ? .identity : part.transferEncoding {
    case .base64: Base64Decoding.decodedCount(body(of: part))
    case .quotedPrintable: QuotedPrintable.decoded(body(of: part)).bytes.count
    case .identity, .unknown: body(of: part).count
    }
  }
}

/// Text of a part.
package struct DecodedText: Sendable, Hashable {
  package var text: String
  /// Whether there is more than was asked for.
  package var isCut: Bool
  /// As the part names it; `nil` where it does not.
  package var charset: String?
  /// Whether bytes had to be replaced: they are not of the character set, or the set is unknown.
  package var isLossy: Bool
  package var defects: [MIMEDefect]
}

/// Reads the fields of a header that may stand once (RFC 5322 §3.6).
private struct FieldReader {
  let headers: MailHeaders
  let limits: MIMELimits
  var defects: DefectList

  mutating func one(_ name: String) -> MailHeaderField? {
    let all = headers.all(name)
    if all.count > 1 { defects.add(.repeatedField(name)) }
    return all.first
  }

  mutating func addresses(_ name: String) -> [MailAddress] {
    guard let field = one(name) else { return [] }
    var parser = AddressListParser(field.valueBytes, limit: limits.addresses)
    parser.parse()
    if parser.isBroken { defects.add(.addressBroken(field: name)) }
    if parser.isCut { defects.add(.tooManyAddresses(field: name)) }
    return parser.addresses
  }

  mutating func date() -> MailDate? {
    guard let field = one("Date") else { return nil }
    let date = MailDate(field.value)
    if date == nil { defects.add(.dateBroken) }
    return date
  }

  mutating func identifiers(_ name: String) -> [MessageID] {
    guard let field = one(name) else { return [] }
    let found = MessageID.list(field.value)
    if found.isEmpty { defects.add(.messageIDBroken(field: name)) }
    return found
  }
}
