extension IMAPClient {
  /// Opens a mailbox, and by that closes the one that was open on this connection.
  package func open(
    _ name: MailboxName, for access: MailboxAccess = .reading
  ) async throws(IMAPError) -> OpenMailbox {
    let answer = try await opening(name, access, since: nil)
    return try OpenMailbox(name, access, self, answer)
  }

  /// - Parameter since: Asked with QRESYNC what changed since (RFC 7162, section 3.2.5); only where the server has it.
  func opening(
    _ name: MailboxName, _ access: MailboxAccess, since: SyncState?
  ) async throws(IMAPError) -> CommandHandler.Answer {
    var command = Command(access == .changing ? "SELECT" : "EXAMINE")
    command.kind = .open
    command.mailbox(name)
    if let since, let modSeq = since.highestModSeq {
      // All UIDs between the first and the last that are known: what vanished of the others is left out here, which is
      // shorter than to name the gaps.
      let known =
        since.known.first.flatMap { first in since.known.last.map { " \(UIDSet(first...$0))" } } ?? ""
      command.words("(QRESYNC (\(since.uidValidity) \(modSeq)\(known)))")
    } else if capabilities.contains(.condstore) || capabilities.contains(.qresync) {
      command.words("(CONDSTORE)")
    }
    return try await done(command)
  }
}
