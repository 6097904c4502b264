package import Effects
import Foundation
import IMAP
import Ledger
import MIME
package import Triage

/// Messages as one look found them: what the journal keeps of it, and what a run works on. Reading changes nothing in the
/// mailbox, not even that a message was seen.
package struct MailListing: Hashable, Sendable, Codable {
  /// Of the inbox: numbers below are good under this alone.
  package var uidValidity: UInt32
  /// The inbox's count of changes when it was read (RFC 7162); what was changed since, somebody else changed.
  package var modSeq: UInt64?
  /// From where the next look goes on.
  package var next: UInt32
  package var messages: [Message]
  /// How many more there are that one look does not take.
  package var left: Int
  /// Of those that an earlier run left over, the ones that this look took up again.
  package var waiting: [Cursor.Waiting] = []

  package struct Message: Hashable, Sendable, Codable {
    package var facts: TriagedMessage
    /// What a reader would see, without quotes of earlier messages; by somebody else.
    package var text: String
    /// The flags and keywords that it had, as the protocol has them and in lower case: `\flagged`.
    package var flags: [String]
  }

  /// Where a look begins.
  package struct Cursor: Hashable, Sendable, Codable {
    package var uidValidity: UInt32
    /// 0: no look was seen through to its end yet.
    package var next: UInt32
    /// Messages that were dealt with, by hashes: one that is put back into the inbox has another number there, and is the
    /// person's from then on.
    package var handled: [String]
    /// Messages before ``next`` that are looked at again, the oldest first.
    package var waiting: [Waiting]

    /// A message that a run left over.
    package struct Waiting: Hashable, Sendable, Codable {
      package var uid: UInt32
      /// In how many runs it could not be filed.
      package var tries: Int

      package init(uid: UInt32, tries: Int) {
        self.uid = uid
        self.tries = tries
      }
    }

    package init(uidValidity: UInt32, next: UInt32, handled: [String] = [], waiting: [Waiting] = []) {
      self.uidValidity = uidValidity
      self.next = next
      self.handled = handled
      self.waiting = waiting
    }

    static let mostHandled = 5000
    static let mostWaiting = 1000

    /// Put to what was kept before. Two looks at once do not set each other back, and nothing changes if it is put twice.
    package func following(_ before: Cursor?) -> Cursor {
      guard let before else { return self }
      var following = self
      if before.uidValidity == uidValidity {
        following.next = max(before.next, next)
        let own = Set(waiting.map(\.uid))
        following.waiting = (before.waiting.filter { !own.contains($0.uid) } + waiting)
          .sorted { $0.uid < $1.uid }.suffix(Self.mostWaiting)
      }
      let known = Set(handled)
      following.handled = (before.handled.filter { !known.contains($0) } + handled).suffix(Self.mostHandled)
      return following
    }
  }

  /// From where the next look goes on, once everything is done about this one.
  ///
  /// - Parameters:
  ///   - waiting: Messages of this look that the next one is to take up again.
  ///   - before: What was kept until now.
  package func cursor(leaving waiting: [Cursor.Waiting] = [], after before: Cursor? = nil) -> Cursor {
    let left = Set(waiting.map(\.uid))
    let open = Set(messages.map(\.facts).filter { left.contains($0.uid) }.map(\.fingerprint))
    let handled = messages.map(\.facts.fingerprint).filter { !open.contains($0) }
    var before = before
    before?.handled.removeAll { open.contains($0) }
    let taken = Set(self.waiting.map(\.uid))
    before?.waiting.removeAll { taken.contains($0.uid) }
    return Cursor(uidValidity: uidValidity, next: next, handled: handled, waiting: waiting).following(before)
  }

  /// What is kept as soon as something is to be done with some of the messages: that they are dealt with.
  package func cursor(handling uids: Set<UInt32>) -> Cursor {
    let handled = messages.map(\.facts).filter { uids.contains($0.uid) }
    return Cursor(uidValidity: uidValidity, next: 0, handled: handled.map(\.fingerprint))
  }

  /// For the journal and the model: one passage for the mailbox, one for each message with whom it is from.
  package var passages: [Passage] {
    var head = self
    head.messages = []
    return [Passage(Self.text(head), from: .system(Mailbox.system))]
      + messages.map { message in
        Passage(
          Self.text(message),
          from: .untrusted("mail from \(message.facts.from.isEmpty ? "nobody" : message.facts.from)"),
          labels: .personal)
      }
  }

  init(uidValidity: UInt32, modSeq: UInt64?, next: UInt32, messages: [Message], left: Int) {
    self.uidValidity = uidValidity
    self.modSeq = modSeq
    self.next = next
    self.messages = messages
    self.left = left
  }

  package init?(passages: [Passage]) {
    guard let first = passages.first, first.origin == .system(Mailbox.system),
      var listing = try? JSON(bytes: Data(first.text.utf8)).decoded(as: MailListing.self)
    else { return nil }
    listing.messages = passages.dropFirst().compactMap {
      try? JSON(bytes: Data($0.text.utf8)).decoded(as: Message.self)
    }
    guard listing.messages.count == passages.count - 1 else { return nil }
    self = listing
  }

  private static func text(_ value: some Encodable) -> String {
    // Strings and numbers: it always encodes.
    (try? JSON(encoding: value))?.canonical ?? "{}"
  }
}

