import Agents
import ControlSQLite
import Effects
import Foundation
import IMAP
import Journal
import Ledger
import MIME
import Mail
import MailSite
import Testing
import Triage

/// What became of what was filed, as it is seen in the mailbox.
@Suite(.serialized) struct FateTests {
  /// Files every message in `Newsletters` with a keyword, as one step of a run.
  private func filed(_ place: MailPlace, _ count: Int) async throws -> Filing {
    for number in 1...count { try await place.deliver(number) }
    let listing = try await place.listing()
    let result = try await MailFileTool(place.mailbox, holdFor: .days(3)).perform(
      place.call(
        MailFileTool.name,
        [
          "uidvalidity": .integer(Int64(listing.uidValidity)),
          "uids": .array(listing.messages.map { .integer(Int64($0.facts.uid)) }),
          "message_ids": .array(listing.messages.map { .string($0.facts.messageID ?? "") }),
          "folder": "Newsletters", "keyword": "$Read",
        ]))
    let undo = try #require(result.undo)
    return try #require(Filing(undo))
  }

  private func fates(_ place: MailPlace, _ filing: Filing, _ watch: MailWatch) async throws -> [MailFate] {
    var fates: [MailFate] = []
    for message in filing.done {
      let at = try #require(message.place)
      fates.append(
        try await place.mailbox.fate(
          of: MailSubject(mailbox: "work", folder: at.folder, validity: at.validity, uid: at.uid), in: filing,
          by: watch))
    }
    return fates
  }

  @Test func `what the person does with a message tells whether it held`() async throws {
    try await MailPlace.with { place in
      let filing = try await filed(place, 6)
      let watch = MailWatch(freshness: .zero)
      #expect(try await fates(place, filing, watch) == Array(repeating: .standing(isRead: false), count: 6))
      try await place.person("Newsletters") { folder in
        _ = try await folder.store(.add([.seen]), on: [1])
        _ = try await folder.store(.remove([.keyword(try Keyword("$Read"))]), on: [2])
        _ = try await folder.move([3], to: .inbox)
        _ = try await folder.move([4], to: "Junk")
        _ = try await folder.store(.add([.answered]), on: [5])
      }
      #expect(
        try await fates(place, filing, watch) == [
          .standing(isRead: true), .redone("Its marks were taken away."), .redone("It lies in INBOX now."),
          .redone("It lies in Junk now."), .standing(isRead: true), .standing(isRead: false),
        ])
    }
  }

  @Test(arguments: [
    ("Thank you, I will come back to it on Monday.", MailFate.taken("It was sent as it was written.")),
    ("Thank you, I will come back to it on Monday. Ana", .taken("It was sent as it was written.")),
    ("No.", .redone("Another answer was sent.")),
  ])
  func `a draft held if it was sent as it was written`(text: String, fate: MailFate) async throws {
    try await MailPlace.with { place in
      try await place.deliver(1)
      let listing = try await place.listing()
      let result = try await MailDraftTool(place.mailbox, holdFor: .days(1)) { Date() }.perform(
        place.call(
          MailDraftTool.name,
          [
            "uidvalidity": .integer(Int64(listing.uidValidity)), "uid": 1,
            "text": "Thank you, I will come back to it on Monday.",
          ]))
      let undo = try #require(result.undo)
      let draft = try #require(Draft(undo))
      #expect(try await place.mailbox.fate(of: draft) == .standing(isRead: false))
      let sent =
        "From: ana@example.org\r\nMessage-ID: <s@example.org>\r\nIn-Reply-To: <m1@example.net>\r\n\r\n\(text)\r\n\r\n> Hello.\r\n"
      try place.site.deliver(Array(sent.utf8), to: MailPlace.user, mailbox: "Sent")
      #expect(try await place.mailbox.fate(of: draft) == fate)
    }
  }

  @Test func `a draft that was thrown away did not hold`() async throws {
    try await MailPlace.with { place in
      try await place.deliver(1)
      let listing = try await place.listing()
      let result = try await MailDraftTool(place.mailbox, holdFor: .days(1)) { Date() }.perform(
        place.call(
          MailDraftTool.name, ["uidvalidity": .integer(Int64(listing.uidValidity)), "uid": 1, "text": "Yes."])
      )
      let undo = try #require(result.undo)
      let draft = try #require(Draft(undo))
      try await place.person("Drafts") { _ = try await $0.move([1], to: "Junk") }
      #expect(try await place.mailbox.fate(of: draft) == .redone("The draft was thrown away."))
    }
  }

  @Test(arguments: [
    (true, Outcome.State.held), (false, .unconfirmed),
  ])
  func `what was only marked and went has held if the person had looked at it`(
    isRead: Bool, state: Outcome.State
  ) async throws {
    try await MailPlace.with(TriageRunTests.script) { place in
      try await place.deliver(1, subject: "Urgent: can you come?")
      let run = try place.begin()
      try await place.carry(run.id, TriageRunTests.policy)
      let outcome = try #require(try place.journal.outcomes(of: run.id).first { $0.kind == MailSubject.kind })
      let follower = MailFollower(["work": place.mailbox], journal: place.journal) { Instant(Date()) }
      let first = await follower.look(at: outcome, kept: nil)
      if isRead { try await place.person { _ = try await $0.store(.add([.seen]), on: [1]) } }
      let watch = MailFollower(
        ["work": place.mailbox], journal: place.journal, watch: MailWatch(freshness: .zero)
      ) { Instant(Date()) }
      let second = await watch.look(at: outcome, kept: first.kept)
      try await place.person { _ = try await $0.move([1], to: "Archive") }
      // By another process, which has nothing but what was kept.
      let other = MailFollower(["work": place.mailbox], journal: place.journal) { Instant(Date()) }
      #expect(await other.look(at: outcome, kept: second.kept).seen?.state == state)
    }
  }

  @Test(arguments: [
    (true, Outcome.State.held), (false, .unconfirmed),
  ])
  func `after its time, what was looked at has held, and of what was not nobody can say`(
    isRead: Bool, state: Outcome.State
  ) async throws {
    try await MailPlace.with(TriageRunTests.script) { place in
      try await place.deliver(1, subject: "News of the week")
      let run = try place.begin()
      try await place.carry(run.id, TriageRunTests.policy)
      if isRead { try await place.person("Newsletters") { _ = try await $0.store(.add([.seen]), on: [1]) } }
      let outcome = try #require(try place.journal.outcomes(of: run.id).first)
      let follower = MailFollower(["work": place.mailbox], journal: place.journal) { Instant(Date()) }
      #expect(await follower.look(at: outcome, kept: nil).seen?.state == .holding)
      let later = MailFollower(["work": place.mailbox], journal: place.journal) { Instant(Date()) + .days(4) }
      #expect(await later.look(at: outcome, kept: nil).seen?.state == state)
      // Without the mailbox nobody can say either.
      let gone = MailFollower([:], journal: place.journal) { Instant(Date()) }
      #expect(await gone.look(at: outcome, kept: nil).seen?.state == .unconfirmed)
    }
  }
}
