import Foundation
import Ledger
import Readers
import Testing

@Suite("OpenCode's three forms", .disabled(if: SQLiteTool.isMissing, "the sqlite3 command is missing"))
struct OpenCodeFormsTests {
  typealias History = OpenCodeHistory

  /// Three sessions, the last with a copy of the first's beginning.
  static var history: History {
    var copy = History.session("ses_0", at: 60_000, Array(OpenCodeReaderTests.session.messages.prefix(2)))
    for index in copy.messages.indices {
      copy.messages[index].info["id"] = "msg_7\(index)"
      for part in copy.messages[index].parts.indices {
        copy.messages[index].parts[part]["id"] = "prt_7\(index)\(part)"
      }
    }
    return History(sessions: [
      OpenCodeReaderTests.session,
      History.session(
        "ses_'2", at: 30_000,
        [
          History.user("msg_5", at: 30_010),
          History.answer("msg_6", to: "msg_5", at: 31_000, tokens: History.tokens(total: 1175)),
        ]),
      copy,
    ])
  }

  private func export(_ text: String) throws -> FactBatch {
    try read(OpenCodeReader.self, Array(text.utf8), path: "session.json", shape: .document)
  }

  @Test("a history is the same from its database and from its documents, and once from both")
  func same() throws {
    let documents = try OpenCodeFeed.documents(Self.history.documents())
    let database = try SQLiteTool.withDatabase(Self.history.sql()) {
      try OpenCodeFeed.units(OpenCodeFeed.rows(of: $0), shape: .database)
    }
    #expect(database.usage.count == 3)
    #expect(database.usage == documents.usage)
    #expect(database.turns == documents.turns)
    #expect(database.toolCalls == documents.toolCalls)
    #expect(database.edits == documents.edits)
    #expect(database.mentions == documents.mentions)
    #expect(Set(database.sessions) == Set(documents.sessions))
    #expect(database.diagnostics.isEmpty && documents.diagnostics.isEmpty)
    #expect(total(database, documents) == total(documents))
    #expect(merged([database, documents]).count == 3)
  }

  @Test("an exported session is the same as in the documents")
  func exported() throws {
    let history = History(sessions: [OpenCodeReaderTests.session])
    let text = try #require(history.exports().first)
    let documents = try OpenCodeFeed.documents(history.documents())
    let batch = try export(text)
    #expect(batch.usage == documents.usage)
    #expect(batch.edits == documents.edits)
    #expect(batch.turns == documents.turns)
    #expect(batch.sessions == documents.sessions)
    #expect(recognised(OpenCodeReader.self, text))
    #expect(!recognised(OpenCodeReader.self, #"{"info":{"id":"x"},"messages":[]}"#))
  }

  @Test("broken JSON in one row fails neither the query nor another row; orphans are read")
  func brokenRow() throws {
    let sql =
      try Self.history.sql() + """
        UPDATE message SET data = '{"role":"assistant","tokens":{"inp' WHERE id = 'msg_2';
        DELETE FROM session WHERE id = 'ses_''2';
        """
    let batch = try SQLiteTool.withDatabase(sql) {
      try OpenCodeFeed.units(OpenCodeFeed.rows(of: $0), shape: .database)
    }
    #expect(batch.diagnostics.map(\.kind) == [.brokenLine])
    // msg_4 and msg_6, and of msg_2 the copy that a fork made of it.
    #expect(batch.usage.count == 3)
    #expect(Set(batch.sessions.map(\.name)) == ["ses_1", "ses_'2", "ses_0"])
  }