extension MailListing {
  /// Looks at what came into the inbox since a cursor, the oldest first.
  ///
  /// - Parameters:
  ///   - cursor: `nil`, or of an inbox that was numbered anew since: the newest are taken.
  ///   - most: Messages of one look.
  static func read(
    _ mailbox: Mailbox, since cursor: Cursor?, most: Int, authority: String?
  ) async throws(ToolFailure) -> MailListing {
    try await mailbox.connected { client in
      let inbox = try await client.open(.inbox)
      let known = cursor.flatMap { $0.uidValidity == inbox.uidValidity.rawValue ? $0 : nil }
      let first = known.flatMap { UID($0.next) }
      let all = try await inbox.search(first.map { .uids(UIDSet($0...UID.highest)) } ?? .all)
      // `n:*` is never empty: it has the last message, whatever its number.
      let found = first.map { all.intersection(UIDSet($0...UID.highest)) } ?? all
      let new = first == nil ? found.suffix(most) : found.prefix(most)
      // What waits has the room that is left beside what is new, which waits for nothing.
      let again = Array((known?.waiting ?? []).prefix(most - new.count))
      let chosen = new.union(UIDSet(again.compactMap { UID($0.uid) }))
      let next =
        new.last.map { max($0.rawValue, $0.rawValue &+ 1) } ?? first?.rawValue ?? inbox.uidNext?.rawValue
      var listing = MailListing(
        uidValidity: inbox.uidValidity.rawValue, modSeq: inbox.highestModSeq?.rawValue, next: next ?? 1,
        messages: [], left: first == nil ? 0 : found.count - new.count)
      listing.waiting = again
      if !chosen.isEmpty {
        let handled = Set(cursor?.handled ?? [])
        listing.messages = try await messages(chosen, of: inbox, mailbox, authority).filter {
          !handled.contains($0.facts.fingerprint)
        }
      }
      return listing
    }
  }

  /// The newest messages of a folder.
  static func recent(
    _ mailbox: Mailbox, in folder: MailboxName, days: Int, most: Int
  ) async throws(ToolFailure) -> MailListing {
    let since = InternalDate(secondsSince1970: Int64(Date().timeIntervalSince1970) - Int64(days) * 86_400)
    return try await mailbox.connected { client in
      let open = try await client.open(folder)
      let uids = try await open.search(.since(since))
      let chosen = uids.suffix(most)
      return MailListing(
        uidValidity: open.uidValidity.rawValue, modSeq: open.highestModSeq?.rawValue,
        next: open.uidNext?.rawValue ?? 1,
        messages: chosen.isEmpty ? [] : try await messages(chosen, of: open, mailbox, mailbox.authority),
        left: uids.count - chosen.count)
    }
  }

