import Ledger
import Readers
import Testing

@Suite("Cursor's usage export")
struct CursorReaderTests {
  static let header2 =
    "Date,Kind,Model,Max Mode,Input (w/ Cache Write),Input (w/o Cache Write),Cache Read,Output Tokens,"
    + "Total Tokens,Cost"

  func read(_ text: String) throws -> FactBatch {
    try ReadersTests.read(
      CursorReader.self, Array(text.utf8), path: "usage-events-2026-04-09.csv", shape: .document)
  }

  @Test(
    "both real row formats are read to their totals",
    .disabled(if: Samples.isMissing, "set ASSAY_SAMPLES to the samples' directory"),
    arguments: ["cursor-csv/tokscale-fixture-0.csv", "cursor-csv/tokscale-fixture-1.csv"])
  func samples(path: String) throws {
    let expected = try #require(Expected.load().samples["cursor-csv"]?.files[path])
    let batch = try ReadersTests.read(
      CursorReader.self, Samples.bytes(path), path: path, shape: .document)
    let summed = Summed(merged([batch]).values)
    #expect(summed.counts == expected.counts)
    #expect(summed.records == expected.records)
    #expect(summed.notBilled == expected.notBilled)
    #expect(batch.diagnostics.isEmpty)
  }

  @Test("columns are found by name, in any order, with or without quotes")
  func order() throws {
    let batch = try read(
      """
      \u{FEFF}Output Tokens,Model,"Input (w/o Cache Write)",Date,Cache Read,Input (w/ Cache Write),Total Tokens\r
      4,gpt-5-codex,"1,234",2025-11-13T13:35:04.658Z,2,3,1243\r

      """)
    let record = try #require(batch.usage.first)
    #expect(record.counts == TokenCounts(input: 1234, cacheRead: 2, cacheWrite5m: 3, output: 4))
    #expect(record.model == "gpt-5-codex")
    #expect(record.at.milliseconds == 1_763_040_904_658)
    #expect(batch.diagnostics.isEmpty)
  }

  @Test("the same request in an older and a newer export is one record, in the session that knows more")
  func overlap() throws {
    let old = try read(
      "Date,Model,Input (w/ Cache Write),Input (w/o Cache Write),Cache Read,Output Tokens,Total Tokens,Cost,"
        + "Cost to you\n2026-04-09T18:02:13.576Z,composer-2,0,43478,420864,7957,472299,0.11,0.11\n")
    let new = try read(
      "Date,Cloud Agent ID,Automation ID,Kind,Model,Max Mode,Input (w/ Cache Write),Input (w/o Cache Write),"
        + "Cache Read,Output Tokens,Total Tokens,Cost\n"
        + "\"2026-04-09T18:02:13.576Z\",\"bc-19\",\"\",\"Included\",\"composer-2\",\"Yes\",\"0\",\"43478\","
        + "\"420864\",\"7957\",\"472299\",\"Included\"\n")
    let records = merged([old, new])
    #expect(records.count == 1)
    #expect(records.values.first?.session == new.sessions.first?.id)
    #expect(old.sessions.first?.name == "cursor-2026-04-09")
    #expect(new.sessions.first?.name == "cursor-2026-04-09-bc-19")
    #expect(new.sessions.first?.flags == .usageOnly)
  }

  @Test("rows alike within one export stay apart, and reading the export twice adds nothing")
  func alike() throws {
    let row = "2025-11-13T13:35:04.658Z,Included,auto,No,0,8263,66964,1612,76839,0.03\n"
    let text = Self.header2 + "\n" + row + row + row
    let once = try read(text)
    #expect(merged([once]).count == 3)
    let again = try read(text)
    #expect(total(once, again) == total(once))
    #expect(total(once).input == 24_789)
  }

  @Test("order, and how an export is split, change nothing")
  func shuffled() throws {
    var generator = SeededGenerator(seed: 7)
    var rows: [String] = []
    for index in 0..<200 {
      // Every fifth row is like another one.
      let minute = index % 5 == 0 ? 0 : index % 60
      rows.append(
        "2025-11-\(10 + index % 20)T13:\(minute < 10 ? "0" : "")\(minute):04.658Z,On-Demand,gpt-5,No,"
          + "\(index % 5),\(index % 3),7,9,\(index % 5 + index % 3 + 16),-")
    }
    let whole = try read(([Self.header2] + rows).joined(separator: "\n"))
    let mixed = try read(([Self.header2] + rows.shuffled(using: &generator)).joined(separator: "\r\n"))
    #expect(total(mixed) == total(whole))
    #expect(Set(merged([mixed]).keys) == Set(merged([whole]).keys))

    // Two exports that overlap by a third, cut between days as the dashboard does.
    let byDay = Dictionary(grouping: rows) { String($0.prefix(10)) }
    let days = byDay.keys.sorted()
    func export(of days: some Sequence<String>) throws -> FactBatch {
      try read(([Self.header2] + days.flatMap { byDay[$0] ?? [] }).joined(separator: "\n"))
    }
    let early = try export(of: days.prefix(13))
    let late = try export(of: days.suffix(14))
    #expect(total(early, late) == total(whole))
  }

