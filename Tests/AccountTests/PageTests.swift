import Account
import Foundation
import Ledger
import Testing

@Suite("The page")
struct PageTests {
  static let page = Example.month().html(generatedAt: Example.now)

  @Test("It is well formed: every element is closed, in order, and no identifier is used twice")
  func wellFormed() {
    let void: Set<Substring> = ["meta", "br"]
    var open: [Substring] = []
    let body = Self.page.replacing(/<style>[\s\S]*<\/style>/, with: "")
    for match in body.matches(of: /<(\/?)([a-z0-9]+)((?:[^>"]|"[^"]*")*?)(\/?)>/) {
      let (slash, name, closed) = (match.1, match.2, match.4)
      if !slash.isEmpty {
        #expect(open.popLast() == name)
      } else if closed.isEmpty && !void.contains(name) {
        open.append(name)
      }
    }
    #expect(open.isEmpty)
    let identifiers = body.matches(of: /\sid="([^"]*)"/).map(\.1)
    #expect(Set(identifiers).count == identifiers.count)
    for match in body.matches(of: /aria-labelledby="([^"]*)"/) {
      for name in match.1.split(separator: " ") { #expect(identifiers.contains(name), "\(name)") }
    }
  }

  @Test("It runs no script and loads nothing")
  func selfContained() {
    for forbidden in ["<script", "javascript:", "http://", "https://", "<link", "<img", "@import", "src="] {
      #expect(!Self.page.contains(forbidden), "\(forbidden)")
    }
    #expect(Self.page.firstMatch(of: /\son[a-z]+="/) == nil)
    #expect(Self.page.firstMatch(of: /url\((?!#)/) == nil)
    #expect(Self.page.contains("default-src 'none'"))
  }

  @Test("Every picture has a title, a description and a table beside it; every table a caption and scopes")
  func accessible() {
    let pictures = Self.page.matches(of: /<svg class="(?!defs|mix)[\s\S]*?<\/svg>/).map(\.output)
    #expect(pictures.count == 4)
    for picture in pictures {
      #expect(
        picture.contains("role=\"img\"") && picture.contains("<title id=") && picture.contains("<desc id="))
    }
    for table in Self.page.matches(of: /<table[\s\S]*?<\/table>/).map(\.output) {
      #expect(table.contains("<caption>"))
      #expect(table.contains("scope=\"col\"") && table.contains("scope=\"row\""))
    }
    #expect(Self.page.contains("The same in figures"))
    #expect(Self.page.contains("<html lang=\"en\">"))
  }

  @Test("All text is escaped, wherever it comes from")
  func escaped() {
    let name = "<script>alert(1)</script>\"'&\u{1B}\u{202E}"
    let session = AccountSession(
      id: SessionID(high: 0, low: 0), tool: .codex, name: name, project: name, commits: [name])
    let cell = RollupCell(
      slot: Example.now, session: session.id, model: name, state: .held,
      totals: Totals(cost: NanoDollars(1_000_000_000), records: 1))
    let account = Account.build(
      cells: [cell], sessions: [session],
      coverage: Coverage(
        unpriced: [UnpricedModel(model: name, records: 1, counts: TokenCounts())],
        repositories: [RepositoryCoverage(name: name, availability: .missing, reason: name)], notes: [name]),
      diagnostics: [AccountDiagnostic(source: name, kind: .brokenLine, count: 1, detail: name)],
      timeZone: .gmt)
    for grouping in Grouping.allCases {
      let page = account.html(by: grouping, generatedAt: Example.now, generator: name)
      #expect(!page.contains("<script"))
      #expect(page.contains("&lt;script&gt;"))
      #expect(!page.unicodeScalars.contains { $0 == "\u{1B}" || $0 == "\u{202E}" })
    }
  }

  @Test("It is drawn for any account, in any grouping", arguments: 0..<12)
  func arbitrary(seed: Int) {
    let account = Example.arbitrary(seed: UInt64(seed))
    for grouping in Grouping.allCases {
      let page = account.html(by: grouping, generatedAt: Example.now)
      #expect(page.hasSuffix("</html>\n"))
      #expect(!page.contains("nan") && !page.contains("inf\""))
    }
  }

  @Test("Clocks that claim the year 1 or 9999 do not make a page of a million bars")
  func absurdClocks() {
    let cells = [Int64.min, 0, .max].map { at in
      RollupCell(
        slot: Instant(milliseconds: at), session: SessionID(high: 0, low: 0), model: nil, state: .held,
        totals: Totals(cost: NanoDollars(5), records: 1))
    }
    let page = Account.build(cells: cells, sessions: [], timeZone: .gmt).html(generatedAt: Example.now)
    #expect(page.utf8.count < 200_000)
  }

  @Test("An empty account is a designed page: why, and what to do")
  func empty() {
    let page = Account.build(cells: [], sessions: [], timeZone: .gmt).html(generatedAt: Example.now)
    #expect(page.contains("No use of AI tools was found"))
    #expect(page.contains("assay doctor"))
  }
}
