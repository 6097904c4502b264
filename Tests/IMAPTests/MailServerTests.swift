import Foundation
import MailSite
import Synchronization
import TestCorpus
import Testing

@testable import IMAP

/// Both servers that are to be had, each made for one test.
enum RealServer: String, CaseIterable, Sendable {
  case dovecot, cyrus

  /// - Parameter body: Is given accounts by name, in the clear on this machine.
  func serving(
    _ body: @Sendable @escaping (_ account: @Sendable (String) -> IMAPAccount) async throws -> Void
  ) async throws {
    let directory = try TemporaryDirectory()
    switch self {
    case .dovecot:
      let site = try await MailSite(in: directory.url.appending(path: "m"))
      try await site.whileServing { try await body { site.account($0, by: .loopback) } }
    case .cyrus:
      let site = try await CyrusSite(in: directory.url.appending(path: "c"))
      try await site.whileServing { try await body { site.account($0) } }
    }
  }
}

func message(_ number: Int, subject: String = "Subject") -> [UInt8] {
  Array(
    """
    From: Somebody <somebody@a.example>\r
    To: me@b.example\r
    Subject: \(subject) \(number)\r
    Date: Sun, 1 Nov 2026 10:00:00 +0100\r
    Message-ID: <\(number)@a.example>\r
    Content-Type: text/plain\r
    \r
    This is message \(number).\r

    """.utf8)
}

/// What there is to see of a message that is to be as it was.
private struct Seen: Hashable {
  var id: String
  var flags: Set<SettableFlag>
  var date: InternalDate?
}

extension OpenMailbox {
  /// In the order of UIDs.
  fileprivate func seen() async throws -> [Seen] {
    let all = try await search(.all)
    return try await fetch(all, .flags + .envelope + .internalDate).sorted { $0.uid < $1.uid }.map {
      Seen(
        id: String(decoding: $0.envelope?.messageID ?? [], as: UTF8.self), flags: $0.flags?.settable ?? [],
        date: $0.internalDate)
    }
  }
}

private func keyword(_ text: String) -> Keyword { Keyword(known: text) }

private func fill(_ client: IMAPClient, _ numbers: ClosedRange<Int>, in mailbox: MailboxName = .inbox)
  async throws
{
  for number in numbers {
    let flags: [Set<SettableFlag>] = [
      [], [.seen], [.flagged, .keyword(keyword("$Mine"))], [.answered, .seen],
    ]
    // In an order of dates that is not the order of UIDs.
    let date = InternalDate(
      secondsSince1970: 1_790_000_000 + Int64(number * 37 % 11) * 86_400, offsetMinutes: 0)
    let appended = try await client.append(message(number), to: mailbox, flags: flags[number % 4], date: date)
    #expect(appended != nil)
  }
}

