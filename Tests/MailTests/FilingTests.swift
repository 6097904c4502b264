import Agents
import Effects
import Foundation
import IMAP
import Ledger
import MIME
import Mail
import MailSite
import Testing
import Triage

/// What is done in a mailbox, on a real server: softly, reversibly, and never against the person.
@Suite(.serialized) struct FilingTests {
  private func filing(_ listing: MailListing, _ more: [String: JSON]) -> JSON {
    var arguments: [String: JSON] = [
      "uidvalidity": .integer(Int64(listing.uidValidity)),
      "uids": .array(listing.messages.map { .integer(Int64($0.facts.uid)) }),
      "message_ids": .array(listing.messages.map { .string($0.facts.messageID ?? "") }),
      "flags": .array(listing.messages.map { .string($0.flags.joined(separator: " ")) }),
    ]
    if let since = listing.modSeq { arguments["unchanged_since"] = .integer(Int64(since)) }
    return .object(arguments.merging(more) { $1 })
  }

  @Test func `reading leaves no trace, and goes on where it was`() async throws {
    try await MailPlace.with { place in
      for number in 1...3 { try await place.deliver(number) }
      let listing = try await place.listing()
      #expect(listing.messages.map(\.facts.subject) == ["Message 1", "Message 2", "Message 3"])
      #expect(listing.messages.map(\.facts.from) == Array(repeating: "bo@example.net", count: 3))
      #expect(listing.messages.first?.text == "Hello.")
      #expect(try await place.contents() == ["Message 1", "Message 2", "Message 3"])
      #expect(try await place.listing(cursor: listing.cursor()).messages.isEmpty)
      try await place.deliver(4)
      let next = try await place.listing(cursor: listing.cursor())
      #expect(next.messages.map(\.facts.subject) == ["Message 4"])
    }
  }

  @Test func `what a sender says of themselves is bounded, and stands in one line`() async throws {
    try await MailPlace.with { place in
      let long = String(repeating: "x", count: 300)
      try await place.deliver(
        1, name: long, subject: "=?utf-8?q?a=0Ab?=", headers: ["List-Id: <\(long).example>"])
      try await place.deliver(2, from: "\(long)@example.net")
      let facts = try await place.listing().messages.map(\.facts)
      #expect(facts.first?.name?.count == 200 && facts.first?.list?.count == 200)
      #expect(facts.first?.subject == "a b" && facts.first?.from == "bo@example.net")
      #expect(facts.last?.from == "" && facts.last?.messageID == "m2@example.net")
    }
  }

  @Test func `a long inbox is read in parts, and nothing is passed over`() async throws {
    try await MailPlace.with { place in
      try await place.deliver(1)
      var cursor = try await place.listing().cursor()
      for number in 2...12 { try await place.deliver(number) }
      var seen: [String] = []
      var left: [Int] = []
      repeat {
        let listing = try await place.listing(most: 5, cursor: cursor)
        seen += listing.messages.map(\.facts.subject)
        left.append(listing.left)
        cursor = listing.cursor()
      } while left.last != 0
      #expect(seen == (2...12).map { "Message \($0)" })
      #expect(left == [6, 1, 0])
    }
  }

