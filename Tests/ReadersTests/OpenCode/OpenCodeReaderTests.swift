import Ledger
import Readers
import Testing

@Suite("OpenCode")
struct OpenCodeReaderTests {
  typealias History = OpenCodeHistory

  func read(_ history: History) throws -> FactBatch { try OpenCodeFeed.documents(history.documents()) }

  func read(answer tokens: History.JSON, version: String = "1.3.20", provider: String = "openai") throws
    -> TokenCounts
  {
    let history = History(sessions: [
      History.session(
        "ses_1", version: version,
        [
          History.user("msg_1", at: 10),
          History.answer("msg_2", to: "msg_1", at: 1000, tokens: tokens, provider: provider),
        ])
    ])
    return total(try read(history))
  }

  /// A session with everything that facts are taken from.
  static var session: History.Session {
    History.session(
      "ses_1",
      [
        History.user("msg_1", at: 10),
        History.answer(
          "msg_2", to: "msg_1", at: 1000, tokens: History.tokens(total: 1175),
          parts: [
            ["type": "step-start"], ["type": "reasoning", "text": "hm"],
            ["type": "text", "text": "I did it"],
            History.tool(
              "edit", "call_0123456789abcdef0",
              input: [
                "filePath": "/w/proj/a.swift", "oldString": "let first = 1\nlet second = 2",
                "newString": "let first = 1\nlet third = 3",
              ]),
            History.tool(
              "apply_patch", "call_0123456789abcdef1",
              input: [
                "patchText": """
                *** Begin Patch
                *** Update File: src/b.swift
                @@
                -let removed = 1
                +let added = 1
                *** Add File: src/c.swift
                +let entirely = "new"
                *** End Patch
                """
              ]),
            History.tool(
              "bash", "call_0123456789abcdef2", input: ["command": "git commit -am x"],
              output: "[main 1a2b3c4] x\n 1 file changed", metadata: ["exit": 0]),
            History.tool(
              "bash", "call_0123456789abcdef3", input: ["command": "npm test"], metadata: ["exit": 1]),
            History.tool(
              "write", "call_0123456789abcdef4", input: ["filePath": "d.txt", "content": "a whole new file"],
              status: "error", error: "The user rejected permission to use this specific tool call."),
            ["type": "step-finish", "tokens": History.tokens(total: 1175)],
            ["type": "patch", "hash": "0123456789012345678901234567890123456789", "files": ["a"]],
          ]),
        History.user("msg_3", at: 5000, "and more"),
        History.answer(
          "msg_4", to: "msg_3", at: 6000, tokens: History.tokens(total: 1175), error: "MessageAbortedError"),
      ])
  }

