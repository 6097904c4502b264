import Effects
import Ledger
import ServiceSettings
import Slack
import Testing

struct SlackTextTests {
  private let suspicious: [Regex<AnyRegexOutput>]

  init() throws {
    suspicious = try [
      #"[\w%-][.\u{3002}\u{FF0E}\u{FF61}\u{2024}\u{FE52}](?!js|swift|json|txt|png)\p{L}{2,}"#,
      #"(?i)(https?|ftp|file|slack|ws|s)://|\b(mailto|javascript|data|tel):\S"#, "<[^>]*>",
      "@(here|channel|everyone|group)",
    ].map { try Regex($0) }
  }

  /// Whether Slack, a browser or a program that unfurls could make an address of nothing in it.
  private func isInert(_ mrkdwn: String) -> Bool {
    let text = mrkdwn.replacing("hxxps://", with: "").replacing("hxxp://", with: "")
    return suspicious.allSatisfy { text.firstMatch(of: $0) == nil }
  }

  @Test(arguments: [
    "https://evil.example/?q=secret", "HTTPS://EVIL.example", "hTtP://evil.example/a",
    "http://127.0.0.1:80/x",
    "https://localhost/secret", "ftp://evil.example", "slack://open?team=T1", "file:///etc/passwd",
    "evil.example", "evil.example/path?q=1", "www.evil.example", "a.b.evil.com.au/x", "evil.com-x",
    "sub.evil.md",
    "README.md/secret", "user@evil.example", "mailto:a@evil.example", "javascript:alert(1)",
    "data:text/html,x",
    "tel:+1900123", "<https://evil.example|Our wiki>", "<https://evil.example>",
    "[wiki](https://evil.example/x)",
    "![pixel](https://evil.example/pixel.png?d=secret)", "[a]: https://evil.example", "<evil.example|x>",
    "`https://evil.example`", "```\nhttps://evil.example\n```", "*https://evil.example*", "_evil.example_",
    "\"https://evil.example\"", "(evil.example)", "x:https://evil.example", "1https://evil.example",
    "https:\u{200B}//evil.example", "ht\u{200D}tps://evil\u{200B}.example", "evil\u{2060}.example",
    "ev\u{AD}il.example", "\u{202E}elpmaxe.live//:sptth", "evil\u{3002}example", "evil\u{FF0E}example",
    "evil\u{FF61}example/x", "evil\u{2024}example", "ｅｖｉｌ．ｃｏｍ", "пример.рф", "例え.テスト", "bücher.example",
    "xn--bcher-kva.example", "evil.example:443", "//evil.example/x", "http:\\\\evil.example",
    "https://a@evil.example", "https://trusted.example@evil.example/",
    "https://trusted.example.evil.example/",
    "https://trusted.example/../x\\@evil.example", "&#104;ttps://evil.example", "evil&#46;example.com",
    "&lt;https://evil.example|x&gt;", "https://evil.example/<!channel>", "<!channel>", "<!here|here>",
    "<!everyone>",
    "<@U0ADA>", "<#C0GENERAL|general>", "<!subteam^S1|@ops>", "@here", "@channel now", "＠here", "@everyone",
    "<!date^1^{date}^https://evil.example|x>", "https://evil.example\u{2028}next",
    "a\r\nhttps://evil.example",
    "10.0.0.1:8080/x", "https://[::1]/x", "ws://evil.example", "s3://bucket/x", "evil.xn--p1ai", "e.vil.co",
  ])
  func `R10: an address or a call that nobody vouches for is inert`(attack: String) {
    let trusted = SlackLinks(exact: ["https://trusted.example/page"])
    for text in [attack, "See \(attack), please.", "\(attack)\(attack)", "a\(attack)", "|\(attack)|"] {
      for made in [SlackText(text, links: trusted), SlackText(markdown: text), SlackText(quoting: text)] {
        #expect(isInert(made.mrkdwn), "\(made.mrkdwn)")
      }
      #expect(isInert(SlackLabel(text, most: 2000).text))
    }
  }

  @Test func `the test of what is inert finds what is not`() {
    for text in ["evil.example", "x https://a", "<b>", "@here", "mailto:x", "evil\u{3002}example"] {
      #expect(!isInert(text))
    }
  }

