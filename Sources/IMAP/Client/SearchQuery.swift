/// Which messages are meant (RFC 3501, section 6.4.4).
package indirect enum SearchQuery: Hashable, Sendable {
  case all
  case uids(UIDSet)
  /// Whose header field has this text in it, without regard to case.
  case header(String, String)
  /// That came to the mailbox on this day or later, in the zone of the date.
  case since(InternalDate)
  case before(InternalDate)
  case has(SettableFlag)
  case not(SearchQuery)
  case and([SearchQuery])

  package static let unseen = SearchQuery.not(.has(.seen))

  /// Whether all texts in it are ASCII; otherwise SEARCH has to be told what they are.
  var isASCII: Bool {
    switch self {
    case .header(let name, let text): (name + text).utf8.allSatisfy { $0 < 0x80 }
    case .not(let query): query.isASCII
    case .and(let queries): queries.allSatisfy(\.isASCII)
    default: true
    }
  }

  func write(to command: inout Command) throws(IMAPError) {
    switch self {
    case .all: command.words("ALL")
    case .uids(let set):
      // No UID is no message, which has no words of its own.
      if set.isEmpty {
        command.words("NOT ALL")
      } else {
        command.words("UID")
        command.uids(try set.atOnce())
      }
    case .header(let name, let text):
      command.words("HEADER")
      try command.string(name)
      try command.string(text)
    case .since(let date): command.words("SINCE \(date.day)")
    case .before(let date): command.words("BEFORE \(date.day)")
    case .has(.seen): command.words("SEEN")
    case .has(.answered): command.words("ANSWERED")
    case .has(.flagged): command.words("FLAGGED")
    case .has(.draft): command.words("DRAFT")
    case .has(.keyword(let keyword)): command.words("KEYWORD \(keyword.text)")
    case .not(let query):
      command.words("NOT (ALL")
      try query.write(to: &command)
      command.close()
    case .and(let queries):
      guard !queries.isEmpty else {
        command.words("ALL")
        return
      }
      for query in queries { try query.write(to: &command) }
    }
  }
}