  @Test("of OpenCode 2's tables the calls are read, and those it took over from before are not counted again")
  func version2() throws {
    let moved = OpenCodeHistory.began + 1000
    let data = """
      {"agent":"build","model":{"id":"gpt-5.6","providerID":"openai"},"time":{"created":\(moved)},
      "tokens":{"input":100,"output":40,"reasoning":30,"cache":{"read":1000,"write":5}}}
      """
    let sql =
      try History(sessions: [OpenCodeReaderTests.session]).sql() + """
        CREATE TABLE session_v2 (id TEXT PRIMARY KEY, parent_id TEXT, directory TEXT, version TEXT,
          time_created INTEGER);
        CREATE TABLE session_message (id TEXT PRIMARY KEY, session_id TEXT, type TEXT, seq INTEGER,
          time_created INTEGER, time_updated INTEGER, data TEXT);
        INSERT INTO session_v2 SELECT id, parent_id, directory, '2.0.3', time_created FROM session;
        INSERT INTO session_v2 VALUES ('ses_9', NULL, '/w/new', '2.0.3', \(moved));
        INSERT INTO session_message VALUES ('evt_1', 'ses_1', 'assistant', 1, \(moved), 0, '\(data)');
        INSERT INTO session_message VALUES ('evt_2', 'ses_9', 'user', 1, \(moved + 7), 0, '{}');
        INSERT INTO session_message VALUES ('evt_3', 'ses_9', 'assistant', 2, \(moved + 7), 0, '\(data)');
        """
    let before = try OpenCodeFeed.documents(History(sessions: [OpenCodeReaderTests.session]).documents())
    let batch = try SQLiteTool.withDatabase(sql) {
      try OpenCodeFeed.units(OpenCodeFeed.rows(of: $0), shape: .database)
    }
    #expect(batch.usage.count == before.usage.count + 1)
    #expect(Array(batch.usage.prefix(2)) == before.usage)
    #expect(batch.usage.last?.model == "gpt-5.6")
    #expect(batch.usage.last?.counts.output == 70)
    #expect(batch.sessions.map(\.flags) == [[], .usageOnly])
    #expect(batch.sessions.last?.directory == "/w/new")
  }

  @Test("a database that is not OpenCode's is not asked for anything")
  func foreign() {
    #expect(OpenCodeDatabase.queries(tables: ["users"]).isEmpty)
    #expect(OpenCodeDatabase.queries(tables: ["message"]).first?.within.first?.within.isEmpty == true)
  }

  @Test("doubled and shuffled messages change no record")
  func shuffled() throws {
    var generator = SeededGenerator(seed: 5)
    let documents = try Self.history.documents()
    let whole = try OpenCodeFeed.documents(documents)
    let messages = documents.keys.filter { $0.hasPrefix("message/ses_1") || $0.hasPrefix("message/ses_'2") }
    for _ in 0..<50 {
      let order = (messages + messages).shuffled(using: &generator)
      let batch = try OpenCodeFeed.units(order.map { ($0, documents[$0] ?? "") }, shape: .documents)
      #expect(total(batch) == total(whole))
      #expect(Set(merged([batch]).keys) == Set(merged([whole]).keys))
    }
  }

  @Test("a database read on from a checkpoint gives nothing twice, wherever it stopped")
  func split() throws {
    let units = try SQLiteTool.withDatabase(Self.history.sql()) { try OpenCodeFeed.rows(of: $0) }
    let whole = try OpenCodeFeed.units(units, shape: .database)
    let source = SourceDescription(path: "opencode.db", shape: .database)
    for cut in 0...units.count {
      var batch = FactBatch()
      var reader = try OpenCodeReader(source: source, key: testKey, checkpoint: nil)
      for (index, unit) in units.enumerated() {
        if index == cut {
          reader.finish(into: &batch)
          reader = try OpenCodeReader(source: source, key: testKey, checkpoint: reader.checkpoint())
        }
        reader.read(
          Array(unit.text.utf8).span, at: UnitPosition(number: index + 1, part: unit.part), into: &batch)
      }
      reader.finish(into: &batch)
      #expect(total(batch) == total(whole))
      #expect(Set(merged([batch]).keys) == Set(merged([whole]).keys))
      #expect(batch.turns.last == whole.turns.last)
      #expect(batch.toolCalls == whole.toolCalls)
    }
  }

