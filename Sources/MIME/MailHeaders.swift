/// One field of a header, as it came.
package struct MailHeaderField: Sendable, Hashable {
  /// As written; names compare without regard to case.
  package let name: String
  /// From the first byte of the name to the last before the line end, folding and all.
  package let rawBytes: ArraySlice<UInt8>
  /// How many bytes of ``rawBytes`` are the name and its colon.
  private let nameBytes: Int

  init(name: String, rawBytes: ArraySlice<UInt8>, nameBytes: Int) {
    self.name = name
    self.rawBytes = rawBytes
    self.nameBytes = nameBytes
  }

  /// Unfolded (RFC 5322 §2.2.3: line ends go, blanks stay), without blanks at either end.
  var valueBytes: [UInt8] {
    Array(
      rawBytes.dropFirst(nameBytes).lazy.filter { $0 != 0x0D && $0 != 0x0A }
    ).trimmed(where: \.isSpaceOrLineEnd).map { $0 }
  }

  /// The unfolded value; bytes that are not UTF-8 become U+FFFD.
  package var value: String { valueBytes.text }

  /// The value with encoded words (RFC 2047) decoded, as in an unstructured field. Control characters become spaces.
  package var decoded: String { EncodedWords.decoded(valueBytes) }
}

/// A header: its fields in the order they came, repeated ones too.
package struct MailHeaders: Sendable, Hashable {
  package let fields: [MailHeaderField]

  init(fields: [MailHeaderField]) { self.fields = fields }

  package func first(_ name: String) -> MailHeaderField? {
    fields.first { $0.name.isSameFieldName(as: name) }
  }

  package func all(_ name: String) -> [MailHeaderField] {
    fields.filter { $0.name.isSameFieldName(as: name) }
  }

  /// The first such field, decoded.
  package subscript(name: String) -> String? { first(name)?.decoded }
}

extension String {
  func isSameFieldName(as other: String) -> Bool {
    utf8.count == other.utf8.count && zip(utf8, other.utf8).allSatisfy { $0.lowercased == $1.lowercased }
  }
}
