package import Effects
import Foundation
import IMAP
import MIME

/// What became of a message that was filed, or of a draft: seen in the mailbox, whoever did it and by whatever program.
package enum MailFate: Hashable, Sendable {
  /// As it was put; `isRead`: and the person has looked at it.
  case standing(isRead: Bool)
  /// The person dealt with it, as it was meant.
  case taken(String)
  /// The person put it otherwise.
  case redone(String)
  /// It was only marked, and has been put away since: dealt with as it was meant, if the person had looked at it before.
  case away(wasSeen: Bool)
  case unknown(String)
}

extension Mailbox {
  /// - Parameter filing: What the step did that the message was in.
  package func fate(
    of subject: MailSubject, in filing: Filing, by watch: MailWatch
  ) async throws(ToolFailure) -> MailFate {
    let found = filing.done.first {
      ($0.place?.folder ?? "INBOX") == subject.folder && ($0.place?.uid ?? $0.uid) == subject.uid
    }
    guard let message = found else { return .unknown("It is not kept any more which message it was.") }
    let place = Filing.Place(folder: subject.folder, validity: subject.validity, uid: subject.uid)
    switch try await watch.standing(of: place, in: self) {
    case .there(let flags): return Self.fate(of: message, flags)
    case .gone where message.place == nil: return .away(wasSeen: message.wasSeen)
    case .gone:
      let mailbox = self
      let elsewhere = try await connected { client in
        try await mailbox.place(of: message.messageID, on: client)
      }
      return .redone(elsewhere.map { "It lies in \($0) now." } ?? "It was taken out of \(subject.folder).")
    case .renumbered:
      guard let name = message.messageID else { return .unknown("The folder was numbered anew.") }
      return try await connected { client in
        let folder = try await client.open(try MailboxName(subject.folder))
        guard let uid = try await folder.find(messageID: name).last else {
          return .redone("It was taken out of \(subject.folder).")
        }
        return Self.fate(of: message, try await folder.fetch([uid], .flags).first?.flags ?? MessageFlags())
      }
    }
  }

  private static func fate(of message: Filing.Message, _ flags: MessageFlags) -> MailFate {
    let isRead = flags.contains(.answered) || (flags.contains(.seen) && !message.wasSeen)
    let lost = message.wanted.filter { !flags.contains($0) }
    guard !lost.isEmpty else { return .standing(isRead: isRead) }
    // A flag that goes once it was seen to has done what it was for.
    return lost == [.flagged] && isRead
      ? .taken("You took the flag off after you had seen to it.") : .redone("Its marks were taken away.")
  }

  /// Where else a message lies, of the folders that people put things into.
  private func place(of messageID: String?, on client: IMAPClient) async throws -> String? {
    guard let messageID else { return nil }
    for listing in try await client.mailboxes().prefix(50)
    where listing.canBeOpened && listing.specialUse != .all {
      if try await !client.open(listing.name).find(messageID: messageID).isEmpty { return listing.name.text }
    }
    return nil
  }

  package func fate(of draft: Draft) async throws(ToolFailure) -> MailFate {
    let mailbox = self
    return try await connected { client in
      // What was sent says most: programs may leave the draft behind.
      let sent = try await Mailbox.folder(.sent, named: "Sent", on: client)
      if let text = try await mailbox.sent(draft, in: sent, on: client) {
        return Self.similarity(text, draft.text) >= 0.8
          ? .taken("It was sent as it was written.") : .redone("Another answer was sent.")
      }
      let drafts = try await client.open(draft.folder)
      if try await !drafts.find(messageID: draft.name).isEmpty { return .standing(isRead: false) }
      return draft.answers == nil
        ? .unknown("The draft is gone, and what it answered has no name to look for.")
        : .redone("The draft was thrown away.")
    }
  }

  /// The text of what was sent: the draft under its own name, or the newest answer to the same message.
  private func sent(_ draft: Draft, in sent: MailboxName, on client: IMAPClient) async throws -> String? {
    let folder = try await client.open(sent)
    var uid = try await folder.find(messageID: draft.name).last
    if uid == nil, let answered = draft.answers {
      uid = try await folder.search(.header("In-Reply-To", answered)).last
    }
    guard let uid, let bytes = try await folder.body(.whole, of: uid, bytes: 0..<(256 << 10)) else {
      return nil
    }
    let readable = MailMessage(bytes).readableText()
    return readable.fresh.isEmpty ? readable.text : readable.fresh
  }

  /// How much two texts have in common, word by word in order, from 0 to 1: twice what they share over all that they have.
  static func similarity(_ a: String, _ b: String) -> Double {
    func words(_ text: String) -> [Substring] {
      Array(text.lowercased().split { !$0.isLetter && !$0.isNumber }.prefix(2000))
    }
    let (a, b) = (words(a), words(b))
    guard !a.isEmpty || !b.isEmpty else { return 1 }
    let removed = b.difference(from: a).removals.count
    return 2 * Double(a.count - removed) / Double(a.count + b.count)
  }
}
