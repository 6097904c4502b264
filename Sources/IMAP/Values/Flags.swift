/// A word that people or programs put on messages, such as `$Triaged`: an atom (RFC 3501, section 9), told apart without
/// regard to case, as servers do.
package struct Keyword: Sendable, CustomStringConvertible {
  package let text: String

  /// - Throws: ``IMAPError/invalid(_:)`` where it is no atom or has more than 100 bytes.
  package init(_ text: String) throws(IMAPError) {
    guard (1...100).contains(text.utf8.count), text.utf8.allSatisfy(Self.isAtom) else {
      throw .invalid(
        "A keyword has 1 to 100 letters, digits and signs, without spaces and none of (){%*\"\\].")
    }
    self.text = text
  }

  /// For what a server said.
  init(known text: String) { self.text = text }

  static func isAtom(_ byte: UInt8) -> Bool {
    switch byte {
    case 0...0x20, 0x7F...0xFF: false
    case UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "{"), UInt8(ascii: "%"), UInt8(ascii: "*"),
      UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "]"):
      false
    default: true
    }
  }

  package var description: String { text }
}

extension Keyword: Hashable {
  package static func == (a: Keyword, b: Keyword) -> Bool {
    a.text == b.text || a.text.lowercased() == b.text.lowercased()
  }
  package func hash(into hasher: inout Hasher) { hasher.combine(text.lowercased()) }
}

extension Keyword: Codable {
  package init(from decoder: any Decoder) throws {
    self = try Keyword(try decoder.singleValueContainer().decode(String.self))
  }
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }
}

/// What Assay can put on a message and take from it. There is no `\Deleted`: it deletes nothing.
package enum SettableFlag: Hashable, Sendable, Codable {
  case seen, answered, flagged, draft
  case keyword(Keyword)

  /// As the protocol has it: `\Flagged`, `$Read`.
  package var wire: String {
    switch self {
    case .seen: "\\Seen"
    case .answered: "\\Answered"
    case .flagged: "\\Flagged"
    case .draft: "\\Draft"
    case .keyword(let keyword): keyword.text
    }
  }
}

/// What is on a message, whoever put it there.
package struct MessageFlags: Hashable, Sendable, Codable {
  package struct System: OptionSet, Hashable, Sendable, Codable {
    package var rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }
    package static let seen = System(rawValue: 1)
    package static let answered = System(rawValue: 2)
    package static let flagged = System(rawValue: 4)
    package static let draft = System(rawValue: 8)
    /// Somebody marked it for deletion.
    package static let deleted = System(rawValue: 16)
    package static let recent = System(rawValue: 32)
    /// `\*` among PERMANENTFLAGS: new keywords can be made (RFC 3501, section 7.1).
    package static let anyKeyword = System(rawValue: 64)
  }

  package var system: System
  package var keywords: Set<Keyword>

  package init(_ system: System = [], keywords: Set<Keyword> = []) {
    self.system = system
    self.keywords = keywords
  }

  package func contains(_ flag: SettableFlag) -> Bool {
    switch flag {
    case .seen: system.contains(.seen)
    case .answered: system.contains(.answered)
    case .flagged: system.contains(.flagged)
    case .draft: system.contains(.draft)
    case .keyword(let keyword): keywords.contains(keyword)
    }
  }

  /// All but `\Deleted` and `\Recent`.
  package var settable: Set<SettableFlag> {
    let named: [SettableFlag] = [.seen, .answered, .flagged, .draft]
    return Set(named.filter(contains) + keywords.map(SettableFlag.keyword))
  }
}

/// A change of flags that leaves all others alone. To set flags outright is not offered: it would take away what a person
/// put on meanwhile.
package enum FlagChange: Hashable, Sendable, Codable {
  case add(Set<SettableFlag>)
  case remove(Set<SettableFlag>)

  package var flags: Set<SettableFlag> {
    switch self {
    case .add(let flags), .remove(let flags): flags
    }
  }
}
