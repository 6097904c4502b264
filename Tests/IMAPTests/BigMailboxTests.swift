import Foundation
import MailSite
import TestCorpus
import Testing

@testable import IMAP

@Suite struct BigMailboxTests {
  /// Prints what a week's absence takes to make up for; ASSAY_MAILBOX is how many messages there are (the goal says 100000).
  @Test func `a mailbox is brought up to date after a week by what changed and no more`() async throws {
    let size = ProcessInfo.processInfo.environment["ASSAY_MAILBOX"].flatMap { UInt32($0) } ?? 500
    let directory = try TemporaryDirectory()
    let site = try await MailSite(in: directory.url.appending(path: "m"))
    try await site.whileServing {
      let begin = InternalDate(secondsSince1970: 1_780_000_000)
      for number in 1...size {
        try site.deliver(
          message(Int(number)), to: "alice",
          date: Date(timeIntervalSince1970: TimeInterval(begin.secondsSince1970) + TimeInterval(number)))
      }
      let state = try await IMAPClient.with(site.account("alice")) { client in
        try await client.sync(.inbox, since: nil).changes.state
      }
      #expect(state.known.count == Int(size))
      let step = max(size / 100, 1)
      let part = { (from: UInt32) in UIDSet((0..<100).map { UID(known: min(size, from + $0 * step)) }) }
      try await IMAPClient.with(site.account("alice")) { person in
        let inbox = try await person.open(.inbox, for: .changing)
        _ = try await inbox.store(.add([.seen]), on: UIDSet(UID(known: size - size / 50)...UID(known: size)))
        _ = try await inbox.store(.add([.flagged]), on: part(2))
        _ = try await inbox.move(part(1), to: "Archive")
      }
      for number in 1...(size / 100) { try site.deliver(message(Int(size + number)), to: "alice") }
      let clock = ContinuousClock()
      let client = try await IMAPClient.connect(site.account("alice"))
      // Dovecot takes up what was delivered when the mailbox is next looked at; that is its work, not the client's.
      var command = Command("STATUS")
      command.mailbox(.inbox)
      command.words("(MESSAGES)")
      try await client.done(command)
      let start = clock.now
      let changes = try await client.sync(.inbox, since: state).changes
      let took = clock.now - start
      await client.logout()
      guard case .changed(let found) = changes else {
        Issue.record("restarted")
        return
      }
      #expect(found.new.count == Int(size / 100))
      #expect(found.vanished == part(1).intersection(state.known))
      #expect(found.flags.count >= Int(size / 50) && found.flags.count <= Int(size / 50) + 101)
      print(
        "\(size) messages: \(found.new.count) new, \(found.flags.count) changed, \(found.vanished.count) vanished in \(took)"
      )
    }
  }
}
