import Charts
import Directory
import Ledger
import TestCorpus
import Testing

@testable import Digest
@testable import Visibility

@Suite("A team's digest") struct DigestTests {
  private static let team = Team(
    id: 7, name: "Quay <crew> & *co*", created: Instant(milliseconds: 0), ended: nil)
  private static let week = Week(year: 2026, number: 20)

  private static func frozen(
    _ week: Week, _ content: PublishedCell.Content?, split: SettledCell.Split? = nil, isSettled: Bool = false
  ) -> FrozenWeek {
    let cell = Cell(.team(team.id))
    var frozen = FrozenWeek(
      week: week, floors: Floors(), areReportsVisible: false,
      published: content.map { [PublishedCell(cell: cell, version: 1, content: $0)] } ?? [])
    if let split {
      frozen.settled.append(
        SettledCell(cell: cell, version: 1, split: split, changes: CellChanges(held: 34, landed: 37)))
    }
    frozen.isSettled = isSettled
    return frozen
  }

  private static func figures(_ dollars: Int64) -> PublishedCell.Content {
    .figures(
      CellFigures(
        cost: NanoDollars(dollars * NanoDollars.perDollar), tokens: nil, people: .from10, coverage: .complete)
    )
  }

  private static func said(
    _ answer: Feedback.Answer, _ subject: Feedback.Subject = .tool(.codex), _ words: String? = nil
  ) throws -> SharedFeedback {
    SharedFeedback(
      Feedback(
        id: 1, account: .local, subject: subject, answer: answer, words: try words.map { try RemarkText($0) },
        given: Instant(milliseconds: 0), sharing: nil))
  }

  private static func digest(
    settled: FrozenWeek? = nil, now: PublishedCell.Content? = figures(380), words: [SharedFeedback]? = []
  ) throws -> TeamDigest {
    let weeks = [settled, frozen(week, now)].compactMap { $0 }
    return try #require(TeamDigest(of: team, in: "Harbour Lines", week: week, weeks: weeks, words: words))
  }

  private static var settled: FrozenWeek {
    frozen(
      week.advanced(by: -4), figures(412),
      split: .threeWays(
        held: NanoDollars(250 * NanoDollars.perDollar), otherLinked: NanoDollars(40 * NanoDollars.perDollar),
        notLinked: NanoDollars(122 * NanoDollars.perDollar)), isSettled: true)
  }

  @Test("It tells how the week four weeks before turned out, to the cent, and what was used since")
  func told() throws {
    let digest = try Self.digest(settled: Self.settled)
    #expect(digest.outcome?.week == Week(year: 2026, number: 16))
    let text = digest.outcomeSentences.joined(separator: " ")
    for amount in ["$412", "$250", "$40", "$122"] { #expect(text.contains(amount), "\(text)") }
    #expect(text.contains("34 changes that AI sessions had a part in still stand, of 37 that landed."))
    let parts = try #require(digest.outcome?.parts)
    #expect(parts.map(\.cost).reduce(.zero, +) == digest.outcome?.cost)
    #expect(digest.useSentence.contains("$380") && digest.useSentence.contains("10–19"))
    #expect(!digest.mail.lowercased().contains("fake") && !text.contains("waste"))
  }

  @Test("Where nothing can be said it says why, and never zero")
  func withheld() throws {
    let hidden = try Self.digest(
      settled: Self.frozen(Self.week.advanced(by: -4), nil, isSettled: true), now: nil)
    #expect(hidden.useSentence.contains("not shown") && hidden.outcomeSentences[0].contains("not shown"))
    #expect(!hidden.markdown.contains("$0") && hidden.json.compact.contains(#""cost_nano_usd":null"#))
    let none = try Self.digest(now: .some(.none))
    #expect(none.useSentence.contains("nobody of Quay"))
    let open = try Self.digest(settled: Self.frozen(Self.week.advanced(by: -4), Self.figures(1)))
    #expect(open.outcome == nil && open.outcomeSentences[0].contains("nothing is settled"))
    let unsplit = try Self.digest(
      settled: Self.frozen(Self.week.advanced(by: -4), Self.figures(9), isSettled: true))
    #expect(unsplit.outcomeSentences.count == 2 && unsplit.outcome?.parts == nil)
    #expect(TeamDigest(of: Self.team, in: "", week: Self.week, weeks: [Self.settled], words: nil) == nil)
  }

  @Test("What the team says is counted by answer, is nobody's in particular, and is no figure")
  func words() throws {
    let digest = try Self.digest(words: [
      Self.said(.helped), Self.said(.helped), Self.said(.notUseful),
      Self.said(.costTime, .session(.ofCodex("s"))),
    ])
    #expect(
      digest.wordSentences == [
        "A session: cost me time ×1.", "Codex CLI: helped ×2, not useful for my work ×1.",
      ])
    #expect(!digest.json.compact.contains(SessionID.ofCodex("s").hexadecimal))
    let outside = try Self.digest(words: nil)
    #expect(outside.json.compact.contains(#""words":null"#) && outside.quotes.isEmpty)
  }

