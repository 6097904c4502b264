import Ledger
import Readers
import Testing

@Suite("Gemini CLI")
struct GeminiCLIReaderTests {
  static let path = ".gemini/tmp/0f1e/chats/session-2026-01-15T20-51-5d1f2a3b.jsonl"
  static let head =
    #"{"sessionId":"5d1f2a3b-0000-4000-8000-000000000001","projectHash":"0f1e","#
    + #""startTime":"2026-01-15T20:51:00.000Z","lastUpdated":"2026-01-15T20:51:00.000Z","kind":"main"}"#

  static func user(_ id: Int, _ second: Int, _ text: String = "please do it") -> String {
    #"{"id":"00000000-0000-4000-8000-00000000000\#(id)","timestamp":"2026-01-15T20:52:\#(second).000Z","#
      + #""type":"user","content":[{"text":"\#(text)"}]}"#
  }

  static func answer(_ id: Int, _ second: Int, tokens: String = tokens(), calls: String = "") -> String {
    #"{"id":"00000000-0000-4000-8000-00000000000\#(id)","timestamp":"2026-01-15T20:52:\#(second).000Z","#
      + #""type":"gemini","content":"I did it","model":"gemini-3-pro","thoughts":[],"tokens":\#(tokens)"#
      + (calls.isEmpty ? "}" : #","toolCalls":[\#(calls)]}"#)
  }

  static func tokens(
    input: Int = 100, output: Int = 10, cached: Int = 60, thoughts: Int = 5, tool: Int = 7, total: Int = 122
  ) -> String {
    #"{"input":\#(input),"output":\#(output),"cached":\#(cached),"thoughts":\#(thoughts),"tool":\#(tool),"#
      + #""total":\#(total)}"#
  }

  func read(_ lines: [String], path: String = path) throws -> FactBatch {
    try ReadersTests.read(
      GeminiCLIReader.self, Array(lines.joined(separator: "\n").utf8), path: path, shape: .lines)
  }

  @Test("input without the cache and with tools' results; output with thoughts, which are also apart")
  func classes() throws {
    let batch = try read([Self.head, Self.user(1, 10), Self.answer(2, 12)])
    #expect(batch.usage.map(\.counts) == [TokenCounts(input: 47, cacheRead: 60, output: 15, reasoning: 5)])
    #expect(batch.usage.first?.model == "gemini-3-pro")
    #expect(batch.usage.first?.turn == batch.turns.first?.id)
    #expect(batch.diagnostics.isEmpty)
    // A version whose total leaves the tools' results out has them in the input.
    let other = try read([Self.head, Self.answer(2, 12, tokens: Self.tokens(total: 115))])
    #expect(other.usage.first?.counts.input == 40)
  }

  @Test("a message that is repeated with more calls is one record, whose last state stands")
  func repeated() throws {
    let call = #"{"id":"run_shell_command-1-000001","name":"run_shell_command","args":{"command":"ls"}"#
    let batch = try read([
      Self.head, Self.user(1, 10), Self.answer(2, 12, tokens: "null"), Self.answer(2, 12),
      Self.answer(2, 12, calls: call + #","status":"executing"}"#),
      Self.answer(2, 12, calls: call + #","status":"success"}"#),
    ])
    #expect(batch.usage.count == 1)
    #expect(batch.usage.first?.counts.input == 47)
    #expect(batch.toolCalls.map(\.exit) == [.succeeded])
    #expect(batch.toolCalls.first?.command == .inspect)
    #expect(batch.diagnostics.isEmpty)
  }

  @Test("of distant duplicates within one reading only the last is handed over, smaller or not")
  func lastWins() throws {
    let batch = try read([
      Self.head, Self.user(1, 10), Self.answer(2, 12), Self.answer(3, 13),
      Self.answer(2, 14, tokens: Self.tokens(input: 90, total: 112)),
    ])
    #expect(batch.usage.count == 2)
    #expect(total(batch).input == 84)
  }

  @Test("what a rewind took away was spent; a restated history adds only calls that were not seen")
  func rewind() throws {
    let answers = [Self.answer(2, 12), Self.answer(4, 16)]
    let lines = [
      Self.head, Self.user(1, 10), answers[0], #"{"$rewindTo":"00000000-0000-4000-8000-000000000001"}"#,
      Self.user(3, 15), answers[1],
    ]
    let batch = try read(lines)
    #expect(batch.usage.count == 2)
    #expect(batch.turns.count == 2)
    let toolAnswer =
      #"{"id":"00000000-0000-4000-8000-000000000007","timestamp":"2026-01-15T20:52:30.000Z","type":"user","#
      + #""content":[{"functionResponse":{"id":"x","response":{"output":"masked"}}}]}"#
    let history = (answers + [toolAnswer, Self.answer(9, 18)]).joined(separator: ",")
    let restated = try read(lines + [toolAnswer, #"{"$set":{"messages":[\#(history)]}}"#])
    #expect(restated.usage.count == 3)
    #expect(restated.turns.count == 2)
    #expect(restated.usage.prefix(2).map(\.turn) == batch.usage.map(\.turn))
  }

  @Test("a resumed session that moved from the old format to the new one is read once")
  func moved() throws {
    let messages = [Self.user(1, 10), Self.answer(2, 12), Self.user(3, 30), Self.answer(4, 33)]
    let document = String(Self.head.dropLast()) + #","messages":["# + messages.joined(separator: ",") + "]}"
    let old = try ReadersTests.read(
      GeminiCLIReader.self, Array(document.utf8), path: "chats/session-x.json", shape: .document)
    let new = try read([Self.head] + messages + [Self.user(5, 40), Self.answer(6, 44)])
    #expect(merged([old]).count == 2)
    #expect(merged([old, new]).count == 3)
    #expect(total(old, new) == total(new))
    #expect(old.sessions.map(\.id) == new.sessions.map(\.id))
    #expect(Array(new.turns.map(\.id).prefix(2)) == old.turns.map(\.id))
    #expect(new.turns.map(\.gap) == [nil, .seconds(18), .seconds(7)])
  }

  @Test("no usage, no time, impossible numbers and unknown records are counted, and cost nothing else")
  func broken() throws {
    let batch = try read([
      Self.head, Self.user(1, 10), Self.answer(2, 12),
      Self.answer(3, 13, tokens: Self.tokens(input: 0, output: 0, cached: 0, thoughts: 0, tool: 0, total: 0)),
      Self.answer(4, 14, tokens: Self.tokens(input: -1)), Self.answer(5, 15, tokens: #"{"input":1.5}"#),
      Self.answer(6, 16, tokens: Self.tokens(cached: 101)), Self.answer(7, 17, tokens: Self.tokens(total: 5)),
      #"{"id":"x","type":"gemini"#, #"{"hello":1}"#, "[]", Self.answer(8, 18),
    ])
    #expect(
      Set(batch.diagnostics.map { "\($0.kind.rawValue) \($0.line ?? 0)" }) == [
        "usage-missing 4", "impossible-count 5", "impossible-count 6", "impossible-count 7",
        "impossible-count 8", "broken-line 9", "broken-line 11", "unknown-record 0",
      ])
    #expect(batch.usage.count == 7)
    #expect(batch.usage.filter { $0.counts.isUnknown }.count == 4)
    #expect(total(batch).input == 141)
  }

  @Test("an edit becomes the hashes of its lines, and tells where the session ran")
  func edits() throws {
    let write =
      #"{"id":"write_file-17-c85bc7ab6bf4a8","name":"write_file","args":{"file_path":"docs/blue.md","#
      + #""content":"The colour blue\nit is the colour of the sky\n"},"status":"success","#
      + #""result":[{"functionResponse":{"response":"#
      + #"{"output":"Successfully overwrote file: /w/proj/docs/blue.md."}}}],"#
      + #""resultDisplay":{"originalContent":"The colour blue\nit is the colour of grass"}}"#
    let replace =
      #"{"id":"replace-17-c85bc7ab6bf4a8","name":"replace","args":{"file_path":"/w/proj/a.swift","#
      + #""old_string":"let first = 1\nlet second = 2","new_string":"let first = 1\nlet third = 3","#
      + #""modified_by_user":true},"status":"cancelled"}"#
    let batch = try read([Self.head, Self.user(1, 10), Self.answer(2, 12, calls: write + "," + replace)])
    #expect(batch.sessions.map(\.directory) == ["/w/proj"])
    #expect(batch.edits.map(\.exit) == [.succeeded, .rejected])
    #expect(batch.edits.map(\.changedByPerson) == [false, true])
    #expect(
      batch.edits.map(\.added) == [
        hashes("it is the colour of the sky"), hashes("let third = 3"),
      ])
    #expect(
      batch.edits.map(\.removed) == [
        hashes("it is the colour of grass"), hashes("let second = 2"),
      ])
    #expect(batch.edits.first?.path == PathHash("/elsewhere/docs/blue.md", key: testKey))
    #expect(batch.toolCalls.map(\.kind) == [.edit, .edit])
  }

  @Test("a command that failed is a failed call, and a commit is named by what git printed")
  func commands() throws {
    func call(_ id: Int, _ command: String, _ output: String) -> String {
      #"{"id":"run_shell_command-17-\#(id)","name":"run_shell_command","args":{"command":"\#(command)"},"#
        + #""status":"success","result":[{"functionResponse":{"response":{"output":"\#(output)"}}}]}"#
    }
    let batch = try read([
      Self.head, Self.user(1, 10),
      Self.answer(
        2, 12,
        calls: call(1, "npm test", #"Output: no\nError: (none)\nExit Code: 1\nSignal: 0"#) + ","
          + call(2, "git add -A && git commit -m x", #"Output: x\n[main 1a2b3c4] x\n 1 file\nExit Code: 0\n"#)
      ),
    ])
    #expect(batch.toolCalls.map(\.exit) == [.failed, .succeeded])
    #expect(batch.toolCalls.map(\.command) == [.test, .commit])
    #expect(batch.mentions.map(\.value) == ["1a2b3c4"])
    #expect(batch.mentions.map(\.kind) == [.committed])
  }

  @Test("a subagent's file belongs to its parent, and nobody typed its prompts")
  func subagent() throws {
    let batch = try read(
      [Self.head, Self.user(1, 10), Self.answer(2, 12)],
      path: ".gemini/tmp/0f1e/chats/aaaaaaaa-0000-4000-8000-000000000001/sub.jsonl")
    #expect(
      batch.sessions.map(\.parent) == [
        SessionID(space: "gemini-cli/session", "aaaaaaaa-0000-4000-8000-000000000001")
      ])
    #expect(batch.turns.map(\.trigger) == [.agent])
  }

  private func hashes(_ line: String) -> [LineHash] { [LineHash(line, key: testKey)].compactMap(\.self) }
}