  @Test(
    "output includes reasoning, however the version and the provider wrote it down",
    arguments: [
      // With a total, the total decides: 100 + 40 + 1000 + 5, with or without the 30.
      (1175, "1.2.0", "openai", 30, 70), (1145, "1.3.20", "openai", 30, 40),
      // Without one: the larger, the version, the provider.
      (nil, "1.0.0", "openai", 41, 81), (nil, "1.3.16", "openai", 30, 70), (nil, "1.3.15", "openai", 30, 40),
      (nil, "1.1.20", "google", 30, 70), (nil, "local", "openai", 30, 40), (nil, "1.10.0", "openai", 30, 70),
    ])
  func reasoning(total: Int?, version: String, provider: String, reasoning: Int, output: Int64) throws {
    let counts = try read(
      answer: History.tokens(reasoning: reasoning, total: total), version: version, provider: provider)
    #expect(
      counts
        == TokenCounts(
          input: 100, cacheRead: 1000, cacheWrite5m: 5, output: output, reasoning: Int64(reasoning)))
  }

  @Test("the call for which the cost was recorded twice over is counted once")
  func doubleBilled() throws {
    // 7174 in, 185 out of which 91 reasoning, recorded as $0.0164185: (185 + 91) × $14 + 7174 × $1.75 a million.
    let counts = try read(
      answer: History.tokens(input: 7174, output: 185, reasoning: 91, read: 0, write: 0), version: "1.1.30")
    #expect(counts.output == 185 && counts.reasoning == 91 && counts.input == 7174)
  }

  @Test("the facts of a session")
  func facts() throws {
    let batch = try read(History(sessions: [Self.session]))
    let session = try #require(batch.sessions.first)
    #expect(session.name == "ses_1" && session.directory == "/w/proj" && session.toolVersion == "1.3.20")
    #expect(batch.turns.map(\.promptBytes) == [12, 8])
    #expect(batch.turns.map(\.outputBytes) == [8, 0])
    #expect(batch.turns.map(\.gap) == [nil, .milliseconds(3100)])
    #expect(batch.turns.map(\.trigger) == [.person, .person])
    #expect(batch.turns.map(\.interrupted) == [false, true])
    #expect(batch.usage.map(\.turn) == batch.turns.map(\.id))
    #expect(batch.usage.map(\.model) == ["gpt-5.2", "gpt-5.2"])
    #expect(batch.toolCalls.map(\.exit) == [.succeeded, .succeeded, .succeeded, .failed, .rejected])
    #expect(batch.toolCalls.map(\.command) == [nil, nil, .commit, .test, nil])
    #expect(batch.mentions.map(\.value) == ["1a2b3c4"])
    #expect(batch.edits.map(\.exit) == [.succeeded, .succeeded, .succeeded, .rejected])
    #expect(batch.edits.map(\.path) == ["a.swift", "b.swift", "c.swift", "d.txt"].enumerated().map(path))
    let added = ["let third = 3", "let added = 1", "let entirely = \"new\"", "a whole new file"]
    #expect(batch.edits.map(\.added) == added.map { [LineHash($0, key: testKey)].compactMap(\.self) })
    #expect(batch.edits.map(\.removed.count) == [1, 1, 0, 0])
    #expect(batch.diagnostics.isEmpty)
  }

  private func path(_ index: Int, _ name: String) -> PathHash {
    PathHash(["/w/proj/", "src/", "src/", ""][index] + name, key: testKey)
  }

  @Test("the steps of one message are added up; the message states only the last")
  func steps() throws {
    let history = History(sessions: [
      History.session(
        "ses_1", version: "0.5.0",
        [
          History.user("msg_1", at: 10),
          History.answer(
            "msg_2", to: "msg_1", at: 1000, tokens: History.tokens(input: 7, reasoning: 0),
            parts: [
              ["type": "step-finish", "tokens": History.tokens(input: 5, reasoning: 0)],
              ["type": "step-finish", "tokens": History.tokens(input: 7, reasoning: 0)],
            ]),
        ])
    ])
    #expect(
      total(try read(history))
        == TokenCounts(input: 12, cacheRead: 2000, cacheWrite5m: 10, output: 80, reasoning: 0))
  }

  @Test("a fork's copies of messages are not counted again, whatever they are called")
  func fork() throws {
    let original = Self.session
    var copy = History.session("ses_0", at: 60_000, original.messages)
    for index in copy.messages.indices {
      copy.messages[index].info["id"] = "msg_9\(index)"
      for part in copy.messages[index].parts.indices {
        copy.messages[index].parts[part]["id"] = "prt_9\(index)\(part)"
        copy.messages[index].parts[part]["messageID"] = "msg_9\(index)"
      }
    }
    copy.messages.append(History.user("msg_95", at: 61_000))
    copy.messages.append(History.answer("msg_96", to: "msg_95", at: 62_000, tokens: History.tokens(input: 3)))
    for message in copy.messages.indices { copy.messages[message].info["sessionID"] = "ses_0" }

    let alone = try read(History(sessions: [original]))
    let both = try read(History(sessions: [copy, original]))
    #expect(both.usage.count == 3)
    #expect(total(both).input == 203)
    #expect(both.turns.count == 3)
    #expect(both.edits == alone.edits)
    let fork = try #require(both.sessions.first { $0.name == "ses_0" })
    #expect(fork.parent == alone.sessions.first?.id)
    #expect(fork.forkedAt?.milliseconds == History.began + 6000)
    // Where the original is gone, the copy is all there is.
    #expect(total(try read(History(sessions: [copy]))).input == 203)
  }

  @Test("a subagent's session belongs to its parent; a turn with text of the tool's own was begun by it")
  func triggers() throws {
    let batch = try read(
      History(sessions: [
        History.session("ses_2", parent: "ses_1", [History.user("msg_5", at: 10)]),
        History.session("ses_3", [History.user("msg_6", at: 10, synthetic: true)]),
      ]))
    #expect(batch.turns.map(\.trigger) == [.agent, .hook])
    #expect(batch.sessions.map(\.parent) == [SessionID(space: "opencode/session", "ses_1"), nil])
  }

  @Test("an error cost nothing, an abort nobody knows, and zeros are not counts")
  func errors() throws {
    let zeros = History.tokens(input: 0, output: 0, reasoning: 0, read: 0, write: 0)
    let history = History(sessions: [
      History.session(
        "ses_1",
        [
          History.user("msg_1", at: 10),
          History.answer("msg_2", to: "msg_1", at: 20, tokens: zeros, error: "ProviderAuthError"),
          History.answer("msg_3", to: "msg_1", at: 30, tokens: zeros, error: "MessageAbortedError"),
          History.answer("msg_4", to: "msg_1", at: 40, tokens: nil),
          History.answer("msg_5", to: "msg_1", at: 50, tokens: History.tokens(input: -1)),
          History.answer("msg_6", to: "msg_1", at: 60),
        ])
    ])
    let batch = try read(history)
    #expect(batch.usage.map(\.kind) == [.notBilled, .itemised, .itemised, .itemised, .itemised])
    #expect(batch.usage.map(\.counts.isUnknown) == [true, true, true, true, false])
    #expect(batch.diagnostics.map(\.kind) == [.usageMissing, .usageMissing, .impossibleCount])
  }

  @Test("documents are read session by session, in both layouts, and others left alone")
  func order() {
    #expect(
      OpenCodeStorage.order([
        "part/msg_b/prt_2.json", "session/p/ses_2.json", "message/ses_1/msg_a.json", "part/msg_b/prt_1.json",
        "message/ses_2/msg_b.json", "session/p/ses_1.json", "todo/ses_1.json", "message/ses_1/msg_c.json",
        "session_diff/ses_1.json", "project/p.json", "migration",
      ]) == [
        "session/p/ses_1.json", "message/ses_1/msg_a.json", "message/ses_1/msg_c.json",
        "session/p/ses_2.json",
        "message/ses_2/msg_b.json", "part/msg_b/prt_1.json", "part/msg_b/prt_2.json",
      ])
    #expect(
      OpenCodeStorage.order([
        "session/part/ses_1/msg_a/prt_1.json", "session/info/ses_1.json", "session/message/ses_1/msg_a.json",
      ]) == [
        "session/info/ses_1.json", "session/message/ses_1/msg_a.json", "session/part/ses_1/msg_a/prt_1.json",
      ])
  }

  @Test(
    "histories are found where OpenCode keeps them",
    arguments: [
      ("opencode.db", SourceShape.database), ("opencode-dev.db", .database), ("opencode.db-wal", nil),
      ("storage", .documents), ("project/w-proj/storage", .documents), ("log/opencode.db", nil),
      ("auth.json", nil),
    ])
  func places(path: String, shape: SourceShape?) {
    #expect(OpenCodeReader.places.map { $0.shape(path) } == [shape])
  }
}