  @Test func `R1: undo restores flags, keywords, folder and order`() async throws {
    try await MailPlace.with { place in
      for number in 1...5 { try await place.deliver(number) }
      try await place.person { inbox in
        let own: SettableFlag = .keyword(try Keyword("$Own"))
        _ = try await inbox.store(.add([.seen, own]), on: [2])
        _ = try await inbox.store(.add([.flagged]), on: [4])
      }
      let before = try await place.contents()
      let listing = try await place.listing()
      let tool = MailFileTool(place.mailbox, holdFor: .days(1))
      let call = place.call(
        MailFileTool.name, filing(listing, ["folder": "Newsletters", "flag": true, "keyword": "$Read"]))
      let result = try await tool.perform(call)
      #expect(try await place.contents() == [])
      let filed = try await place.contents("Newsletters")
      #expect(filed.count == 5 && filed.allSatisfy { $0.contains("flagged") && $0.contains("$Read") })
      #expect(result.follows.count == 5)
      _ = try await tool.undo(try #require(result.undo), of: call.effect)
      #expect(try await place.contents() == before)
      #expect(try await place.contents("Newsletters") == [])
      let uids = try await place.messages().map(\.uid)
      #expect(uids == uids.sorted())
    }
  }

  @Test func `what the person changed meanwhile is theirs`() async throws {
    try await MailPlace.with { place in
      for number in 1...4 { try await place.deliver(number) }
      let listing = try await place.listing()
      try await place.person { inbox in
        _ = try await inbox.store(.add([.flagged]), on: [2])
        _ = try await inbox.move([3], to: "Archive")
      }
      let tool = MailFileTool(place.mailbox, holdFor: .days(1))
      let result = try await tool.perform(
        place.call(MailFileTool.name, filing(listing, ["folder": "Newsletters", "keyword": "$Read"])))
      #expect(try await place.contents() == ["Message 2 flagged"])
      #expect(try await place.contents("Archive") == ["Message 3"])
      #expect(try await place.contents("Newsletters") == ["Message 1 $Read", "Message 4 $Read"])
      let words = try #require(result.passages.first).text
      #expect(words.contains("1 left alone, since you changed them meanwhile"))
      #expect(words.contains("1 were not in the inbox any more"))
    }
  }

  @Test func `a move that was broken off is finished, not repeated, and can be taken back whole`()
    async throws
  {
    try await MailPlace.with { place in
      for number in 1...4 { try await place.deliver(number) }
      let listing = try await place.listing()
      // As if the connection had been cut when half of it was done.
      try await IMAPClient.with(place.site.account(MailPlace.user)) { try await $0.create("Newsletters") }
      try await place.person { inbox in
        _ = try await inbox.store(.add([.keyword(try Keyword("$Read"))]), on: [1, 2])
        _ = try await inbox.move([1, 2], to: "Newsletters")
      }
      let tool = MailFileTool(place.mailbox, holdFor: .days(1))
      let call = place.call(
        MailFileTool.name, filing(listing, ["folder": "Newsletters", "keyword": "$Read"]))
      #expect(try await tool.find(call) == .didNotHappen)
      var again = call
      again.attempt = 2
      let result = try await tool.perform(again)
      #expect(try await place.contents("Newsletters") == (1...4).map { "Message \($0) $Read" })
      #expect(result.follows.count == 4)
      _ = try await tool.undo(try #require(result.undo), of: call.effect)
      #expect(try await place.contents() == (1...4).map { "Message \($0)" })
    }
  }

  @Test func `where the inbox counts no changes, what has other flags than it had is the person's`()
    async throws
  {
    try await MailPlace.with { place in
      for number in 1...4 { try await place.deliver(number) }
      try await place.person {
        _ = try await $0.store(.add([.seen, .keyword(try Keyword("$Own"))]), on: [4])
      }
      var listing = try await place.listing()
      listing.modSeq = nil
      try await place.person { inbox in
        _ = try await inbox.store(.add([.seen]), on: [2])
        _ = try await inbox.store(.remove([.keyword(try Keyword("$Own"))]), on: [4])
      }
      let result = try await MailFileTool(place.mailbox, holdFor: .days(1)).perform(
        place.call(MailFileTool.name, filing(listing, ["folder": "Newsletters", "keyword": "$Read"])))
      #expect(try await place.contents() == ["Message 2 seen", "Message 4 seen"])
      #expect(try await place.contents("Newsletters") == ["Message 1 $Read", "Message 3 $Read"])
      #expect(result.passages.first?.text.contains("2 left alone, since you changed them meanwhile") == true)
    }
  }

  @Test(arguments: ["IMAP4rev1 UIDPLUS ENABLE CONDSTORE", "IMAP4rev1 MOVE ENABLE CONDSTORE"])
  func `at a server that cannot move so that it can be undone, nothing is marked either`(capability: String)
    async throws
  {
    try await MailPlace.with(capability: capability) { place in
      try await place.deliver(1)
      let arguments = filing(try await place.listing(), ["folder": "Newsletters", "flag": true])
      await #expect {
        try await MailFileTool(place.mailbox, holdFor: .days(1)).perform(
          place.call(MailFileTool.name, arguments))
      } throws: { error in if case .refused = error as? ToolFailure { true } else { false } }
      #expect(try await place.contents() == ["Message 1"])
      #expect(try await place.messages("Newsletters").isEmpty)
    }
  }

  @Test(arguments: [1, 2])
  func `where the server refuses the move, the marks are taken off again, and no others`(attempt: Int)
    async throws
  {
    try await MailPlace.with { place in
      for number in 1...3 { try await place.deliver(number) }
      try await place.person { _ = try await $0.store(.add([.flagged]), on: [2]) }
      let listing = try await place.listing()
      try await IMAPClient.with(place.site.account(MailPlace.user)) { try await $0.create("Newsletters") }
      // As if an earlier call had been cut off after the marks.
      if attempt == 2 {
        try await place.person { inbox in
          _ = try await inbox.store(.add([.flagged, .keyword(try Keyword("$Read"))]), on: [1, 2, 3])
        }
      }
      try place.lock("Newsletters")
      var call = place.call(
        MailFileTool.name, filing(listing, ["folder": "Newsletters", "flag": true, "keyword": "$Read"]))
      call.attempt = attempt
      await #expect {
        try await MailFileTool(place.mailbox, holdFor: .days(1)).perform(call)
      } throws: { error in if case .refused = error as? ToolFailure { true } else { false } }
      #expect(try await place.contents() == ["Message 1", "Message 2 flagged", "Message 3"])
    }
  }