  private static func messages(
    _ uids: UIDSet, of folder: OpenMailbox, _ mailbox: Mailbox, _ authority: String?
  ) async throws(IMAPError) -> [Message] {
    let items: FetchItems = .flags + .internalDate + .section(.whole, bytes: 0..<mostBytes)
    return try await folder.fetch(uids, items).compactMap { fetched in
      guard let bytes = fetched.bytes(of: .whole) else { return nil }
      let message = Message(fetched, bytes, authority: authority)
      // Its own digest is no news.
      return mailbox.isOwnDigest(message.facts) ? nil : message
    }.sorted { $0.facts.uid < $1.facts.uid }
  }

  /// Of one message: text stands at the beginning, attachments behind it.
  private static let mostBytes = 256 << 10
  fileprivate static let mostText = 8 << 10
}

extension MailListing.Message {
  fileprivate init(_ fetched: FetchedMessage, _ bytes: [UInt8], authority: String?) {
    let mail = MailMessage(bytes)
    let from = mail.from.first
    // No longer one can be written to (RFC 5321, section 4.5.3.1.3).
    let address = from?.address.lowercased().bounded(254) ?? ""
    let readable = mail.readableText(limit: MailListing.mostText)
    let flags = fetched.flags
    let isAuthenticated = authority.flatMap(mail.authentication(by:)).map { found in
      let domain = found.results.first { $0.method == "dmarc" }?.properties["header.from"]?.lowercased()
      return found.result(of: "dmarc") == "pass" && mail.from.count == 1
        && (domain.map { $0 == from?.domain.lowercased() } ?? true)
    }
    let isAutomatic =
      mail.autoSubmitted.map { $0 != .no } ?? (mail.list.id != nil || mail.precedence == "bulk")
    facts = TriagedMessage(
      uid: fetched.uid.rawValue, messageID: mail.messageID?.text.bounded(998), from: address,
      name: from?.name.map { Self.line($0, 200) }, subject: Self.line(mail.subject ?? "", 300),
      received: Instant(milliseconds: (fetched.internalDate?.secondsSince1970 ?? 0) * 1000),
      list: mail.list.id.map { Self.line($0, 200) },
      isAuthenticated: !address.isEmpty && (isAuthenticated ?? false), isAutomatic: isAutomatic,
      unsubscribe: mail.list.oneClick ? mail.list.unsubscribe.first { $0.hasPrefix("https://") } : nil,
      answersElsewhere: mail.replyTo.contains { $0.address.lowercased() != from?.address.lowercased() },
      attachments: mail.attachments.count, isSeen: flags?.contains(.seen) ?? false,
      isFlagged: flags?.contains(.flagged) ?? false, isAnswered: flags?.contains(.answered) ?? false)
    text = readable.fresh.isEmpty ? readable.text : readable.fresh
    self.flags = (flags?.words ?? []).sorted()
  }

  /// In one line, without what cannot be seen.
  private static func line(_ text: String, _ most: Int) -> String {
    let words = HiddenCharacters.removed(from: text).text.split(whereSeparator: \.isWhitespace)
    return String(words.joined(separator: " ").prefix(most))
  }
}

extension String {
  /// `nil` if it has more bytes.
  fileprivate func bounded(_ bytes: Int) -> String? { utf8.count <= bytes ? self : nil }
}

extension TriagedMessage {
  /// Which message it is, whatever number it has: by its name, its sender and when it came in, which stays when it is
  /// moved. 16 hexadecimal digits.
  var fingerprint: String {
    String(Fingerprint.digits(of: [messageID ?? subject, from, String(received.milliseconds)]).prefix(16))
  }
}

extension Mailbox {
  fileprivate func isOwnDigest(_ message: TriagedMessage) -> Bool {
    guard message.from == address.address.lowercased(), let name = message.messageID else { return false }
    let effect = name.dropFirst("assay-digest-".count).prefix { $0 != "@" }
    return name == messageID(of: EffectID(rawValue: String(effect)), "digest")
  }
}