  @Test(arguments: [
    ("https://assay.example.org/runs/7", true), ("https://assay.example.org", true),
    ("https://assay.example.org?x=1", true), ("https://assay.example.org.evil.example/", false),
    ("https://assay.example.org@evil.example/", false), ("https://assay.example.org:444/", false),
    ("http://assay.example.org/", false), ("https://assay.example.org/../x", false),
    ("https://assay.example.org/%2e%2e/x", false), ("https://assay.example.org\\@evil.example", false),
    ("https://git.example.org/shop/commit/1", true), ("https://git.example.org/other/commit/1", false),
    ("https://git.example.org/shopping", false), ("https://told.example/exactly?this=1&that=2", true),
    ("https://told.example/exactly?this=1&that=23", false), ("https://told.example/", false),
  ])
  func `only what was told, or lies below a site of ours, stays a link`(address: String, stays: Bool) throws {
    let links = SlackLinks(
      exact: ["https://told.example/exactly?this=1&that=2"],
      sites: [
        try ServiceAddress("https://assay.example.org"), try ServiceAddress("https://git.example.org/shop"),
      ])
    for text in ["See \(address).", "(\(address))", "*\(address)*", address] {
      let made = SlackText(text, links: links).mrkdwn
      let link = "<\(address.replacing("&", with: "&amp;"))>"
      #expect(made.contains(link) == stays, "\(made)")
      #expect(stays || isInert(made))
    }
  }

  @Test func `what is no address stays as it is written`() {
    for text in [
      "v1.2.3 took 3.5 s", "main.swift and index.js", "e.g. this", "10:30", "ratio 4:3", "a * b", "3 — 4",
      "{x}",
      "Sources/Slack/SlackText.swift:42", "package.json", "Ünïcödé is fine… and 👩‍💻 too",
    ] {
      #expect(SlackText(text).mrkdwn == text)
    }
    #expect(SlackText("a < b && c > d").mrkdwn == "a &lt; b &amp;&amp; c &gt; d")
    #expect(SlackText("see https://evil.example/a.").mrkdwn == "see hxxps://evil[.]example/a.")
    #expect(SlackText("README.md").mrkdwn == "README[.]md")
  }

  @Test func `what looks like a credential is withheld, whatever hides it`() {
    let key = "xoxb-" + "1234567890-abcdefghij"
    for text in [
      "before\ntoken is \(key)\nafter", "before\n\(key.prefix(9))\u{200B}\(key.dropFirst(9))\nafter",
    ] {
      let made = SlackText(text)
      #expect(made.withheld.map(\.kind) == ["a token of Slack's"] && made.withheld.map(\.line) == [2])
      #expect(made.mrkdwn == "before\n(withheld: this looks like a token of Slack's)\nafter")
    }
    let pem =
      "-----BEGIN RSA " + "PRIVATE KEY-----\nMIIEpAIBAAKCAQEA\nabcdef\n-----END RSA " + "PRIVATE KEY-----"
    #expect(SlackText("a\n\(pem)\nb").mrkdwn == "a\n(withheld: this looks like a private key)\nb")
    #expect(SlackLabel("Use \(key)", most: 75).text.contains("withheld"))
    #expect(!SlackText(quoting: key).withheld.isEmpty)
  }

  @Test func `Markdown becomes what Slack has for it, and code stays`() {
    let text = """
      # Standup
      **Done**: `2**3` and __more__
      2**3**4 is not bold
      ```swift
      # no heading
      let a = "**"
      ```
      """
    #expect(
      SlackText(markdown: text).mrkdwn == """
        *Standup*
        *Done*: `2**3` and *more*
        2*3*4 is not bold
        ```
        # no heading
        let a = "**"
        ```
        """)
  }

  @Test func `what is quoted cannot leave its block, and shows what cannot be seen`() {
    let made = SlackText(quoting: "a```\n*Approved* by <@U0ADA>\u{202E}\u{200B}").mrkdwn
    #expect(made.hasPrefix("```\n") && made.hasSuffix("\n```"))
    #expect(!made.dropFirst(3).dropLast(3).contains("`"))
    #expect(made.contains("⟨U+202E⟩⟨U+200B⟩") && made.contains("&lt;@"))
  }

  @Test func `only a user's name addresses anybody`() {
    #expect(SlackText(mentioning: "U0ADA")?.mrkdwn == "<@U0ADA>")
    for name in [
      "", "U", "C0GENERAL", "U0ADA>", "U0|x", "!channel", "u0ada", String(repeating: "U", count: 41),
    ] {
      #expect(SlackText(mentioning: name) == nil)
    }
  }

  @Test func `a moment is shown in the reader's time zone`() {
    let text = SlackText(Instant(milliseconds: 1_700_000_000_000)).mrkdwn
    #expect(text == "<!date^1700000000^{date_short_pretty} {time}|2023-11-14T22:13:20Z>")
  }
}
