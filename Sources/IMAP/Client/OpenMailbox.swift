/// How a mailbox is opened.
package enum MailboxAccess: String, Hashable, Sendable, Codable {
  /// By EXAMINE: the server itself refuses every change.
  case reading
  /// By SELECT.
  case changing
}

/// A mailbox as it was when it was opened on a connection, and what can be asked of it. Nothing is sent once another mailbox was
/// opened there (``IMAPError/mailboxClosed(_:)``): a UID would name another message.
package struct OpenMailbox: Sendable {
  package let name: MailboxName
  package let access: MailboxAccess
  package let uidValidity: UIDValidity
  /// `nil` from servers that do not say.
  package let uidNext: UID?
  /// `nil` where the mailbox does not count changes (RFC 7162).
  package let highestModSeq: ModSeq?
  /// How many messages it has.
  package let exists: Int
  /// What can be changed for good. Without it, all the flags in use.
  package let permanentFlags: MessageFlags
  let client: IMAPClient
  let generation: Int

  /// Whether keywords can be put on that the mailbox does not have yet.
  package var acceptsNewKeywords: Bool { permanentFlags.system.contains(.anyKeyword) }

  init(_ name: MailboxName, _ access: MailboxAccess, _ client: IMAPClient, _ answer: CommandHandler.Answer)
    throws(IMAPError)
  {
    var validity: UIDValidity?
    var uidNext: UID?
    var highest: ModSeq?
    var exists = 0
    var flags = MessageFlags()
    var permanent: MessageFlags?
    for response in answer.ownResponses {
      switch response {
      case .exists(let count): exists = count
      case .flags(let found): flags = found
      case .status(let status):
        switch status.code {
        case .uidValidity(let value)?: validity = value
        case .uidNext(let value)?: uidNext = value
        case .highestModSeq(let value)?: highest = value
        case .permanentFlags(let found)?: permanent = found
        default: break
        }
      default: break
      }
    }
    guard let validity else { throw .unsupported(command: "opening of a mailbox", needs: .imap4rev1) }
    // A server may open for reading what was to be changed.
    self.access = answer.status.code == .readOnly ? .reading : access
    self.name = name
    self.client = client
    self.uidNext = uidNext
    self.exists = exists
    uidValidity = validity
    highestModSeq = highest
    permanentFlags = permanent ?? flags
    generation = answer.generation
  }

  func command(_ name: String, changes: Bool = false) throws(IMAPError) -> Command {
    if changes, access == .reading {
      throw .invalid("The mailbox “\(self.name)” was opened for reading; nothing is changed in it.")
    }
    var command = Command(name, changes: changes)
    command.mailbox = (generation, self.name)
    return command
  }

  /// What the server says of these messages. Those that are not there are left out.
  ///
  /// - Parameter changedSince: Only those that were changed after it.
  package func fetch(
    _ uids: UIDSet, _ items: FetchItems, changedSince: ModSeq? = nil
  ) async throws(IMAPError) -> [FetchedMessage] {
    var found: [FetchedMessage] = []
    for part in uids.parts(below: 4000) {
      var command = try command("UID FETCH")
      command.uids(part)
      command.words("(\(items.wire(modSeq: highestModSeq != nil)))")
      if let changedSince { command.words("(CHANGEDSINCE \(changedSince))") }
      let answer = try await client.done(command)
      found += answer.messages.filter { part.contains($0.uid) }
    }
    return found
  }

  /// The bytes of a part of a message, or some of them. The message does not become seen.
  ///
  /// - Parameter bytes: Which of the part's bytes; fewer come where it ends before.
  /// - Returns: `nil` where there is no such message or part.
  package func body(
    _ section: BodySection, of uid: UID, bytes: Range<Int>? = nil
  ) async throws(IMAPError) -> [UInt8]? {
    if let bytes, bytes.lowerBound < 0 || bytes.isEmpty || bytes.upperBound > Int(UInt32.max) {
      throw .invalid("A part of a message is asked for by bytes from 0 on, at least one.")
    }
    let items = FetchItems(sections: [.init(section: section, bytes: bytes)])
    let found = try await fetch(UIDSet(uid), items)
    return found.lazy.flatMap(\.sections).first { $0.section == section && $0.origin == bytes?.lowerBound }?
      .bytes
  }

  /// Puts flags on messages or takes them off.
  ///
  /// - Parameter unchangedSince: What the messages' ``FetchedMessage/modSeq`` was when the change was decided on. Messages that
  ///   somebody changed after that are left as they are.
  package func store(
    _ change: FlagChange, on uids: UIDSet, unchangedSince: ModSeq? = nil
  ) async throws(IMAPError) -> StoreResult {
    if unchangedSince != nil, highestModSeq == nil {
      throw .unsupported(command: "UID STORE", needs: .condstore)
    }
    if case .add(let flags) = change, !acceptsNewKeywords,
      let unknown = flags.first(where: { !permanentFlags.contains($0) })
    {
      throw .invalid("The mailbox “\(name)” cannot keep \(unknown.wire) on messages.")
    }
    var command = try command("UID STORE", changes: true)
    guard !change.flags.isEmpty, !uids.isEmpty else { return StoreResult() }
    command.uids(try uids.atOnce())
    if let unchangedSince { command.words("(UNCHANGEDSINCE \(unchangedSince))") }
    switch change {
    case .add: command.words("+FLAGS")
    case .remove: command.words("-FLAGS")
    }
    command.flags(change.flags)
    let answer = try await client.perform(command)
    var result = StoreResult()
    for status in answer.statuses {
      if case .modified(let set)? = status.code {
        result.modified = result.modified.union(set).intersection(uids)
      }
    }
    guard answer.status.condition == .ok || !result.modified.isEmpty else {
      throw command.refusal(answer.status)
    }
    result.changed = answer.messages.filter { uids.contains($0.uid) && !result.modified.contains($0.uid) }
    return result
  }

  /// - Returns: The messages that are so.
  package func search(_ query: SearchQuery) async throws(IMAPError) -> UIDSet {
    var command = try command("UID SEARCH")
    if client.capabilities.contains(.esearch) { command.words("RETURN (ALL)") }
    if !query.isASCII { command.words("CHARSET UTF-8") }
    try query.write(to: &command)
    let answer = try await client.done(command)
    let found = answer.responses.reduce(into: UIDSet()) { found, response in
      switch response {
      case .search(let uids): found = found.union(uids)
      case .extendedSearch(let result): found = found.union(result.all)
      default: break
      }
    }
    // A few bytes name four billion messages.
    guard found.count <= (try await client.handled { $0.mostExisting }) else {
      let wanted = "no more messages than there are in the mailbox"
      throw .unanswered(command: command.name, .malformed(.malformed(wanted, offset: 0)))
    }
    return found
  }

  /// The messages of exactly this Message-ID, given with its angle brackets or without.
  package func find(messageID: String) async throws(IMAPError) -> UIDSet {
    let bare =
      messageID.hasPrefix("<") && messageID.hasSuffix(">")
      ? String(messageID.dropFirst().dropLast()) : messageID
    guard !bare.isEmpty else { return UIDSet() }
    // SEARCH finds it within longer ones too.
    let near = try await search(.header("Message-ID", bare))
    if near.isEmpty { return near }
    let whole = WireText("<\(bare)>".utf8)
    let found = try await fetch(near, .envelope)
    return UIDSet(found.filter { $0.envelope?.messageID == whole }.map(\.uid).sorted())
  }
}

