/// A message to be written: a draft, a reply, a digest. A value that says the same always gives the same bytes, so that an
/// effect that is repeated after a crash can be found again by its Message-ID.
package struct OutgoingMail: Sendable, Hashable {
  package var from: MailAddress
  package var sender: MailAddress?
  package var replyTo: [MailAddress] = []
  package var to: [MailAddress]
  package var cc: [MailAddress]
  package var bcc: [MailAddress]
  package var subject: String
  package var date: MailDate
  package var messageID: MessageID
  package var inReplyTo: MessageID?
  /// Oldest first. Of more than ``mostReferences`` the first and the last ones are written.
  package var references: [MessageID] = []
  package var autoSubmitted: AutoSubmitted?
  package var text: String
  /// The same as ``text``, for who reads HTML.
  package var html: String?

  package init(
    from: MailAddress, to: [MailAddress], cc: [MailAddress] = [], bcc: [MailAddress] = [], subject: String,
    date: MailDate, messageID: MessageID, text: String, html: String? = nil
  ) {
    self.from = from
    self.to = to
    self.cc = cc
    self.bcc = bcc
    self.subject = subject
    self.date = date
    self.messageID = messageID
    self.text = text
    self.html = html
  }

  /// A reply to the one who wrote, in the same thread. It goes to Reply-To where there is one, which the sender chose: who
  /// approves a reply is to be shown ``to``.
  package init(
    replyingTo message: MailMessage, from: MailAddress, date: MailDate, messageID: MessageID, text: String
  ) {
    let subject = HiddenCharacters.removed(from: message.subject ?? "").text.replacing("\n", with: " ")
    let given = message.replyTo.isEmpty ? message.from : message.replyTo
    let to = given.filter { !$0.address.isEmpty }.map { address in
      MailAddress(
        name: address.name.map { HiddenCharacters.removed(from: $0).text.replacing("\n", with: " ") },
        localPart: address.localPart, domain: address.domain)
    }
    self.init(
      from: from, to: to, subject: subject.lowercased().hasPrefix("re:") ? subject : "Re: \(subject)",
      date: date, messageID: messageID, text: text)
    inReplyTo = message.messageID
    // RFC 5322 §3.6.4.
    let earlier =
      message.references.isEmpty && message.inReplyTo.count == 1 ? message.inReplyTo : message.references
    references = message.messageID.map { earlier + [$0] } ?? []
  }

  package static let mostReferences = 20

  /// Who is to get it, for SMTP: To, Cc and Bcc, each once.
  package var recipients: [String] {
    var seen: Set<String> = []
    return (to + cc + bcc).map(\.address).filter { !$0.isEmpty && seen.insert($0).inserted }
  }

  /// What becomes of the Bcc field (RFC 5322 §3.6.3).
  package enum BccField: Sendable, Hashable {
    /// In a draft.
    case kept
    /// In what is sent.
    case omitted
  }

  /// The message with CRLF line ends, no line longer than 998 bytes; pure ASCII but for addresses that are not.
  package func bytes(bcc field: BccField) throws(MailCompositionError) -> [UInt8] {
    var header = HeaderWriter()
    header.add("Date", words: date.fieldValue.split(separator: " ").map(String.init))
    try header.add("From", addresses: [from])
    if let sender { try header.add("Sender", addresses: [sender]) }
    try header.add("Reply-To", addresses: replyTo)
    try header.add("To", addresses: to)
    try header.add("Cc", addresses: cc)
    if field == .kept { try header.add("Bcc", addresses: bcc) }
    try header.add("Subject", text: subject)
    try header.add("Message-ID", identifier: messageID)
    if let inReplyTo, HeaderWriter.isWritable(inReplyTo) {
      try header.add("In-Reply-To", identifier: inReplyTo)
    }
    let thread = references.filter(HeaderWriter.isWritable)
    let kept =
      thread.count <= Self.mostReferences
      ? thread : Array(thread.prefix(1) + thread.suffix(Self.mostReferences - 1))
    header.add("References", words: kept.map(\.description))
    if let autoSubmitted {
      let value = autoSubmitted.fieldValue
      guard !value.isEmpty, value.utf8.count <= 60, value.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
        throw MailCompositionError.controlCharacter(field: "Auto-Submitted")
      }
      header.add("Auto-Submitted", words: [value])
    }
    header.add("MIME-Version", words: ["1.0"])
    var output = header.bytes
    let plain = BodyWriter(text, type: "text/plain", mayBePlain: html == nil)
    guard let html else { return output + plain.bytes }
    // `=_` is in nothing that base64 or quoted-printable gives (RFC 2045 §6.7).
    let boundary = "=_assay_" + String(Self.hash(messageID.text), radix: 16)
    output += "Content-Type: multipart/alternative; boundary=\"\(boundary)\"\r\n\r\n".utf8
    for part in [plain, BodyWriter(html, type: "text/html", mayBePlain: false)] {
      output += "--\(boundary)\r\n".utf8
      output += part.bytes
      output += "\r\n".utf8
    }
    return output + "--\(boundary)--\r\n".utf8
  }

  /// FNV-1a; only so that boundaries differ from message to message.
  private static func hash(_ text: String) -> UInt64 {
    text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }
}

/// Why a message cannot be written as it is.
package enum MailCompositionError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A line break or another control character, which could begin a field of its own.
  case controlCharacter(field: String)
  case notAnAddress(field: String)
  case identifier(field: String)

  package var description: String {
    switch self {
    case .controlCharacter(let field):
      "The value of \(field) has a line break or another control character in it; take it out."
    case .notAnAddress(let field):
      "An address in \(field) is none that mail can be sent to; it has to read like name@example.com."
    case .identifier(let field):
      "The identifier in \(field) is none; it has to be ASCII of at most 250 bytes with an @ in it."
    }
  }
}
