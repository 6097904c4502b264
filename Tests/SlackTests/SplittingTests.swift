import Effects
import Slack
import Testing

struct SplittingTests {
  static let pieces = [
    "word ", "A sentence. ", "\n", "\n\n", "```\ncode a && b\n```\n", "<", "& ", "*bold* ",
    "https://x.example/a ",
    "👩‍💻", "e\u{301}\u{302}", "日本語。", "long" + String(repeating: "x", count: 90), "  indented\n", "`a`", "```",
  ]

  private func text(_ generator: inout SeededBytes) -> String {
    (0..<Int.random(in: 1...60, using: &generator)).map { _ in
      Self.pieces.randomElement(using: &generator) ?? ""
    }.joined()
  }

  /// All but what a cut may change: spaces, and the marks of blocks of code.
  private func bones(_ text: String) -> String {
    text.replacing("```", with: "").filter { !$0.isWhitespace }
  }

  @Test func `cut anywhere, every piece fits, nothing is lost, and no sign is cut`() throws {
    var generator = SeededBytes(state: 7)
    var cuts = 0
    for _ in 0..<1500 {
      let text = SlackText(text(&generator), links: SlackLinks(exact: ["https://x.example/a"]))
      let most = Int.random(in: 64...400, using: &generator)
      let parts = text.parts(most: most)
      cuts += max(0, parts.count - 1)
      #expect(parts.allSatisfy { $0.length <= most && !$0.isEmpty })
      #expect(bones(parts.map(\.mrkdwn).joined()) == bones(text.mrkdwn))
      let fences = text.mrkdwn.ranges(of: "```").count
      for (place, part) in parts.enumerated() {
        // The whole text may end within a block, and then the last piece does.
        let marks = part.mrkdwn.ranges(of: "```").count
        #expect(marks.isMultiple(of: 2) || place == parts.count - 1 && !fences.isMultiple(of: 2))
        #expect(part.mrkdwn.ranges(of: "<").count == part.mrkdwn.ranges(of: ">").count)
        let signs = part.mrkdwn.replacing("&amp;", with: "").replacing("&lt;", with: "").replacing(
          "&gt;", with: "")
        #expect(!signs.contains("&"))
      }
    }
    #expect(cuts > 1000)
  }

  @Test func `it is cut between paragraphs, lines, sentences or words`() {
    let paragraph = "One two three. Four five six seven eight."
    #expect(
      SlackText("\(paragraph)\n\n\(paragraph)").parts(most: 70).map(\.mrkdwn) == [paragraph, paragraph])
    let lines = (1...10).map { "Line number \($0)" }.joined(separator: "\n")
    #expect(SlackText(lines).parts(most: 64).allSatisfy { $0.mrkdwn.hasPrefix("Line number") })
    let words = SlackText(String(repeating: "word ", count: 100)).parts(most: 64)
    #expect(words.allSatisfy { $0.mrkdwn.hasPrefix("word") && $0.mrkdwn.hasSuffix("word") })
  }

  @Test func `code that is cut goes on as code, with its indentation`() {
    let code = "```\n" + (1...20).map { "    let a\($0) = 1" }.joined(separator: "\n") + "\n```"
    let parts = SlackText(code).parts(most: 100).map(\.mrkdwn)
    #expect(parts.count > 2)
    #expect(parts.allSatisfy { $0.hasPrefix("```\n    let") && $0.hasSuffix("\n```") })
  }

  @Test func `a letter under a tower of accents is no way past the bound`() {
    let tower = "e" + String(repeating: "\u{301}", count: 10_000)
    #expect(SlackText(tower).parts(most: 100).allSatisfy { $0.length <= 100 })
  }

  @Test func `a long answer is several messages, each within Slack's bounds`() throws {
    let text = SlackText((1...9000).map { "word\($0)" }.joined(separator: " "))
    let messages = SlackContent.messages(text)
    #expect(messages.count == (text.length + 11_999) / 12_000 || messages.count == text.length / 12_000 + 2)
    for message in messages {
      let blocks = try #require(message.blocks?.blocks)
      #expect(blocks.count <= 4)
      #expect(message.fields["unfurl_links"] == false && message.fields["unfurl_media"] == false)
    }
    let bounded = SlackContent.messages(text, mostMessages: 2)
    #expect(bounded.count == 2 && bounded[1].blocks?.json.canonical.contains("too long for Slack") == true)
    #expect(SlackContent.messages(SlackText(" \n")).isEmpty)
  }
}