  @Test("a broken row costs only itself and is counted with its line")
  func broken() throws {
    let batch = try read(
      #"""
      \#(Self.header2)
      "2025-11-13T13:35:04.658Z","Included","au"to","No","0","1","2","3","6","0.03"
      2025-11-13T13:36:04.658Z,Included,"a
      b ""c""",No,0,1,2,3,6,0.03
      yesterday,Included,auto,No,0,1,2,3,6,0.03
      2025-11-13T13:37:04.658Z,Included,auto,No,0,-1,2,3,6,0.03
      2025-11-13T13:38:04.658Z,Included,auto,No,-,,NaN,-,-,-
      2025-11-13T13:39:04.658Z,Included,auto,No,0,1,2,3,7,0.03
      2025-11-13T13:40:04.658Z,Included,auto,No,0,1,2,3,6,"0.03
      2025-11-13T13:41:04.658Z,Included,auto,No,0,1,2,3,6,0.03
      """#)
    #expect(
      batch.diagnostics.map { [$0.kind.rawValue, String($0.line ?? 0)] } == [
        ["broken-line", "2"], ["doubtful-time", "5"], ["impossible-count", "6"], ["usage-missing", "7"],
        ["impossible-count", "8"], ["broken-line", "9"],
      ])
    #expect(batch.usage.count == 5)
    #expect(batch.usage.map(\.model).first == "a\nb \"c\"")
    #expect(batch.usage.filter { $0.counts.isUnknown }.count == 2)
    #expect(total(batch).input == 3)
  }

  @Test("a file that is something else is refused by its first row")
  func foreign() throws {
    let batch = try read("Name,Amount\nrent,12\n")
    #expect(batch.usage.isEmpty)
    #expect(batch.diagnostics.map(\.kind) == [.unknownRecord])
    #expect(!recognised(CursorReader.self, "Date,Amount\n"))
    #expect(recognised(CursorReader.self, Self.header2))
    #expect(!recognised(CursorReader.self, ""))
  }

  @Test("a row that is still being written is looked at again, and becomes no request of its own")
  func growing() throws {
    let row = "2025-11-13T13:35:04.658Z,Included,auto,No,0,8263,66964,1612,76839,0.03\r\n"
    let quoted =
      "\"2025-11-13T13:36:04.658Z\",\"Included\",\"auto\",\"No\",\"0\",\"1\",\"2\",\"34\",\"37\",\"0.03\"\r\n"
    let text = Array((Self.header2 + "\n" + row + quoted + row).utf8)
    let whole = merged([try read(String(decoding: text, as: UTF8.self))])
    #expect(whole.count == 3)
    for count in Self.header2.utf8.count..<text.count {
      let part = try read(String(decoding: text[..<count], as: UTF8.self))
      // Whatever is taken from a part is in the whole, as it is there.
      for (id, record) in merged([part]) { #expect(whole[id] == record, "\(count) bytes") }
      #expect(part.diagnostics.allSatisfy { $0.kind == .incompleteLine }, "\(count) bytes")
      #expect(part.diagnostics.count <= 1)
      let lines = text[..<count].split(separator: 0x0A).count - 1
      #expect(part.usage.count + part.diagnostics.count == lines, "\(count) bytes")
    }
    // The cost is not looked at, so that an export without a last line break (one Character here) is whole.
    #expect(try read(Self.header2 + "\n" + row.dropLast()).usage.count == 1)
    #expect(try read(Self.header2 + "\n" + quoted.dropLast()).usage.count == 1)
    let byTotal = "Date,Model,Input (w/o Cache Write),Output Tokens\n2025-11-13T13:35:04.658Z,auto,12,34"
    #expect(try read(byTotal).diagnostics.map(\.kind) == [.incompleteLine])
    #expect(try read(byTotal + "\n").usage.count == 1)
  }

  @Test(
    "exports are found where people put them",
    arguments: [
      ("usage-events-2026-04-09.csv", true, true), ("Team-Usage-Events (1).CSV", true, true),
      ("budget.csv", false, true), ("usage-events.txt", false, false), ("old/usage-events.csv", false, false),
    ])
  func places(path: String, inDownloads: Bool, inConfiguration: Bool) {
    #expect(CursorReader.places.map { $0.shape(path) != nil } == [inDownloads, inConfiguration])
  }

  @Test("no damage to an export crashes the reader or makes a count negative")
  func fuzz() throws {
    var generator = SeededGenerator(seed: 2026)
    let row = #""2026-04-09T20:01:10.528Z","Errored, No Charge","com""poser","Yes","1","2",3,4,10,-"# + "\r\n"
    let data = Array((Self.header2 + "\r\n" + row + row + row).utf8)
    for _ in 0..<5000 {
      expectSound(
        try ReadersTests.read(
          CursorReader.self, mutated(data, using: &generator), path: "usage-events.csv", shape: .document))
    }
  }
}
