/// What was known of a mailbox when it was last looked at: kept by whoever wants to know later what changed since.
package struct SyncState: Hashable, Sendable, Codable {
  package var uidValidity: UIDValidity
  /// From which UID on messages are new.
  package var uidNext: UID
  /// `nil` where the mailbox counts no changes.
  package var highestModSeq: ModSeq?
  /// The messages that were there.
  package var known: UIDSet

  package init(uidValidity: UIDValidity, uidNext: UID, highestModSeq: ModSeq?, known: UIDSet) {
    self.uidValidity = uidValidity
    self.uidNext = uidNext
    self.highestModSeq = highestModSeq
    self.known = known
  }
}

/// What became of a mailbox since a ``SyncState``.
package enum MailboxChanges: Hashable, Sendable {
  /// It was made anew, or was never looked at before: all that was known is void, and messages are known again by their
  /// Message-ID only.
  case restarted(SyncState)
  case changed(Changes)

  package struct Changes: Hashable, Sendable {
    /// Messages that were not there.
    package var new: UIDSet
    /// What changed on those that were, or may have: where the mailbox counts no changes it is the flags of all.
    package var flags: [FetchedMessage]
    /// Messages that went: moved or deleted.
    package var vanished: UIDSet
    package var state: SyncState
  }

  /// To be kept for the next time.
  package var state: SyncState {
    switch self {
    case .restarted(let state): state
    case .changed(let changes): changes.state
    }
  }
}

extension IMAPClient {
  /// Opens a mailbox and says what changed in it. With QRESYNC that is one question and as much of an answer as there are
  /// changes; with CONDSTORE all UIDs are asked for besides; without either, all UIDs and flags.
  ///
  /// - Parameter since: `nil` for the first time.
  package func sync(
    _ name: MailboxName, for access: MailboxAccess = .reading, since: SyncState?
  ) async throws(IMAPError) -> (mailbox: OpenMailbox, changes: MailboxChanges) {
    let isQuick = capabilities.isSuperset(of: [.qresync, .enable]) && since?.highestModSeq != nil
    let answer = try await opening(name, access, since: isQuick ? since : nil)
    let mailbox = try OpenMailbox(name, access, self, answer)
    guard let since, since.uidValidity == mailbox.uidValidity else {
      return (mailbox, .restarted(try await mailbox.state()))
    }
    guard isQuick, mailbox.highestModSeq != nil else {
      return (mailbox, try await mailbox.changes(since: since))
    }
    let changes = try await mailbox.changes(
      since: since, said: answer.messages, vanished: answer.vanished, highest: mailbox.highestModSeq)
    return (mailbox, changes)
  }
}

extension OpenMailbox {
  /// All that there is, to be kept for ``changes(since:)``.
  package func state() async throws(IMAPError) -> SyncState {
    let all = try await search(.all)
    return SyncState(
      uidValidity: uidValidity, uidNext: max(uidNext ?? 1, Self.after(all.last)),
      highestModSeq: highestModSeq,
      known: all)
  }

  /// What changed since, asked on the open mailbox.
  package func changes(since: SyncState) async throws(IMAPError) -> MailboxChanges {
    guard since.uidValidity == uidValidity else { return .restarted(try await state()) }
    guard let modSeq = since.highestModSeq, highestModSeq != nil else {
      let all = try await search(.all)
      let flags = try await fetch(all.intersection(since.known), .flags)
      return .changed(Self.changes(since, all, flags, highestModSeq))
    }
    let hasVanished = client.capabilities.isSuperset(of: [.qresync, .enable])
    var command = try command("UID FETCH")
    command.words("1:* (UID FLAGS MODSEQ) (CHANGEDSINCE \(modSeq)\(hasVanished ? " VANISHED" : ""))")
    let answer = try await client.done(command)
    let seen = answer.messages.compactMap(\.modSeq).max()
    let highest = max(seen ?? modSeq, modSeq)
    guard hasVanished else {
      let all = try await search(.all)
      let flags = answer.messages.filter { since.known.contains($0.uid) }
      return .changed(Self.changes(since, all, flags, highest))
    }
    return try await changes(
      since: since, said: answer.messages, vanished: answer.vanished, highest: highest, count: nil)
  }

  /// - Parameter count: What the mailbox was said to have when it was opened; `nil` where that is some time ago.
  fileprivate func changes(
    since: SyncState, said: [FetchedMessage], vanished: UIDSet, highest: ModSeq?, count: Int?
  ) async throws(IMAPError) -> MailboxChanges {
    let flags = said.filter { since.known.contains($0.uid) }
    let new = UIDSet(said.lazy.map(\.uid).filter { !since.known.contains($0) }.sorted())
    var all = since.known.subtracting(vanished).union(new)
    // Servers may forget what was expunged long ago; the count tells.
    if let count, all.count != count { all = try await search(.all) }
    return .changed(Self.changes(since, all, flags, highest))
  }

  fileprivate func changes(
    since: SyncState, said: [FetchedMessage], vanished: UIDSet, highest: ModSeq?
  ) async throws(IMAPError) -> MailboxChanges {
    try await changes(since: since, said: said, vanished: vanished, highest: highest, count: exists)
  }

  private static func changes(
    _ since: SyncState, _ all: UIDSet, _ flags: [FetchedMessage], _ highest: ModSeq?
  ) -> MailboxChanges.Changes {
    let state = SyncState(
      uidValidity: since.uidValidity, uidNext: max(since.uidNext, after(all.last)), highestModSeq: highest,
      known: all)
    return MailboxChanges.Changes(
      new: all.subtracting(since.known), flags: flags.filter { all.contains($0.uid) },
      vanished: since.known.subtracting(all), state: state)
  }

  private static func after(_ uid: UID?) -> UID {
    uid.map { UID(known: $0.rawValue == .max ? .max : $0.rawValue + 1) } ?? 1
  }
}

extension CommandHandler.Answer {
  fileprivate var vanished: UIDSet {
    ownResponses.reduce(into: UIDSet()) { found, response in
      if case .vanished(let uids, _) = response { found = found.union(uids) }
    }
  }
}
