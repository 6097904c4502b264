package import Effects
import IMAP

extension Mailbox {
  /// Where the inbox ends: at once if that is elsewhere than it was, otherwise when something came in or a time is over.
  package func newest(
    after known: MailListing.Cursor?, within time: Duration
  ) async throws(ToolFailure) -> MailListing.Cursor {
    try await connected { client in
      let inbox = try await client.open(.inbox)
      let end = MailListing.Cursor(
        uidValidity: inbox.uidValidity.rawValue, next: inbox.uidNext?.rawValue ?? 1)
      guard end == known else { return end }
      return try await withThrowingTaskGroup(of: Bool.self) { group in
        group.addTask {
          for try await event in inbox.events() {
            if case .exists = event { return true }
          }
          return false
        }
        group.addTask {
          try await Task.sleep(for: time)
          return false
        }
        _ = try await group.next()
        group.cancelAll()
        return end
      }
    }
  }
}
