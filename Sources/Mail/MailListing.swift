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

  package struct Message: Hashable, Sendable, Codable {
    package var facts: TriagedMessage
    /// What a reader would see, without quotes of earlier messages; by somebody else.
    package var text: String
  }

  /// Where a look begins.
  package struct Cursor: Hashable, Sendable, Codable {
    package var uidValidity: UInt32
    package var next: UInt32
    /// Messages that were dealt with, by hashes: one that is put back into the inbox has another number there, and is the
    /// person's from then on.
    package var handled: [String]

    package init(uidValidity: UInt32, next: UInt32, handled: [String] = []) {
      self.uidValidity = uidValidity
      self.next = next
      self.handled = handled
    }

    static let mostHandled = 5000

    /// After another look. Two at once do not set each other back.
    package func followed(by next: Cursor) -> Cursor {
      var following = next
      if next.uidValidity == uidValidity { following.next = max(self.next, next.next) }
      let known = Set(next.handled)
      following.handled = (handled.filter { !known.contains($0) } + next.handled).suffix(Self.mostHandled)
      return following
    }
  }

  package var cursor: Cursor {
    Cursor(uidValidity: uidValidity, next: next, handled: messages.map(\.facts.fingerprint))
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
    let decoder = JSONDecoder()
    guard let first = passages.first, first.origin == .system(Mailbox.system),
      var listing = try? decoder.decode(MailListing.self, from: Data(first.text.utf8))
    else { return nil }
    listing.messages = passages.dropFirst().compactMap {
      try? decoder.decode(Message.self, from: Data($0.text.utf8))
    }
    guard listing.messages.count == passages.count - 1 else { return nil }
    self = listing
  }

  private static func text(_ value: some Encodable) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Strings and numbers: it always encodes.
    return (try? encoder.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
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
      var uids = Array(try await inbox.search(first.map { .uids(UIDSet($0...UID.highest)) } ?? .all).uids)
      // `n:*` is never empty: it has the last message, whatever its number.
      if let first { uids.removeAll { $0 < first } }
      let chosen = first == nil ? Array(uids.suffix(most)) : Array(uids.prefix(most))
      let next = chosen.last.map { $0.rawValue &+ 1 } ?? known?.next ?? inbox.uidNext?.rawValue ?? 1
      var listing = MailListing(
        uidValidity: inbox.uidValidity.rawValue, modSeq: inbox.highestModSeq?.rawValue, next: max(next, 1),
        messages: [], left: first == nil ? 0 : uids.count - chosen.count)
      if !chosen.isEmpty {
        let handled = Set(cursor?.handled ?? [])
        listing.messages = try await messages(UIDSet(chosen), of: inbox, mailbox, authority).filter {
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
      let chosen = UIDSet(uids.uids.suffix(most))
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
      uid: fetched.uid.rawValue, messageID: mail.messageID?.text, from: (from?.address ?? "").lowercased(),
      name: from?.name.map { HiddenCharacters.removed(from: $0).text },
      subject: String(HiddenCharacters.removed(from: mail.subject ?? "").text.prefix(300)),
      received: Instant(milliseconds: (fetched.internalDate?.secondsSince1970 ?? 0) * 1000),
      list: mail.list.id, isAuthenticated: isAuthenticated ?? false, isAutomatic: isAutomatic,
      unsubscribe: mail.list.oneClick ? mail.list.unsubscribe.first { $0.hasPrefix("https://") } : nil,
      answersElsewhere: mail.replyTo.contains { $0.address.lowercased() != from?.address.lowercased() },
      attachments: mail.attachments.count, isSeen: flags?.contains(.seen) ?? false,
      isFlagged: flags?.contains(.flagged) ?? false, isAnswered: flags?.contains(.answered) ?? false)
    text = readable.fresh.isEmpty ? readable.text : readable.fresh
  }
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
