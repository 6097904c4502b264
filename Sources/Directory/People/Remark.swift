package import Ledger

/// What somebody wrote about something that is held on them. Its author alone can read it.
package struct Remark: Hashable, Sendable, Identifiable {
  package enum Kind: String, CaseIterable, Sendable, Hashable {
    /// Explains: where the time went, what it was for.
    case note
    /// Says that what is held is wrong.
    case contest
  }

  package var id: Int64
  /// The author's.
  package var account: AccountID
  /// The session it is about; `nil`: all that is held on them.
  package var session: SessionID?
  package var kind: Kind
  package var text: RemarkText
  package var written: Instant

  package init(
    id: Int64, account: AccountID, session: SessionID?, kind: Kind, text: RemarkText, written: Instant
  ) {
    self.id = id
    self.account = account
    self.session = session
    self.kind = kind
    self.text = text
    self.written = written
  }
}

/// What a remark says: plain text with line breaks.
package struct RemarkText: Hashable, Sendable, CustomStringConvertible {
  package enum Problem: Error, Hashable, Sendable, CustomStringConvertible {
    case empty, tooLong

    package var description: String {
      switch self {
      case .empty: "A remark says something: write a sentence."
      case .tooLong: "A remark has at most \(RemarkText.longest) characters. Write several."
      }
    }
  }

  /// In Unicode scalars.
  package static let longest = 2000

  package let text: String

  /// Without control characters, and without space around it.
  package init(_ given: String) throws(Problem) {
    let lines = given.replacing("\r\n", with: "\n").unicodeScalars.filter { scalar in
      scalar == "\n" || scalar.properties.generalCategory != .control
    }
    let text = String(String.UnicodeScalarView(lines)).trimmedOfSpace
    guard !text.isEmpty else { throw .empty }
    guard text.unicodeScalars.count <= Self.longest else { throw .tooLong }
    self.text = text
  }

  package var description: String { text }
}

extension String {
  fileprivate var trimmedOfSpace: String {
    var rest = Substring(self)
    while rest.first?.isWhitespace == true { rest.removeFirst() }
    while rest.last?.isWhitespace == true { rest.removeLast() }
    return String(rest)
  }
}