/// What became of a change of flags.
package struct StoreResult: Hashable, Sendable {
  /// As the server said they are now. Messages that are gone are in neither, and servers may leave out those that were so
  /// already.
  package var changed: [FetchedMessage] = []
  /// Left as they are, because somebody had changed them.
  package var modified = UIDSet()
}

extension CommandHandler.Answer {
  /// Those of the mailbox that was opened, not of the one before it (RFC 7162, section 3.2.11).
  var ownResponses: ArraySlice<Response> {
    let closed = responses.lastIndex {
      if case .status(let status) = $0 { status.code == .closed } else { false }
    }
    return responses[(closed.map { $0 + 1 } ?? 0)...]
  }

  var messages: [FetchedMessage] {
    ownResponses.compactMap { if case .fetch(let message) = $0 { FetchedMessage(message) } else { nil } }
  }

  /// With the command's own at the end.
  var statuses: [StatusResponse] {
    responses.compactMap { if case .status(let status) = $0 { status } else { nil } } + [status]
  }
}

extension UIDSet {
  /// In parts whose text is short enough for every server's lines (RFC 7162, section 4, names 8192 bytes).
  func parts(below bytes: Int) -> [UIDSet] {
    var parts: [UIDSet] = []
    var current: [ClosedRange<UID>] = []
    for range in ranges {
      current.append(range)
      // A range has at most 22 bytes.
      if current.count * 22 >= bytes {
        parts.append(UIDSet(unordered: current))
        current = []
      }
    }
    return current.isEmpty ? parts : parts + [UIDSet(unordered: current)]
  }

  /// For what is not to be half done.
  func atOnce() throws(IMAPError) -> UIDSet {
    guard description.utf8.count <= 7000 else {
      throw .invalid(
        "These are too many scattered messages to change at once; change some hundreds at a time.")
    }
    return self
  }
}
