/// What a server calls a message within one mailbox and one ``UIDValidity``: given in ascending order, never given again
/// (RFC 3501, section 2.3.1.1). Never 0.
package struct UID: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
  package let rawValue: UInt32

  /// `nil` for 0.
  package init?(_ rawValue: UInt32) {
    guard rawValue > 0 else { return nil }
    self.rawValue = rawValue
  }

  /// - Precondition: `known` is not 0; for the parser and for sets, which looked.
  init(known: UInt32) { rawValue = known }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let value = try container.decode(UInt32.self)
    guard let uid = UID(value) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "A UID is never 0.")
    }
    self = uid
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(rawValue)
  }

  package static func < (a: UID, b: UID) -> Bool { a.rawValue < b.rawValue }
  package var description: String { String(rawValue) }
  package static let highest = UID(known: .max)
}

extension UID: ExpressibleByIntegerLiteral {
  /// A UID that stands in the source; 0 becomes 1, so that there is none that is 0.
  package init(integerLiteral value: UInt32) { self.init(known: max(value, 1)) }
}

/// The generation of a mailbox. Where it is another, UIDs of before name nothing.
package struct UIDValidity: RawRepresentable, Hashable, Sendable, Codable, CustomStringConvertible {
  package var rawValue: UInt32
  package init(rawValue: UInt32) { self.rawValue = rawValue }
  package var description: String { String(rawValue) }
}

/// When something about a message last changed, in the mailbox's own counting (RFC 7162, section 3.1.1).
package struct ModSeq: RawRepresentable, Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
  package var rawValue: UInt64
  package init(rawValue: UInt64) { self.rawValue = rawValue }
  package static func < (a: ModSeq, b: ModSeq) -> Bool { a.rawValue < b.rawValue }
  package var description: String { String(rawValue) }
}