  @Test func `sent again after the marks were put on, it knows which it had put on`() async throws {
    try await MailPlace.with { place in
      for number in 1...4 { try await place.deliver(number) }
      try await place.person { _ = try await $0.store(.add([.flagged]), on: [2]) }
      let before = try await place.contents()
      let listing = try await place.listing()
      try await place.person { inbox in
        _ = try await inbox.store(.add([.flagged, .keyword(try Keyword("$Read"))]), on: [1, 2, 3, 4])
        // And the person looked at one since.
        _ = try await inbox.store(.add([.seen]), on: [4])
      }
      let tool = MailFileTool(place.mailbox, holdFor: .days(1))
      var call = place.call(
        MailFileTool.name, filing(listing, ["folder": "Newsletters", "flag": true, "keyword": "$Read"]))
      call.attempt = 2
      let result = try await tool.perform(call)
      #expect(try await place.contents() == ["Message 4 $Read flagged seen"])
      #expect(result.passages.first?.text.hasPrefix("3 messages filed in Newsletters; 1 left alone") == true)
      _ = try await tool.undo(try #require(result.undo), of: call.effect)
      #expect(try await place.contents() == before.dropLast() + ["Message 4 seen"])
    }
  }

  @Test func `an inbox that was numbered anew is left alone`() async throws {
    try await MailPlace.with { place in
      try await place.deliver(1)
      var listing = try await place.listing()
      listing.uidValidity += 1
      let tool = MailFileTool(place.mailbox, holdFor: .days(1))
      await #expect(throws: ToolFailure.self) {
        try await tool.perform(place.call(MailFileTool.name, self.filing(listing, ["folder": "Newsletters"])))
      }
      #expect(try await place.contents() == ["Message 1"])
    }
  }

  @Test func `a draft answers in the thread, is there once, and nothing is sent`() async throws {
    try await MailPlace.with { place in
      try await place.deliver(1, from: "bo@example.net", subject: "Lunch?", "Are you free?")
      let listing = try await place.listing()
      let tool = MailDraftTool(place.mailbox, holdFor: .days(1)) {
        Date(timeIntervalSince1970: 1_790_000_000)
      }
      let call = place.call(
        MailDraftTool.name,
        ["uidvalidity": .integer(Int64(listing.uidValidity)), "uid": 1, "text": "Yes, gladly.\n\nAna"])
      #expect(try await tool.find(call) == .didNotHappen)
      let result = try await tool.perform(call)
      guard case .happened = try await tool.find(call) else { throw MailPlace.Missing() }
      let draft = try #require(try await place.messages("Drafts").first)
      #expect(draft.subject == "Re: Lunch?" && draft.mail.to.map(\.address) == ["bo@example.net"])
      #expect(draft.mail.inReplyTo.map(\.text) == ["m1@example.net"])
      #expect(draft.flags?.contains(.draft) ?? false)
      #expect(try await place.contents("Sent") == [])
      #expect(try await place.contents() == ["Lunch?"])
      _ = try await tool.undo(try #require(result.undo), of: call.effect)
      #expect(try await place.contents("Drafts") == [])
      #expect(try await place.messages("Trash").map(\.subject) == ["Re: Lunch?"])
    }
  }

  @Test func `no tool of mail deletes, and the only one that sends is asked for`() async throws {
    try await MailPlace.with { place in
      for tool in place.tools() {
        let effect = tool.declaration.effect
        #expect(
          effect == nil || effect?.reversibility == .reversible || effect?.risk == .high,
          "\(tool.declaration.name)")
      }
      #expect(
        MailSendTool(place.mailbox) { Date() } == nil, "nothing can be sent from a mailbox without a way out")
    }
  }
}
