import Effects
import Ledger
import Slack
import Testing

struct BlockTests {
  private func letters(_ count: Int) -> String { String(repeating: "a", count: count) }

  @Test func `every bound holds at it and not beyond`() throws {
    func holds(_ make: () throws -> Void) -> Bool { (try? make()) != nil }
    let button = try SlackButton("Go", action: "go", value: "1")
    func buttons(_ count: Int) throws -> [SlackButton] {
      try (0..<count).map { try SlackButton("Go", action: "go\($0)", value: "1") }
    }
    for (count, fits) in [(0, false), (1, true), (3000, true), (3001, false)] {
      #expect(holds { _ = try SlackBlock.section(SlackText(letters(count))) } == fits)
    }
    for (count, fits) in [(0, false), (75, true), (76, false)] {
      #expect(holds { _ = try SlackButton(letters(count), action: "a", value: "1") } == fits)
    }
    for (count, fits) in [(0, false), (255, true), (256, false)] {
      #expect(holds { _ = try SlackButton("Go", action: letters(count), value: "1") } == fits)
      #expect(holds { _ = try SlackBlock.header("a", id: letters(count)) } == fits)
    }
    for (count, fits) in [(0, false), (2000, true), (2001, false)] {
      #expect(holds { _ = try SlackButton("Go", action: "a", value: letters(count)) } == fits)
    }
    for (count, fits) in [(0, false), (25, true), (26, false)] {
      #expect(holds { _ = try SlackBlock.actions(buttons(count)) } == fits)
    }
    for (count, fits) in [(0, false), (10, true), (11, false)] {
      let texts = Array(repeating: SlackText("a"), count: count)
      #expect(holds { _ = try SlackBlock.context(texts) } == fits)
    }
    for (count, fits) in [(0, false), (50, true), (51, false)] {
      #expect(holds { _ = try SlackBlocks(Array(repeating: .divider, count: count)) } == fits)
    }
    for (count, fits) in [(0, false), (100, true), (101, false)] {
      #expect(holds { _ = try SlackHomeView(Array(repeating: .divider, count: count)) } == fits)
    }
    for (count, fits) in [(4, true), (5, false)] {
      let sections = try (0..<count).map { _ in try SlackBlock.section(SlackText(letters(3000))) }
      #expect(holds { _ = try SlackBlocks(sections) } == fits)
    }
    #expect(!holds { _ = try SlackBlock.actions([button, button]) })
    #expect(!holds { _ = try SlackBlock.section(SlackText(" \n ")) })
    #expect(!holds { _ = try SlackBlock.header("") })
  }

  @Test func `a heading that is too long ends in an ellipsis, in Slack's count`() throws {
    let text = try SlackBlock.header(String(repeating: "👩‍💻", count: 100)).json["text"]?["text"]?.string
    #expect(try #require(text).utf16.count <= 150 && text?.hasSuffix("…") == true)
  }

  @Test func `Slack is told to make no links of its own`() throws {
    let section = try SlackBlock.section(SlackText("a")).json
    #expect(section["text"] == ["type": "mrkdwn", "text": "a", "verbatim": true])
  }

  @Test func `a table is even, and its cells cannot break it`() {
    let table = SlackTable(
      [.init("Team"), .init("Held", .trailing)],
      rows: [["Payments", "71 %"], ["A\n```", "9 %"], ["only one"]])
    #expect(
      table.text.mrkdwn == """
        ```
        Team      Held
        --------  ----
        Payments  71 %
        A ˋˋˋ      9 %
        only one
        ```
        """)
  }

  // MARK: Approvals

  static let approval = ApprovalMessage(
    title: "release-captain asks to deploy shop 1.4.0",
    lines: [
      .init("version", Passage("1.4.0", from: .system("git"))),
      .init("note", Passage("Ship it", from: .owner)),
      .init(
        "subject",
        Passage(
          "```\n*Approved* by <@U0BOSS>\n<https://evil.example|details>", from: .untrusted("mail from eve"))),
    ], id: "4711-opaque")

  @Test func `the buttons of a request carry its name and nothing else`() throws {
    let content = try Self.approval.asking()
    let blocks = try #require(content.blocks).blocks
    guard case .array(let buttons)? = blocks.last?.json["elements"] else {
      Issue.record("there are no buttons")
      return
    }
    #expect(buttons.map { $0["action_id"]?.string } == [ApprovalMessage.approve, ApprovalMessage.deny])
    #expect(buttons.allSatisfy { $0["value"] == "4711-opaque" })
    #expect(buttons.allSatisfy { !$0.canonical.contains("1.4.0") })
  }

  @Test func `what others wrote is marked, whole, and cannot pass for our words`() throws {
    let text = try #require(try Self.approval.asking().blocks).json.canonical
    #expect(text.contains("anybody's words: mail from eve") && text.contains("from git"))
    #expect(text.contains("Approved") && !text.contains("<@U0BOSS>") && !text.contains("<https"))
    #expect(!text.contains("evil.example"))
  }

  @Test func `once decided it has no buttons, and says who and when`() throws {
    let at = Instant(milliseconds: 1_700_000_000_000)
    for (outcome, word) in [
      (ApprovalMessage.Outcome.approved, "Approved"), (.denied, "Denied"), (.expired, "Expired"),
      (.withdrawn, "Withdrawn"),
    ] {
      let content = try Self.approval.decided(outcome, by: "U0ADA", at: at)
      let json = try #require(content.blocks).json.canonical
      #expect(json.contains("*\(word)") && json.contains("<@U0ADA>") && json.contains("<!date^1700000000^"))
      #expect(!json.contains("\"button\""))
    }
    let unknown = try Self.approval.decided(.approved, by: "<!channel>", at: at)
    #expect(unknown.blocks?.json.canonical.contains("<!channel>") == false)
  }

  @Test func `what does not fit in a message is not asked in one`() {
    var long = Self.approval
    long.lines.append(.init("body", Passage(letters(13_000), from: .owner)))
    #expect(throws: SlackLimit.self) { try long.asking() }
    var nameless = Self.approval
    nameless.id = ""
    #expect(throws: SlackLimit.self) { try nameless.asking() }
  }
}