  @Test("an export cut off anywhere is read as far as it goes")
  func truncated() throws {
    let text = try #require(History(sessions: [OpenCodeReaderTests.session]).exports().first)
    let whole = try merged([export(text)])
    var most = 0
    for end in Array(stride(from: 0, to: text.utf8.count, by: 13)) + [text.utf8.count] {
      let records = try merged([export(String(decoding: text.utf8.prefix(end), as: UTF8.self))])
      for id in records.keys { #expect(whole[id] != nil) }
      #expect(records.count >= most)
      most = max(most, records.count)
    }
    #expect(most == 2)
  }

  @Test("no damage crashes the reader or makes a count negative")
  func fuzz() throws {
    var generator = SeededGenerator(seed: 2026)
    let text = try #require(History(sessions: [OpenCodeReaderTests.session]).exports().first)
    for _ in 0..<2000 {
      let damaged = mutated(Array(text.utf8), using: &generator)
      expectSound(try read(OpenCodeReader.self, damaged, path: "session.json", shape: .document))
    }
    let units = try SQLiteTool.withDatabase(Self.history.sql()) { try OpenCodeFeed.rows(of: $0) }
    let source = SourceDescription(path: "opencode.db", shape: .database)
    for _ in 0..<1000 {
      var batch = FactBatch()
      var reader = try OpenCodeReader(source: source, key: testKey, checkpoint: nil)
      for (index, unit) in units.enumerated() {
        let damaged = mutated(Array(unit.text.utf8), using: &generator)
        let isDamaged = Int.random(in: 0..<4, using: &generator) == 0
        reader.read(
          (isDamaged ? damaged : Array(unit.text.utf8)).span,
          at: UnitPosition(number: index + 1, part: unit.part), into: &batch)
      }
      reader.finish(into: &batch)
      expectSound(batch)
    }
  }
}

@Suite("OpenCode samples", .disabled(if: Samples.isMissing, "set ASSAY_SAMPLES to the samples' directory"))
struct OpenCodeSamplesTests {
  static let root = "fixtures/git-ai-project+git-ai/tests/fixtures"

  @Test("every sample has the totals that were computed apart")
  func totals() throws {
    let directory = try #require(Samples.directory)
    let files = try #require(Expected.load().samples["opencode"]).files
    #expect(files.count == 3)
    for (path, expected) in files {
      let batch = try path.hasSuffix(".db") ? rows(directory.appending(path: path)) : documents(path)
      let summed = Summed(merged([batch]).values)
      #expect(summed.counts == expected.counts, "\(path)")
      #expect(summed.records == expected.records, "\(path)")
      #expect(batch.usage.count { $0.counts.isUnknown } == expected.unknownRecords, "\(path)")
    }
  }

  @Test("the facts of the sample database")
  func facts() throws {
    let directory = try #require(Samples.directory)
    let batch = try rows(directory.appending(path: "\(Self.root)/opencode-sqlite/opencode.db"))
    #expect(batch.sessions.map(\.directory) == ["/Users/test/project"])
    #expect(batch.sessions.map(\.toolVersion) == ["1.0"])
    #expect(batch.sessions.map(\.parent) == [SessionID(space: "opencode/session", "parent-session-456")])
    #expect(batch.turns.map(\.promptBytes) == [51])
    #expect(batch.edits.map(\.exit) == [.succeeded])
    #expect(batch.usage.map(\.model) == ["gpt-5"])
    #expect(batch.diagnostics.isEmpty)
  }

  private func rows(_ database: URL) throws -> FactBatch {
    try OpenCodeFeed.units(OpenCodeFeed.rows(of: database), shape: .database)
  }

  private func documents(_ path: String) throws -> FactBatch {
    let root = try #require(Samples.directory).appending(path: path)
    var documents: [String: String] = [:]
    for name in try FileManager.default.subpathsOfDirectory(atPath: root.path) where name.hasSuffix(".json") {
      documents[name] = try String(contentsOf: root.appending(path: name), encoding: .utf8)
    }
    return try OpenCodeFeed.documents(documents)
  }
}
