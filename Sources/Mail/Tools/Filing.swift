package import Effects
package import IMAP

/// What became of messages that were to be marked and moved: told in words, kept for undoing, and what is watched from then
/// on.
package struct Filing: Hashable, Sendable, Codable {
  package var folder: String?
  /// The inbox's.
  var validity: UInt32 = 0
  package var done: [Message] = []
  /// Changed by the person since they were read, and left alone.
  var touched = UIDSet()
  /// Not in the inbox any more.
  var gone = UIDSet()
  /// Could not be moved, and are as they were.
  package var refused = UIDSet()
  var receipt: MoveReceipt?

  package struct Message: Hashable, Sendable, Codable {
    /// In the inbox.
    package var uid: UInt32
    package var messageID: String?
    /// Flags and keywords that it had not had.
    var added: Set<SettableFlag>
    /// All that it has to have from now on, if nobody puts it otherwise.
    var wanted: Set<SettableFlag>
    /// Whether it had been looked at before it was filed: then that it has says nothing of where it lies.
    var wasSeen: Bool
    /// Where it lies now.
    package var place: Place?
  }

  package struct Place: Hashable, Sendable, Codable {
    package var folder: String
    package var validity: UInt32
    package var uid: UInt32
  }

  /// What is to be done, of messages as they are now.
  ///
  /// - Parameter isRepeated: Whether an earlier call was broken off, which may have marked them.
  init(_ order: MailFileTool.Order, _ now: [FetchedMessage], isRepeated: Bool) {
    folder = order.folder?.text
    validity = order.uidValidity
    gone = order.uids.subtracting(UIDSet(now.map(\.uid)))
    for message in now {
      let uid = message.uid.rawValue
      let flags = message.flags ?? MessageFlags()
      let has = flags.settable
      let known = order.had[uid]
      // Where nobody said what it had: a keyword of the rules' is hardly anybody else's.
      let isOwn = { (flag: SettableFlag) in if case .keyword = flag { isRepeated } else { false } }
      let added = order.flags.filter { flag in
        known.map { !$0.contains(flag.wire.lowercased()) } ?? (!has.contains(flag) || isOwn(flag))
      }
      let isMarked =
        isRepeated && order.flags.isSubset(of: has)
        && (known.map { flags.words.subtracting(added.map { $0.wire.lowercased() }) == $0 }
          ?? !order.flags.isEmpty)
      let isUntouched: Bool =
        if let since = order.unchangedSince, let modSeq = message.modSeq { modSeq <= since } else {
          known.map { flags.words == $0 } ?? true
        }
      // What the person touched since is theirs.
      if !isUntouched, !isMarked {
        touched.insert(message.uid)
        // With marks that an earlier call has put on it, it is kept to be undone.
        guard isRepeated, known != nil, !added.isEmpty, added.isSubset(of: has) else { continue }
      }
      done.append(
        Message(
          uid: uid, messageID: Self.messageID(of: message), added: added, wanted: order.flags,
          wasSeen: has.contains(.seen)))
    }
  }

  /// What is to be marked and moved, and in the end was.
  package var filed: UIDSet { UIDSet(done.compactMap { UID($0.uid) }.sorted()).subtracting(touched) }

  /// What should have been moved, and is not in the receipt.
  var unmoved: UIDSet { filed.subtracting(receipt?.uids.sources ?? []) }

  /// The person was quicker with these.
  mutating func leave(_ uids: UIDSet) {
    forget(uids)
    touched = touched.union(uids)
  }

  mutating func forget(_ uids: UIDSet) {
    done.removeAll { message in UID(message.uid).map { uids.contains($0) } ?? true }
  }

  /// What was put on messages that they had not had, those alike together.
  func marks(of uids: UIDSet) -> [(Set<SettableFlag>, UIDSet)] {
    let marked = done.filter { message in
      !message.added.isEmpty && (UID(message.uid).map { uids.contains($0) } ?? false)
    }
    return Dictionary(grouping: marked, by: \.added).map { added, alike in
      (added, UIDSet(alike.compactMap { UID($0.uid) }.sorted()))
    }
  }

  package init?(_ handle: JSON) {
    guard let filing = try? handle.decoded(as: Filing.self) else {
      return nil
    }
    self = filing
  }

  static func messageID(of message: FetchedMessage) -> String? {
    guard let bytes = message.bytes(of: .fields(["Message-ID"])) else { return nil }
    let field = String(decoding: bytes, as: UTF8.self)
    guard let open = field.firstIndex(of: "<"), let close = field[open...].firstIndex(of: ">") else {
      return nil
    }
    return String(field[field.index(after: open)..<close])
  }

  mutating func note(_ receipt: MoveReceipt) {
    self.receipt = receipt
    guard let validity = receipt.toValidity else { return }
    for index in done.indices {
      guard let uid = UID(done[index].uid).flatMap({ receipt.uids[$0] }) else { continue }
      done[index].place = Place(folder: receipt.to.text, validity: validity.rawValue, uid: uid.rawValue)
    }
  }

  /// Messages that are not in the inbox any more, and lie in the folder: moved there by a call that was broken off.
  mutating func recover(
    _ uids: UIDSet, _ order: MailFileTool.Order, in folder: MailboxName, on client: IMAPClient
  ) async throws {
    let lost = uids.uids.compactMap { uid in order.messageIDs[uid.rawValue].map { (uid, $0) } }
    guard !lost.isEmpty else { return }
    let there = try await client.open(folder)
    for (uid, messageID) in lost {
      guard let place = try await there.find(messageID: messageID).last else { continue }
      gone = gone.subtracting([uid])
      done.append(
        Message(
          uid: uid.rawValue, messageID: messageID,
          added: order.flags.filter { flag in
            if let had = order.had[uid.rawValue] { return !had.contains(flag.wire.lowercased()) }
            return if case .keyword = flag { true } else { false }
          }, wanted: order.flags, wasSeen: true,
          place: Place(folder: folder.text, validity: there.uidValidity.rawValue, uid: place.rawValue)))
      var known =
        receipt
        ?? MoveReceipt(
          from: .inbox, fromValidity: UIDValidity(rawValue: order.uidValidity), to: folder,
          toValidity: there.uidValidity, uids: UIDMap())
      known.toValidity = there.uidValidity
      known.uids.append(source: uid, destination: place)
      receipt = known
    }
  }

  func result(of mailbox: String, holdFor: Duration) -> ToolResult {
    let count = filed.count
    var words = "\(count) \(count == 1 ? "message" : "messages")"
    words += folder.map { " filed in \($0)" } ?? " marked"
    if !refused.isEmpty { words += "; \(refused.count) could not be moved, and are as they were" }
    if !touched.isEmpty { words += "; \(touched.count) left alone, since you changed them meanwhile" }
    if !gone.isEmpty { words += "; \(gone.count) were not in the inbox any more" }
    let handle = try? JSON(encoding: self)
    return ToolResult(
      [Passage(words + ".", from: .system(Mailbox.system))], undo: done.isEmpty ? nil : handle,
      follows: done.map { message in
        ToolResult.Followed(
          kind: MailSubject.kind,
          subject: MailSubject(
            mailbox: mailbox, folder: message.place?.folder ?? "INBOX",
            validity: message.place?.validity ?? validity, uid: message.place?.uid ?? message.uid
          ).description, holdFor: holdFor)
      })
  }

  // MARK: Undoing

  /// Puts messages back to where and how they were, as far as nobody touched them since. Broken off and asked again, it
  /// goes on.
  func undo(on client: IMAPClient) async throws -> String {
    // The marks first, where the messages lie: what is moved back afterwards is as it was.
    let places = Dictionary(grouping: done.filter { !$0.added.isEmpty }) { $0.place?.folder ?? "INBOX" }
    for (folder, messages) in places {
      let open = try await client.open(try MailboxName(folder), for: .changing)
      for (added, alike) in Dictionary(grouping: messages, by: \.added) {
        let uids = UIDSet(
          alike.filter { ($0.place?.validity ?? validity) == open.uidValidity.rawValue }
            .compactMap { UID($0.place?.uid ?? $0.uid) })
        if !uids.isEmpty { _ = try await open.store(.remove(added), on: uids) }
      }
    }
    var missing = 0
    if let receipt {
      let gone = try await client.putBack([receipt]).reduce(into: UIDSet()) { $0 = $0.union($1.gone) }
      // What an earlier, broken-off undo has moved back already lies in the inbox.
      let names = gone.uids.map { uid in done.first { $0.uid == uid.rawValue }?.messageID }
      let inbox = try await client.open(.inbox)
      for name in names {
        let isBack = if let name { try await !inbox.find(messageID: name).isEmpty } else { false }
        if !isBack { missing += 1 }
      }
    }
    let restored = done.count - missing
    return "\(restored) \(restored == 1 ? "message is" : "messages are") as before"
      + (missing > 0 ? "; \(missing) had been taken elsewhere since and stay there." : ".")
  }
}

extension MessageFlags {
  /// All that anybody can put on a message or take off, in words of the protocol without regard to case.
  var words: Set<String> {
    Set(settable.map { $0.wire.lowercased() } + (system.contains(.deleted) ? ["\\deleted"] : []))
  }
}
