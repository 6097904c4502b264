/// One response of a server.
package enum Response: Hashable, Sendable {
  /// The end of the command that had this tag.
  case tagged(tag: String, StatusResponse)
  /// `* OK`, `* NO`, `* BAD`, `* BYE`, `* PREAUTH`.
  case status(StatusResponse)
  /// `+ …`: the server waits for more of the command.
  case continuation([UInt8])
  case exists(Int)
  case recent(Int)
  /// By sequence number, from servers that QRESYNC is not on at.
  case expunge(sequence: Int)
  /// - Parameter earlier: Before the mailbox was opened, or before this command (RFC 7162, section 3.2.10).
  case vanished(UIDSet, earlier: Bool)
  case fetch(FetchResponse)
  case list(MailboxListing)
  case search(UIDSet)
  case extendedSearch(ExtendedSearch)
  case flags(MessageFlags)
  case capability(Set<Capability>)
  case enabled(Set<Capability>)
  case mailboxStatus(MailboxStatus)
  /// Something that nobody asked for and that changes nothing here.
  case other
}

/// Whether, and with which code.
package struct StatusResponse: Hashable, Sendable {
  package enum Condition: String, Hashable, Sendable, Codable {
    case ok = "OK"
    case no = "NO"
    case bad = "BAD"
    case bye = "BYE"
    case preauth = "PREAUTH"
  }

  package var condition: Condition
  package var code: ResponseCode?
  /// The server's own words, at most 300 bytes of them: whoever runs it wrote them, or whoever wrote a message. Not for
  /// models, and not for logs.
  package var text: String
}

/// What stands in brackets before a status response's words, for programs.
package enum ResponseCode: Hashable, Sendable {
  case uidValidity(UIDValidity)
  case uidNext(UID)
  case highestModSeq(ModSeq)
  case noModSeq
  case permanentFlags(MessageFlags)
  case copyUID(UIDValidity, UIDMap)
  case appendUID(UIDValidity, UIDSet)
  /// These were changed by somebody else (RFC 7162, section 3.1.3).
  case modified(UIDSet)
  case capability(Set<Capability>)
  case closed, alert, tryCreate, alreadyExists, nonExistent, readOnly, readWrite
  case authenticationFailed, authorizationFailed, expired, privacyRequired
  case unavailable, inUse, limit, overQuota, noPermission, cannot, serverBug, contactAdmin
  /// Any other, or one that could not be read: its name, upper case.
  case other(String)
}

/// A word of CAPABILITY, upper case.
package struct Capability: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
  package var rawValue: String
  package init(rawValue: String) { self.rawValue = rawValue.uppercased() }
  package var description: String { rawValue }

  package static let imap4rev1 = Capability(rawValue: "IMAP4REV1")
  package static let startTLS = Capability(rawValue: "STARTTLS")
  package static let loginDisabled = Capability(rawValue: "LOGINDISABLED")
  package static let initialResponse = Capability(rawValue: "SASL-IR")
  package static let plain = Capability(rawValue: "AUTH=PLAIN")
  package static let xoauth2 = Capability(rawValue: "AUTH=XOAUTH2")
  package static let oauthBearer = Capability(rawValue: "AUTH=OAUTHBEARER")
  package static let literalPlus = Capability(rawValue: "LITERAL+")
  package static let literalMinus = Capability(rawValue: "LITERAL-")
  package static let enable = Capability(rawValue: "ENABLE")
  package static let idle = Capability(rawValue: "IDLE")
  package static let move = Capability(rawValue: "MOVE")
  package static let uidPlus = Capability(rawValue: "UIDPLUS")
  package static let condstore = Capability(rawValue: "CONDSTORE")
  package static let qresync = Capability(rawValue: "QRESYNC")
  package static let esearch = Capability(rawValue: "ESEARCH")
  package static let specialUse = Capability(rawValue: "SPECIAL-USE")
  package static let listExtended = Capability(rawValue: "LIST-EXTENDED")
  package static let unselect = Capability(rawValue: "UNSELECT")
}

/// A mailbox as LIST says it.
package struct MailboxListing: Hashable, Sendable {
  package var name: MailboxName
  /// What separates levels of names; `nil` where there are none.
  package var delimiter: Character?
  /// `\NOSELECT`, `\HASCHILDREN`: upper case.
  package var attributes: Set<String>

  package var canBeOpened: Bool { attributes.isDisjoint(with: ["\\NOSELECT", "\\NONEXISTENT"]) }

  /// What it is for (RFC 6154).
  package var specialUse: SpecialUse? { SpecialUse.allCases.first { attributes.contains($0.attribute) } }
}

/// What a mailbox is for (RFC 6154, section 2).
package enum SpecialUse: String, Hashable, Sendable, Codable, CaseIterable {
  case all, archive, drafts, flagged, junk, sent, trash

  var attribute: String { "\\" + rawValue.uppercased() }
}

/// What STATUS says of a mailbox without opening it.
package struct MailboxStatus: Hashable, Sendable {
  package var name: MailboxName
  package var messages: Int?
  package var unseen: Int?
  package var uidNext: UID?
  package var uidValidity: UIDValidity?
  package var highestModSeq: ModSeq?
}

/// RFC 4731.
package struct ExtendedSearch: Hashable, Sendable {
  /// Of which command.
  package var tag: String?
  package var all = UIDSet()
  package var count: Int?
}