  private static let hostile =
    "<script>alert(1)</script> **bold** [a](javascript:x) | `x`\n# heading\n> quoted &amp;"

  @Test("Words are words in every form, whatever is in them") func hostileWords() throws {
    let digest = try Self.digest(words: [Self.said(.helped, .tool(.codex), Self.hostile)])
    #expect(!digest.mail.contains("<script") && digest.mail.contains("&lt;script&gt;"))
    // Each character that could be markup has a backslash before it.
    let quoted = digest.markdown.split(separator: "\n").filter { $0.hasPrefix("> ") }
    #expect(quoted.contains { $0.contains(#"\<script\>alert(1)\</script\> \*\*bold\*\*"#) })
    #expect(quoted.contains { $0.hasPrefix(##"> \# heading"##) })
    for (words, wanted) in [
      ("x\n===", #"> \==="#), ("---", #"> \---"#), ("+ item", #"> \+ item"#), ("12. item", #"> 12\. item"#),
      ("3) item", #"> 3\) item"#), ("x\n\n    code", "> code"), ("1999 was fine", "> 1999 was fine"),
    ] {
      let digest = try Self.digest(words: [Self.said(.helped, .tool(.codex), words)])
      #expect(
        digest.markdown.split(separator: "\n").contains(Substring(wanted)), "\(wanted): \(digest.markdown)")
    }
  }

  // MARK: Mail

  /// What mail programs in wide use show alike (caniemail.com names them); everything else some of them drop.
  private static let tags: Set<String> = [
    "html", "head", "meta", "title", "body", "table", "tr", "td", "p", "h1", "h2", "blockquote", "br", "span",
  ]
  private static let attributes: Set<String> = [
    "lang", "charset", "name", "content", "role", "width", "height", "cellpadding", "cellspacing", "border",
    "align",
    "bgcolor", "style",
  ]
  private static let properties: Set<String> = [
    "margin", "padding", "padding-left", "margin-top", "font-family", "font-size", "font-weight",
    "line-height",
    "color", "background-color", "text-align", "border-left", "max-width",
  ]

  @Test("Mail keeps to what mail programs show", arguments: [0, 1, 40])
  func mail(quotes: Int) throws {
    let long = String(repeating: "Long words & more. ", count: 90)
    let digest = try Self.digest(
      settled: Self.settled, words: (0..<quotes).map { _ in try Self.said(.helped, .tool(.codex), long) })
    let mail = digest.mail
    // Where some programs cut a message off.
    #expect(mail.utf8.count < 102_000)
    var open: [String] = []
    for match in mail.matches(of: /<(\/?)([a-zA-Z0-9!]+)((?:\s+[a-z-]+="[^"]*")*)\s*>/) {
      let (isEnd, tag) = (!match.1.isEmpty, String(match.2))
      if tag == "!doctype" { continue }
      #expect(Self.tags.contains(tag), "\(tag)")
      if isEnd { #expect(open.popLast() == tag) } else if !["meta", "br"].contains(tag) { open.append(tag) }
      for attribute in match.3.matches(of: /([a-z-]+)="([^"]*)"/) {
        #expect(Self.attributes.contains(String(attribute.1)), "\(attribute.1)")
        guard attribute.1 == "style" else { continue }
        for rule in attribute.2.split(separator: ";") {
          let property = String(rule.prefix { $0 != ":" })
          #expect(Self.properties.contains(property), "\(property)")
          #expect(!rule.contains("var(") && !rule.contains("url("))
        }
      }
    }
    #expect(open.isEmpty)
    #expect(mail.count { $0 == "<" } == mail.matches(of: /<\/?[a-zA-Z!][^<>]*>/).count)
    #expect(!mail.contains("http://") && !mail.contains("https://"))
  }
}
