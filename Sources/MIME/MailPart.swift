/// One part of a message: where it stands and what it says of itself. The message holds the bytes.
package struct MailPart: Sendable, Hashable {
  /// As IMAP numbers it (RFC 9051 §6.4.5.1): `1`, `2.3`. The body of a message that is a multipart has no number of its own;
  /// it is `TEXT` or, in the message in part 2, `2.TEXT`.
  package let section: String
  package let contentType: ContentType
  package let disposition: ContentDisposition?
  package let transferEncoding: TransferEncoding
  package let headers: MailHeaders
  /// Where the still encoded body stands in ``MailMessage/bytes``.
  package let bodyRange: Range<Int>
  /// Of a multipart its parts, of a message/rfc822 the one body of the message in it, whose ``headers`` are that message's.
  package let children: [MailPart]

  package var contentID: MessageID? { headers.first("Content-ID").flatMap { MessageID($0.value) } }
  package var description: String? { headers["Content-Description"] }

  /// What the file is to be called, as the sender says: a label, never a path to write to.
  package var filename: String? {
    let name = disposition?.parameters["filename"] ?? contentType.parameters["name"]
    return name.flatMap { $0.isEmpty ? nil : $0 }
  }

  /// Whether a reader is shown it as a file and not as text.
  package var isAttachment: Bool {
    guard children.isEmpty || contentType.isMessage, !contentType.isMultipart else { return false }
    if disposition?.kind == .attachment { return true }
    if contentType.type != "text" { return true }
    return filename != nil && disposition?.kind != .inline
  }
}

/// A file that a message carries: what it says it is. Its content is asked for separately, if at all.
package struct MailAttachment: Sendable, Hashable {
  package var section: String
  package var name: String?
  /// As it claims to be: `application/pdf`.
  package var type: String
  /// Of the decoded content, in bytes.
  package var size: Int
  /// Shown in the text, as pictures are.
  package var isInline: Bool
}
