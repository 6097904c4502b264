import NIOCore

extension OpenMailbox {
  /// What happens in the mailbox, as soon as the server says so: by IDLE (RFC 2177), renewed before servers end it, or by
  /// asking now and then where there is none. Between two events other commands may be sent on the connection.
  ///
  /// Ends with an error when the connection does, or another mailbox is opened; ends by cancellation of the task.
  package func events() -> MailboxEvents { MailboxEvents(mailbox: self) }

  /// Waits until there is news, or it is time to say that one is still there.
  fileprivate func news() async throws(IMAPError) -> [MailboxEvent] {
    let waiting = try await client.handled { $0.takeNews() }
    guard waiting.isEmpty else { return waiting }
    if client.capabilities.contains(.idle) {
      var command = try command("IDLE")
      command.kind = .idle(renewal: TimeAmount(client.limits.idleRenewal))
      try await client.done(command)
    } else {
      do { try await Task.sleep(for: client.limits.polling) } catch {
        throw .notSent(command: "NOOP", .cancelled)
      }
      try await client.done(try command("NOOP"))
    }
    return try await client.handled { $0.takeNews() }
  }
}

package struct MailboxEvents: AsyncSequence, Sendable {
  package typealias Element = MailboxEvent
  package typealias Failure = IMAPError
  fileprivate let mailbox: OpenMailbox

  package func makeAsyncIterator() -> Iterator { Iterator(mailbox: mailbox) }

  package struct Iterator: AsyncIteratorProtocol {
    fileprivate let mailbox: OpenMailbox
    private var pending: ArraySlice<MailboxEvent> = []

    fileprivate init(mailbox: OpenMailbox) { self.mailbox = mailbox }

    package mutating func next(
      isolation actor: isolated (any Actor)?
    ) async throws(IMAPError) -> MailboxEvent? {
      try await waited()
    }

    package mutating func next() async throws(IMAPError) -> MailboxEvent? { try await waited() }

    private mutating func waited() async throws(IMAPError) -> MailboxEvent? {
      while pending.isEmpty {
        guard !Task.isCancelled else { return nil }
        pending = try await mailbox.news()[...]
      }
      return pending.popFirst()
    }
  }
}
