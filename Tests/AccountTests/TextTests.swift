import Account
import Charts
import Foundation
import Ledger
import Testing

@Suite("The report on a terminal")
struct TextTests {
  private static let widths = [60, 72, 80, 100, 132, 200]

  @Test("No line is wider than the terminal, in any grouping", arguments: widths, Grouping.allCases)
  func fits(width: Int, grouping: Grouping) {
    let text = Example.month().text(TextOptions(columns: width, grouping: grouping))
    for line in text.split(separator: "\n") {
      #expect(Display.width(line) <= width, "\(line)")
    }
  }

  @Test("Without colour there is no escape, and with it only styles; the words are the same")
  func colour() {
    let plain = Example.month().text(TextOptions(columns: 100, grouping: .state))
    let styled = Example.month().text(TextOptions(columns: 100, usesColour: true, grouping: .state))
    #expect(!plain.unicodeScalars.contains("\u{1B}"))
    #expect(styled.contains("\u{1B}[32m"))
    #expect(!styled.contains("\u{1B}[31m"), "red is for no state")
    let words = styled.replacing(/\u{1B}\[[0-9]+m/, with: "")
    #expect(words == plain)
  }

  @Test(
    "Colour is for terminals that can, and never with NO_COLOR",
    arguments: [
      (true, [:], true), (false, [:], false), (true, ["NO_COLOR": "1"], false),
      (true, ["NO_COLOR": ""], true),
      (true, ["TERM": "dumb"], false),
    ] as [(Bool, [String: String], Bool)])
  func wantsColour(isTerminal: Bool, environment: [String: String], wanted: Bool) {
    #expect(Ink.isWanted(isTerminal: isTerminal, environment: environment) == wanted)
  }

  @Test("The width is 80 in a pipe and stays between 60 and 200")
  func width() {
    #expect(TextOptions().width == 80)
    #expect(TextOptions(columns: 3).width == 60)
    #expect(TextOptions(columns: 900).width == 200)
  }

  @Test("The headline names every state with a share, and the shares add up to 100")
  func headline() throws {
    let headline = Example.month().headline
    #expect(headline.hasPrefix("At least $285."), "some records are unpriced")
    let shares = headline.matches(of: /(\d+)\u{A0}%/).compactMap { Int($0.1) }
    #expect(shares.count == 7)
    #expect(shares.reduce(0, +) == 100)
  }

  @Test("What is missing is said in words")
  func coverage() {
    let text = Example.month().text()
    #expect(text.contains("records of unknown usage: counted as a call, in no other figure."))
    #expect(text.contains("Unpriced: internal-moe-70b, 227 records, 287 k input"))
    #expect(text.contains("Repository prototype was not found (the directory is no longer there)"))
    #expect(text.contains("2 × a broken line, skipped, in 1 file."))
    let last = text.split(separator: "\n").suffix(2)
    #expect(last.contains { $0.contains("assay explain ") }, "the last line says what to do next")
  }

  @Test("With nothing priced, calls are counted instead and nothing is called zero")
  func unpriced() {
    let cell = RollupCell(
      slot: Example.now, session: SessionID(high: 0, low: 0), model: "m", state: .open,
      totals: Totals(counts: TokenCounts(output: 5), records: 3, unpricedRecords: 3))
    let account = Account.build(cells: [cell], sessions: [], timeZone: .gmt)
    #expect(
      account.headline.replacing(Figures.joint, with: " ")
        == "3 model calls over 1 day, none of them priced: 100 % open.")
    #expect(account.text(TextOptions(grouping: .model)).contains("m         –"), "an unknown cost is no zero")
  }

  @Test("An empty account is a sentence and what to do")
  func empty() {
    let text = Account.build(cells: [], sessions: [], timeZone: .gmt).text()
    #expect(text.contains("No use of AI tools was found."))
    #expect(text.contains("assay doctor"))
  }

  @Test("A hostile name cannot style, move or reverse what is printed, nor break a table")
  func hostileNames() {
    let name = "\u{1B}]0;x\u{07}\u{1B}[2J漢字\u{202E}\r\nevil"
    let session = AccountSession(id: SessionID(high: 0, low: 0), tool: .codex, name: name, project: name)
    let cell = RollupCell(
      slot: Example.now, session: session.id, model: name, state: .held,
      totals: Totals(counts: TokenCounts(output: 5), cost: NanoDollars(5_000_000_000), records: 1))
    let account = Account.build(
      cells: [cell], sessions: [session],
      coverage: Coverage(
        unpriced: [UnpricedModel(model: name, records: 1, counts: TokenCounts())],
        repositories: [RepositoryCoverage(name: name, availability: .denied, reason: name)], notes: [name]),
      timeZone: .gmt)
    for grouping in Grouping.allCases {
      let text = account.text(TextOptions(grouping: grouping))
      #expect(!text.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" || $0 == "\u{202E}" })
    }
    let explanation = SessionExplanation(
      session: session, totals: cell.totals, states: account.states, notes: [name])
    let text = explanation.text(timeZone: .gmt)
    #expect(!text.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" || $0 == "\u{202E}" })
  }

