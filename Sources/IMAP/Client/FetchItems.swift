/// What is asked of messages. Nothing that is asked for makes a message seen.
package struct FetchItems: Hashable, Sendable {
  struct Part: Hashable, Sendable {
    var section: BodySection
    var bytes: Range<Int>?
  }

  var names: Set<String> = []
  var sections: [Part] = []

  package static let flags = FetchItems(names: ["FLAGS"])
  package static let internalDate = FetchItems(names: ["INTERNALDATE"])
  package static let size = FetchItems(names: ["RFC822.SIZE"])
  package static let envelope = FetchItems(names: ["ENVELOPE"])
  package static let structure = FetchItems(names: ["BODYSTRUCTURE"])

  /// Header fields, as they stand.
  package static func headers(_ names: [String]) -> FetchItems { section(.fields(names)) }

  /// - Parameter bytes: Which of the section's; all where `nil`.
  package static func section(_ section: BodySection, bytes: Range<Int>? = nil) -> FetchItems {
    FetchItems(sections: [Part(section: section, bytes: bytes)])
  }

  package func union(_ other: FetchItems) -> FetchItems {
    FetchItems(
      names: names.union(other.names), sections: sections + other.sections.filter { !sections.contains($0) })
  }

  package static func + (a: FetchItems, b: FetchItems) -> FetchItems { a.union(b) }

  /// - Parameter modSeq: Whether the mailbox counts changes; then it is asked with the flags.
  func wire(modSeq: Bool) -> String {
    let counted = modSeq && names.contains("FLAGS") ? ["MODSEQ"] : []
    return (["UID"] + names.sorted() + counted + sections.map(\.wire)).joined(separator: " ")
  }
}

extension FetchItems.Part {
  fileprivate var wire: String {
    let range = bytes.map { "<\($0.lowerBound).\($0.count)>" } ?? ""
    return "BODY.PEEK[\(section.wire)]\(range)"
  }
}

extension BodySection {
  fileprivate var wire: String {
    let path = part.map(String.init).joined(separator: ".")
    let words: String? =
      switch content {
      case .all: nil
      case .header: "HEADER"
      case .text: "TEXT"
      case .mime: "MIME"
      case .fields(let names): "HEADER.FIELDS (\(Self.wire(names)))"
      case .fieldsExcept(let names): "HEADER.FIELDS.NOT (\(Self.wire(names)))"
      }
    return [path, words ?? ""].filter { !$0.isEmpty }.joined(separator: ".")
  }

  /// What is no name of a field (RFC 5322, section 2.2) asks for a field that nobody has.
  private static func wire(_ names: [String]) -> String {
    names.map { $0.filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") } }
      .map { $0.isEmpty ? "X" : $0 }.joined(separator: " ")
  }
}

/// A message as a server told of it when it was asked.
package struct FetchedMessage: Hashable, Sendable {
  package var uid: UID
  private var response: FetchResponse

  init?(_ response: FetchResponse) {
    guard let uid = response.uid else { return nil }
    self.uid = uid
    self.response = response
  }

  package var flags: MessageFlags? { response.flags }
  package var modSeq: ModSeq? { response.modSeq }
  package var internalDate: InternalDate? { response.internalDate }
  /// In bytes.
  package var size: Int? { response.size }
  package var envelope: Envelope? { response.envelope }
  package var structure: BodyStructure? { response.structure }
  package var sections: [FetchedSection] { response.sections }

  /// What was fetched of a section; `nil` where it was not asked for or is not there.
  package func bytes(of section: BodySection) -> [UInt8]? {
    response.sections.first { $0.section == section }?.bytes
  }
}