@Suite(.serialized) struct MailServerTests {
  @Test(arguments: RealServer.allCases)
  func `mailboxes are found by what they are for, made once, and named in any script`(server: RealServer)
    async throws
  {
    try await server.serving { account in
      try await IMAPClient.with(account("alice")) { client in
        #expect(
          client.capabilities.isSuperset(of: [
            .move, .uidPlus, .condstore, .qresync, .idle, .esearch, .specialUse,
          ]))
        let name: MailboxName = "Entwürfe & 日本"
        try await client.create(name)
        try await client.create(name)
        let mailboxes = try await client.mailboxes()
        #expect(mailboxes.contains { $0.name == name })
        for use in [SpecialUse.archive, .drafts, .sent] {
          #expect(mailboxes.filter { $0.specialUse == use }.count == 1)
        }
        await #expect(throws: IMAPError.self) { _ = try await client.open("Nowhere") }
        #expect(try await client.open(name).exists == 0)
      }
    }
  }

  @Test(arguments: RealServer.allCases)
  func `reading a message in every way leaves it unseen`(server: RealServer) async throws {
    try await server.serving { account in
      try await IMAPClient.with(account("alice")) { client in
        try await client.append(message(1), to: .inbox)
        let inbox = try await client.open(.inbox, for: .changing)
        let before = try #require(try await inbox.fetch([1], .flags).first)
        let items =
          FetchItems.envelope + .structure + .size + .internalDate + .headers(["Subject"]) + .section(.whole)
          + .section(.part([1]))
        let found = try #require(try await inbox.fetch([1], items).first)
        #expect(found.bytes(of: .whole) == message(1) && found.size == message(1).count)
        #expect(found.bytes(of: .part([1])) == Array("This is message 1.\r\n".utf8))
        #expect(found.bytes(of: .fields(["subject"])) == Array("Subject: Subject 1\r\n\r\n".utf8))
        #expect(found.envelope?.messageID == WireText("<1@a.example>".utf8))
        #expect(try await inbox.body(.part([1]), of: 1, bytes: 5..<11) == Array("is mes".utf8))
        #expect(try await inbox.body(.whole, of: 99) == nil)
        let after = try #require(try await inbox.fetch([1], .flags).first)
        #expect(after.flags?.contains(.seen) == false && after.flags?.settable == before.flags?.settable)
        #expect(after.modSeq == before.modSeq)
      }
    }
  }

  @Test(arguments: RealServer.allCases)
  func `of two who change the same message the one who did not see the other's change loses`(
    server: RealServer
  ) async throws {
    try await server.serving { account in
      try await IMAPClient.with(account("alice")) { agent in
        try await fill(agent, 1...3)
        let mine = try await agent.open(.inbox, for: .changing)
        let seen = try await mine.fetch([1, 2, 3], .flags)
        let modSeq = try #require(seen.compactMap(\.modSeq).max())
        try await IMAPClient.with(account("alice")) { person in
          let theirs = try await person.open(.inbox, for: .changing)
          let changed = try await theirs.store(.add([.answered]), on: [2])
          #expect(changed.modified.isEmpty)
        }
        let result = try await mine.store(
          .add([.keyword(keyword("$Triaged"))]), on: [1, 2, 3], unchangedSince: modSeq)
        #expect(result.modified == [2])
        #expect(Set(result.changed.map(\.uid)) == [1, 3])
        let now = try await mine.fetch([1, 2, 3], .flags)
        for message in now {
          #expect(message.flags?.keywords.contains(keyword("$Triaged")) == (message.uid != 2))
        }
        #expect(now.first { $0.uid == 2 }?.flags?.contains(.answered) == true)
        #expect(now.first { $0.uid == 3 }?.flags?.contains(.answered) == true)
      }
    }
  }

  @Test(arguments: RealServer.allCases)
  func `undo restores flags, keywords, folder and order, and leaves what a person did meanwhile`(
    server: RealServer
  ) async throws {
    try await server.serving { account in
      try await IMAPClient.with(account("alice")) { client in
        try await fill(client, 1...9)
        try await client.create("Later")
        var inbox = try await client.open(.inbox, for: .changing)
        let before = try await inbox.seen()
        let flags = Dictionary(
          uniqueKeysWithValues: try await inbox.fetch(UIDSet(1...9), .flags).map {
            ($0.uid, $0.flags ?? MessageFlags())
          })
        // Triage: a keyword and \Seen on some, then off to two folders, in no order.
        let change = FlagChange.add([.seen, .keyword(keyword("$Triaged"))])
        _ = try await inbox.store(change, on: [2, 5, 6, 8])
        let receipts = [
          try await inbox.move([8], to: "Later"), try await inbox.move([5, 2], to: "Archive"),
          try await inbox.move([6], to: "Later"), try await inbox.move([77], to: "Later"),
        ]
        #expect(receipts.map(\.uids.sources) == [[8], [2, 5], [6], []])
        #expect(try await inbox.search(.all) == [1, 3, 4, 7, 9])
        // Meanwhile a person flags one of them, where it lies.
        let place = try #require(receipts[1].uids[5])
        try await IMAPClient.with(account("alice")) { person in
          let archive = try await person.open("Archive", for: .changing)
          _ = try await archive.store(.add([.keyword(keyword("$Person"))]), on: UIDSet(place))
        }
        // What is kept is what was written down.
        let kept = try JSONDecoder().decode([MoveReceipt].self, from: JSONEncoder().encode(receipts))
        let back = try #require(try await client.putBack(kept).first)
        #expect(back.mailbox == .inbox && back.gone.isEmpty && back.restored.sources == [2, 5, 6, 8])
        inbox = try await client.open(.inbox, for: .changing)
        for (original, new) in back.restored.pairs {
          let was = try #require(flags[original])
          _ = try await inbox.store(.remove(change.flags.filter { !was.contains($0) }), on: UIDSet(new))
        }
        let after = try await inbox.seen()
        let byDate = { (list: [Seen]) in
          list.sorted {
            ($0.date.map(\.secondsSince1970) ?? 0, $0.id) < ($1.date.map(\.secondsSince1970) ?? 0, $1.id)
          }
        }
        let expected = byDate(before).map { seen in
          var seen = seen
          if seen.id == "<5@a.example>" { seen.flags.insert(.keyword(keyword("$Person"))) }
          return seen
        }
        #expect(byDate(after) == expected)
        // By UID: those that stayed, then those that came back, each in their old order.
        #expect(after.map(\.id) == [1, 3, 4, 7, 9, 2, 5, 6, 8].map { "<\($0)@a.example>" })
        for name in ["Later", "Archive"] { #expect(try await client.open(MailboxName(name)).exists == 0) }
        // A second time there is nothing left to put back.
        let again = try await client.putBack(kept)
        #expect(again.first?.gone == [2, 5, 6, 8] && again.first?.restored.isEmpty == true)
      }
    }
  }

  @Test(arguments: RealServer.allCases)
  func `what changed since is new, changed and vanished messages, however it is asked`(server: RealServer)
    async throws
  {
    try await server.serving { account in
      try await IMAPClient.with(account("alice")) { client in
        try await fill(client, 1...8)
        let first = try await client.sync(.inbox, since: nil)
        guard case .restarted(let state) = first.changes else {
          Issue.record("not from the beginning")
          return
        }
        #expect(state.known == UIDSet(1...8) && state.uidNext == 9)
        try await IMAPClient.with(account("alice")) { person in
          let inbox = try await person.open(.inbox, for: .changing)
          _ = try await inbox.store(.add([.flagged]), on: [4])
          _ = try await inbox.move([2, 7], to: "Archive")
          try await fill(person, 9...10)
          _ = try await inbox.store(.add([.keyword(keyword("$x"))]), on: [10])
        }
        let saved = try JSONDecoder().decode(SyncState.self, from: JSONEncoder().encode(state))
        // Quickly, on the mailbox as it is open, and as servers without anything have it.
        var plain = saved
        plain.highestModSeq = nil
        let quick = try await client.sync(.inbox, since: saved)
        let open = try await quick.mailbox.changes(since: saved)
        let slow = try await client.sync(.inbox, since: plain)
        for changes in [quick.changes, open, slow.changes] {
          guard case .changed(let found) = changes else {
            Issue.record("restarted")
            continue
          }
          #expect(found.new == [9, 10] && found.vanished == [2, 7])
          #expect(found.state.known == [1, 3, 4, 5, 6, 8, 9, 10])
          #expect(found.flags.first { $0.uid == 4 }?.flags?.contains(.flagged) == true)
          if changes != slow.changes { #expect(found.flags.map(\.uid) == [4]) }
        }
        guard case .changed(let nothing) = try await client.sync(.inbox, since: quick.changes.state).changes
        else {
          Issue.record("restarted")
          return
        }
        #expect(nothing.new.isEmpty && nothing.vanished.isEmpty && nothing.flags.isEmpty)
        // As if it had been made anew.
        var other = saved
        other.uidValidity = UIDValidity(rawValue: saved.uidValidity.rawValue &+ 1)
        let restarted = try await client.sync(.inbox, since: other).changes
        #expect(restarted == .restarted(quick.changes.state))
      }
    }
  }

  @Test(arguments: RealServer.allCases)
  func `a move whose answer was lost may have happened, and the Message-ID tells`(server: RealServer)
    async throws
  {
    try await server.serving { account in
      try await IMAPClient.with(account("alice")) { client in try await fill(client, 1...3) }
      let own = account("alice")
      for (cut, happened) in [(CuttingProxy.Cut.before("UID MOVE 1"), false), (.after("UID MOVE 2"), true)] {
        try await CuttingProxy.with(to: own.port, cut: cut) { port in
          var through = own
          through.port = port
          let client = try await IMAPClient.connect(through)
          let inbox = try await client.open(.inbox, for: .changing)
          do {
            _ = try await inbox.move(happened ? [2] : [1], to: "Archive")
            Issue.record("the move was answered")
          } catch {
            // Once it is on its way nobody here can know.
            #expect(error as? IMAPError == .uncertain(command: "UID MOVE", .closed))
          }
          client.close()
        }
        try await IMAPClient.with(own) { client in
          let id = happened ? "<2@a.example>" : "<1@a.example>"
          var there = UIDSet()
          // The server may still be at it.
          for _ in 0..<200 where there.isEmpty == happened {
            there = try await client.open("Archive").find(messageID: id)
            if !happened { break }
            try await Task.sleep(for: .milliseconds(10))
          }
          let here = try await client.open(.inbox).find(messageID: id)
          #expect(there.isEmpty != happened && here.isEmpty == happened)
        }
      }
    }
  }

  @Test(arguments: RealServer.allCases)
  func `searches find by header, date, flag and UID, and texts in them stay texts`(server: RealServer)
    async throws
  {
    try await server.serving { account in
      try await IMAPClient.with(account("alice")) { client in
        try await fill(client, 1...6)
        try await client.append(message(7, subject: "quote \" backslash \\ brace {3}"), to: .inbox)
        let inbox = try await client.open(.inbox)
        #expect(try await inbox.search(.header("Message-ID", "<3@a.example>")) == [3])
        #expect(try await inbox.find(messageID: "<3@a.example>") == [3])
        #expect(try await inbox.find(messageID: "3@a.example") == [3])
        #expect(try await inbox.find(messageID: "@a.example").isEmpty)
        #expect(try await inbox.search(.header("Subject", "quote \" backslash \\ brace {3}")) == [7])
        #expect(try await inbox.search(.header("Subject", "x\r\nA9 NOOP")).isEmpty)
        #expect(try await inbox.search(.header("Subject", "日本")).isEmpty)
        #expect(try await inbox.search(.and([.uids([2, 3, 4, 99]), .not(.has(.flagged))])) == [3, 4])
        #expect(try await inbox.search(.has(.keyword(keyword("$Mine")))) == [2, 6])
        #expect(try await inbox.search(.uids([])).isEmpty)
        let all = try await inbox.fetch(UIDSet(1...7), .internalDate)
        let noon = InternalDate(secondsSince1970: 1_790_000_000 + 5 * 86_400)
        let late = all.filter {
          ($0.internalDate?.secondsSince1970 ?? 0) / 86_400 >= noon.secondsSince1970 / 86_400
        }
        #expect(try await inbox.search(.since(noon)) == UIDSet(late.map(\.uid).sorted()))
      }
    }
  }

  @Test(arguments: RealServer.allCases)
  func `what others do is told as it happens`(server: RealServer) async throws {
    try await server.serving { account in
      try await IMAPClient.with(account("alice")) { client in
        try await fill(client, 1...2)
        let inbox = try await client.open(.inbox)
        let own = account("alice")
        try await withThrowingTaskGroup(of: Void.self) { group in
          group.addTask {
            var uids = UIDSet()
            var flagged = false
            var came = false
            for try await event in inbox.events() {
              switch event {
              case .exists: came = true
              case .vanished(let gone): uids = uids.union(gone)
              case .flags(let message): flagged = flagged || message.flags?.contains(.answered) == true
              case .expunged, .many: break
              }
              if uids == [1], flagged, came { return }
            }
          }
          group.addTask {
            try await IMAPClient.with(own) { person in
              try await fill(person, 3...3)
              let theirs = try await person.open(.inbox, for: .changing)
              _ = try await theirs.store(.add([.answered]), on: [2])
              _ = try await theirs.move([1], to: "Archive")
            }
          }
          try await group.waitForAll()
        }
      }
    }
  }
}
