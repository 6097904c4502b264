import Effects
import Ledger
import Testing

@testable import Triage

/// What the person's rules do with messages, and what nobody's message can make them do.
@Suite struct PolicyTests {
  static func message(
    _ uid: UInt32, from: String = "ana@example.org", list: String? = nil, unsubscribe: String? = nil
  ) -> TriagedMessage {
    TriagedMessage(
      uid: uid, messageID: "m\(uid)@example.org", from: from, subject: "Subject \(uid)",
      received: Instant(milliseconds: 0), list: list, isAutomatic: list != nil, unsubscribe: unsubscribe)
  }

  static func reading(
    _ category: MessageReading.Category = .work, urgency: Int = 2, intent: MessageReading.Intent = .informs
  ) -> MessageReading {
    MessageReading(
      category: category, urgency: urgency, intent: intent, summary: "About \(category.rawValue).")
  }

  static let policy = TriagePolicy(rules: [
    .init(.init(urgency: 4...5), .init(flag: true, keyword: "$Urgent", draft: true, task: true)),
    .init(.init(from: ["*@example.org"]), .init(file: "Colleagues")),
    .init(.init(categories: [.newsletter], list: "*"), .init(file: "Newsletters", unsubscribe: true)),
  ])

  @Test func `the first rule that fits counts`() {
    let (colleague, other) = (Self.message(1), Self.message(2, from: "bo@example.net"))
    #expect(Self.policy.action(for: colleague, read: Self.reading(urgency: 5)).file == nil)
    #expect(Self.policy.action(for: colleague, read: Self.reading()).file == "Colleagues")
    #expect(Self.policy.action(for: other, read: Self.reading()) == TriagePolicy.Action())
  }

  @Test(arguments: [
    "ana@example.org.evil.net", "ana@sub.example.org", "example.org", "", "@example.org@evil.net",
  ])
  func `a domain is the whole of what stands behind the at sign`(from: String) {
    #expect(Self.policy.action(for: Self.message(1, from: from), read: Self.reading()).file == nil)
  }

  @Test func `what could not be read is left alone`() {
    #expect(Self.policy.action(for: Self.message(1), read: nil) == TriagePolicy.Action())
  }

  @Test func `what the person has flagged or answered stays where it is, and is not answered again`() {
    var flagged = Self.message(1)
    flagged.isFlagged = true
    #expect(Self.policy.action(for: flagged, read: Self.reading()).file == nil)
    var answered = Self.message(2)
    answered.isAnswered = true
    let action = Self.policy.action(for: answered, read: Self.reading(urgency: 5))
    #expect(!action.draft && action.file == nil)
  }

  @Test func `nobody answers a machine, and only a list that offers it can be left`() {
    let list = Self.message(1, from: "news@example.net", list: "news.example.net")
    #expect(!Self.policy.action(for: list, read: Self.reading(urgency: 5)).draft)
    #expect(!Self.policy.action(for: list, read: Self.reading(.newsletter)).unsubscribe)
    let leavable = Self.message(
      2, from: "news@example.net", list: "news.example.net", unsubscribe: "https://example.net/u")
    #expect(Self.policy.action(for: leavable, read: Self.reading(.newsletter)).unsubscribe)
  }

  @Test func `R1: a run moves so many messages and no more, and says so`() {
    var policy = Self.policy
    policy.mostMoves = 3
    policy.mostDrafts = 1
    let messages = (1...8).map { (Self.message($0), Self.reading(urgency: $0 > 5 ? 5 : 1)) }
    let plan = TriagePlan(messages, by: policy)
    #expect(plan.filings.filter { $0.filing.folder != nil }.flatMap(\.messages).map(\.uid) == [1, 2, 3])
    #expect(plan.drafts.map(\.message.uid) == [6])
    #expect(plan.items.map { $0.held != nil } == [false, false, false, true, true, false, true, true])
    #expect(TriageDigest(plan).held == 4)
    #expect(TriageDigest(plan).text.contains("4 wait for the next run"))
  }

  @Test func `messages that are treated alike are treated together`() {
    let plan = TriagePlan(
      [
        (Self.message(4), Self.reading()),
        (Self.message(2, from: "bo@example.net"), Self.reading(urgency: 4)),
        (Self.message(9), Self.reading()),
        (Self.message(7, from: "bo@example.net"), Self.reading(urgency: 5)),
      ], by: Self.policy)
    #expect(
      plan.filings.map(\.filing) == [
        .init(folder: nil, isFlagged: true, keyword: "$Urgent"), .init(folder: "Colleagues"),
      ])
    #expect(plan.filings.map { $0.messages.map(\.uid) } == [[2, 7], [4, 9]])
  }

  @Test func `the digest tells what came to be, not what was planned`() {
    let messages = [4, 9].map { (Self.message($0), Self.reading() as MessageReading?) }
    let plan = TriagePlan(messages, by: Self.policy)
    #expect(TriageDigest(plan).filed == [.init(folder: "Colleagues", count: 2)])
    #expect(
      TriageDigest(plan.carriedOut(filed: [9], drafted: [])).filed == [.init(folder: "Colleagues", count: 1)])
  }

  @Test(arguments: [
    ("bo.jones+news@example.net", "bo.jones+news@example.net"),
    ("o'brien@example.net", "o'brien@example.net"),
    ("\"https://evil.example/login\"@example.net", "[left out]@example.net"),
    ("\"see evil.example now\"@example.net", "\"see [left out] now\"@example.net"),
    ("evil.example/login@example.net", "[left out]@example.net"), ("bo@evil.example/login", "bo@[left out]"),
  ])
  func `a sender's address is shown, and no link in it`(address: String, shown: String) {
    let plan = TriagePlan([(Self.message(1, from: address), Self.reading(urgency: 5))], by: Self.policy)
    #expect(TriageDigest(plan).urgent.first?.sender == shown)
  }

  @Test func `the digest says what waits first, and whose words the summaries are`() throws {
    let plan = TriagePlan(
      [
        (Self.message(1), Self.reading(urgency: 4)), (Self.message(2), Self.reading(urgency: 5)),
        (Self.message(3), nil),
      ],
      by: Self.policy)
    let text = TriageDigest(plan).text
    let (first, second) = (text.firstRange(of: "Subject 2"), text.firstRange(of: "Subject 1"))
    let (most, less) = (try #require(first), try #require(second))
    #expect(most.lowerBound < less.lowerBound)
    #expect(text.contains("1 could not be read and were left alone."))
    #expect(
      text.hasSuffix("Summaries are of what others wrote. Nothing was deleted, and nothing was sent.\n"))
  }
}
