/// What a server says of one message. Small where only flags are said: a hundred thousand of them are held while a mailbox is
/// brought up to date.
package struct FetchResponse: Hashable, Sendable {
  package var sequence: Int
  package var uid: UID?
  package var flags: MessageFlags?
  package var modSeq: ModSeq?
  package var internalDate: InternalDate?
  /// In bytes, as RFC822.SIZE says it.
  package var size: Int?
  package var sections: [FetchedSection] = []
  var written = WrittenItems()

  /// Read anew each time it is asked for, as is ``structure``.
  package var envelope: Envelope? { written.envelope }
  package var structure: BodyStructure? { written.structure }

  package init(sequence: Int) { self.sequence = sequence }
}

/// A part of a message, or as much of it as was asked for.
package struct FetchedSection: Hashable, Sendable {
  package var section: BodySection
  /// Where in the section it begins; `nil` where the whole of it was asked for.
  package var origin: Int?
  /// `nil` where there is no such part.
  package var bytes: [UInt8]?
}

/// What of a message is asked for (RFC 3501, section 6.4.5). Always by BODY.PEEK: there is no way here to ask so that the
/// message becomes seen.
package struct BodySection: Hashable, Sendable {
  /// `[1, 2]` is the second part of the first; empty for the message itself.
  package var part: [Int]
  package var content: Content

  package enum Content: Hashable, Sendable {
    case all, header, text, mime
    /// Upper case.
    case fields([String])
    case fieldsExcept([String])
  }

  init(part: [Int], content: Content) {
    self.part = part
    self.content = content
  }

  /// The message as it came.
  package static let whole = BodySection(part: [], content: .all)
  package static let header = BodySection(part: [], content: .header)
  /// All after the header.
  package static let text = BodySection(part: [], content: .text)

  /// These header fields, as they stand, with an empty line after them.
  package static func fields(_ names: [String], part: [Int] = []) -> BodySection {
    BodySection(part: part, content: .fields(names.map { $0.uppercased() }))
  }
  /// The content of a part, as it is encoded.
  package static func part(_ part: [Int]) -> BodySection { BodySection(part: part, content: .all) }
  /// The header of a part.
  package static func partMIME(_ part: [Int]) -> BodySection { BodySection(part: part, content: .mime) }
  /// Of a message within the message.
  package static func partHeader(_ part: [Int]) -> BodySection { BodySection(part: part, content: .header) }
  package static func partText(_ part: [Int]) -> BodySection { BodySection(part: part, content: .text) }
}

/// A string as a server wrote it, not decoded. Mostly a slice of the envelope or structure that it stands in, all of which it
/// keeps in memory: what is kept for long by itself is better copied into an array. Equal by its bytes alone.
package typealias WireText = ArraySlice<UInt8>

/// The header's main fields as the server read them (RFC 3501, section 7.4.2).
package struct Envelope: Hashable, Sendable {
  package var date: WireText?
  package var subject: WireText?
  package var from: [EnvelopeAddress]
  package var sender: [EnvelopeAddress]
  package var replyTo: [EnvelopeAddress]
  package var to: [EnvelopeAddress]
  package var cc: [EnvelopeAddress]
  package var bcc: [EnvelopeAddress]
  package var inReplyTo: WireText?
  package var messageID: WireText?
}

/// `name <mailbox@host>`. A group begins with an address without host, whose mailbox is the group's name, and ends with one
/// without both.
package struct EnvelopeAddress: Hashable, Sendable {
  package var name: WireText?
  package var mailbox: WireText?
  package var host: WireText?
}

/// How a message is made up, as the server read it (RFC 3501, section 7.4.2).
package enum BodyStructure: Hashable, Sendable {
  case single(BodyPart)
  /// A message within the message.
  indirect case message(BodyPart, Envelope, BodyStructure)
  /// - Parameter subtype: `mixed`, `alternative`: lower case.
  case multipart(subtype: String, [BodyStructure])

  /// All parts that are no multiparts, each with what it is asked for by.
  package var parts: [(part: [Int], BodyPart)] {
    if case .multipart = self { below([]) } else { below([], alone: true) }
  }

  private func below(_ path: [Int], alone: Bool = false) -> [(part: [Int], BodyPart)] {
    switch self {
    case .single(let part): [(alone ? path + [1] : path, part)]
    case .message(let part, _, let body):
      [(alone ? path + [1] : path, part)]
        + {
          let inner = alone ? path + [1] : path
          if case .multipart = body { return body.below(inner) }
          return body.below(inner, alone: true)
        }()
    case .multipart(_, let children):
      children.enumerated().flatMap { $0.element.below(path + [$0.offset + 1]) }
    }
  }
}

package struct BodyPart: Hashable, Sendable {
  /// `text`, `plain`: lower case.
  package var type: String
  package var subtype: String
  /// `charset`: names lower case, values not decoded.
  package var parameters: [Parameter]
  package var id: WireText?
  /// `base64`, `quoted-printable`: lower case.
  package var encoding: String
  /// As encoded.
  package var bytes: Int
  package var lines: Int?
  /// `attachment`, `inline`: lower case.
  package var disposition: String?
  package var dispositionParameters: [Parameter]

  package struct Parameter: Hashable, Sendable {
    package var name: String
    package var value: WireText
  }
}
