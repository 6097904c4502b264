package import Ledger

/// A message as the mailbox and its own headers have it: what a policy may look at beside the reading of its text. All of it but
/// the place is a claim of whoever sent it.
package struct TriagedMessage: Hashable, Sendable, Codable {
  /// Where it lies: unique in its folder.
  package var uid: UInt32
  /// Without `<` and `>`; `nil` where the sender gave none.
  package var messageID: String?
  /// The address, in lower case; empty if there is none that can be read.
  package var from: String
  /// What the sender calls themselves.
  package var name: String?
  package var subject: String
  /// When it came in.
  package var received: Instant
  /// The list it came by.
  package var list: String?
  /// Whether the organisation's own mail server says that the sender's domain vouches for it (DMARC). Never authority; it only
  /// keeps a policy from filing a forgery as if it were real.
  package var isAuthenticated: Bool
  /// Whether it says that no person wrote it (RFC 3834), or comes by a list.
  package var isAutomatic: Bool
  /// An address to which one request ends the list's mail (RFC 8058).
  package var unsubscribe: String?
  /// Whether an answer would go to another than who it is from.
  package var answersElsewhere: Bool
  package var attachments: Int
  package var isSeen: Bool
  package var isFlagged: Bool
  package var isAnswered: Bool

  package init(
    uid: UInt32, messageID: String?, from: String, name: String? = nil, subject: String, received: Instant,
    list: String? = nil, isAuthenticated: Bool = false, isAutomatic: Bool = false, unsubscribe: String? = nil,
    answersElsewhere: Bool = false,
    attachments: Int = 0, isSeen: Bool = false, isFlagged: Bool = false, isAnswered: Bool = false
  ) {
    self.uid = uid
    self.messageID = messageID
    self.from = from
    self.name = name
    self.subject = subject
    self.received = received
    self.list = list
    self.isAuthenticated = isAuthenticated
    self.isAutomatic = isAutomatic
    self.unsubscribe = unsubscribe
    self.answersElsewhere = answersElsewhere
    self.attachments = attachments
    self.isSeen = isSeen
    self.isFlagged = isFlagged
    self.isAnswered = isAnswered
  }
}
