import Foundation

/// Where a message lies whose fate is watched, as outcomes name it, after the IMAP URL scheme (RFC 5092):
/// `work/Newsletters;UIDVALIDITY=3/;UID=17`.
package struct MailSubject: Hashable, Sendable, CustomStringConvertible {
  package static let kind = "mail-thread"
  package static let draftKind = "mail-draft"

  package var mailbox: String
  package var folder: String
  package var validity: UInt32
  package var uid: UInt32

  package init(mailbox: String, folder: String, validity: UInt32, uid: UInt32) {
    self.mailbox = mailbox
    self.folder = folder
    self.validity = validity
    self.uid = uid
  }

  package init?(_ text: String) {
    guard let slash = text.firstIndex(of: "/"), let end = text.range(of: ";UIDVALIDITY=", options: .backwards)
    else { return nil }
    let numbers = text[end.upperBound...].split(separator: "/;UID=", maxSplits: 1).compactMap { UInt32($0) }
    guard slash < end.lowerBound, numbers.count == 2 else { return nil }
    self.init(
      mailbox: String(text[..<slash]), folder: String(text[text.index(after: slash)..<end.lowerBound]),
      validity: numbers[0], uid: numbers[1])
  }

  package var description: String { "\(mailbox)/\(folder);UIDVALIDITY=\(validity)/;UID=\(uid)" }
}
