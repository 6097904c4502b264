/// Something about the open mailbox that a server said unasked.
package enum MailboxEvent: Hashable, Sendable {
  /// There are so many messages now.
  case exists(Int)
  /// One went, from servers that QRESYNC is not on at.
  case expunged(sequence: Int)
  case vanished(UIDSet)
  case flags(FetchResponse)
  /// More than were kept: look for what changed.
  case many
}

/// What was said unasked and not told yet; bounded.
struct News {
  private var events: [MailboxEvent] = []
  private static let most = 1000

  var isEmpty: Bool { events.isEmpty }

  mutating func take() -> [MailboxEvent] {
    defer { events = [] }
    return events
  }

  mutating func add(_ response: Response) {
    let event: MailboxEvent
    switch response {
    case .exists(let count): event = .exists(count)
    case .expunge(let sequence): event = .expunged(sequence: sequence)
    case .vanished(let uids, earlier: false): event = .vanished(uids)
    case .fetch(let message): event = .flags(message)
    default: return
    }
    if events == [.many] { return }
    if events.count == Self.most { events = [.many] } else { events.append(event) }
  }
}