  @Test("A long table keeps the costliest, or the latest, and adds the others up")
  func longTables() {
    let account = Example.month()
    let bySession = account.text(TextOptions(columns: 120, grouping: .session, rowLimit: 10))
    #expect(bySession.contains("\(account.groups(by: .session).count - 9) others"))
    let byDay = account.text(TextOptions(columns: 120, grouping: .day, rowLimit: 10))
    #expect(byDay.contains("\(account.groups(by: .day).count - 9) earlier"))
    #expect(byDay.contains("Fri 20 Nov 2026"))
  }

  @Test("Sessions are listed with the one state that cost most; other groups have none", arguments: widths)
  func stateOfSessions(width: Int) throws {
    let account = Example.month()
    let lines = account.text(TextOptions(columns: width, grouping: .session, rowLimit: nil)).split(
      separator: "\n")
    for session in account.sessions where !session.totals.isNothing {
      // The name may be cut where there is little room.
      let line = try #require(lines.first { $0.hasPrefix(session.session.name.prefix(15)) })
      #expect(line.split(separator: " ").contains { $0 == session.state.rawValue }, "\(line)")
    }
    #expect(account.groups(by: .session).allSatisfy { $0.state != nil })
    #expect(account.groups(by: .project).allSatisfy { $0.state == nil })
    let page = account.html(by: .session, generatedAt: Example.now)
    #expect(page.contains("data-h=\"state\"") && page.contains(">state</th>"))
    #expect(!account.html(by: .tool, generatedAt: Example.now).contains("data-h=\"state\""))
    let csv = account.csv(by: .session).split(separator: "\r\n")
    let first = try #require(account.groups(by: .session).first)
    #expect(csv[0].hasSuffix(",state") && csv[1].hasSuffix(",\(first.state?.rawValue ?? "")"))
    #expect(!account.csv(by: .project).contains(",state"))
  }

  @Test("A session is explained turn by turn, with commits and reasons")
  func explanation() {
    for columns in Self.widths {
      let text = Example.explanation().text(TextOptions(columns: columns), timeZone: Example.berlin)
      for line in text.split(separator: "\n").dropFirst(2) {
        #expect(Display.width(line) <= columns, "\(line)")
      }
      #expect(text.contains("→ held (reviewed), 9f2c5d1b"))
      #expect(text.contains("→ unknown"))
      #expect(text.contains("usage unknown"))
      #expect(text.contains("9f2c5d1b  held, reviewed"))
    }
  }

  @Test("Projects of one name are told apart by what lies above them")
  func projectLabels() {
    let paths = ["/a/work/api", "/a/play/api", "/b/play/api", "/x/web"]
    let sessions = paths.enumerated().map { number, path in
      AccountSession(
        id: SessionID(high: 0, low: UInt64(number)), tool: .codex, name: "s\(number)",
        project: path.split(separator: "/").last.map(String.init), projectPath: path)
    }
    let cells = sessions.map {
      RollupCell(slot: Example.now, session: $0.id, model: nil, state: .held, totals: Totals(records: 1))
    }
    let account = Account.build(cells: cells, sessions: sessions, timeZone: .gmt)
    #expect(
      Set(account.groups(by: .project).map(\.label)) == ["work/api", "a/play/api", "b/play/api", "web"])
  }

  @Test("Many missing repositories are told in one sentence")
  func manyMissing() {
    let repositories = (0..<9).map {
      RepositoryCoverage(name: "/gone/r\($0)", availability: .missing, reason: "not there", sessions: $0)
    }
    let account = Account.build(
      cells: [], sessions: [], coverage: Coverage(repositories: repositories), timeZone: .gmt)
    let sentences = account.coverageSentences.filter { $0.contains("not found") }
    #expect(
      sentences == [
        "9 repositories were not found, so that what 36 sessions bought there is unknown: r8, r7, r6, r5 and 5 more."
      ])
  }
}
